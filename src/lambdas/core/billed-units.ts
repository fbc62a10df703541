import { BilledUnit, UnitCount } from './pricing/units';
import { at, countUpTo, isObject, JsonObject, roundedUpTo, textLike } from './record-body';

/** The parts of a log record in which units other than tokens can stand. */
export interface RecordBodies {
  /** What the caller sent to the model; absent where bodies are not logged. */
  readonly request: unknown;
  /** What came back. */
  readonly response: unknown;
  /** Where the log has details of a video: the record itself, its `output`, or the response. */
  readonly videoDetails: readonly unknown[];
}

/** More than any model makes in a call: a larger number is nothing that was billed. */
const MAX_IMAGES = 100;
const MAX_SECONDS = 4 * 60 * 60;
const MAX_DOCUMENTS = 10_000;
const MAX_GUARDRAIL_UNITS = 1_000_000;

/** What a query may have before it counts as another. @see https://aws.amazon.com/bedrock/pricing/ */
const DOCUMENTS_PER_QUERY = 100;

/**
 * What a call was billed by beside tokens, as far as its record tells. Only models with a price by such a unit are charged for it, so a body
 * that merely looks like another model's costs nothing.
 */
export function billedUnits(bodies: RecordBodies): readonly UnitCount[] {
  return [images(bodies), video(bodies), queries(bodies), inputImages(bodies), ...guardrails(bodies)].filter(unit => unit !== undefined);
}

/** What Titan and Nova Canvas do in the size and quality that they are asked for, or in their default one. */
const IMAGE_TASK = /^(TEXT_IMAGE|INPAINTING|OUTPAINTING|IMAGE_VARIATION|COLOR_GUIDED_GENERATION)$/;

/** Nova Canvas, Titan and Stability answer with `images`, Stable Diffusion XL with `artifacts`; what was asked for stands in the request. */
function images({ request, response }: RecordBodies): UnitCount | undefined {
  const config = at(request, 'imageGenerationConfig') ?? (textLike(at(request, 'taskType'), IMAGE_TASK) ? {} : undefined);
  const made = [at(response, 'images'), at(response, 'artifacts')].find(Array.isArray)?.length;
  const asked = isObject(config) ? countUpTo(MAX_IMAGES, config.numberOfImages) ?? 1 : undefined;
  const count = countUpTo(MAX_IMAGES, made) ?? asked;
  return count === undefined ? undefined : { unit: 'image', count, ...(isObject(config) ? { variant: imageVariant(config) } : {}) };
}

/** By the longer side, as AWS lists prices. Without a size, models make images of 1,024 pixels in standard quality. */
function imageVariant({ width, height, quality }: JsonObject): string {
  const side = Math.max(countUpTo(100_000, width) ?? 1024, countUpTo(100_000, height) ?? 1024);
  const size = side <= 512 ? '512' : side <= 1024 ? '1024' : '2048';
  return quality === 'premium' ? `${size}-premium` : size;
}

/** The log names length and height of a video; Nova Reel's and Luma's requests say what was asked for. */
function video({ request, videoDetails }: RecordBodies): UnitCount | undefined {
  const logged = (key: string) => videoDetails.map(details => at(details, key)).find(value => value !== undefined && value !== null);
  const input = isObject(at(request, 'modelInput')) ? at(request, 'modelInput') : request;
  const count = roundedUpTo(MAX_SECONDS, logged('outputVideoDurationSeconds'))
    ?? roundedUpTo(MAX_SECONDS, at(input, 'videoGenerationConfig', 'durationSeconds'))
    ?? secondsOfShots(at(input, 'multiShotManualParams', 'shots'))
    ?? roundedUpTo(MAX_SECONDS, Number(textLike(at(input, 'duration'), /^\d{1,4}s$/)?.slice(0, -1) ?? Number.NaN));
  if (count === undefined) {
    return undefined;
  }
  const height = countUpTo(10_000, logged('outputVideoHeight'));
  const variant = height === undefined ? textLike(at(input, 'resolution'), /^\d{3,4}p$/) : `${height}p`;
  return { unit: 'second', count, ...(variant ? { variant } : {}) };
}

