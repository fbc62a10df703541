import { BILLED_UNITS, isGuardrailUnit, unitKey, unitOfKey } from '../../../../src/lambdas/core/pricing/units';

test('a key is the unit, or the unit and a variant, and tells its unit', () => {
  for (const unit of BILLED_UNITS) {
    expect([unitKey(unit), unitKey(unit, '720p')]).toEqual([unit, `${unit}:720p`]);
    expect([unitOfKey(unit), unitOfKey(`${unit}:720p:x`)]).toEqual([unit, unit]);
  }
});

test.each(['', 'images', 'Image', 'input', ':image', 'constructor'])('"%s" is the key of no unit', key => {
  expect(unitOfKey(key)).toBeUndefined();
});

test('units of guardrails are told by their names', () => {
  expect(BILLED_UNITS.filter(isGuardrailUnit)).toEqual([
    'guardrail-topic', 'guardrail-content', 'guardrail-content-image', 'guardrail-sensitive-information', 'guardrail-grounding', 'guardrail-automated-reasoning',
  ]);
  expect([isGuardrailUnit('guardrail-topic:x'), isGuardrailUnit('guardrails'), isGuardrailUnit('a-guardrail-topic')]).toEqual([true, false, false]);
});
