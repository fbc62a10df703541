import { EventType, PrincipalKindName, SettingName } from '../../contract';
import { holderToldIn } from './agents/still-denied';
import { BudgetFigures, EventDetail } from './events';
import { formatUsdRounded, MoneyError, subtractUsd, usd, Usd } from './money';
import { asciiSubject, plainText } from './plain-text';
import { principalFromId } from './principal';

/** A message to people. */
export interface Alert {
  /** `alerts` goes to those who own budgets, `operations` to those who run the system. */
  readonly topic: 'alerts' | 'operations';
  readonly subject: string;
  readonly body: string;
}

/** What instructions must name. */
export interface AlertContext {
  readonly budgetsTable: string;
  /** Of the run-time settings in SSM. */
  readonly settingsPath: string;
}

/** What a message says, before it is put together with who and where. */
interface Message {
  readonly topic: Alert['topic'];
  /** Follows the principal's name in the subject. */
  readonly headline: string;
  readonly lines: readonly string[];
  readonly whatToDo: readonly string[];
}

type Writer = (detail: EventDetail, context: AlertContext) => Message | undefined;

const MAX_LABELS = 10;
const MAX_PRICES = 20;
const MAX_POLICIES = 20;
const MAX_RUNTIMES = 20;

/**
 * The message that an event is worth, or `undefined` where nobody needs one: registrations and changes of budgets are told by those
 * who made them, a restoration that has begun is told when it is done, refreshed prices change nothing that was charged, and a principal that
 * is gone needs nothing more.
 */
export function alertFor(detailType: string, detail: EventDetail, context: AlertContext): Alert | undefined {
  const message = WRITERS[detailType as EventType]?.(detail, context);
  if (!message) {
    return undefined;
  }
  const environment = plainText(detail.environmentName, 64);
  const principal = detail.principalId === undefined ? undefined : plainText(detail.principalId, 200);
  const about = principal ? `${nameOf(detail)} ` : '';
  const paragraphs = [
    message.lines,
    [...(principal ? [`Principal: ${principal}`, ...labelLines(detail)] : []), ...figureLines(detail.budget)],
    message.whatToDo.length > 0 ? ['What to do:', ...message.whatToDo.map(step => `- ${step}`)] : [],
    [`Environment: ${environment}`, `Deployment: ${plainText(detail.deploymentId, 64)}`, `Time: ${instant(detail.occurredAt)}`, `Event: ${plainText(detail.eventId, 200)}`],
  ];
  return {
    topic: message.topic,
    subject: asciiSubject(`[${environment}] ${about}${message.headline}`),
    body: paragraphs.filter(lines => lines.length > 0).map(lines => lines.join('\n')).join('\n\n'),
  };
}

