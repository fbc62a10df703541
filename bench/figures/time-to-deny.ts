import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateUserCommand, IAMClient, ListAttachedUserPoliciesCommand } from '@aws-sdk/client-iam';
import { bundleHandlers } from '../../demo/deployment';
import { parsePeriod } from '../../src/lambdas/core/calendar';
import { usd } from '../../src/lambdas/core/money';
import { DeployedBudgeteer, DeployedNames } from '../../test/deployed/deployed-budgeteer';
import { deploy } from '../../test/local-cloud/cdk-deploy';
import { LocalCloud } from '../../test/local-cloud/local-cloud';
import { atMost, Bench, BenchContext, median, Report, rounded } from '../bench';

const PRINCIPALS = 15;
const MOST_SECONDS = 3;
const POLL_MS = 25;
const GIVE_UP_SECONDS = 30;

/** A call that costs far more than every limit here. */
const TOKENS = 50_000_000;

export const timeToDeny: Bench = {
  name: 'time-to-deny',
  title: 'From log event to attached deny',
  timeLimitSeconds: 540,

  async measure(context: BenchContext): Promise<Report> {
    const cloud = await context.startCloud();
    await bundleHandlers(context.signal);
    context.log('deploying examples/typescript');
    const names = await deployExample(cloud, context.signal);
    const deployed = new DeployedBudgeteer(cloud.client, names);
    const iam = new IAMClient(cloud.client);

    const overrun = async (userName: string) => {
      const start = performance.now();
      await deployed.log([{ message: record(cloud, userName) }]);
      await untilDenied(iam, userName, names.denyPolicyArn, context.signal);
      return (performance.now() - start) / 1000;
    };
    const budgeted: number[] = [];
    const unseen: number[] = [];
    // The first one starts the processes of the functions, which a cloud in use has running.
    for (let index = 0; index <= PRINCIPALS; index += 1) {
      context.log(`principal ${index} of ${PRINCIPALS}`);
      const [user, keyUser] = [`user-${index}`, `BedrockAPIKey-${String(index).padStart(4, '0')}`];
      await iam.send(new CreateUserCommand({ UserName: user }));
      await iam.send(new CreateUserCommand({ UserName: keyUser }));
      await deployed.setLimits(`iam-user/${cloud.account}/${user}`, [{ amount: usd('1'), period: parsePeriod('calendar month') }], 'bench');
      // What the new limit has the evaluator do is no part of what is measured.
      await sleep(1_500, undefined, { signal: context.signal });
      const seconds = [await overrun(user), await overrun(keyUser)];
      if (index > 0) {
        budgeted.push(seconds[0]);
        unseen.push(seconds[1]);
      }
    }
    const row = (what: string, values: readonly number[]) =>
      [what, String(values.length), ...[median(values), Math.min(...values), Math.max(...values)].map(rounded)];
    return {
      head: ['principal', 'how many', 'median, s', 'fastest, s', 'slowest, s'],
      rows: [row('has a budget', budgeted), row('holds an API key and was never seen before', unseen)],
      targets: [
        atMost('median of principals that have a budget', median(budgeted), MOST_SECONDS, 's'),
        atMost('median of API keys that were never seen before', median(unseen), MOST_SECONDS, 's'),
      ],
      notes: [
        'From before the log event is put to when IAM lists the deny policy on the principal, on the deployed example with a grace period of zero, one principal after another.'
        + ` The local cloud: its own time for polling, for starting executions and for IAM is in it, AWS's is not. IAM is asked every ${POLL_MS} ms.`,
        'An API key that was never seen takes one way more: it is registered first, and its budget decided on when that comes back through the stream.',
      ],
    };
  },
};

async function deployExample(cloud: LocalCloud, signal: AbortSignal): Promise<DeployedNames> {
  const outputs = await deploy(cloud, {
    appCommand: `"${process.execPath}" --import tsx app.ts`,
    cwd: path.join(__dirname, '..', '..', 'examples', 'typescript'),
    stackName: 'BudgeteerExample',
    context: { graceSeconds: '0' },
    signal,
  });
  return {
    budgetsTable: outputs.BudgetsTable,
    ledgerTable: outputs.LedgerTable,
    auditTable: outputs.AuditTable,
    invocationLogGroup: outputs.InvocationLogGroup,
    denyPolicyArn: outputs.DenyPolicy,
    usageMeter: outputs.UsageMeter,
    budgetMonitor: outputs.BudgetMonitor,
  };
}

function record(cloud: LocalCloud, userName: string): string {
  return JSON.stringify({
    schemaType: 'ModelInvocationLog',
    schemaVersion: '1.0',
    timestamp: new Date().toISOString(),
    accountId: cloud.account,
    region: cloud.region,
    requestId: crypto.randomUUID(),
    operation: 'Converse',
    modelId: 'anthropic.claude-3-5-sonnet-20240620-v1:0',
    identity: { arn: `arn:aws:iam::${cloud.account}:user/${userName}` },
    input: { inputContentType: 'application/json', inputTokenCount: TOKENS },
    output: { outputContentType: 'application/json', outputTokenCount: 1 },
  });
}

async function untilDenied(iam: IAMClient, userName: string, policyArn: string, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + GIVE_UP_SECONDS * 1000;
  while (performance.now() < deadline) {
    const { AttachedPolicies: attached = [] } = await iam.send(new ListAttachedUserPoliciesCommand({ UserName: userName }));
    if (attached.some(({ PolicyArn: arn }) => arn === policyArn)) {
      return;
    }
    await sleep(POLL_MS, undefined, { signal });
  }
  throw new Error(`${userName} was not denied within ${GIVE_UP_SECONDS} s`);
}
