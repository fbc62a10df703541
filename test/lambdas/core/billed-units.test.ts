import { billedUnits, RecordBodies } from '../../../src/lambdas/core/billed-units';
import { parseInvocationRecord } from '../../../src/lambdas/core/invocation-record';

function unitsOf({ request, response, videoDetails = [] }: Partial<RecordBodies>) {
  return billedUnits({ request, response, videoDetails });
}

describe('images', () => {
  test.each<[string, unknown, unknown, object[]]>([
    ['Nova Canvas, as asked for', { taskType: 'TEXT_IMAGE', imageGenerationConfig: { numberOfImages: 3, width: 1280, height: 720, quality: 'premium' } }, undefined,
      [{ unit: 'image', count: 3, variant: '2048-premium' }]],
    ['as made, where that is less than asked for', { imageGenerationConfig: { numberOfImages: 3, width: 512, height: 512 } }, { images: ['...', '...'] },
      [{ unit: 'image', count: 2, variant: '512' }]],
    ['without a size: 1,024 pixels', { imageGenerationConfig: {} }, undefined, [{ unit: 'image', count: 1, variant: '1024' }]],
    ['without a configuration: one of the kind', { taskType: 'TEXT_IMAGE', textToImageParams: {} }, undefined, [{ unit: 'image', count: 1, variant: '1024' }]],
    ['of the size of the one that went in', { taskType: 'BACKGROUND_REMOVAL' }, { images: ['...'] }, [{ unit: 'image', count: 1 }]],
    ['Stability, by the answer', { prompt: '...' }, { seeds: [1], images: ['...'] }, [{ unit: 'image', count: 1 }]],
    ['Stable Diffusion XL, by its artifacts', { text_prompts: [] }, { artifacts: [{}, {}] }, [{ unit: 'image', count: 2 }]],
    ['more than anybody makes', { imageGenerationConfig: { numberOfImages: 1_000_000 } }, undefined, [{ unit: 'image', count: 1, variant: '1024' }]],
    ['a count that is none', { imageGenerationConfig: { numberOfImages: '2', width: -1, height: 0.5 } }, undefined, [{ unit: 'image', count: 1, variant: '1024' }]],
    ['a text answer', { messages: [] }, { output: { message: {} } }, []],
  ])('%s', (_, request, response, units) => {
    expect(unitsOf({ request, response })).toEqual(units);
  });
});

describe('video', () => {
  test.each<[string, Partial<RecordBodies>, object[]]>([
    ['by the log\'s own figures, a part of a second as a whole', { videoDetails: [{}, { outputVideoDurationSeconds: 5.04, outputVideoHeight: 720 }] }, [{ unit: 'second', count: 6, variant: '720p' }]],
    ['as asked of Nova Reel', { request: { modelInput: { taskType: 'TEXT_VIDEO', videoGenerationConfig: { durationSeconds: 12, fps: 24 } } } }, [{ unit: 'second', count: 12 }]],
    ['as asked of Luma', { request: { prompt: '...', duration: '9s', resolution: '540p' } }, [{ unit: 'second', count: 9, variant: '540p' }]],
    ['the log before the request', { request: { duration: '9s', resolution: '540p' }, videoDetails: [{ outputVideoDurationSeconds: 5, outputVideoHeight: 720 }] }, [{ unit: 'second', count: 5, variant: '720p' }]],
    ['of Nova Reel in shots of six seconds', { request: { modelInput: { taskType: 'MULTI_SHOT_MANUAL', multiShotManualParams: { shots: [{}, {}, {}] } } } }, [{ unit: 'second', count: 18 }]],
    ['details that are there and say nothing', { videoDetails: [{ outputVideoDurationSeconds: null }, { outputVideoDurationSeconds: 7 }] }, [{ unit: 'second', count: 7 }]],
    ['longer than any', { videoDetails: [{ outputVideoDurationSeconds: 1e9 }] }, []],
    ['a duration that is none', { request: { duration: 'long' } }, []],
    ['a duration of two digits', { request: { duration: '10s', resolution: '1080p' } }, [{ unit: 'second', count: 10, variant: '1080p' }]],
    ['a duration with something before it', { request: { duration: '-9s' } }, []],
    ['a duration with something after it', { request: { duration: '9sec' } }, []],
    ['a resolution with something before it', { request: { duration: '9s', resolution: 'x540p' } }, [{ unit: 'second', count: 9 }]],
    ['a resolution with something after it', { request: { duration: '9s', resolution: '540px' } }, [{ unit: 'second', count: 9 }]],
  ])('%s', (_, bodies, units) => {
    expect(unitsOf(bodies)).toEqual(units);
  });
});

