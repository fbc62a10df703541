import { Metric } from '../../../../src/contract';
import { AskableKind, AskingModelDirectory, hasToBeAsked, withModelBehind } from '../../../../src/lambdas/core/pricing/model-directory';
import { aUsage } from '../builders';

const arn = (resource: string, account = '111122223333', region = 'us-east-1') => `arn:aws:bedrock:${region}:${account}:${resource}`;
const model = (id: string, region = 'us-east-1') => `arn:aws:bedrock:${region}::foundation-model/${id}`;

const PROFILE = arn('application-inference-profile/abcdefghij12');
const MINUTE = 60_000;

interface Bedrock {
  readonly answers: Record<string, readonly string[] | Error>;
}

/** A directory over a Bedrock that knows what the test says, and a clock that the test turns. */
function directoryOf({ answers }: Bedrock) {
  const asked: string[] = [];
  const counted: string[] = [];
  const warned: object[] = [];
  const messages: string[] = [];
  const clock = { now: 0 };
  const directory = new AskingModelDirectory({
    modelsOf: async (kind: AskableKind, id: string) => {
      asked.push(`${kind} ${id}`);
      const answer = answers[id] ?? Object.assign(new Error('no such thing'), { name: 'ResourceNotFoundException' });
      if (answer instanceof Error) {
        throw answer;
      }
      return answer;
    },
  }, {
    clock: () => clock.now,
    metrics: { add: metric => counted.push(metric) },
    log: { info: () => {}, warn: (message, facts = {}) => void [messages.push(message), warned.push(facts)], error: () => {} },
  });
  return { directory, asked, counted, warned, messages, clock, behind: async (id: string) => (await directory.modelsBehind([id])).get(id) };
}

describe('what Bedrock says', () => {
  test.each<[string, string, Record<string, readonly string[]>, object | undefined]>([
    ['a profile of one region', PROFILE, { [PROFILE]: [model('acme.small')] }, { modelId: 'acme.small' }],
    ['a profile of a geography', PROFILE, { [PROFILE]: [model('acme.small'), model('acme.small', 'us-west-2')] }, { modelId: 'acme.small' }],
    ['a profile that routes worldwide', PROFILE, { [PROFILE]: ['arn:aws:bedrock:::foundation-model/acme.small'] }, { modelId: 'global.acme.small' }],
    ['a profile that routes worldwide, and names its regions as well', PROFILE,
      { [PROFILE]: [model('acme.small'), 'arn:aws:bedrock:::foundation-model/acme.small', model('acme.small', 'us-west-2')] }, { modelId: 'global.acme.small' }],
    ['a provisioned model', arn('provisioned-model/p1'), { [arn('provisioned-model/p1')]: [model('acme.small')] }, { modelId: 'acme.small', assumption: 'not-billed-by-token' }],
    ['a deployment of a custom model, over its base', arn('custom-model-deployment/d1'), {
      [arn('custom-model-deployment/d1')]: [arn('custom-model/acme.small/c1')], [arn('custom-model/acme.small/c1')]: [model('acme.small')],
    }, { modelId: 'acme.small', assumption: 'custom-model-priced-as-base' }],
    ['a router, with all of its models', arn('default-prompt-router/acme:1'), {
      [arn('default-prompt-router/acme:1')]: [arn('inference-profile/us.acme.large'), arn('inference-profile/us.acme.small')],
    }, { modelId: 'us.acme.large', others: ['us.acme.small'], assumption: 'router-priced-as-dearest' }],
    ['a profile without models', PROFILE, { [PROFILE]: [] }, undefined],
    ['a custom model that is based on itself', arn('custom-model/c1'), { [arn('custom-model/c1')]: [arn('custom-model/c1')] }, undefined],
  ])('%s', async (_, id, answers, expected) => {
    expect(await directoryOf({ answers }).behind(id)).toEqual(expected);
  });

  test.each([
    'acme.small', 'us.acme.small', model('acme.small'), arn('inference-profile/us.acme.small'), arn('imported-model/i1'), arn('prompt/P1'), 'arn:aws:sagemaker:us-east-1:111122223333:endpoint/e',
  ])('is not asked of %s', async id => {
    const { behind, asked } = directoryOf({ answers: {} });
    expect(await behind(id)).toBeUndefined();
    expect(asked).toEqual([]);
  });
});

