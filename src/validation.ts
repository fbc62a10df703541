import { Duration, RemovalPolicy, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { isLabelName, isLabelValue, LABEL_RULE, MAX_LABELS } from './lambdas/core/label-rule';

/**
 * Checks of what the user gave. Every check passes tokens through: their value is known at deployment only,
 * and the handlers check it again.
 */

/** A prop with a value that is not allowed: says what was given, what is allowed and what to do. */
export class BudgeteerValidationError extends Error {
  public readonly name = 'BudgeteerValidationError';

  constructor(scope: IConstruct | undefined, problem: Problem) {
    const where = scope ? `${scope.node.path}: ` : '';
    super(`${where}${problem.prop} is ${problem.given}, allowed is ${problem.allowed}: ${problem.remedy}`);
  }
}

/** What is wrong with a prop. */
export interface Problem {
  /** Name of the prop, as the user wrote it. */
  readonly prop: string;
  /** The value, or what is wrong about it; a text of the user's in quotes. */
  readonly given: string | number | boolean;
  readonly allowed: string;
  readonly remedy: string;
}

/** The longest grace period: beyond a month it would outlast the period that it belongs to. */
const MAX_GRACE_PERIOD = Duration.days(30);

/** Above this an amount is a slip of the keyboard. */
const MAX_BUDGET_USD = 1e9;

/** Money is kept in units of 10⁻¹² USD. */
const MAX_BUDGET_DECIMALS = 12;

/** Ten years. */
const MAX_BACKUP_HISTORY_DAYS = 3650;

/** IAM's own alphabet and length of user and role names. */
const IAM_NAME = /^[\w+=,.@-]{1,64}$/;

/** Not what RFC 5322 allows, but what SNS can send to: something at a host with a dot, no spaces. */
const EMAIL_ADDRESS = /^[^\s@,;<>"]+@[^\s@,;<>"]+\.[^\s@.,;<>"]+$/;

/** A value of any type as it stands in messages: texts in quotes. Values from context and configuration files have no type. */
export function shown(value: unknown): string | number | boolean {
  switch (typeof value) {
    case 'string':
      return quoted(value);
    case 'number':
    case 'boolean':
      return value;
    case 'undefined':
      return 'left out';
    default:
      return value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
  }
}

/** A list, where one value in its place would be read as something else. */
export function checkList(scope: IConstruct | undefined, prop: string, given: unknown, remedy: string): void {
  if (given !== undefined && !Token.isUnresolved(given) && !Array.isArray(given)) {
    throw new BudgeteerValidationError(scope, { prop, given: shown(given), allowed: 'a list', remedy });
  }
}

/** An object, or nothing: `false` would switch on what it is meant to switch off. */
export function checkObject(scope: IConstruct | undefined, prop: string, given: unknown, remedy: string): void {
  if (given !== undefined && !Token.isUnresolved(given) && (typeof given !== 'object' || given === null || Array.isArray(given))) {
    throw new BudgeteerValidationError(scope, { prop, given: shown(given), allowed: 'an object of options', remedy });
  }
}

/** Keys and values of tags that the CDK is given. */
export function checkTags(scope: IConstruct, tags: unknown): void {
  checkObject(scope, 'tags', tags, 'write keys and values, such as { CostCenter: "4711" }');
  for (const [key, value] of Object.entries(tags ?? {})) {
    if (typeof value !== 'string') {
      throw new BudgeteerValidationError(scope, {
        prop: `tags[${quoted(key)}]`, given: shown(value), allowed: 'texts as values', remedy: 'write the value in quotes, such as { CostCenter: "4711" }',
      });
    }
  }
}

/** A `RefreshPeriod`, of whichever copy of this library. */
export function checkRefreshPeriod(scope: IConstruct, prop: string, given: unknown): void {
  if (typeof (given as { readonly expression?: unknown } | null | undefined)?.expression !== 'string') {
    throw new BudgeteerValidationError(scope, {
      prop, given: shown(given), allowed: 'a RefreshPeriod', remedy: 'write it such as RefreshPeriod.calendarMonth() or RefreshPeriod.days(30)',
    });
  }
}

function checkDuration(scope: IConstruct, prop: string, given: unknown, example: string): void {
  if (typeof (given as Partial<Duration> | null | undefined)?.toMilliseconds !== 'function') {
    throw new BudgeteerValidationError(scope, { prop, given: shown(given), allowed: 'a Duration', remedy: `write it with its unit, such as ${example}` });
  }
}

/** Both thresholds belong together: each must be a percentage, and the first warning must come first. */
export function checkThresholds(scope: IConstruct, warning: number, critical: number, within = ''): void {
  for (const [prop, given] of [[`${within}warningThresholdPercent`, warning], [`${within}criticalThresholdPercent`, critical]] as const) {
    if (!Token.isUnresolved(given) && !(typeof given === 'number' && given > 0 && given < 100 && decimalsOf(given) <= 2)) {
      throw new BudgeteerValidationError(scope, {
        prop,
        given: shown(given),
        allowed: 'above 0 and below 100, with at most 2 decimals',
        remedy: 'give the percentage of the limit at which to warn, such as 70',
      });
    }
  }
  if (!Token.isUnresolved(warning) && !Token.isUnresolved(critical) && warning >= critical) {
    throw new BudgeteerValidationError(scope, {
      prop: `${within}warningThresholdPercent`,
      given: warning,
      allowed: `below ${within}criticalThresholdPercent, which is ${critical}`,
      remedy: 'lower the warning threshold or raise the critical one',
    });
  }
}

/** The grace period in seconds. */
export function graceSeconds(scope: IConstruct, gracePeriod: Duration, prop = 'gracePeriod'): number {
  checkDuration(scope, prop, gracePeriod, 'Duration.minutes(5)');
  if (gracePeriod.isUnresolved()) {
    return unresolvedDuration(scope, prop, gracePeriod, 'seconds');
  }
  const milliseconds = gracePeriod.toMilliseconds();
  if (milliseconds % 1000 !== 0 || milliseconds > MAX_GRACE_PERIOD.toMilliseconds()) {
    throw new BudgeteerValidationError(scope, {
      prop,
      given: gracePeriod.toHumanString(),
      allowed: 'whole seconds from 0 to 30 days',
      remedy: 'give the time between reaching the limit and losing access, such as Duration.minutes(5); Duration.seconds(0) suspends at once',
    });
  }
  return milliseconds / 1000;
}

/**
 * The calls of a delivery must still be known whenever it is replayed. It may be tried for more than a day before it stands in a failure queue for
 * 14, and a replay that fails puts it there for another 14.
 */
const MIN_LEDGER_RETENTION_DAYS = 31;

/** How long ledger rows are kept, in days. */
export function ledgerRetentionDays(scope: IConstruct, retention: Duration): number {
  return wholeDays(scope, 'ledgerRetention', retention, {
    min: MIN_LEDGER_RETENTION_DAYS,
    remedy: 'give whole days, such as Duration.days(62): a shorter memory could charge a call twice that is replayed from a failure queue',
  });
}

/** How long policy backups are kept as history, in days. */
export function backupHistoryDays(scope: IConstruct, history: Duration): number {
  return wholeDays(scope, 'policyBackupHistory', history, {
    min: 1, max: MAX_BACKUP_HISTORY_DAYS, remedy: 'give how long somebody may want to look up what was removed and put back, such as Duration.days(90)',
  });
}

/** A span of whole seconds. */
export function checkWholeSeconds(scope: IConstruct, prop: string, span: Duration, min: Duration, max: Duration): void {
  checkDuration(scope, prop, span, 'Duration.hours(1)');
  const milliseconds = span.isUnresolved() ? undefined : span.toMilliseconds();
  if (milliseconds !== undefined && (milliseconds % 1000 !== 0 || milliseconds < min.toMilliseconds() || milliseconds > max.toMilliseconds())) {
    throw new BudgeteerValidationError(scope, {
      prop,
      given: span.toHumanString(),
      allowed: `whole seconds from ${min.toHumanString()} to ${max.toHumanString()}`,
      remedy: 'give another duration, or leave it out',
    });
  }
}

export interface DaysRule {
  readonly min: number;
  readonly max?: number;
  readonly remedy: string;
}

/** A span of whole days, in days. */
export function wholeDays(scope: IConstruct, prop: string, span: Duration, { min, max = Infinity, remedy }: DaysRule): number {
  checkDuration(scope, prop, span, 'Duration.days(90)');
  if (span.isUnresolved()) {
    return unresolvedDuration(scope, prop, span, 'days');
  }
  const days = span.toDays({ integral: false });
  if (!Number.isInteger(days) || days < min || days > max) {
    throw new BudgeteerValidationError(scope, {
      prop, given: span.toHumanString(), allowed: max === Infinity ? `whole days, at least ${min}` : `whole days from ${min} to ${max}`, remedy,
    });
  }
  return days;
}

/** A whole number. */
export function checkWhole(scope: IConstruct, prop: string, given: number, min: number, max: number): void {
  if (!Token.isUnresolved(given) && !(Number.isInteger(given) && given >= min && given <= max)) {
    throw new BudgeteerValidationError(scope, { prop, given: shown(given), allowed: `a whole number from ${min} to ${max}`, remedy: 'give another number, or leave it out' });
  }
}

/** Whole days of a refresh period. */
export function checkPeriodDays(days: number): void {
  if (!Token.isUnresolved(days) && !(Number.isInteger(days) && days >= 1 && days <= 366)) {
    throw new BudgeteerValidationError(undefined, {
      prop: 'RefreshPeriod.days',
      given: days,
      allowed: 'whole days from 1 to 366',
      remedy: 'give the length of a budget period in days, or use a calendar period',
    });
  }
}

/** An amount of US dollars as plain decimal text. */
export function usdText(scope: IConstruct, prop: string, amount: number): string {
  if (!Token.isUnresolved(amount) && !(typeof amount === 'number' && amount > 0 && amount <= MAX_BUDGET_USD && decimalsOf(amount) <= MAX_BUDGET_DECIMALS)) {
    throw new BudgeteerValidationError(scope, {
      prop,
      given: shown(amount),
      allowed: 'above 0 and at most 1,000,000,000, with at most 12 decimals',
      remedy: 'give an amount of US dollars, such as 25 or 12.5',
    });
  }
  return numberText(amount);
}

/** A number, or a token for one, as text without an exponent. */
export function numberText(value: number): string {
  return Token.isUnresolved(value) ? Token.asString(value) : plainDecimal(value);
}

/** A text of the user's, as it stands in messages. */
export function quoted(text: string): string {
  return `"${text}"`;
}

export function checkTimeZone(scope: IConstruct, timeZone: string): void {
  if (Token.isUnresolved(timeZone) || isTimeZone(timeZone)) {
    return;
  }
  throw new BudgeteerValidationError(scope, {
    prop: 'timeZone',
    given: quoted(timeZone),
    allowed: 'an IANA time zone name',
    remedy: 'give a name such as "UTC", "Europe/Berlin" or "America/New_York"',
  });
}

/** The name becomes part of parameter paths, tags and events. */
export function checkEnvironmentName(scope: IConstruct, environmentName: string): void {
  if (!Token.isUnresolved(environmentName) && !/^[A-Za-z0-9_.-]{1,64}$/.test(environmentName)) {
    throw new BudgeteerValidationError(scope, {
      prop: 'environmentName',
      given: quoted(environmentName),
      allowed: '1 to 64 letters, digits, dots, hyphens and underscores',
      remedy: 'give a short name such as "production" or "team-a.staging"',
    });
  }
}

/** Values from context and configuration files have no type: a text would be taken for true. */
export function checkBoolean(scope: IConstruct | undefined, prop: string, given: unknown): void {
  if (given !== undefined && typeof given !== 'boolean') {
    throw new BudgeteerValidationError(scope, {
      prop,
      given: shown(given),
      allowed: 'true or false',
      remedy: 'give a boolean: texts from context have to be compared first, such as tryGetContext(...) === "true"',
    });
  }
}

export function checkOneOf(scope: IConstruct, prop: string, given: string, allowed: readonly string[]): void {
  if (!allowed.includes(given)) {
    throw new BudgeteerValidationError(scope, {
      prop, given: quoted(String(given)), allowed: allowed.map(quoted).join(' or '), remedy: 'use a member of the enum',
    });
  }
}

/** The same of what is not needed before the deployment: a token passes. */
export function checkOneOfOrToken(scope: IConstruct, prop: string, given: string, allowed: readonly string[]): void {
  if (!Token.isUnresolved(given)) {
    checkOneOf(scope, prop, given, allowed);
  }
}

/** What is given for something that is switched off would be left out silently. */
export function checkSwitchedOn(scope: IConstruct, prop: string, isGiven: boolean, toggle: string, isOn: boolean): void {
  if (isGiven && !isOn) {
    throw new BudgeteerValidationError(scope, {
      prop,
      given: `given while ${toggle} is off`,
      allowed: `only together with ${toggle}`,
      remedy: `switch ${toggle} on, or leave ${prop} out`,
    });
  }
}

export function checkEmailAddresses(scope: IConstruct, prop: string, addresses: string[]): void {
  checkList(scope, prop, addresses, 'put the address into brackets, such as ["team@example.com"]');
  const repeated = addresses.find((address, index) => addresses.indexOf(address) !== index);
  if (repeated !== undefined) {
    throw new BudgeteerValidationError(scope, { prop, given: `${shown(repeated)} twice`, allowed: 'each address once', remedy: 'take one of them out' });
  }
  for (const given of addresses) {
    if (!Token.isUnresolved(given) && !EMAIL_ADDRESS.test(given)) {
      throw new BudgeteerValidationError(scope, {
        prop,
        given: shown(given),
        allowed: 'e-mail addresses',
        remedy: 'give each address by itself, such as "team@example.com", without a display name',
      });
    }
  }
}

export function checkIamName(prop: string, name: string): void {
  if (!Token.isUnresolved(name) && !IAM_NAME.test(name)) {
    throw new BudgeteerValidationError(undefined, {
      prop,
      given: quoted(name),
      allowed: '1 to 64 letters, digits and the characters _+=,.@-',
      remedy: 'give the name alone, without its path and not the ARN',
    });
  }
}

/** AgentCore's ids are a name and a suffix. */
export function checkRuntimeId(prop: string, id: string): void {
  if (!Token.isUnresolved(id) && !/^[A-Za-z0-9_-]{1,100}$/.test(id)) {
    throw new BudgeteerValidationError(undefined, {
      prop,
      given: quoted(id),
      allowed: '1 to 100 letters, digits, hyphens and underscores',
      remedy: 'give the id of the runtime alone, such as "my_agent-Ab12Cd34Ef", not the ARN',
    });
  }
}

export function checkLabels(scope: IConstruct, prop: string, labels: { readonly [key: string]: string }): void {
  checkObject(scope, prop, labels, 'write keys and values, such as { team: "search" }');
  const entries = Object.entries(labels);
  if (entries.length > MAX_LABELS) {
    throw new BudgeteerValidationError(scope, {
      prop,
      given: `${entries.length} labels`,
      allowed: `at most ${MAX_LABELS}`,
      remedy: 'keep to what alerts should tell, such as team and purpose',
    });
  }
  for (const [key, value] of entries) {
    if (typeof value !== 'string') {
      throw new BudgeteerValidationError(scope, {
        prop, given: `${shown(value)} for ${quoted(key)}`, allowed: 'texts as values', remedy: 'write the value in quotes, such as { team: "search" }',
      });
    }
    const isNameAllowed = Token.isUnresolved(key) || isLabelName(key);
    if (!isNameAllowed || !(Token.isUnresolved(value) || isLabelValue(value))) {
      throw new BudgeteerValidationError(scope, {
        prop,
        given: isNameAllowed ? `${quoted(value)} for ${quoted(key)}` : `with the name ${quoted(key)}`,
        allowed: LABEL_RULE,
        remedy: isNameAllowed ? 'shorten the value, and leave out what cannot be seen' : 'write another name, such as "team"',
      });
    }
  }
}

/** What alarms link to; the name of the alarm becomes the anchor. */
export function checkRunbookUrl(scope: IConstruct, url: string): void {
  if (!Token.isUnresolved(url) && !/^https?:\/\/[^\s#]+$/.test(url)) {
    throw new BudgeteerValidationError(scope, {
      prop: 'runbookUrl',
      given: quoted(url),
      allowed: 'the address of a page, without an anchor',
      remedy: 'give an address such as "https://wiki.example.com/bedrock-runbook": "#" and the name of the alarm are added to it',
    });
  }
}

/** CloudWatch carries out five actions of an alarm. The operations topic is told, and one for chats that hear of what is critical alone. */
const MAX_ALARM_ACTIONS = 3;

export function checkAlarmActions(scope: IConstruct, severity: string, actions: unknown): void {
  const prop = `alarmActions.${severity}`;
  checkList(scope, prop, actions, 'put the action into brackets, such as [new SnsAction(topic)]');
  if (Array.isArray(actions) && actions.length > MAX_ALARM_ACTIONS) {
    throw new BudgeteerValidationError(scope, {
      prop,
      given: `${actions.length} actions`,
      allowed: `at most ${MAX_ALARM_ACTIONS}, since CloudWatch carries out 5 and topics of the construct are told as well`,
      remedy: 'have a topic told, and subscribe the rest to it',
    });
  }
}

/** What an override says of an alarm, as far as that does not depend on the alarm. */
export function checkAlarmOverride(
  scope: IConstruct, name: string, override: { readonly threshold?: number; readonly evaluationPeriods?: number; readonly datapointsToAlarm?: number },
): void {
  const { threshold } = override;
  // No metric that is watched can be below 0.
  if (threshold !== undefined && !Token.isUnresolved(threshold) && !(typeof threshold === 'number' && Number.isFinite(threshold) && threshold >= 0)) {
    throw new BudgeteerValidationError(scope, {
      prop: `alarmOverrides["${name}"].threshold`,
      given: shown(threshold),
      allowed: 'a number from 0',
      remedy: 'give it in the unit of the metric that the alarm watches, which docs/runbook.md lists',
    });
  }
  for (const key of ['evaluationPeriods', 'datapointsToAlarm'] as const) {
    const given = override[key];
    if (given !== undefined && !Token.isUnresolved(given) && !(Number.isInteger(given) && given >= 1)) {
      throw new BudgeteerValidationError(scope, {
        prop: `alarmOverrides["${name}"].${key}`, given: shown(given), allowed: 'a whole number from 1', remedy: 'give how many periods count',
      });
    }
  }
}

/** Tables can be kept or deleted; there is no snapshot of a DynamoDB table in CloudFormation. */
export function checkRemovalPolicy(scope: IConstruct, removalPolicy: RemovalPolicy): void {
  if (removalPolicy === RemovalPolicy.SNAPSHOT) {
    throw new BudgeteerValidationError(scope, {
      prop: 'removalPolicy',
      given: 'RemovalPolicy.SNAPSHOT',
      allowed: 'RETAIN, RETAIN_ON_UPDATE_OR_DELETE or DESTROY',
      remedy: 'use RETAIN to keep the tables when the stack is removed',
    });
  }
}

/** How many decimals the shortest text of a number has. */
export function decimalsOf(value: number): number {
  return plainDecimal(value).split('.')[1]?.length ?? 0;
}

/** `1.5e-7` as `0.00000015`: the shortest text that stands for the number, without an exponent and without binary noise. */
function plainDecimal(value: number): string {
  const [mantissa, exponent] = String(value).split('e-');
  return exponent === undefined ? mantissa : `0.${'0'.repeat(Number(exponent) - 1)}${mantissa.replace('.', '')}`;
}

/** A token cannot be converted from one unit to another at synthesis. */
function unresolvedDuration(scope: IConstruct, prop: string, duration: Duration, unit: 'seconds' | 'days'): number {
  if (duration.unitLabel() !== unit) {
    throw new BudgeteerValidationError(scope, {
      prop,
      given: `a token in ${duration.unitLabel()}`,
      allowed: `a duration in ${unit} where its value comes from a token`,
      remedy: `write Duration.${unit}(token)`,
    });
  }
  return unit === 'seconds' ? duration.toSeconds() : duration.toDays();
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    // ICU also reads offsets such as "+01:00", which no list of time zones has and which know no daylight saving.
    return /^[A-Za-z]/.test(name);
  } catch {
    return false;
  }
}
