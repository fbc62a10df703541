import { EventType } from '../../../contract';
import { isoInstant } from '../budget-item';
import { BudgetEvent, Deployment, eventOf } from '../events';
import { formatUsd } from '../money';
import { LoggingHint } from './checker-event';
import { ModelDifference, unmeteredPercent } from './compare';
import { isOfAllModels, Judgement } from './judge';
import { LoggingFault } from './logging-check';
import { MantleReport } from './mantle';
import { Hour } from './ports';
import { ModelCounts } from './token-counts';

const ACTOR = 'coverage-checker';

/** As many models as an event carries; the log has all of them. */
const MAX_TOLD = 20;

/** @param lasting whether it was told of the hour before */
export function gapEvent(hour: Hour, now: number, { gaps, comparison }: Judgement, lasting: boolean, deployment: Deployment): BudgetEvent {
  return differenceEvent(EventType.COVERAGE_GAP_FOUND, 'coverage-gap', hour, now, deployment, {
    models: gaps,
    part: 'unmetered',
    reason: `${tokens(sumOf(gaps, 'unmetered'))} tokens that AWS counted in the hour from ${isoInstant(hour)} were not metered`
      + ` (${unmeteredPercent(comparison.total).toFixed(1)} % of all)`,
    more: { lasting },
  });
}

export function surplusEvent(hour: Hour, now: number, { surpluses, surplusLasts }: Judgement, deployment: Deployment): BudgetEvent {
  return differenceEvent(EventType.COVERAGE_SURPLUS_FOUND, 'coverage-surplus', hour, now, deployment, {
    models: surpluses,
    part: 'overmetered',
    reason: `${tokens(sumOf(surpluses, 'overmetered'))} tokens more were metered in the hour from ${isoInstant(hour)} than AWS counted`,
    more: { lasting: surplusLasts },
  });
}

interface DifferenceDetail {
  readonly models: readonly ModelDifference[];
  readonly part: 'unmetered' | 'overmetered';
  readonly reason: string;
  readonly more: Readonly<Record<string, unknown>>;
}

function differenceEvent(
  type: EventType, name: string, hour: Hour, now: number, deployment: Deployment, { models, part, reason, more }: DifferenceDetail,
): BudgetEvent {
  const told = [...models].sort((a, b) => b[part] - a[part]).slice(0, MAX_TOLD);
  const byModel = (counts: (model: ModelDifference) => unknown) => Object.fromEntries(told.map(model => [model.key, counts(model)]));
  return eventOf(type, deployment, {
    eventId: `${name}/${isoInstant(hour)}`,
    occurredAt: isoInstant(now),
    actor: ACTOR,
    reason: told.length > 0 && !told.some(isOfAllModels) ? `${reason}: ${told.map(({ key }) => key).join(', ')}`.slice(0, 1_000) : reason,
    before: { hour: isoInstant(hour), countedByAws: byModel(({ counted }) => factsOf(counted)) },
    after: { metered: byModel(({ metered }) => factsOf(metered)), [part]: byModel(model => model[part]), models: models.length, ...more },
  });
}

function factsOf(counts: ModelCounts): Readonly<Record<string, number>> {
  return { ...counts };
}

/** @param hint the change that asked for the look, where one did */
export function loggingEvent(now: number, faults: readonly LoggingFault[], hint: LoggingHint | undefined, deployment: Deployment): BudgetEvent {
  const state = faults.length > 0 ? faults.map(({ message }) => message).join('; ') : 'the records of Bedrock\'s calls reach the usage meter';
  return eventOf(EventType.INVOCATION_LOGGING_CHANGED, deployment, {
    eventId: hint ? `logging-change/${hint.eventId}` : `logging/${isoInstant(now).slice(0, 13)}`,
    occurredAt: isoInstant(now),
    actor: hint ? hint.by : ACTOR,
    reason: hint ? `${hint.eventName}: ${state}` : state,
    ...(hint ? { before: { call: hint.eventName, by: hint.by, at: isoInstant(hint.at) } } : {}),
    after: { faults: faults.map(({ code }) => code) },
  });
}

export function mantleEvent(hour: Hour, now: number, report: MantleReport, deployment: Deployment): BudgetEvent {
  const models = Object.entries(report.models).slice(0, MAX_TOLD)
    .map(([model, { estimatedUsd, ...counts }]) => [model, { ...counts, ...(estimatedUsd === undefined ? {} : { estimatedUsd: formatUsd(estimatedUsd) }) }]);
  return eventOf(EventType.MANTLE_USE_FOUND, deployment, {
    eventId: `mantle-use/${isoInstant(hour)}`,
    occurredAt: isoInstant(now),
    actor: ACTOR,
    reason: `${report.inferences === 1 ? 'a call' : `${tokens(report.inferences)} calls`} of the bedrock-mantle endpoint in the hour from ${isoInstant(hour)}`
      + ` ${report.inferences === 1 ? 'counts' : 'count'} towards no budget`,
    calls: report.inferences,
    after: {
      hour: isoInstant(hour),
      inputTokens: report.inputTokens,
      outputTokens: report.outputTokens,
      estimatedUsd: formatUsd(report.estimated),
      unpriced: report.unpriced.slice(0, MAX_TOLD),
      models: Object.fromEntries(models),
    },
  });
}

function sumOf(models: readonly ModelDifference[], part: 'unmetered' | 'overmetered'): number {
  return models.reduce((sum, model) => sum + model[part], 0);
}

function tokens(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}
