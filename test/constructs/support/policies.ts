import { readable } from './intrinsics';
import { ofType, Resources } from './synthesize';

export interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: string | string[];
  readonly Condition?: Record<string, Record<string, string>>;
}

/** The statements of each role of ours, by the role's logical id. */
export function statementsByRole(resources: Resources): ReadonlyMap<string, Statement[]> {
  const statements = new Map<string, Statement[]>();
  const add = (role: string, document: { Statement: Statement[] }) => statements.set(role, [...statements.get(role) ?? [], ...document.Statement]);
  for (const { Properties: policy } of Object.values(ofType(resources, 'AWS::IAM::Policy'))) {
    for (const role of policy.Roles) {
      add(role.Ref, readable(policy.PolicyDocument));
    }
  }
  for (const [role, { Properties: properties }] of Object.entries(ofType(resources, 'AWS::IAM::Role'))) {
    for (const inline of properties.Policies ?? []) {
      add(role, readable(inline.PolicyDocument));
    }
  }
  return statements;
}

export function actionsOf(statements: readonly Statement[]): string[] {
  return [...new Set(statements.flatMap(statement => statement.Action))].sort();
}