describe('an answer', () => {
  test('is asked for once, however many calls there are', async () => {
    const { directory, asked } = directoryOf({ answers: { [PROFILE]: [model('acme.small')] } });
    expect(await directory.modelsBehind([PROFILE, PROFILE])).toEqual(new Map([[PROFILE, { modelId: 'acme.small' }]]));
    await directory.modelsBehind([PROFILE]);
    expect(asked).toEqual([`application-inference-profile ${PROFILE}`]);
  });

  test('is asked for again after an hour, and kept where Bedrock does not answer then', async () => {
    const answers: Bedrock['answers'] = { [PROFILE]: [model('acme.small')] };
    const { behind, asked, clock } = directoryOf({ answers });
    await behind(PROFILE);
    answers[PROFILE] = new Error('throttled');
    clock.now = 61 * MINUTE;
    expect(await behind(PROFILE)).toEqual({ modelId: 'acme.small' });
    expect(asked).toHaveLength(2);
  });

  test('that was refused is counted and logged, and asked for again after five minutes', async () => {
    const answers: Bedrock['answers'] = { [PROFILE]: Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' }) };
    const { behind, asked, counted, warned, clock } = directoryOf({ answers });
    expect(await behind(PROFILE)).toBeUndefined();
    expect(await behind(PROFILE)).toBeUndefined();
    expect(asked).toHaveLength(1);
    expect(counted).toEqual([Metric.MODELS_UNRESOLVED]);
    expect(warned).toEqual([{ modelId: PROFILE, problem: 'AccessDeniedException: not authorized' }]);
    clock.now = 6 * MINUTE;
    answers[PROFILE] = [model('acme.small')];
    expect(await behind(PROFILE)).toEqual({ modelId: 'acme.small' });
  });

  test.each([['an answer', 60 * MINUTE], ['a refusal', 5 * MINUTE]])('that is %s is trusted for %d milliseconds, and not one longer', async (what, lifetime) => {
    const { behind, asked, clock } = directoryOf({ answers: what === 'an answer' ? { [PROFILE]: [model('acme.small')] } : {} });
    await behind(PROFILE);
    clock.now = lifetime - 1;
    await behind(PROFILE);
    expect(asked).toHaveLength(1);
    clock.now = lifetime;
    await behind(PROFILE);
    expect(asked).toHaveLength(2);
  });

  test('that has become old is asked for again five minutes after Bedrock refused it', async () => {
    const answers: Bedrock['answers'] = { [PROFILE]: [model('acme.small')] };
    const { behind, asked, clock } = directoryOf({ answers });
    await behind(PROFILE);
    answers[PROFILE] = new Error('throttled');
    for (const [now, times] of [[60, 2], [64, 2], [65, 3]]) {
      clock.now = now * MINUTE;
      expect(await behind(PROFILE)).toEqual({ modelId: 'acme.small' });
      expect(asked).toHaveLength(times);
    }
  });

  test.each<[string, readonly string[] | Error, string]>([
    ['a refusal', Object.assign(new Error('x'.repeat(400)), { name: 'AccessDeniedException' }), `AccessDeniedException: ${'x'.repeat(277)}`],
    ['no model', [], 'Bedrock named no foundation model'],
  ])('that is %s is told in words', async (_, answer, problem) => {
    const { behind, counted, warned, messages } = directoryOf({ answers: { [PROFILE]: answer } });
    await behind(PROFILE);
    expect([warned, counted]).toEqual([[{ modelId: PROFILE, problem }], [Metric.MODELS_UNRESOLVED]]);
    expect(messages).toEqual(['Bedrock did not tell the model behind an ARN; its calls are charged by an estimate']);
  });

  test('takes four steps at most', async () => {
    const step = (index: number) => arn(`custom-model/c${index}`);
    const chain = (length: number) => Object.fromEntries(Array.from({ length }, (_, index) => [step(index), [index === length - 1 ? model('acme.small') : step(index + 1)]]));
    const [four, five] = [directoryOf({ answers: chain(4) }), directoryOf({ answers: chain(5) })];
    expect([await four.behind(step(0)), await five.behind(step(0))]).toEqual([{ modelId: 'acme.small', assumption: 'custom-model-priced-as-base' }, undefined]);
    expect(five.asked).toEqual([0, 1, 2, 3].map(index => `custom-model ${step(index)}`));
  });

  test('of several steps asks each ARN once, and leaves models alone', async () => {
    const router = arn('prompt-router/r1');
    const { behind, asked } = directoryOf({ answers: { [router]: [PROFILE, model('acme.large'), PROFILE], [PROFILE]: [model('acme.small')] } });
    expect(await behind(router)).toEqual({ modelId: 'acme.small', others: ['acme.large'], assumption: 'router-priced-as-dearest' });
    expect(asked).toEqual([`prompt-router ${router}`, `application-inference-profile ${PROFILE}`]);
  });

  test('that is no foundation model, nor anything to be asked about, is none', async () => {
    const { behind } = directoryOf({ answers: { [PROFILE]: [arn('imported-model/i1')] } });
    expect(await behind(PROFILE)).toBeUndefined();
  });

  test('of one ARN that is refused does not cost the others theirs', async () => {
    const { directory } = directoryOf({ answers: { [PROFILE]: [model('acme.small')] } });
    const found = await directory.modelsBehind([arn('application-inference-profile/gone'), PROFILE]);
    expect([...found.keys()]).toEqual([PROFILE]);
  });

  test('is forgotten for newer ones where there are very many', async () => {
    const { directory, asked } = directoryOf({ answers: {} });
    const many = Array.from({ length: 1_001 }, (_, index) => arn(`application-inference-profile/p${index}`));
    await directory.modelsBehind(many);
    await directory.modelsBehind([many[1_000]]);
    expect(asked).toHaveLength(1_001);
    await directory.modelsBehind([many[0]]);
    expect(asked).toHaveLength(1_002);
  });
});

describe('a call', () => {
  const behind = new Map([[PROFILE, { modelId: 'acme.small' }]]);

  test('is asked about where its ARN does not tell and it did not fail', () => {
    expect(hasToBeAsked(aUsage({ modelId: PROFILE }))).toBe(true);
    expect(hasToBeAsked(aUsage({ modelId: PROFILE, errorCode: 'ResourceNotFoundException' }))).toBe(false);
    expect(hasToBeAsked(aUsage({ modelId: arn('prompt-router/r1'), routedTo: 'acme.small' }))).toBe(false);
    expect(hasToBeAsked(aUsage({ modelId: 'acme.small' }))).toBe(false);
  });

  test('goes with what is behind its ARN', () => {
    expect(withModelBehind(aUsage({ modelId: PROFILE }), behind).modelBehind).toEqual({ modelId: 'acme.small' });
    expect(withModelBehind(aUsage({ modelId: arn('prompt-router/r1'), routedTo: 'acme.large' }), behind).modelBehind).toEqual({ modelId: 'acme.large' });
    const custom = { modelId: 'amazon.nova-lite-v1:0:300k', assumption: 'custom-model-priced-as-base' };
    expect(withModelBehind(aUsage({ modelId: arn('custom-model/amazon.nova-lite-v1:0:300k/abcdefghij12') }), behind).modelBehind).toEqual(custom);
    expect(withModelBehind(aUsage({ modelId: arn('custom-model/abcdefghij12') }), behind)).not.toHaveProperty('modelBehind');
    expect(withModelBehind(aUsage({ modelId: arn('prompt/P1') }), behind)).not.toHaveProperty('modelBehind');
    expect(withModelBehind(aUsage({ modelId: 'acme.small', routedTo: 'acme.large' }), behind)).not.toHaveProperty('modelBehind');
  });
});
