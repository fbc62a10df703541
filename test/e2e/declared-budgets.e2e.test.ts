import { EventType } from '../../src/contract';
import { Budget } from '../../src/lambdas/core/budget';
import { usd } from '../../src/lambdas/core/money';
import { LocalCloud } from '../local-cloud/local-cloud';
import { Instance } from './support/instance';
import { instanceNames } from './support/instance-names';
import { deployApp, inOneCloud } from './support/local-cloud-of-file';
import { Spender } from './support/spender';

const DEPLOYMENT_MS = 120_000;

/** Three deployments of apps/declared-budgets.ts. */
describe('budgets as code', () => {
  let instance: Instance;
  let steady: Spender;
  let adjusted: Spender;
  let leaving: Spender;
  inOneCloud(async cloud => {
    instance = new Instance(cloud, instanceNames(await deployVersion(cloud, 1)));
    steady = await instance.user('steady');
    adjusted = await instance.role('adjusted');
    leaving = await instance.user('leaving');
  });

  const deployVersion = (cloud: LocalCloud, version: number) => deployApp(cloud, 'declared-budgets', 'DeclaredBudgets', { version: String(version) });
  const budgetOf = async (spender: Spender) => (await instance.budgeteer.budget(spender.id))!;
  const limitsOf = ({ limits }: Budget) => limits?.map(({ amount, period }) => ({ amount, ...period }));

  test('stand when the stack does, before anybody has called', async () => {
    expect(await budgetOf(steady)).toMatchObject({ kind: 'iam-user', labels: { team: 'search' }, enforcement: 'enforced', updatedBy: 'stack DeclaredBudgets' });
    expect(limitsOf(await budgetOf(steady))).toEqual([{ amount: usd('10'), unit: 'month' }]);
    expect(await budgetOf(adjusted)).toMatchObject({ kind: 'iam-role' });
    expect(limitsOf(await budgetOf(adjusted))).toEqual([{ amount: usd('20'), unit: 'month' }]);
    expect(await budgetOf(leaving)).toMatchObject({ enforcement: 'observe' });
  });

  test('are in force: whoever is observed only is told about, not suspended', async () => {
    await leaving.spends('31.00');
    await steady.spends('11.00');

    expect((await leaving.reaches('exceeded')).reason).toContain('observed only');
    const { labels } = (await instance.alerts.mail('steady', 'has reached its Bedrock budget')).body.match(/(?<labels>Labels: .*)/)!.groups!;
    expect(labels).toBe('Labels: team=search');
  });

  test('change with the stack; what was changed at run time stays, and is told', async () => {
    await adjusted.isLimitedTo('40', 'calendar month');

    await deployVersion(instance.cloud, 2);

    expect(await budgetOf(steady)).toMatchObject({ labels: { team: 'ranking' } });
    expect(limitsOf(await budgetOf(steady))).toEqual([{ amount: usd('12.50'), unit: 'month' }]);
    expect(limitsOf(await budgetOf(adjusted))).toEqual([{ amount: usd('40'), unit: 'month' }]);
    const [kept] = await adjusted.isRecorded(EventType.DECLARATION_KEPT_OUT);
    expect(kept).toMatchObject({
      actor: 'stack DeclaredBudgets', before: { limits: ['25 USD a calendar month'] }, after: { limits: ['40 USD a calendar month'] },
    });
    const { body } = await instance.operations.mail('adjusted', 'has a budget other than its stack declares');
    expect(body).toContain('To keep the change, write it into the stack\'s `budgets` as well.');
  }, DEPLOYMENT_MS);

  test('a raise by the stack frees at once, as one by an operator does', async () => {
    // $11.00 of $12.50
    expect((await steady.reaches('warning')).reason).toContain('88.0 % of $12.50');
    await steady.isRecorded(EventType.GRACE_PERIOD_CANCELLED);
  });

  test('go with their declaration; what was changed at run time stays', async () => {
    await deployVersion(instance.cloud, 3);

    const withdrawn = await budgetOf(leaving);
    expect(withdrawn.limits).toBeUndefined();
    expect(withdrawn.enforcement).toBe('enforced');
    expect([...withdrawn.spend.values()]).toEqual([usd('31')]);
    // without a limit there is nothing to be over
    expect((await leaving.reaches('active')).reason).toBe('no budget');
    expect(limitsOf(await budgetOf(adjusted))).toEqual([{ amount: usd('40'), unit: 'month' }]);
    expect(await adjusted.isRecorded(EventType.DECLARATION_KEPT_OUT, 2)).toHaveLength(2);
    expect(limitsOf(await budgetOf(steady))).toEqual([{ amount: usd('12.50'), unit: 'month' }]);
  }, DEPLOYMENT_MS);
});
