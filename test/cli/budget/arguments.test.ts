import { budgetCommands } from '../../../src/cli/budget/budget-commands';
import { endpointOf } from '../../../src/cli/budget/endpoint';
import { ALICE } from '../../lambdas/core/builders';
import { run } from '../run';
import { budget, withManager } from './with-manager';

const manager = withManager();

describe('the URL', () => {
  const FUNCTION = 'https://abc123.lambda-url.eu-west-1.on.aws/';

  test('tells its region, from the option or the environment; where it does not, the option, the environment and the profile do', async () => {
    const endpoint = (given: Parameters<typeof endpointOf>[0], env: Record<string, string> = {}) => (
      endpointOf(given, { env, profileRegion: async profile => `region-of-${profile ?? 'default'}` }));
    const ELSEWHERE = 'https://budgets.example.com/';
    expect(await endpoint({ url: FUNCTION }, { AWS_REGION: 'us-east-1' })).toEqual({ url: new URL(FUNCTION), region: 'eu-west-1' });
    expect((await endpoint({}, { BUDGETEER_URL: FUNCTION })).region).toBe('eu-west-1');
    expect((await endpoint({ url: FUNCTION, region: 'eu-west-1' })).region).toBe('eu-west-1');
    expect((await endpoint({ url: ELSEWHERE, region: 'eu-west-1' })).region).toBe('eu-west-1');
    expect((await endpoint({ url: ELSEWHERE, profile: 'team' })).region).toBe('region-of-team');
    expect((await endpoint({ url: 'http://localhost:8080/', region: 'eu-west-1' })).url.port).toBe('8080');
  });

  test.each([
    [[], {}, 'the URL of budget-manager is missing: write --url <url> or set BUDGETEER_URL. It is the output that a stack makes of `administrationUrl`, which a BedrockBudgeteer with `administration: true` has'],
    [['--url', 'http://abc123.lambda-url.eu-west-1.on.aws/'], {}, 'is no URL to send a signed request to: write it like https://'],
    [['--url', 'http://127.0.0.1.example.com/'], {}, 'is no URL to send a signed request to'],
    [['--url', 'abc123.lambda-url.eu-west-1.on.aws'], {}, 'is no URL to send a signed request to'],
    [['--url', FUNCTION, '--region', 'us-east-1'], {}, '--region is "us-east-1", but the URL is one of eu-west-1'],
    [['--url', 'https://budgets.example.com/'], {}, 'the URL "budgets.example.com" does not tell its region: write --region <region>, set AWS_REGION or AWS_DEFAULT_REGION, or give the profile a region'],
  ])('%j is refused', async (args, env, message) => {
    const { code, stderr } = await run(['budget', 'get', ALICE, ...args], { env });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).toContain('"budgeteer budget get --help" tells more.');
  });
});

