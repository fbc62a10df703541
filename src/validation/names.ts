import { Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { isLabelName, isLabelValue, LABEL_RULE, MAX_LABELS } from '../lambdas/core/label-rule';
import { BudgeteerValidationError, quoted, shown } from './problem';
import { checkList, checkObject } from './shapes';

/** IAM's own alphabet and length of user and role names. */
const IAM_NAME = /^[\w+=,.@-]{1,64}$/;

/** Not what RFC 5322 allows, but what SNS can send to: something at a host with a dot, no spaces. */
const EMAIL_ADDRESS = /^[^\s@,;<>"]+@[^\s@,;<>"]+\.[^\s@.,;<>"]+$/;

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
  checkText(scope, 'environmentName', environmentName, {
    form: /^[A-Za-z0-9_.-]{1,64}$/,
    allowed: '1 to 64 letters, digits, dots, hyphens and underscores',
    remedy: 'give a short name such as "production" or "team-a.staging"',
  });
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
  checkText(undefined, prop, name, {
    form: IAM_NAME,
    allowed: '1 to 64 letters, digits and the characters _+=,.@-',
    remedy: 'give the name alone, without its path and not the ARN',
  });
}

/** AgentCore's ids are a name and a suffix. */
export function checkRuntimeId(prop: string, id: string): void {
  checkText(undefined, prop, id, {
    form: /^[A-Za-z0-9_-]{1,100}$/,
    allowed: '1 to 100 letters, digits, hyphens and underscores',
    remedy: 'give the id of the runtime alone, such as "my_agent-Ab12Cd34Ef", not the ARN',
  });
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

/** What a text may be. */
export interface TextRule {
  readonly form: RegExp;
  readonly allowed: string;
  readonly remedy: string;
}

/** A token, or a text of a form. What is undefined in JavaScript would be the name "undefined" otherwise. */
export function checkText(scope: IConstruct | undefined, prop: string, given: unknown, { form, allowed, remedy }: TextRule): void {
  if (typeof given !== 'string' || !(Token.isUnresolved(given) || form.test(given))) {
    throw new BudgeteerValidationError(scope, { prop, given: shown(given), allowed, remedy });
  }
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
