import { EventType } from '../../../../contract';
import { EventDetail } from '../../events';
import { plainText } from '../../plain-text';
import { firstOf, reasonOf } from '../texts';
import { steps, Writer } from './writer';

const MAX_RUNTIMES = 20;

/** Runtimes of AgentCore. */
export const AGENT_WRITERS = {
  [EventType.RUNTIMES_SHARE_ROLE]: detail => ({
    audience: 'alerts',
    severity: 'warning',
    headline: 'is an execution role that several AgentCore runtimes share',
    lines: [`${reasonOf(detail)}.`, ...runtimeLines(detail)],
    whatNext: 'they are charged to one budget, and suspended together.',
    nextSteps: steps(
      'Give each runtime an execution role of its own, where each is to have its own budget.',
      'Otherwise give the shared budget the limit that they may spend together; by default it is the sum of what each may spend.',
    ),
  }),
  [EventType.RUNTIME_REFUSED]: detail => ({
    audience: 'operations',
    severity: 'warning',
    headline: detail.principalId === undefined ? 'An AgentCore runtime cannot have a budget' : 'is an AgentCore runtime that cannot have a budget',
    lines: ['An AgentCore runtime was not registered: its calls count towards the budget of its execution role, if that has one.', `Why: ${reasonOf(detail)}`],
    whatNext: 'it stays without a budget of its own until the reason is gone.',
    raisable: false,
    nextSteps: steps('Compare the runtime in the AgentCore console with the reason. Once the reason is gone, the hourly look for runtimes registers it.'),
  }),
} satisfies Partial<Record<EventType, Writer>>;

function runtimeLines({ after }: EventDetail): string[] {
  return firstOf(Array.isArray(after?.runtimes) ? after.runtimes : [], MAX_RUNTIMES, runtime => `- ${plainText(runtime, 200)}`);
}
