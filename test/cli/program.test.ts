import { ExitCode } from '../../src/cli/command';
import { COMMANDS } from '../../src/cli/program';
import { BrokenPipe, run } from './run';

describe('help', () => {
  test.each(['--help', '-h', 'help'])('of the program: %s', async option => {
    const { code, stdout, stderr } = await run([option]);
    expect(code).toBe(ExitCode.OK);
    for (const [name, { summary }] of Object.entries(COMMANDS)) {
      expect(stdout).toContain(name);
      expect(stdout).toContain(summary);
    }
    expect(stderr).toBe('');
  });

  test.each(Object.keys(COMMANDS).flatMap(name => [[name, '--help'], [name, '-h'], [name, '--nonsense', '-h']]))('of a command: %s %s', async (...args) => {
    expect(await run(args)).toEqual({ code: ExitCode.OK, stdout: COMMANDS[args[0]].help, stderr: '' });
  });

  test('of a command by its name', async () => {
    expect(await run(['help', 'budget', 'list'])).toEqual(await run(['budget', 'list', '--help']));
    expect(await run(['help', 'bugdet'])).toMatchObject({ code: ExitCode.USAGE, stderr: expect.stringContaining('there is no command "bugdet": the commands are') });
  });

  test('fits a terminal', async () => {
    const texts = [(await run(['--help'])).stdout, ...Object.values(COMMANDS).map(({ help }) => help)];
    expect(texts.flatMap(text => text.split('\n')).filter(line => line.length > 80)).toEqual([]);
  });

  test('that nobody reads to its end is no failure', async () => {
    expect((await run(['--help'], { stdout: new BrokenPipe() })).code).toBe(ExitCode.OK);
  });

  test('that cannot be written for another reason is one', async () => {
    expect(await run(['--help'], { stdout: new BrokenPipe(0, 'ENOSPC') })).toEqual({
      code: ExitCode.INCOMPLETE, stdout: '', stderr: 'budgeteer: the output cannot be written: write ENOSPC\n',
    });
  });
});

test('the version', async () => {
  expect(await run(['--version'])).toEqual({ code: ExitCode.OK, stdout: '1.2.3\n', stderr: '' });
});

test.each([
  [[], 'no command was given: the commands are explain'],
  [['explian', '--logs', '-'], 'there is no command "explian": the commands are explain'],
  // What every object has is no command.
  [['constructor'], 'there is no command "constructor"'],
])('without a command that exists: %j', async (args, message) => {
  const { code, stdout, stderr } = await run(args);
  expect(code).toBe(ExitCode.USAGE);
  expect(stdout).toBe('');
  expect(stderr).toContain(`budgeteer: ${message}`);
  expect(stderr).toContain('"budgeteer --help" tells more');
});
