import * as cdk from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { ACKNOWLEDGED_FINDINGS } from './acknowledged-findings';
import { ACKNOWLEDGED_WILDCARDS } from './acknowledged-wildcards';
import { Acknowledgement, WILDCARD_RULE } from './acknowledgement';
import { isArn, isPath } from './patterns';
import { Wildcard, wildcardsOf } from './wildcards';

/** One finding on one resource. */
export interface AcknowledgedFinding {
  readonly id: string;
  readonly reason: string;
}

export interface AcknowledgeFindingsProps {
  readonly tracing: boolean;
}

/** What newer CDKs have as `Validations`. */
interface Validations {
  of(scope: IConstruct): { acknowledge(...findings: AcknowledgedFinding[]): void };
}

/** At synthesis, since budgets and grants add to policies until then; but before cdk-nag writes what it is told into the template, where it is asked to. */
const PRIORITY = cdk.AspectPriority.DEFAULT - 1;

/**
 * Tells cdk-nag why its findings on the construct are as they should be, so that whoever checks an app with it does not have to. It costs the template nothing:
 * what is told stands in metadata of the construct tree.
 *
 * With CDKs that have no `Validations`, which cdk-nag 3 does not run with, there is nobody to tell.
 */
export function acknowledgeFindings(scope: IConstruct, props: AcknowledgeFindingsProps): void {
  const { Validations: validations } = cdk as { readonly Validations?: Validations };
  if (!validations) {
    return;
  }
  cdk.Aspects.of(scope).add({
    visit: node => {
      if (cdk.CfnResource.isCfnResource(node)) {
        acknowledgedFindingsOn(node, scope, props).forEach(finding => acknowledge(finding, node, validations));
      }
    },
  }, { priority: PRIORITY });
}

/**
 * Some CDKs refuse names of findings that have two colons, as those of wildcards have: 2.258.0 does, 2.276.0 does not. There the finding is reported: a
 * synthesis must never fail for what is told to another tool.
 */
function acknowledge(finding: AcknowledgedFinding, node: IConstruct, validations: Validations): void {
  try {
    validations.of(node).acknowledge(finding);
  } catch (error) {
    if (!/Invalid validation rule ID/.test((error as Error).message)) {
      throw error;
    }
  }
}

/** What the register has about a resource. */
function acknowledgedFindingsOn(resource: cdk.CfnResource, scope: IConstruct, props: AcknowledgeFindingsProps): AcknowledgedFinding[] {
  const path = pathBelow(scope, resource);
  return [
    ...ACKNOWLEDGED_FINDINGS
      .filter(acknowledgement => applies(acknowledgement, resource, props) && acknowledgement.at.some(pattern => isPath(pattern, path)))
      .flatMap(({ rules, reason }) => rules.map(id => ({ id, reason }))),
    ...acknowledgedWildcards(path, wildcardsOf(resource)),
  ];
}

/** As the register names it: below the construct, and without the name that the CDK gives to the resource of a construct. */
export function pathBelow(scope: IConstruct, resource: IConstruct): string {
  return resource.node.path.slice(scope.node.path.length + 1).replace(/\/Resource$/, '');
}

function applies({ type, unless }: Acknowledgement, { cfnResourceType }: cdk.CfnResource, props: AcknowledgeFindingsProps): boolean {
  return (!type || type === cfnResourceType) && (!unless || !props[unless]);
}

/** A finding stands for everything that is allowed by the same asterisk: it is acknowledged only if all of that is. */
function acknowledgedWildcards(path: string, wildcards: readonly Wildcard[]): AcknowledgedFinding[] {
  const findings = [...new Set(wildcards.map(({ finding }) => finding))];
  return findings.flatMap(finding => {
    const reasons = wildcards.filter(wildcard => wildcard.finding === finding).map(wildcard => reasonFor(path, wildcard));
    return reasons.includes(undefined) ? [] : [{ id: `${WILDCARD_RULE}[${finding}]`, reason: [...new Set(reasons)].join(' ') }];
  });
}

function reasonFor(path: string, { resource, action, conditions }: Wildcard): string | undefined {
  return ACKNOWLEDGED_WILDCARDS.find(acknowledged => resource !== undefined
    && acknowledged.policies.some(pattern => isPath(pattern, path))
    && acknowledged.resources.some(pattern => isArn(pattern, resource))
    && acknowledged.actions.includes(action)
    && (!acknowledged.condition || conditions.includes(acknowledged.condition)))?.reason;
}
