import { labelsOf } from '../../../../src/lambdas/core/agents/runtime-labels';

test('a runtime is labelled by its tags, its name, its creator and its harness', () => {
  expect(labelsOf({ name: 'support', creator: 'arn:creator', harnessName: 'desk', tags: { team: 'care' } }))
    .toEqual({ team: 'care', name: 'support', creator: 'arn:creator', harness: 'desk' });
});

test('what is not known, or says nothing, is no label', () => {
  expect(labelsOf({})).toEqual({});
  expect(labelsOf({ name: '', creator: '\n', tags: {} })).toEqual({});
});

test.each(['name', 'creator', 'harness', 'runtimes'])('a tag that is named "%s", like a label of ours, gives way', name => {
  expect(labelsOf({ name: 'support', creator: 'arn:creator', harnessName: 'desk', tags: { [name]: 'theirs' } }))
    .toEqual({ [`tag:${name}`]: 'theirs', name: 'support', creator: 'arn:creator', harness: 'desk' });
});

test('a tag without a value stays, one without a name does not', () => {
  expect(labelsOf({ tags: { 'team': '', '': 'nameless', '\t': 'as well', '__proto__x': 'odd' } })).toEqual({ team: '', __proto__x: 'odd' });
  expect(labelsOf({ tags: JSON.parse('{"__proto__":"lost"}') })).toEqual({});
});

test('names have 64 characters at most, values 256, and neither has what is not printable', () => {
  expect(labelsOf({ name: 'n'.repeat(257), tags: { ['t'.repeat(65)]: 'v'.repeat(257), ['u'.repeat(64)]: 'v'.repeat(256), 'a\nb': 'c\u001bd' } })).toEqual({
    [`${'t'.repeat(63)}…`]: `${'v'.repeat(255)}…`, ['u'.repeat(64)]: 'v'.repeat(256), 'a b': 'c d', 'name': `${'n'.repeat(255)}…`,
  });
});

test('of many tags the first 20 by name are labels, and those that are no labels count for nothing', () => {
  const names = Array.from({ length: 22 }, (_, index) => `tag-${String(index).padStart(2, '0')}`);
  const tags = Object.fromEntries([...names].reverse().map(name => [name, 'x']));
  expect(Object.keys(labelsOf({ name: 'support', tags: { ...tags, '': 'nameless' } }))).toEqual([...names.slice(0, 20), 'name']);
});
