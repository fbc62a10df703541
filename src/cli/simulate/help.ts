import { helpOf } from '../help';
import { OptionSpecs } from '../options';

export const SIMULATE_OPTIONS = {
  'logs': { value: '<file, directory, pattern or ->', repeatable: true, isInput: true },
  'log-group': { value: '<name>' },
  's3': { value: '<s3://bucket/prefix>' },
  'from': { value: '<day or instant>' },
  'to': { value: '<day or instant>' },
  'region': { value: '<region>' },
  'profile': { value: '<name>' },
  'budgets': { value: '<file>' },
  'default-limit': { value: '<amount>/<period>' },
  'warning-threshold-percent': { value: '<percent>', default: '70' },
  'critical-threshold-percent': { value: '<percent>', default: '90' },
  'grace-period-seconds': { value: '<seconds>', default: '300' },
  'refresh-period': { value: '<period>', default: '30 days' },
  'default-api-key-budget-usd': { value: '<amount>', default: '25' },
  'default-agent-budget-usd': { value: '<amount>', default: '25' },
  'runtime': { value: '<runtime>=<role>', repeatable: true },
  'time-zone': { value: '<name>', default: 'UTC' },
  'account': { value: '<account id>' },
  'block-delay': { value: '<60s or 2m>', default: '60s' },
  'restore-delay': { value: '<60s or 2m>', default: '3m' },
  'catalog': { value: '<file>' },
  'assume-cache-write-ttl': { value: '<5m or 1h>', choices: ['5m', '1h'], default: '5m' },
  'format': { value: '<table, json or html>', choices: ['table', 'json', 'html'], default: 'table' },
  'output': { value: '<file>' },
  'quiet': {},
  'suggest': {},
} satisfies OptionSpecs;

export const SIMULATE_SUMMARY = 'say what budgets would have done to past calls';

export const SIMULATE_HELP = helpOf({
  name: 'budgeteer simulate',
  summary: SIMULATE_SUMMARY,
  usage: [
    '--logs <file> [--logs <file>]... --budgets <file> [options]',
    '--log-group <name> --from <day> --to <day> --budgets <file> [options]',
    '--s3 s3://<bucket>/<prefix> --from <day> --to <day> --default-limit 50/month [options]',
  ],
  about: 'Replays records of the model-invocation log through what the product decides with: who would have been warned, suspended and restored, when and for '
    + 'how long, and what the blocked calls had cost. Changes nothing, and sends nothing but the requests that read the log. The same records and options '
    + 'have the same answer, whatever the order of the files and whenever they are asked. A call that is recorded twice counts once if both records tell the '
    + 'same time. Ends with 0, with 1 if some records could not be read, with 2 if the arguments are wrong.',
  options: [
    ['--logs <file>', 'records, gzipped or not, in the forms that "explain" reads; a directory, a pattern in quotes ("logs/**/*.gz") or -; may be given again'],
    ['--log-group <name>', 'the log group of CloudWatch Logs to read them from'],
    ['--s3 <url>', 'the bucket to which Bedrock delivers them, and the prefix in front of "AWSLogs"'],
    ['--from, --to', 'the calls of this range alone, its end excluded: days (2026-03-01, UTC) or instants (2026-03-01T09:00:00+01:00)'],
    ['--region, --profile', 'for --log-group and --s3; or AWS_REGION, AWS_PROFILE, and the region of the profile'],
    ['--budgets <file>', 'limits, thresholds, enforcement and labels by principal, CSV or JSON, as "budgeteer budget export" and "import" have them'],
    ['--default-limit', 'the limit of everybody to whom the file gives none, like 50/month'],
    ['--warning-threshold-percent', '70 by default'],
    ['--critical-threshold-percent', '90 by default'],
    ['--grace-period-seconds', '300 by default'],
    ['--refresh-period', 'the period of the two default budgets, "30 days" by default'],
    ['--default-api-key-budget-usd', 'of holders of API keys without a limit, 25 by default'],
    ['--default-agent-budget-usd', 'of AgentCore runtimes without a limit, 25 by default'],
    ['--runtime <runtime>=<role>', 'the role that an AgentCore runtime runs as: its calls are the runtime\'s; may be given again'],
    ['--time-zone <name>', 'where days begin; UTC by default'],
    ['--account <id>', 'whose principals can be restricted; by default those of the account that has the log'],
    ['--block-delay <60s>', 'from a decision until calls fail, on top of the grace period: delivery of the log and IAM. 60s by default, at most 10m'],
    ['--restore-delay <3m>', 'from the turn of a period until calls succeed again. 3m by default, at most 10m'],
    ['--catalog <file>', 'prices and discounts before those of the package, as with "explain"'],
    ['--assume-cache-write-ttl', '5m (the default) or 1h, as with "explain"'],
    ['--format', 'table (the default), json, or html: a page with charts that needs no network'],
    ['--output <file>', 'to write to, in place of standard output'],
    ['--suggest', 'write budgets in place of a result, CSV for --budgets and "budgeteer budget import": a month of everybody\'s dear days (the 95th percentile), rounded up'],
    ['--quiet', 'say nothing of the progress'],
  ],
  examples: [
    'budgeteer simulate --logs "logs/*.json.gz" --budgets budgets.csv',
    'budgeteer simulate --logs records.jsonl --default-limit 20/week --format json',
    'budgeteer simulate --logs records.jsonl --suggest --output budgets.csv',
    'budgeteer simulate --log-group /bedrock/invocations --from 2026-03-01 \\',
    '  --to 2026-04-01 --budgets budgets.csv --format html --output march.html',
  ],
});