describe('queries', () => {
  test.each<[string, unknown, unknown, number]>([
    ['one for up to 100 documents', { query: 'q', documents: Array(100).fill('d') }, undefined, 1],
    ['another for the 101st', { query: 'q', documents: Array(101).fill('d') }, undefined, 2],
    ['one without documents', { query: 'q', documents: [] }, undefined, 1],
    ['search units that Cohere counted', { query: 'q', documents: ['d'] }, { results: [], meta: { billed_units: { search_units: 4 } } }, 4],
  ])('%s', (_, request, response, count) => {
    expect(unitsOf({ request, response })).toEqual([{ unit: 'query', count }]);
  });

  test('documents of a conversation are none', () => {
    expect(unitsOf({ request: { documents: ['d'], messages: [] } })).toEqual([]);
  });
});

describe('pictures that go in', () => {
  test.each<[string, unknown, object[]]>([
    ['Titan', { inputText: 'a', inputImage: 'aGk=' }, [{ unit: 'image-in', count: 1 }]],
    ['Titan without one', { inputText: 'a' }, [{ unit: 'image-in', count: 0 }]],
    ['Cohere', { images: ['data:...', 'data:...'], input_type: 'image' }, [{ unit: 'image-in', count: 2 }]],
    ['Cohere without one', { texts: ['a'] }, [{ unit: 'image-in', count: 0 }]],
    ['one beside an empty list', { inputImage: 'aGk=', images: [] }, [{ unit: 'image-in', count: 1 }]],
    ['Cohere 4, in parts', { inputs: [{ content: [{ type: 'text' }, { type: 'image_url' }] }, { content: [{ type: 'image_url' }] }] }, [{ unit: 'image-in', count: 2 }]],
    ['Cohere 4 without one', { inputs: [{ content: [{ type: 'text' }] }] }, [{ unit: 'image-in', count: 0 }]],
    ['Nova', { taskType: 'SINGLE_EMBEDDING', singleEmbeddingParams: { image: { format: 'png' } } }, [{ unit: 'image-in', count: 1 }]],
    ['what is no embedding', { messages: [] }, []],
    ['no body', 'text', []],
  ])('%s', (_, request, units) => {
    expect(unitsOf({ request })).toEqual(units);
  });
});

describe('guardrails', () => {
  const usage = (units: object) => ({ invocationMetrics: { usage: { topicPolicyUnits: 0, wordPolicyUnits: 9, ...units } } });

  test('of Converse: what went in and every part that came out', () => {
    const response = {
      trace: {
        guardrail: {
          inputAssessment: { gr1: usage({ contentPolicyUnits: 2 }) },
          outputAssessments: { gr1: [usage({ contentPolicyUnits: 1, topicPolicyUnits: 3 }), usage({ contentPolicyUnits: 1 })] },
        },
      },
    };
    expect(unitsOf({ response })).toEqual([{ unit: 'guardrail-content', count: 4 }, { unit: 'guardrail-topic', count: 3 }]);
  });

  test('of InvokeModel, and of the chunks of a stream', () => {
    const input = { gr1: usage({ sensitiveInformationPolicyUnits: 1 }) };
    const trace = { guardrail: { input, outputs: [{ gr1: usage({ contextualGroundingPolicyUnits: 2 }) }] } };
    const units = [{ unit: 'guardrail-sensitive-information', count: 1 }, { unit: 'guardrail-grounding', count: 2 }];
    expect(unitsOf({ response: { 'amazon-bedrock-trace': trace } })).toEqual(units);
    expect(unitsOf({ response: [{ type: 'message_start' }, { 'amazon-bedrock-trace': trace }] })).toEqual(units);
  });

  test('of a stream of Converse that was not folded', () => {
    const response = [{ metadata: { trace: { guardrail: { inputAssessment: { gr1: usage({ automatedReasoningPolicyUnits: 1 }) } } } } }];
    expect(unitsOf({ response })).toEqual([{ unit: 'guardrail-automated-reasoning', count: 1 }]);
  });

  test('with counts that cannot be', () => {
    const assessments = [{ contentPolicyUnits: -5 }, { contentPolicyUnits: 1e12 }, { contentPolicyUnits: '7' }, null, 'text'].map(each => usage(each as object));
    expect(unitsOf({ response: { trace: { guardrail: { outputAssessments: { gr1: assessments }, inputAssessment: 'none' } } } })).toEqual([]);
  });
});