const WRITERS: Partial<Record<EventType, Writer>> = {
  [EventType.THRESHOLD_CROSSED]: thresholdCrossed,
  [EventType.GRACE_PERIOD_STARTED]: gracePeriodStarted,
  [EventType.GRACE_PERIOD_CANCELLED]: detail => (detail.status === 'exceeded' ? {
    topic: 'alerts',
    headline: 'is over its Bedrock budget and not suspended for now',
    lines: [`The grace period has ended without a suspension, although the principal is over its budget: ${reasonOf(detail)}.`],
    whatToDo: ['Nothing to get access: it stays. Once budgets are enforced again, a new grace period begins.'],
  } : {
    topic: 'alerts',
    headline: 'is within its Bedrock budget again, not suspended',
    lines: ['The grace period has ended without a suspension: the principal is within its budget again.'],
    whatToDo: [],
  }),
  [EventType.PRINCIPAL_SUSPENDED]: principalSuspended,
  [EventType.PRINCIPAL_RESTORED]: principalRestored,
  [EventType.SUSPENSION_FAILED]: detail => (isAboutPolicies(detail) ? policiesNotRemoved(detail) : {
    topic: 'operations',
    headline: 'could not be suspended',
    lines: ['The principal is over its budget and could not be suspended: it can still spend.', `What failed: ${reasonOf(detail)}`],
    whatToDo: [
      'Nothing, if this message does not come again: the monitor starts another attempt within ten minutes.',
      'Otherwise look into the failed execution of the suspension state machine and the log of the enforcer.',
      'To stop the spending at once, attach the deny policy of the deployment to the principal by hand.',
    ],
  }),
  [EventType.RESTORATION_FAILED]: detail => (isAboutPolicies(detail) ? policiesNotRestored(detail) : {
    topic: 'operations',
    headline: 'could not be restored',
    lines: ['The principal is within its budget again, but its access to Bedrock could not be given back.', `What failed: ${reasonOf(detail)}`],
    whatToDo: [
      'Nothing, if this message does not come again: the monitor starts another attempt within ten minutes.',
      'Otherwise look into the failed execution of the restoration state machine and the log of the enforcer.',
      'To give access back at once, detach the deny policy of the deployment from the principal by hand.',
    ],
  }),
  [EventType.PRINCIPAL_UNENFORCEABLE]: detail => ({
    topic: 'operations',
    headline: 'is over its Bedrock budget and cannot be suspended',
    lines: ['The principal is over its budget, and this system cannot restrict it: it can still spend.', `Why: ${reasonOf(detail)}`],
    whatToDo: [
      'Root and roles that AWS reserves to itself: restrict them by a service control policy or in their permission set.',
      'Attachment quota full: detach a managed policy that is not needed any more; it is tried again within the hour.',
      'Principals of another account: restrict them there.',
    ],
  }),
  [EventType.DRIFT_DETECTED]: detail => ({
    topic: 'operations',
    headline: 'is not restricted as it should be',
    lines: [
      'IAM and the Budgets table disagree about the deny policy: somebody has changed it by hand, or a change was lost. It is being repaired.',
      `Found: ${reasonOf(detail)}`,
    ],
    whatToDo: [
      'Find out in CloudTrail who attached or detached the policy (AttachUserPolicy, AttachRolePolicy, DetachUserPolicy, DetachRolePolicy).',
      'If infrastructure code manages the principal\'s attachments exclusively, make it ignore the deny policy, or it will take it off again.',
    ],
  }),
  [EventType.MODEL_PRICE_UNKNOWN]: (detail, { settingsPath }) => ({
    topic: 'operations',
    headline: 'The price of a Bedrock model is not known',
    lines: [
      'A model is called whose price is not known. Its calls are charged by an estimate on the safe side, which counts against budgets.',
      `Model: ${modelOf(detail)}`,
      `What: ${reasonOf(detail)}`,
    ],
    whatToDo: [
      [
        `Write its price, in USD per million tokens, as a line of the SSM parameter ${plainText(settingsPath, 300)}/${SettingName.PRICE_OVERRIDES}:`,
        `  ${modelOf(detail)} in=3 out=15`,
      ].join('\n'),
      'Or deploy a newer version of the library, which may know it.',
      'Either way its calls are charged anew within half an hour, and whoever was suspended by the estimate alone is restored.',
    ],
  }),
  [EventType.CALLS_REPRICED]: callsRepriced,
  [EventType.PRICES_HELD_BACK]: (detail, { settingsPath }) => ({
    topic: 'operations',
    headline: 'Prices of the AWS Price List are held back',
    lines: ['The AWS Price List has prices that contradict the known ones. They are not used.', `What: ${reasonOf(detail)}`, ...priceChanges(detail)],
    whatToDo: [
      'Compare them with https://aws.amazon.com/bedrock/pricing/.',
      `Where the new price is right, write it into the SSM parameter ${plainText(settingsPath, 300)}/${SettingName.PRICE_OVERRIDES}, or deploy a newer version of the library.`,
    ],
  }),
  [EventType.RUNTIMES_SHARE_ROLE]: detail => ({
    topic: 'alerts',
    headline: 'is an execution role that several AgentCore runtimes share',
    lines: [`${reasonOf(detail)}.`, ...runtimeLines(detail)],
    whatToDo: [
      'Give each runtime an execution role of its own, where each is to have its own budget.',
      'Otherwise give the shared budget the limit that they may spend together; by default it is the sum of what each may spend.',
    ],
  }),
  [EventType.RUNTIME_REFUSED]: detail => ({
    topic: 'operations',
    headline: detail.principalId === undefined ? 'An AgentCore runtime cannot have a budget' : 'is an AgentCore runtime that cannot have a budget',
    lines: ['An AgentCore runtime was not registered: its calls count towards the budget of its execution role, if that has one.', `Why: ${reasonOf(detail)}`],
    whatToDo: ['Compare the runtime in the AgentCore console with the reason. Once the reason is gone, the hourly look for runtimes registers it.'],
  }),
  [EventType.POLICIES_RESTORED]: detail => (Array.isArray(detail.after?.notRestored) && detail.after.notRestored.length > 0 ? {
    topic: 'operations',
    headline: 'has back all policies but some',
    lines: [
      'The policies that were removed with the suspension were put back, but for those that could not be:',
      ...detail.after.notRestored.slice(0, MAX_POLICIES).map(policy => `- ${plainText(typeof policy === 'string' ? policy : JSON.stringify(policy), 300)}`),
    ],
    whatToDo: [
      'Policies that no longer exist: make them anew and attach them, if they are still needed.',
      'Inline policies whose name somebody else has taken: the former document is in the history of the policy backups table.',
    ],
  } : undefined),
  [EventType.CONFIGURATION_CHANGED]: detail => ({
    topic: 'operations',
    headline: 'Run-time settings of BedrockBudgeteer were changed',
    lines: ['The run-time settings were changed in SSM; the new ones are in force.', ...settingChanges(detail)],
    whatToDo: ['If nobody of you did this, find out in CloudTrail who did (PutParameter).'],
  }),
  [EventType.CONFIGURATION_INVALID]: (detail, { settingsPath }) => ({
    topic: 'operations',
    headline: 'A run-time setting of BedrockBudgeteer is not valid',
    lines: ['A run-time setting in SSM is not valid and was refused.', `Which: ${reasonOf(detail)}`],
    whatToDo: [`Correct the parameter below ${plainText(settingsPath, 300)}/ in SSM Parameter Store; it is read again within a minute.`],
  }),
  [EventType.DECLARATION_KEPT_OUT]: (detail, { budgetsTable }) => ({
    topic: 'operations',
    headline: 'has a budget other than its stack declares',
    lines: [
      'A stack declares a budget that somebody has changed at run time. The change was kept.',
      `What: ${reasonOf(detail)}`,
      `Declared: ${json(detail.before)}`,
      `In force: ${json(detail.after)}`,
    ],
    whatToDo: [
      'To keep the change, write it into the stack\'s `budgets` as well.',
      `To go back to what the stack declares, write that into the principal's item in table ${plainText(budgetsTable, 255)}.`,
    ],
  }),
};

