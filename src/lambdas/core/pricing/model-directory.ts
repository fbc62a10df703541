import { Metric } from '../../../contract';
import { UsageRecord } from '../invocation-record';
import { Log, Metrics } from '../ports';
import { PricingAssumption } from './assumptions';
import { baseOfCustomModel, OpaqueModelKind, parseModelId } from './model-id';
import { ModelBehind, PricedUsage } from './price-catalog';

/** Knows the models behind ARNs. */
export interface ModelDirectory {
  /** What is behind those of the ids that are ARNs and do not tell their model; ids that Bedrock did not tell of are missing. Never throws for a refusal. */
  modelsBehind(modelIds: Iterable<string>): Promise<ReadonlyMap<string, ModelBehind>>;
}

/** Kinds of ARN that Bedrock can be asked about. Imported models and marketplace endpoints have no model of the list behind them. */
const ASKABLE_KINDS = ['application-inference-profile', 'prompt-router', 'provisioned-model', 'custom-model', 'custom-model-deployment'] as const;
export type AskableKind = (typeof ASKABLE_KINDS)[number];

/** Port: one question to Bedrock's control plane. */
export interface ModelQuestions {
  /**
   * ARNs of the models that an ARN stands for, one step further: a deployment answers with its custom model, that with its base.
   *
   * @throws whatever AWS says: it may refuse, throttle or not know the ARN
   */
  modelsOf(kind: AskableKind, arn: string): Promise<readonly string[]>;
}

export interface DirectoryOptions {
  readonly metrics: Metrics;
  readonly log: Log;
  /** Epoch milliseconds. How long an answer is trusted is no matter of any budget's time. */
  readonly clock: () => number;
}

/** A profile's models never change; a router's and a deployment's seldom do. */
const ANSWER_LIFETIME_MS = 60 * 60 * 1000;

/** Somebody may grant the right, or Bedrock stop throttling: until then calls are charged by an estimate. */
const REFUSAL_LIFETIME_MS = 5 * 60 * 1000;

/** Far more than an account has. */
const MAX_ANSWERS = 1_000;

/** A deployment, its custom model, that model's base, and one to spare. */
const MAX_STEPS = 4;

/** What to say of a price that was found behind an ARN of a kind. */
const ASSUMED: Partial<Record<OpaqueModelKind, PricingAssumption>> = {
  'provisioned-model': 'not-billed-by-token',
  'custom-model': 'custom-model-priced-as-base',
  'custom-model-deployment': 'custom-model-priced-as-base',
  'prompt-router': 'router-priced-as-dearest',
};

interface Answer {
  readonly behind?: ModelBehind;
  readonly until: number;
}

/** Asks Bedrock once for each ARN, remembers the answer, and does without it where Bedrock refuses. */
export class AskingModelDirectory implements ModelDirectory {
  private readonly answers = new Map<string, Answer>();

  constructor(private readonly questions: ModelQuestions, private readonly options: DirectoryOptions) {}

  public async modelsBehind(modelIds: Iterable<string>): Promise<ReadonlyMap<string, ModelBehind>> {
    const askable = [...new Set(modelIds)].filter(id => askableKind(id) !== undefined);
    const found = await Promise.all(askable.map(async id => [id, await this.answerFor(id)] as const));
    return new Map(found.flatMap(([id, behind]) => (behind ? [[id, behind] as const] : [])));
  }

  private async answerFor(arn: string): Promise<ModelBehind | undefined> {
    const now = this.options.clock();
    const known = this.answers.get(arn);
    if (known && known.until > now) {
      return known.behind;
    }
    const behind = await this.ask(arn);
    if (!known && this.answers.size >= MAX_ANSWERS) {
      const [oldest] = this.answers.keys();
      this.answers.delete(oldest);
    }
    // An answer that has become old is better than none.
    const kept = behind ?? known?.behind;
    this.answers.set(arn, { ...(kept ? { behind: kept } : {}), until: now + (behind ? ANSWER_LIFETIME_MS : REFUSAL_LIFETIME_MS) });
    return kept;
  }

