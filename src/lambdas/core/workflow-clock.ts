import { WorkflowInput } from '../../contract';

/** The workflow waited until `notBefore`, whatever clocks say; and nothing runs behind the decision that asked for it. In epoch milliseconds. */
export function clockOf({ now, workflow }: { readonly now: string; readonly workflow: Pick<WorkflowInput, 'notBefore' | 'asOf'> }): number {
  return Math.max(Date.parse(now), Date.parse(workflow.notBefore), Date.parse(workflow.asOf));
}