function thresholdCrossed(detail: EventDetail, context: AlertContext): Message | undefined {
  if (detail.level === 'warning' || detail.level === 'critical') {
    return {
      topic: 'alerts',
      headline: `has used ${share(detail.budget)} of its Bedrock budget`,
      lines: [`${detail.level === 'critical' ? 'Last warning' : 'Warning'}: the principal has used ${share(detail.budget)} of its budget.`],
      whatToDo: ['Nothing, if the spending is as planned and will stay within the limit.', ...moreBudget(detail, context)],
    };
  }
  // At the limit the grace period is told, not the threshold; only where none begins is this the one message.
  return detail.status === 'exceeded' ? {
    topic: 'alerts',
    headline: 'is over its Bedrock budget and not restricted',
    lines: [`The principal has reached its limit (${share(detail.budget)}). It is not restricted, and can still spend.`],
    whatToDo: ['Stop the spending at its source, or', ...moreBudget(detail, context)],
  } : undefined;
}

function gracePeriodStarted(detail: EventDetail, context: AlertContext): Message {
  if (isHeld(detail)) {
    return {
      topic: 'alerts',
      headline: 'is being suspended from Bedrock by order',
      lines: [`An operator has ordered to suspend the principal: ${reasonOf(detail)}. Its access to Bedrock is withdrawn now.`],
      whatToDo: HELD,
    };
  }
  const deadline = instant(detail.graceDeadline);
  const atOnce = Date.parse(detail.graceDeadline ?? '') <= Date.parse(detail.occurredAt);
  return {
    topic: 'alerts',
    headline: `has reached its Bedrock budget: suspended ${atOnce ? 'now' : `at ${deadline}`}`,
    lines: [
      `The principal has reached its limit: ${reasonOf(detail)}.`,
      atOnce ? 'Its access to Bedrock is withdrawn now.' : `Its access to Bedrock is withdrawn at ${deadline}, unless it is within its budget by then.`,
    ],
    whatToDo: ['Finish or save what is running.', ...moreBudget(detail, context)],
  };
}

/** A step of the strategy DETACH: the reason begins with the name of the state that failed. */
function isAboutPolicies({ reason }: EventDetail): boolean {
  return /^(RemovePolicies|RestorePolicies)/.test(plainText(reason, 40));
}

function policiesNotRemoved(detail: EventDetail): Message {
  return {
    topic: 'operations',
    headline: 'is denied Bedrock, but keeps its own policies',
    lines: [
      'The principal is suspended by the deny policy and cannot spend. Its own policies could not be removed, as the strategy DETACH has it.',
      `What failed: ${reasonOf(detail)}`,
    ],
    whatToDo: [
      'Look into the log of the policy-detacher for the reason: a service control policy that protects the principal, say, or policies too large for a backup.',
      'It is tried again every five minutes for as long as the principal is suspended.',
    ],
  };
}