  private async ask(arn: string): Promise<ModelBehind | undefined> {
    try {
      const behind = await this.follow(arn);
      if (behind) {
        return behind;
      }
      this.unresolved(arn, 'Bedrock named no foundation model');
    } catch (error) {
      this.unresolved(arn, `${(error as Error).name}: ${(error as Error).message}`.slice(0, 300));
    }
    return undefined;
  }

  private async follow(arn: string): Promise<ModelBehind | undefined> {
    const assumption = ASSUMED[kindOf(arn)!];
    let arns: readonly string[] = [arn];
    for (let step = 0; step < MAX_STEPS; step += 1) {
      const asked = await Promise.all(arns.map(async each => {
        const kind = askableKind(each);
        return kind ? this.questions.modelsOf(kind, each) : [each];
      }));
      arns = [...new Set(asked.flat())];
      if (arns.every(each => kindOf(each) === undefined)) {
        return behindOf(arns, assumption);
      }
    }
    return undefined;
  }

  private unresolved(arn: string, problem: string): void {
    this.options.metrics.add(Metric.MODELS_UNRESOLVED, 1);
    this.options.log.warn('Bedrock did not tell the model behind an ARN; its calls are charged by an estimate', { modelId: arn, problem });
  }
}

/** A call, and the model that a prompt router chose for it. */
export type RoutedUsage = PricedUsage & Pick<UsageRecord, 'routedTo'>;

/** A call with what is behind its ARN: the model that the record names, else what Bedrock was heard to say, else what the ARN says itself. */
export function withModelBehind(usage: RoutedUsage, behind: ReadonlyMap<string, ModelBehind>): PricedUsage {
  if (kindOf(usage.modelId) === undefined) {
    return usage;
  }
  const modelBehind = usage.routedTo === undefined ? behind.get(usage.modelId) ?? namedBy(usage.modelId) : { modelId: usage.routedTo };
  return modelBehind ? { ...usage, modelBehind } : usage;
}

function namedBy(arn: string): ModelBehind | undefined {
  const modelId = baseOfCustomModel(arn);
  return modelId === undefined ? undefined : { modelId, assumption: ASSUMED['custom-model'] };
}

/** Whether Bedrock has to be asked about a call: one that failed costs nothing, and may name an ARN that does not exist. */
export function hasToBeAsked({ modelId, routedTo, errorCode }: UsageRecord): boolean {
  return routedTo === undefined && errorCode === undefined && askableKind(modelId) !== undefined;
}

/** Several models are those of a router, or one model in several regions: what routes worldwide names its regions as well. */
function behindOf(arns: readonly string[], assumption: PricingAssumption | undefined): ModelBehind | undefined {
  const ids = new Set(arns.map(callableId));
  const [modelId, ...others] = [...ids].filter(id => !ids.has(`global.${id}`));
  return modelId === undefined ? undefined : { modelId, ...(others.length > 0 ? { others } : {}), ...(assumption ? { assumption } : {}) };
}

/** The id by which a caller would name the model. What routes worldwide has an ARN without a region. */
function callableId(arn: string): string {
  const reference = parseModelId(arn);
  if (reference.kind !== 'foundation-model') {
    return arn;
  }
  const worldwide = /^arn:[a-z0-9-]+:bedrock:::/.test(arn);
  const geography = worldwide ? 'global' : reference.geography;
  return geography === undefined ? reference.id : `${geography}.${reference.id}`;
}

function kindOf(modelId: string): OpaqueModelKind | undefined {
  // Asked of every call, most of which name a model by its id.
  if (!modelId.startsWith('arn:')) {
    return undefined;
  }
  const reference = parseModelId(modelId);
  return reference.kind === 'opaque' ? reference.what : undefined;
}

function askableKind(modelId: string): AskableKind | undefined {
  const kind = kindOf(modelId);
  return ASKABLE_KINDS.find(askable => askable === kind);
}
