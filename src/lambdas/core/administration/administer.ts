import { Metric } from '../../../contract';
import { DecisionContext } from '../decision';
import { plainText } from '../plain-text';
import { BudgetView, budgetView } from './budget-view';
import { Caller, callerFrom } from './caller';
import { ChangeAnswer, changeBudget, notSeen, readBudget } from './change-budget';
import { AdministrationError } from './errors';
import { getHistory, History } from './history';
import { BudgetList, listBudgets } from './list-budgets';
import { AdministrationPorts } from './ports';
import { AdministrationRequest, isChange, operationOf, readRequest } from './requests';

/** A request as it arrives. */
export interface IncomingRequest {
  /** ARN of whoever signed it. */
  readonly callerArn?: string;
  /** Of this invocation: the log has it. */
  readonly requestId: string;
  /** When it arrived, epoch milliseconds. */
  readonly at: number;
  /** @throws AdministrationError where there is no JSON in it */
  body(): unknown;
}

export type Answer = { readonly budget: BudgetView } | BudgetList | History | ChangeAnswer;

export type AdministrationContext = Omit<DecisionContext, 'settings'>;

/**
 * Answers a request of an administrator.
 *
 * @throws AdministrationError where it is refused
 */
export async function administer(incoming: IncomingRequest, ports: AdministrationPorts, context: AdministrationContext): Promise<Answer> {
  const { log, metrics } = ports;
  metrics.add(Metric.ADMINISTRATION_REQUESTS, 1);
  let body: unknown;
  const facts = () => ({ operation: operationOf(body) ?? 'unknown', caller: plainText(incoming.callerArn, 300), principalId: principalIn(body) });
  try {
    const caller = callerFrom(incoming.callerArn);
    body = incoming.body();
    const answer = await answerTo(readRequest(body), caller, incoming, ports, context);
    log.info('administration', { ...facts(), outcome: outcomeOf(answer) });
    return answer;
  } catch (error) {
    if (error instanceof AdministrationError) {
      log.warn('administration', { ...facts(), outcome: 'refused', code: error.code, problem: error.message });
      if (isChange(operationOf(body))) {
        metrics.add(Metric.ADMINISTRATION_REFUSED, 1);
      }
    } else {
      log.error('administration', { ...facts(), outcome: 'failed', requestId: incoming.requestId, problem: problemOf(error) });
    }
    throw error;
  }
}

async function answerTo(
  request: AdministrationRequest, caller: Caller, { at: now, requestId }: IncomingRequest, ports: AdministrationPorts, deployment: AdministrationContext,
): Promise<Answer> {
  if (request.operation === 'getHistory') {
    return getHistory(request, ports.history);
  }
  // A restoration by settings that were just changed would exempt somebody for nothing, or not exempt who needs it.
  const { settings } = await ports.settings.load(request.operation === 'restore');
  const context = { ...deployment, settings };
  switch (request.operation) {
    case 'getBudget': {
      const item = await ports.budgets.read(request.principalId);
      if (!item) {
        throw notSeen(request.principalId);
      }
      return { budget: budgetView(readBudget(item), context, now) };
    }
    case 'listBudgets':
      return listBudgets(request, now, ports.budgets, context);
    default:
      return changeBudget(request, { caller, requestId, now }, ports, context);
  }
}

function outcomeOf(answer: Answer): string {
  if (!('changed' in answer)) {
    return 'read';
  }
  return answer.replayed ? 'replayed' : answer.dryRun ? 'tried out' : answer.changed ? 'changed' : 'unchanged';
}

/** Of a request that may be nonsense. */
function principalIn(body: unknown): string | undefined {
  const { principalId } = (body ?? {}) as { readonly principalId?: unknown };
  return principalId === undefined ? undefined : plainText(principalId, 200);
}

/** With what lies behind it: an error of the adapters often says no more than what it was doing. */
function problemOf(error: unknown): string {
  const { name, message, cause } = (error ?? {}) as Error;
  return plainText(`${name}: ${message}${cause === undefined ? '' : `; because of ${problemOf(cause)}`}`, 1_000);
}
