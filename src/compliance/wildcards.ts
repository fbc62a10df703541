import { CfnResource, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';

/** One asterisk in what a policy allows. */
export interface Wildcard {
  /** As cdk-nag tells findings of one policy apart. */
  readonly finding: string;
  /** Where it is a resource: as text, with references as cdk-nag writes them. */
  readonly resource?: string;
  readonly action: string;
  /** Keys on which the statement has conditions. */
  readonly conditions: readonly string[];
}

/** Everything that the policies of a resource allow by an asterisk, each with an action that it is allowed for. */
export function wildcardsOf(resource: CfnResource): Wildcard[] {
  return documentsOf(resource).flatMap(document => asList(document.Statement).filter(({ Effect }) => Effect === 'Allow').flatMap(ofStatement));
}

function documentsOf(resource: CfnResource): any[] {
  const stack = Stack.of(resource);
  if (resource instanceof iam.CfnPolicy || resource instanceof iam.CfnManagedPolicy) {
    return [stack.resolve(resource.policyDocument)];
  }
  if (resource instanceof iam.CfnRole) {
    return asList(stack.resolve(resource.policies)).map(({ policyDocument }) => stack.resolve(policyDocument));
  }
  return [];
}

function ofStatement({ Action, Resource, Condition = {} }: any): Wildcard[] {
  const conditions = Object.values(Condition).flatMap(keys => Object.keys(keys as object));
  const actions: string[] = asList(Action);
  const resources = asList(Resource).map(textOf).filter(resource => resource.includes('*'));
  return actions.flatMap(action => [
    ...(action.includes('*') ? [{ finding: `Action::${action}`, action, conditions }] : []),
    ...resources.map(resource => ({ finding: `Resource::${resource}`, resource, action, conditions })),
  ]);
}

/** As cdk-nag writes it: `<LogicalId>` and `<LogicalId.Attribute>` in the place of references. */
function textOf(value: any): string {
  if (typeof value === 'string') {
    return value.replace(/\${/g, '<').replace(/}/g, '>');
  }
  if (value['Fn::Join']) {
    const [separator, parts] = value['Fn::Join'];
    return parts.map(textOf).join(separator);
  }
  if (value['Fn::GetAtt']) {
    return `<${value['Fn::GetAtt'].map(textOf).join('.')}>`;
  }
  if (value['Fn::Sub']) {
    return textOf(value['Fn::Sub']);
  }
  if (value['Fn::ImportValue']) {
    return textOf(value['Fn::ImportValue']);
  }
  return value.Ref ? `<${textOf(value.Ref)}>` : JSON.stringify(value);
}

function asList(value: any): any[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}
