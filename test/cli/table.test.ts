import { facts, GrowingTable } from '../../src/cli/table';

test('a table grows with what comes, and shortens nothing', () => {
  const table = new GrowingTable([{ title: 'id' }, { title: 'n', right: true }, { title: 'note' }]);
  expect(table.write([['a', '1', ''], ['bcd', '10', 'x']])).toBe('id    n  note\na     1\nbcd  10  x\n');
  expect(table.write([['longer', '2', ''], ['🙂', '3', 'y']])).toBe('longer   2\n🙂        3  y\n');
  expect(table.write([])).toBe('');
});

test('the last cell of a row that is shorter than the table runs on, and makes no column wider', () => {
  const table = new GrowingTable([{ title: 'id' }, { title: 'status' }, { title: 'n', right: true }]);
  expect(table.write([['a', 'broken: it has no end'], ['bcd', 'ok', '10']])).toBe('id   status   n\na    broken: it has no end\nbcd  ok      10\n');
});

test('facts are aligned below each other', () => {
  expect(facts([['a', 'x'], ['long', '']], '  ')).toBe('  a     x\n  long\n');
  expect(facts([])).toBe('');
});