function policiesNotRestored(detail: EventDetail): Message {
  return {
    topic: 'operations',
    headline: 'could not be given its policies back',
    lines: [
      'The principal is within its budget again, but not all of its policies could be put back. The deny stays on until they are.',
      `What failed: ${reasonOf(detail)}`,
    ],
    whatToDo: [
      'Do not detach the deny policy by hand: the principal would have neither a deny nor its policies.',
      'Where a quota is full, make room at the principal: detach a managed policy or shorten an inline one that is not needed. It is tried again every five minutes.',
      'What is held stands in the policy backups table.',
    ],
  };
}

function principalSuspended(detail: EventDetail, context: AlertContext): Message {
  const { suspension, budget } = detail;
  return {
    topic: 'alerts',
    headline: 'is suspended from Bedrock',
    lines: [
      `The principal may not use Bedrock any more: ${reasonOf(detail)}. IAM has confirmed it.`,
      ...(suspension && !isHeld(detail) ? [
        `From the call that reached the limit until now it took ${Number(suspension.secondsToBlock)} seconds, the grace period included;`
          + ` ${dollars(suspension.overspendUsd)} were spent beyond the limit.`,
      ] : []),
      ...(budget && !isHeld(detail) ? [`Access comes back by itself when the next period begins, at ${instant(budget.periodEndsAt)}, or as soon as the limit rises.`] : []),
    ],
    whatToDo: isHeld(detail) ? HELD : moreBudget(detail, context),
  };
}

/** Several budgets may have one role denied: one that is free says nothing of the others. */
function principalRestored({ reason }: EventDetail): Message {
  const holder = holderToldIn(plainText(reason, 2_000));
  return holder === undefined ? {
    topic: 'alerts',
    headline: 'may use Bedrock again',
    lines: ['The deny policy was taken off and IAM has confirmed it: the principal may use Bedrock again.'],
    whatToDo: [],
  } : {
    topic: 'alerts',
    headline: 'is within its Bedrock budget again, but its role is denied still',
    lines: [`The principal is within its budget again. Its execution role stays denied for another budget: ${plainText(holder, 200)}.`],
    whatToDo: ['Look at that budget: access comes back when it is within its limit as well.'],
  };
}

const HELD = ['Ask whoever gave the order. Access comes back when the attribute `hold` is removed from the principal\'s item, not before.'];

/** Suspended by an order, whatever was spent: the reason begins as the decision writes it. */
function isHeld({ reason }: EventDetail): boolean {
  return plainText(reason, 20).startsWith('held by ');
}

/** A change of less than a cent is for the audit trail alone. */
function callsRepriced(detail: EventDetail): Message | undefined {
  const before = amount(detail.before?.costUsd);
  const after = amount(detail.after?.costUsd);
  if (before === undefined || after === undefined || isLessThanACent(subtractUsd(after, before))) {
    return undefined;
  }
  return {
    topic: 'alerts',
    headline: `was charged anew for Bedrock: ${formatUsdRounded(before)} became ${formatUsdRounded(after)}`,
    lines: [
      `The price of a model is known now. Calls that had been charged by an estimate were charged anew: ${formatUsdRounded(before)} became ${formatUsdRounded(after)}.`,
      `Model: ${modelOf(detail)}`,
      `Calls: ${Number(detail.calls)}`,
    ],
    whatToDo: [],
  };
}

const CENT = usd('0.01');

function isLessThanACent(difference: Usd): boolean {
  return difference < CENT && difference > -CENT;
}

/** How a budget is raised: for good where the limit is from, and at once for the rest of the period. */
function moreBudget(detail: EventDetail, { budgetsTable, settingsPath }: AlertContext): string[] {
  const until = detail.budget && isoOrNone(detail.budget.periodEndsAt);
  const principal = principalFromId(detail.principalId ?? '');
  const forGood = 'To raise the limit for good, change it in the `budgets` of the CDK stack and deploy.'
    + defaultOf(detail, settingsPath);
  if (!principal || !until) {
    return [forGood];
  }
  const key = JSON.stringify({ principalId: { S: principal.id } });
  const values = JSON.stringify({
    ':none': { L: [] },
    ':more': { L: [{ M: { amountUsd: { N: '10' }, expiresAt: { S: until } } }] },
    ':me': { S: 'your name' },
  });
  return [
    forGood,
    [
      `To raise every limit of the principal by $10.00 at once, until ${until} (write another amount as you need):`,
      `  aws dynamodb update-item --table-name '${plainText(budgetsTable, 255)}' --key '${key}' \\`,
      "    --update-expression 'SET topUps = list_append(if_not_exists(topUps, :none), :more), updatedBy = :me' \\",
      `    --expression-attribute-values '${values}'`,
    ].join('\n'),
  ];
}