test.each<[readonly string[], string]>([
  [[], 'no command was given: the commands are get, list, set'],
  [['lits'], 'there is no command "budget lits": the commands are get, list, set, remove, top-up, exempt, end-exemption, suspend, restore, thresholds, history, export, import; did you mean "list"?'],
  [['topup'], 'did you mean "top-up"?'],
  [['hist'], 'did you mean "history"?'],
  [['constructor'], 'there is no command "budget constructor"'],
  [['set', ALICE, '--limt', '5/day'], 'there is no option "--limt" (did you mean --limit?): the options are --limit '],
  [['suspend', ALICE, '--reasn', 'x'], 'there is no option "--reasn" (did you mean --reason?): the options are '],
  [['get'], '<principal> is missing: write <principal>, and the options'],
  [['top-up', ALICE, '--expires', '7d', '--reason', 'x'], '<amount> is missing: write <principal> <amount>, and the options'],
  [['top-up', ALICE, '-5', '--expires', '7d', '--reason', 'x'], 'there is no option "-5"'],
  [['get', ALICE, 'bob'], '"bob" is one argument too many'],
  [['get', 'alice'], '"alice" names no principal: write iam-user/<account>/<name>'],
  [['get', 'api-key-user/123456789012/key'], 'the user of an API key is written "iam-user/123456789012/key"'],
  [['get', 'iam-user/123/alice'], 'or the ARN of a user, role, session of a role or AgentCore runtime; an account has 12 digits, "123" has 3'],
  [['get', 'root/'], 'an account has 12 digits, "" has 0'],
  [['thresholds', ALICE, '--warning', '90', '--critical', '70'], '--warning 90 is above --critical 70: exchange them'],
  [['thresholds', ALICE, '--warning', '70', '--critical', '70'], '--warning and --critical are both 70: give a --warning that is below'],
  [['get', 'arn:aws:s3:::bucket'], '"arn:aws:s3:::bucket" names no principal'],
  [['set', ALICE], '--limit is missing: write --limit <amount>/<period>, like --limit 100/month'],
  [['set', ALICE, '--limit', '100'], 'the limit "100" has no period: write it as <amount>/<period>, like 100/month; periods are "month", "week", "day"'],
  [['set', ALICE, '--limit', '0/month'], 'the limit "0" is no amount of US dollars above 0'],
  [['set', ALICE, '--limit', '1e3/month'], 'the limit "1e3" is no amount of US dollars above 0: write it like 25 or 12.50'],
  [['set', ALICE, '--limit', '0.0000000000001/month'], 'is no amount of US dollars above 0'],
  [['set', ALICE, '--limit', '5/year'], '"year" is no period: write "month", "week", "day" (those of the calendar) or "<number> days", of 1 to 366 days'],
  [['set', ALICE, '--limit', '5/400 days'], '"400 days" is no period'],
  [['set', ALICE, '--limit', '5/month from 2026-03-01'], 'that is for periods of days, with a day like 2026-03-01'],
  [['set', ALICE, '--limit', '5/30 days from 2026-02-30'], 'cannot begin "from 2026-02-30"'],
  [['set', ALICE, '--limit', '5/day', '--label', 'team'], '"team" is no label: write it like team=data'],
  [['set', ALICE, '--limit', '5/day', '--label', 'a=1', '--label', 'a=2'], 'the label "a" is given twice'],
  [['set', ALICE, '--limit', '5/day', '--label', 'a=1', '--no-labels'], '--label and --no-labels exclude each other'],
  [['set', ALICE, '--limit', '5/day', '--enforcement', 'enforce'], '--enforcement cannot be "enforce": it is enforced or observe; did you mean "enforced"?'],
  [['set', ALICE, '--limit', '5/day', '--idempotency-key', 'ä'], '--idempotency-key has 1 to 64 printable characters'],
  [['set', ALICE, '--limit', '5/day', '--yes'], 'there is no option "--yes"'],
  [['suspend', ALICE], '--reason is missing: write --reason <text>'],
  [['restore', ALICE], '--reason is missing'],
  [['exempt', ALICE, '--until', '7d'], '--reason is missing'],
  [['top-up', ALICE, '5', '--reason', 'x'], '--expires is missing: write --expires <time>'],
  [['top-up', ALICE, 'five', '--expires', '7d', '--reason', 'x'], 'the amount "five" is no amount'],
  [['exempt', ALICE, '--reason', 'x', '--until', '2026-04-01T09:00'], '--until cannot be "2026-04-01T09:00": write a time from now'],
  [['exempt', ALICE, '--reason', 'x', '--until', '2026-02-30T09:00Z'], '--until cannot be "2026-02-30T09:00Z"'],
  [['thresholds', ALICE, '--warning', '50'], 'write --warning <percent> and --critical <percent>, or --default alone'],
  [['thresholds', ALICE, '--warning', '50', '--default'], 'write --warning <percent>'],
  [['thresholds', ALICE, '--warning', 'half', '--critical', '90'], '--warning "half" is no percentage'],
  [['list', '--kind', 'iam_role'], '--kind cannot be "iam_role"'],
  [['list', '--min-share', 'x'], '--min-share "x" is no percentage'],
  [['list', '--max', '0'], '--max cannot be "0": write a number of 1 or more'],
  [['history', ALICE, '--format', 'csv'], '--format cannot be "csv": it is table or json'],
])('%j is refused before anything is sent', async (args, message) => {
  const { code, stdout, stderr } = await budget(manager, args);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
  expect(stdout).toBe('');
  expect(manager.requests).toEqual([]);
});

describe('help', () => {
  test.each(Object.entries(budgetCommands.commands))('of %s has examples and fits a terminal', async (name, { help }) => {
    expect(await run(['budget', name, '--help'])).toEqual({ code: 0, stdout: help, stderr: '' });
    expect(help).toContain(`Examples:\n  budgeteer budget ${name}`);
    expect(help.split('\n').filter(line => line.length > 80)).toEqual([]);
  });

  test('of all of them names each', async () => {
    const { stdout } = await run(['budget', '--help']);
    for (const [name, { summary }] of Object.entries(budgetCommands.commands)) {
      expect(stdout).toContain(`  ${name.padEnd(22)}${summary}`);
    }
  });
});
