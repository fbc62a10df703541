import { OptionSpecs, readOptions } from '../../src/cli/options';
import { UsageError } from '../../src/cli/usage-error';

const SPECS = {
  file: { value: '<file>' },
  colour: { value: '<red or blue>', choices: ['red', 'blue'], default: 'red' },
  loud: {},
} satisfies OptionSpecs;

test.each([
  [[], { colour: 'red' }],
  [['--file', 'a', '--colour', 'blue', '--loud'], { file: 'a', colour: 'blue', loud: '' }],
  [['--file=a', '--colour=blue'], { file: 'a', colour: 'blue' }],
  [['--file', '-'], { file: '-', colour: 'red' }],
  [['--file=--loud'], { file: '--loud', colour: 'red' }],
  [['--file=a=b'], { file: 'a=b', colour: 'red' }],
])('%j', (args, expected) => {
  expect(readOptions(args, SPECS)).toEqual(expected);
});

test.each([
  [['--fil', 'a'], 'there is no option "--fil" (did you mean --file?): the options are --file <file>, --colour <red or blue>, --loud'],
  [['-f', 'a'], 'there is no option "-f"'],
  [['--constructor'], 'there is no option "--constructor"'],
  [['--no-loud'], 'there is no option "--no-loud"'],
  [['a'], '"a" is no option: the options are --file <file>'],
  [['--', '--loud'], '"--loud" is no option'],
  [['--file'], '--file has no value: write --file <file>'],
  [['--file='], '--file has no value: write --file <file>'],
  [['--file', '--loud'], '--file has no value: write --file <file>, or --file=--loud if that is the value'],
  [['--file', 'a', '--file', 'b'], '--file is given twice: give it once'],
  [['--loud', '--loud'], '--loud is given twice'],
  [['--loud=yes'], '--loud takes no value, but "yes" was given: write --loud'],
  [['--colour', 'green'], '--colour cannot be "green": it is red or blue'],
])('%j is refused', (args, message) => {
  expect(() => readOptions(args, SPECS)).toThrow(UsageError);
  expect(() => readOptions(args, SPECS)).toThrow(message);
});
