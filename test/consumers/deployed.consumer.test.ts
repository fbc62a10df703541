import { CreateUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { usd } from '../../src/lambdas/core/money';
import { DeployedBudgeteer } from '../deployed/deployed-budgeteer';
import { until } from '../deployed/until';
import { BedrockUser } from '../e2e/support/bedrock-user';
import { callCosting, lineOf } from '../e2e/support/calls';
import { deploy, StackOutputs } from '../local-cloud/cdk-deploy';
import { LocalCloud, startLocalCloud } from '../local-cloud/local-cloud';
import { PYTHON_APP } from './languages/python';
import { Consumer } from './support/consumer';
import { describeWith, PYTHON } from './support/toolchains';

/** Declared in the example with a limit of $6. */
const USER = 'indexer';

const PATIENCE = { timeoutMs: 120_000 };

describeWith(PYTHON, 'the app in Python, deployed', () => {
  let consumer: Consumer;
  let cloud: LocalCloud;
  let budgeteer: DeployedBudgeteer;
  let principalId: string;
  let user: BedrockUser;

  beforeAll(async () => {
    [consumer, cloud] = await Promise.all([Consumer.install(PYTHON_APP), startLocalCloud()]);
    const outputs = await deploy(cloud, {
      appCommand: `"${consumer.command('python')}" app.py`, cwd: consumer.directory, stackName: 'BudgeteerExample', context: { graceSeconds: '0' },
    });
    budgeteer = new DeployedBudgeteer(cloud.client, namesIn(outputs));
    principalId = `iam-user/${cloud.account}/${USER}`;
    await new IAMClient(cloud.client).send(new CreateUserCommand({ UserName: USER }));
    // handlers run with their own roles, and whoever is denied is refused
    await cloud.enforceIam(true);
    user = await BedrockUser.of(cloud, USER);
  });
  afterAll(async () => {
    await cloud?.stop();
    consumer?.remove();
  });

  test('charges a call to the budget of the user who made it', async () => {
    await spends('2.50');

    const budget = await until('the call is charged', async () => {
      const found = await budgeteer.budget(principalId);
      return found && found.spend.size > 0 ? found : 'nothing is spent yet';
    }, PATIENCE);
    expect([...budget.spend.values()]).toEqual([usd('2.50')]);
    expect(await user.call()).toBe('allowed');
  });

  test('denies the user further calls once the limit is reached', async () => {
    await spends('4.00');

    await until('the user is suspended', async () => {
      const found = await budgeteer.budget(principalId);
      return found?.status === 'suspended' ? found : `is ${found?.status}`;
    }, PATIENCE);
    expect([...await budgeteer.denied()]).toEqual([principalId]);
    expect(await user.call()).toBe('AccessDeniedException');
  });

  async function spends(dollars: string): Promise<void> {
    const who = { identityArn: `arn:aws:iam::${cloud.account}:user/${USER}`, account: cloud.account, region: cloud.region };
    await budgeteer.log([lineOf(callCosting(dollars), who, new Date())]);
  }
});

function namesIn(outputs: StackOutputs) {
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
