/**
 * Properties with a tenth of their runs, the same at each time: a mutant that a property notices it mostly notices at once, each property is run some thousand
 * times, and none may fail by chance. Those with a seed of their own stay as they are: they count what they have come across.
 */
jest.mock('fast-check', () => {
  const actual = jest.requireActual('fast-check');
  const assert = (property: unknown, parameters: { readonly numRuns?: number; readonly seed?: number } = {}) => actual.assert(
    property, parameters.seed === undefined ? { ...parameters, numRuns: Math.ceil((parameters.numRuns ?? 100) / 10), seed: 1 } : parameters,
  );
  return { ...actual, assert, default: { ...actual.default, assert } };
});