describe('in a record', () => {
  const record = (changes: object) => parseInvocationRecord(JSON.stringify({
    timestamp: '2026-11-22T10:00:00Z',
    accountId: '111122223333',
    region: 'us-east-1',
    requestId: 'r-1',
    operation: 'InvokeModel',
    modelId: 'amazon.nova-canvas-v1:0',
    identity: { arn: 'arn:aws:iam::111122223333:user/alice' },
    ...changes,
  }), Date.parse('2026-11-22T10:00:05Z'))!;

  test('are read from its bodies', () => {
    expect(record({ input: { inputBodyJson: { imageGenerationConfig: { numberOfImages: 2 } } } }).units).toEqual([{ unit: 'image', count: 2, variant: '1024' }]);
  });

  test('of a call that failed are those of the answer alone', () => {
    const asked = { inputBodyJson: { imageGenerationConfig: { numberOfImages: 2 } } };
    expect(record({ errorCode: 'ThrottlingException', input: asked }).units).toBeUndefined();
    expect(record({ errorCode: 'ModelStreamErrorException', input: asked, output: { outputBodyJson: { images: ['...'] } } }).units).toEqual([{ unit: 'image', count: 1 }]);
  });

  test.each([
    ['beside the bodies', { outputVideoDurationSeconds: 6 }],
    ['in the output', { output: { outputVideoDurationSeconds: 6 } }],
    ['in the answer', { output: { outputBodyJson: { outputVideoDurationSeconds: 6 } } }],
  ])('the length of a video stands %s', (_, changes) => {
    expect(record(changes).units).toEqual([{ unit: 'second', count: 6 }]);
  });

  test('are absent without bodies', () => {
    expect(record({ input: { inputTokenCount: 5 }, output: {} }).units).toBeUndefined();
  });

  test('of a batch job and of a router are told', () => {
    expect(record({ operation: 'ModelInvocationJob' }).batch).toBe(true);
    const routed = { outputBodyJson: { trace: { promptRouter: { invokedModelId: 'arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.amazon.nova-pro-v1:0' } } } };
    expect(record({ operation: 'Converse', output: routed }).routedTo).toBe('arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.amazon.nova-pro-v1:0');
    expect(record({ operation: 'InvokeModel', output: routed }).routedTo).toBeUndefined();
  });

  test('caches of an unknown lifetime are taken as the deployment says', () => {
    const line = JSON.stringify({
      timestamp: '2026-11-22T10:00:00Z',
      accountId: '111122223333',
      region: 'us-east-1',
      requestId: 'r-1',
      operation: 'Converse',
      modelId: 'm',
      identity: { arn: 'arn:aws:iam::111122223333:user/alice' },
      input: { cacheWriteInputTokenCount: 100 },
    });
    const at = Date.parse('2026-11-22T10:00:05Z');
    expect(parseInvocationRecord(line, at)).toMatchObject({ tokens: { cacheWrite5m: 100, cacheWrite1h: 0 }, cacheWriteSplit: 'assumed' });
    expect(parseInvocationRecord(line, at, { assumedCacheWriteTtl: '1h' })).toMatchObject({ tokens: { cacheWrite5m: 0, cacheWrite1h: 100 }, cacheWriteSplit: 'assumed' });
  });
});