/** Where the limit comes from that holds for kinds that have a default. */
function defaultOf({ principalKind }: EventDetail, settingsPath: string): string {
  const whose: Partial<Record<string, readonly [string, SettingName]>> = {
    [PrincipalKindName.API_KEY_USER]: ['API keys', SettingName.DEFAULT_API_KEY_BUDGET_USD],
    [PrincipalKindName.AGENT_RUNTIME]: ['AgentCore runtimes', SettingName.DEFAULT_AGENT_BUDGET_USD],
    [PrincipalKindName.AGENT_ROLE]: ['AgentCore runtimes, times their number,', SettingName.DEFAULT_AGENT_BUDGET_USD],
  };
  const [kind, setting] = whose[principalKind ?? ''] ?? [];
  return kind ? ` Where the stack declares none, the default for ${kind} holds: SSM parameter ${plainText(settingsPath, 300)}/${setting}.` : '';
}

function runtimeLines({ after }: EventDetail): string[] {
  const runtimes = Array.isArray(after?.runtimes) ? after.runtimes : [];
  const lines = runtimes.slice(0, MAX_RUNTIMES).map(runtime => `- ${plainText(runtime, 200)}`);
  return runtimes.length > MAX_RUNTIMES ? [...lines, `and ${runtimes.length - MAX_RUNTIMES} more`] : lines;
}

function labelLines({ labels = {} }: EventDetail): string[] {
  const entries = Object.entries(labels).slice(0, MAX_LABELS).map(([key, value]) => `${plainText(key, 64)}=${plainText(value, 64)}`);
  return entries.length > 0 ? [`Labels: ${entries.join(', ')}`] : [];
}

function figureLines(budget: BudgetFigures | undefined): string[] {
  return budget ? [
    `Spent: ${dollars(budget.spentUsd)} of ${dollars(budget.limitUsd)} (${share(budget)})`,
    ...(budget.estimatedUsd === undefined ? [] : [`of which ${dollars(budget.estimatedUsd)} are an estimate: the price of a model is not known`]),
    `Period: ${plainText(budget.period, 40)}, since ${plainText(budget.periodStart, 10)}, next one begins ${instant(budget.periodEndsAt)}`,
  ] : [];
}

function priceChanges({ before = {}, after = {} }: EventDetail): string[] {
  const names = Object.keys(after);
  const lines = names.slice(0, MAX_PRICES).map(name => `${plainText(name, 200)}: ${plainText(before[name], 40) || 'none'} -> ${plainText(after[name], 160)}`);
  return names.length > MAX_PRICES ? [...lines, `and ${names.length - MAX_PRICES} more`] : lines;
}

function settingChanges({ before = {}, after = {} }: EventDetail): string[] {
  return Object.keys(after).filter(name => before[name] !== after[name])
    .map(name => `${plainText(name, 64)}: ${plainText(before[name], 64) || 'none'} -> ${plainText(after[name], 64)}`);
}

/** What people call a principal; subjects are short, and the body has the id. */
function nameOf({ principalId = '', labels }: EventDetail): string {
  const principal = principalFromId(principalId);
  if (principal?.kind === PrincipalKindName.AGENT_RUNTIME && labels?.name) {
    // AgentCore's id is the name and a suffix that nobody knows.
    return plainText(labels.name, 64);
  }
  return principal ? principal.name ?? `the root user of ${principal.accountId}` : plainText(principalId, 64);
}

function reasonOf({ reason }: EventDetail): string {
  return plainText(reason, 500) || 'no reason given';
}

function modelOf({ modelId }: EventDetail): string {
  return plainText(modelId, 300) || 'not told';
}

function share(budget: BudgetFigures | undefined): string {
  return budget ? `${plainText(budget.sharePercent, 12)} %` : 'part';
}

function dollars(decimal: string): string {
  const read = amount(decimal);
  return read === undefined ? 'an unreadable amount' : formatUsdRounded(read);
}

function amount(decimal: unknown): Usd | undefined {
  try {
    return typeof decimal === 'string' ? usd(decimal) : undefined;
  } catch (error) {
    if (error instanceof MoneyError) {
      return undefined;
    }
    throw error;
  }
}

function isoOrNone(text: string): string | undefined {
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

function instant(text: string | undefined): string {
  return isoOrNone(text ?? '')?.replace('T', ' ').replace(/(:\d\d)\.000Z$/, '$1 UTC').replace(/Z$/, ' UTC') ?? 'an unknown time';
}

function json(value: unknown): string {
  return plainText(JSON.stringify(value ?? null), 500);
}
