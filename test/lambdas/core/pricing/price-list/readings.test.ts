import { completenessOf } from '../../../../../src/lambdas/core/pricing/price-list/completeness';
import { dueServices } from '../../../../../src/lambdas/core/pricing/price-list/due-services';
import { HeldBackPrice } from '../../../../../src/lambdas/core/pricing/price-list/held-back';
import { FoundPrice } from '../../../../../src/lambdas/core/pricing/price-list/listed-price';
import { ServiceReading } from '../../../../../src/lambdas/core/pricing/price-list/read-service';
import { SERVICE_CODES, ServiceCode } from '../../../../../src/lambdas/core/pricing/price-list/service-codes';
import { standing } from '../../../../../src/lambdas/core/pricing/price-list/standing-held-back';
import { HOUR, NOON } from '../../builders';

const [OWN, MARKETPLACE, LATER] = SERVICE_CODES;
const ago = (own: number, marketplace: number, later: number) => ({ [OWN]: NOON - own, [MARKETPLACE]: NOON - marketplace, [LATER]: NOON - later });
const price = (serviceCode: ServiceCode, modelId = 'acme.one'): FoundPrice => ({ modelId, place: 'us-east-1', kind: 'input', usd: '1', mantle: false, serviceCode });
const reading = (serviceCode: ServiceCode, more: Partial<ServiceReading> = {}): ServiceReading =>
  ({ serviceCode, toEnd: true, prices: [price(serviceCode)], unclear: 0, failures: 0, ...more });

describe('services to be read', () => {
  test.each<[string, Parameters<typeof dueServices>[0], readonly ServiceCode[]]>([
    ['that never were', undefined, SERVICE_CODES],
    ['of which one never was', { [OWN]: NOON, [LATER]: NOON }, [MARKETPLACE]],
    ['that were just read', ago(0, 0, 0), []],
    ['that were read almost 23 hours ago', ago(23 * HOUR - 1, 13 * HOUR, 0), []],
    ['of which one was read 23 hours ago', ago(23 * HOUR, 12 * HOUR, 12 * HOUR - 1), [OWN, MARKETPLACE]],
    ['of which one was read tomorrow', ago(-1, 0, 0), [OWN]],
  ])('%s', (_, readAt, due) => {
    expect(dueServices(readAt, NOON)).toEqual(due);
    expect(dueServices(readAt, NOON, true)).toEqual(SERVICE_CODES);
  });
});

describe('readings', () => {
  test.each<[string, readonly ServiceReading[], readonly ServiceCode[], { complete: ServiceCode[]; silent: ServiceCode[]; gave: ServiceCode[] }]>([
    ['that gave prices are complete', [reading(OWN), reading(LATER)], [], { complete: [OWN, LATER], silent: [], gave: [OWN, LATER] }],
    ['that were cut short are not', [reading(OWN, { toEnd: false })], [], { complete: [], silent: [], gave: [OWN] }],
    ['that never gave any are believed beside one that speaks', [reading(OWN), reading(LATER, { prices: [] })], [], { complete: [OWN, LATER], silent: [], gave: [OWN] }],
    ['and not where nobody speaks', [reading(OWN, { prices: [] })], [], { complete: [], silent: [], gave: [] }],
    ['nor where they were cut short', [reading(OWN), reading(LATER, { prices: [], toEnd: false })], [], { complete: [OWN], silent: [], gave: [OWN] }],
    ['that gave some once and are silent now are bad news', [reading(LATER), reading(OWN, { prices: [] })], [OWN], { complete: [LATER], silent: [OWN], gave: [OWN, LATER] }],
    ['that were not made are remembered', [], [MARKETPLACE], { complete: [], silent: [], gave: [MARKETPLACE] }],
  ])('%s', (_, readings, gaveBefore, { complete, ...rest }) => {
    expect(completenessOf(readings, gaveBefore)).toEqual({ ...rest, complete: new Set(complete) });
  });
});

describe('what is held back', () => {
  const held = (modelId: string, more: Partial<HeldBackPrice> = {}): HeldBackPrice =>
    ({ modelId, place: 'us-east-1', kind: 'input', found: '8', reason: 'dearer', serviceCode: OWN, ...more });
  const models = (...parameters: Parameters<typeof standing>) => standing(...parameters).map(({ modelId }) => modelId);
  const whole = { readings: [reading(OWN)], complete: new Set([OWN]) };
  const cut = { readings: [reading(OWN, { toEnd: false, prices: [price(OWN, 'a.seen')] })], complete: new Set<ServiceCode>() };

  test('is what a complete reading holds back, in order, and nothing of before', () => {
    expect(models([held('a.gone')], [held('b.two'), held('a.one', { reason: 'incomplete' })], whole)).toEqual(['a.one', 'b.two']);
  });

  test('stays of a service that was cut short, unless it was seen', () => {
    expect(models([held('z.unseen'), held('a.seen')], [held('b.new')], cut)).toEqual(['b.new', 'z.unseen']);
    expect(models([held('a.seen', { kind: 'output' }), held('a.seen', { place: 'global' }), held('a.seen', { mode: 'batch' })], [], cut)).toHaveLength(3);
  });

  test('is no half of a row of which the other half may not have been read, but for one of before', () => {
    const halves = [held('a.new', { reason: 'incomplete' }), held('a.seen', { reason: 'incomplete' })];
    expect(models([held('a.seen')], halves, cut)).toEqual(['a.seen']);
  });

  test('is five hundred at most', () => {
    expect(models([], Array.from({ length: 501 }, (_, index) => held(`a.m${index + 1_000}`)), whole)).toEqual(Array.from({ length: 500 }, (_, index) => `a.m${index + 1_000}`));
  });
});
