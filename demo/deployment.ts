import { execFile } from 'node:child_process';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { DeployedNames } from '../test/deployed/deployed-budgeteer';
import { deploy, StackOutputs } from '../test/local-cloud/cdk-deploy';
import { LocalCloud } from '../test/local-cloud/local-cloud';

const REPOSITORY = path.resolve(__dirname, '..');

export const STACK_NAME = 'BudgeteerExample';

/** Long enough to be seen, and for the calls that are under way; short enough to wait for. */
export const GRACE_SECONDS = 5;

/** A fresh clone has no handlers yet. */
export async function bundleHandlers(signal: AbortSignal): Promise<void> {
  await promisify(execFile)(process.execPath, ['--import', 'tsx', path.join('projenrc', 'tasks', 'bundle.ts')], { cwd: REPOSITORY, signal });
}

/** Deploys `examples/typescript` with the CDK CLI. */
export async function deployExample(cloud: LocalCloud, signal: AbortSignal, onProgress: (detail: string) => void): Promise<DeployedNames> {
  const outputs = await deploy(cloud, {
    // the Node that runs the demonstration, not whichever comes first on the PATH
    appCommand: `"${process.execPath}" --import tsx app.ts`,
    cwd: path.join(REPOSITORY, 'examples', 'typescript'),
    stackName: STACK_NAME,
    context: { graceSeconds: String(GRACE_SECONDS) },
    signal,
    onLine: line => {
      const progress = /\|\s*(\d+)\/(\d+)\s*\|/.exec(line);
      if (progress) {
        onProgress(`${progress[1]} of ${progress[2]} resources`);
      }
    },
  });
  return {
    budgetsTable: output(outputs, 'BudgetsTable'),
    ledgerTable: output(outputs, 'LedgerTable'),
    auditTable: output(outputs, 'AuditTable'),
    invocationLogGroup: output(outputs, 'InvocationLogGroup'),
    denyPolicyArn: output(outputs, 'DenyPolicy'),
    usageMeter: output(outputs, 'UsageMeter'),
    budgetMonitor: output(outputs, 'BudgetMonitor'),
  };
}

function output(outputs: StackOutputs, name: string): string {
  const value = outputs[name];
  if (!value) {
    throw new Error(`the stack ${STACK_NAME} has no output ${name}: its outputs are ${Object.keys(outputs).join(', ') || 'none'}`);
  }
  return value;
}
