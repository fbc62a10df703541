import { RemovalPolicy, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { BudgeteerValidationError, quoted, shown } from './problem';

/** A list, where one value in its place would be read as something else. */
export function checkList(scope: IConstruct | undefined, prop: string, given: unknown, remedy: string): void {
  if (Array.isArray(given) && Token.isUnresolved(given)) {
    throw new BudgeteerValidationError(scope, {
      prop, given: 'a token for a list', allowed: 'a list whose length is known at synthesis', remedy: 'write a list, each value of which may be a token',
    });
  }
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

/** What something of the CDK, or of this library, is known by, and how it is written. */
export interface ResourceRule {
  /** Members that tell it from everything else, of whichever copy of the CDK. */
  readonly members: readonly string[];
  readonly allowed: string;
  readonly remedy: string;
}

/** A construct or its like, where its name in its place would fail somewhere within the CDK. */
export function checkResource(scope: IConstruct | undefined, prop: string, given: unknown, { members, allowed, remedy }: ResourceRule): void {
  if (typeof given !== 'object' || given === null || !members.every(member => member in given)) {
    throw new BudgeteerValidationError(scope, { prop, given: shown(given), allowed, remedy });
  }
}

/** The same of what may be left out. */
export function checkResourceIfAny(scope: IConstruct, prop: string, given: unknown, rule: ResourceRule): void {
  if (given !== undefined && given !== null) {
    checkResource(scope, prop, given, rule);
  }
}

/** Whoever is granted something. */
export function checkGrantee(scope: IConstruct, method: string, grantee: unknown): void {
  checkResource(scope, method, grantee, {
    members: ['grantPrincipal'], allowed: 'whoever can be granted rights', remedy: 'give a construct such as iam.Role, or iam.Role.fromRoleName(this, "FinOps", "finops")',
  });
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
      prop, given: shown(given), allowed: allowed.map(quoted).join(' or '), remedy: 'use a member of the enum',
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

/** A `RefreshPeriod`, of whichever copy of this library. */
export function checkRefreshPeriod(scope: IConstruct, prop: string, given: unknown): void {
  if (typeof (given as { readonly expression?: unknown } | null | undefined)?.expression !== 'string') {
    throw new BudgeteerValidationError(scope, {
      prop, given: shown(given), allowed: 'a RefreshPeriod', remedy: 'write it such as RefreshPeriod.calendarMonth() or RefreshPeriod.days(30)',
    });
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