/**
 * Nova Reel makes 6 seconds of each shot that is described by itself.
 *
 * @see https://docs.aws.amazon.com/nova/latest/userguide/video-gen-access.html
 */
const SECONDS_PER_SHOT = 6;

function secondsOfShots(shots: unknown): number | undefined {
  return Array.isArray(shots) ? roundedUpTo(MAX_SECONDS, shots.length * SECONDS_PER_SHOT) : undefined;
}

/** Rerankers get a query and documents; Cohere's answer may say how many search units that was. */
function queries({ request, response }: RecordBodies): UnitCount | undefined {
  const units = countUpTo(MAX_DOCUMENTS, at(response, 'meta', 'billed_units', 'search_units'));
  const documents = at(request, 'documents');
  const count = units ?? (Array.isArray(documents) && at(request, 'query') !== undefined ? Math.max(1, Math.ceil(documents.length / DOCUMENTS_PER_QUERY)) : undefined);
  return count === undefined ? undefined : { unit: 'query', count };
}

/**
 * Multimodal embeddings say by the request which images were embedded: Titan and Nova have one, Cohere a list of `images`, or of `inputs`
 * with parts each.
 */
function inputImages({ request }: RecordBodies): UnitCount | undefined {
  if (!isObject(request)) {
    return undefined;
  }
  const { inputs } = request;
  const single = typeof request.inputImage === 'string' || isObject(at(request, 'singleEmbeddingParams', 'image'));
  const parts = arrayOf(inputs).flatMap(input => arrayOf(at(input, 'content'))).filter(part => at(part, 'type') === 'image_url');
  const count = countUpTo(MAX_IMAGES, Math.max(Number(single), arrayOf(request.images).length, parts.length));
  const isText = request.inputText !== undefined || request.texts !== undefined || Array.isArray(inputs);
  return count === undefined || (count === 0 && !isText) ? undefined : { unit: 'image-in', count };
}

function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Guardrails' own names of what they were billed by. @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_GuardrailUsage.html */
const GUARDRAIL_UNITS: Readonly<Record<string, BilledUnit>> = {
  topicPolicyUnits: 'guardrail-topic',
  contentPolicyUnits: 'guardrail-content',
  contentPolicyImageUnits: 'guardrail-content-image',
  sensitiveInformationPolicyUnits: 'guardrail-sensitive-information',
  contextualGroundingPolicyUnits: 'guardrail-grounding',
  automatedReasoningPolicyUnits: 'guardrail-automated-reasoning',
};

/**
 * The trace of a guardrail: of Converse under `trace`, of `InvokeModel` under `amazon-bedrock-trace`. Each guardrail has assessed the input
 * once and the output any number of times.
 */
function guardrails({ response }: RecordBodies): UnitCount[] {
  const totals = new Map<BilledUnit, number>();
  for (const part of Array.isArray(response) ? response as unknown[] : [response]) {
    for (const trace of [at(part, 'trace', 'guardrail'), at(part, 'metadata', 'trace', 'guardrail'), at(part, 'amazon-bedrock-trace', 'guardrail')]) {
      for (const assessment of assessmentsOf(trace)) {
        addUnits(totals, at(assessment, 'invocationMetrics', 'usage'));
      }
    }
  }
  return [...totals].map(([unit, count]) => ({ unit, count }));
}

function assessmentsOf(trace: unknown): unknown[] {
  const inputs = [at(trace, 'inputAssessment'), at(trace, 'input')].filter(isObject).flatMap(each => Object.values(each));
  const byGuardrail = [at(trace, 'outputAssessments'), ...[at(trace, 'outputs')].flat()].filter(isObject);
  return [...inputs, ...byGuardrail.flatMap(each => Object.values(each).flat())];
}

function addUnits(totals: Map<BilledUnit, number>, usage: unknown): void {
  for (const [name, unit] of Object.entries(GUARDRAIL_UNITS)) {
    const count = countUpTo(MAX_GUARDRAIL_UNITS, at(usage, name));
    if (count) {
      totals.set(unit, (totals.get(unit) ?? 0) + count);
    }
  }
}
