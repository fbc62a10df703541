import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { IConstruct } from 'constructs';
import { HandlerFunction } from '../functions/handler-function';

type PolicyChange = 'Attach' | 'Detach';

/** Allows to attach or detach the deny policy, and no other, at users and roles of this account. */
export function allowPolicyChange(handler: HandlerFunction, denyPolicy: iam.IManagedPolicy, ...changes: PolicyChange[]): void {
  handler.allow(policyChange(handler, denyPolicy, ...changes));
}

/** To attach or detach this one policy, at users and roles of this account. */
export function policyChange(scope: IConstruct, policy: iam.IManagedPolicy, ...changes: PolicyChange[]): iam.PolicyStatementProps {
  return {
    actions: changes.flatMap(change => [`iam:${change}RolePolicy`, `iam:${change}UserPolicy`]),
    resources: [anyUser(scope), anyRole(scope)],
    conditions: { ArnEquals: { 'iam:PolicyARN': policy.managedPolicyArn } },
  };
}

/** Allows to ask who is suspended: the entities of the deny policy. */
export function allowListingRestricted(handler: HandlerFunction, denyPolicy: iam.IManagedPolicy): void {
  handler.allow({ actions: ['iam:ListEntitiesForPolicy'], resources: [denyPolicy.managedPolicyArn] });
}

/** Every user of this account, whatever the path. */
export function anyUser(scope: IConstruct): string {
  return Stack.of(scope).formatArn({ service: 'iam', region: '', resource: 'user', resourceName: '*' });
}

/** Every role of this account, whatever the path. */
export function anyRole(scope: IConstruct): string {
  return Stack.of(scope).formatArn({ service: 'iam', region: '', resource: 'role', resourceName: '*' });
}

/** The roles by which the CDK deploys, as bootstrapping names them with every qualifier. */
export function rolesOfCdk(scope: IConstruct): string {
  return Stack.of(scope).formatArn({ service: 'iam', region: '', resource: 'role', resourceName: 'cdk-*' });
}
