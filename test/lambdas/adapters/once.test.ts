import { once } from '../../../src/lambdas/adapters/once';

test('makes a thing once, and not before it is asked for', () => {
  const make = jest.fn(() => ({ a: 'thing' }));
  const thing = once(make);
  expect(make).not.toHaveBeenCalled();
  expect(thing()).toBe(thing());
  expect(make).toHaveBeenCalledTimes(1);
});

test('what could not be made is tried again', () => {
  const thing = once(jest.fn<string, []>().mockImplementationOnce(() => {
    throw new Error('not yet');
  }).mockReturnValue('a thing'));
  expect(thing).toThrow('not yet');
  expect(thing()).toBe('a thing');
});
