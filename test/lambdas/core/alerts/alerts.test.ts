import { EventType, SettingName } from '../../../../src/contract';
import { AlertContext } from '../../../../src/lambdas/core/alerts/alert';
import { alertFor as structured } from '../../../../src/lambdas/core/alerts/alert-for';
import { mailOf } from '../../../../src/lambdas/core/alerts/rendering/mail';
import { EventDetail } from '../../../../src/lambdas/core/events';
import { parsePriceOverrides } from '../../../../src/lambdas/core/pricing/price-overrides';
import { legibleAll } from '../../texts';
import { ACCOUNT, AGENT, AGENT_ROLE, ALICE, KEY_USER, SHARED_AGENTS } from '../builders';

const context = { budgetsTable: 'App-Budgets-X', settingsPath: '/bedrock-budgeteer/prod/dep-1', dashboardUrl: 'https://console.example/dep-1' };

function aDetail(changes: Partial<EventDetail> = {}): EventDetail {
  return {
    schemaVersion: '1',
    eventId: 'change-1/event',
    deploymentId: 'dep-1',
    environmentName: 'prod',
    occurredAt: '2026-03-10T12:00:00.000Z',
    actor: 'budget-evaluator',
    reason: '71.2 % of $100.00 spent since 2026-03-01',
    principalId: ALICE,
    principalKind: 'iam-user',
    labels: { team: 'search', purpose: 'indexing' },
    status: 'warning',
    budget: {
      spentUsd: '71.2345',
      limitUsd: '100',
      sharePercent: '71.2',
      period: 'calendar month',
      periodStart: '2026-03-01',
      periodEndsAt: '2026-04-01T00:00:00.000Z',
      forecast: { outcome: 'exhausts', exhaustedAt: '2026-03-14T05:12:00.000Z', projectedUsd: '232.4567' },
    },
    ...changes,
  };
}

const deploymentDetail = (changes: Partial<EventDetail>) =>
  aDetail({ principalId: undefined, principalKind: undefined, labels: undefined, status: undefined, budget: undefined, ...changes });

/** As a mail, which has everything in it. */
function alertFor(type: EventType, detail: EventDetail, about: AlertContext) {
  const alert = structured(type, detail, about);
  const { headline, facts, lines, nextSteps } = alert ?? {};
  legibleAll({ headline, facts, lines, nextSteps }, type);
  return alert && { topic: alert.audience, ...mailOf(alert) };
}

const alert = (type: EventType, detail: Partial<EventDetail> = {}) => alertFor(type, aDetail(detail), context);

const ABOUT = `Principal: iam-user/444455556666/alice
Labels: team=search, purpose=indexing
Spent: $71.23 of $100.00 (71.2 %)
Period: calendar month, since 2026-03-01, next one begins 2026-04-01 00:00:00 UTC
Forecast: at this pace the limit is reached at 2026-03-14 05:12 UTC; $232.46 by the end of the period`;

const RAISE = `- To raise every limit of the principal by $10.00 at once, until 2026-04-01 00:00:00 UTC (write another amount as you need):
  aws dynamodb update-item --table-name 'App-Budgets-X' --key '{"principalId":{"S":"iam-user/444455556666/alice"}}' \\
    --update-expression 'SET topUps = list_append(if_not_exists(topUps, :none), :more), updatedBy = :me' \\
    --expression-attribute-values '{":none":{"L":[]},":more":{"L":[{"M":{"amountUsd":{"N":"10"},"expiresAt":{"S":"2026-04-01T00:00:00.000Z"}}}]},":me":{"S":"your name"}}'
- To exempt it until then, whatever it spends (it is neither warned nor suspended):
  aws dynamodb update-item --table-name 'App-Budgets-X' --key '{"principalId":{"S":"iam-user/444455556666/alice"}}' \\
    --update-expression 'SET exemption = :exemption, updatedBy = :me' \\
    --expression-attribute-values '{":exemption":{"M":{"reason":{"S":"why"},"until":{"S":"2026-04-01T00:00:00.000Z"}}},":me":{"S":"your name"}}'
- To raise the limit for good, change it in the \`budgets\` of the CDK stack and deploy.`;

const foot = (severity: string) => `Dashboard: https://console.example/dep-1

Severity: ${severity}
Environment: prod
Deployment: dep-1
Time: 2026-03-10 12:00:00 UTC
Event: change-1/event`;

describe('the message of each event', () => {
  test('a warning threshold', () => {
    expect(alert(EventType.THRESHOLD_CROSSED, { level: 'warning' })).toEqual({
      topic: 'alerts',
      subject: '[prod] alice has used 71.2 % of its Bedrock budget',
      body: `Warning: the principal has used 71.2 % of its budget.
What happens next: one more warning comes before the limit; at the limit a grace period begins, and access to Bedrock is withdrawn when it ends. A budget that is only observed is told of, not restricted.

${ABOUT}

What to do:
- Nothing, if the spending is as planned and will stay within the limit.
${RAISE}

${foot('warning')}`,
    });
  });

  test('a critical threshold', () => {
    expect(alert(EventType.THRESHOLD_CROSSED, { level: 'critical' })).toEqual({
      topic: 'alerts',
      subject: '[prod] alice has used 71.2 % of its Bedrock budget',
      body: `Last warning: the principal has used 71.2 % of its budget.
What happens next: at the limit a grace period begins, and access to Bedrock is withdrawn when it ends. A budget that is only observed is told of, not restricted.

${ABOUT}

What to do:
- Nothing, if the spending is as planned and will stay within the limit.
${RAISE}

${foot('critical')}`,
    });
  });

  test('the limit of a principal that is not restricted', () => {
    expect(alert(EventType.THRESHOLD_CROSSED, { level: 'exceeded', status: 'exceeded' })).toEqual({
      topic: 'alerts',
      subject: '[prod] alice is over its Bedrock budget and not restricted',
      body: `The principal has reached its limit (71.2 %). It is not restricted, and can still spend.
What happens next: it goes on spending. The next period begins at 2026-04-01 00:00:00 UTC.

${ABOUT}

What to do:
- Stop the spending at its source, or raise the limit.
${RAISE}

${foot('critical')}`,
    });
  });

  test('a grace period', () => {
    expect(alert(EventType.GRACE_PERIOD_STARTED, { graceDeadline: '2026-03-10T12:05:00.000Z' })).toEqual({
      topic: 'alerts',
      subject: '[prod] alice has reached its Bedrock budget: suspended at 2026-03-10 12:05:00 UTC',
      body: `The principal has reached its limit: 71.2 % of $100.00 spent since 2026-03-01.
Its access to Bedrock is withdrawn at 2026-03-10 12:05:00 UTC, unless it is within its budget by then.
What happens next: access comes back by itself when the next period begins, at 2026-04-01 00:00:00 UTC, or as soon as the limit rises.

${ABOUT}

What to do:
- Finish or save what is running.
${RAISE}

${foot('critical')}`,
    });
  });

  test('no grace period', () => {
    expect(alert(EventType.GRACE_PERIOD_STARTED, { graceDeadline: '2026-03-10T12:00:00.000Z' })).toEqual({
      topic: 'alerts',
      subject: '[prod] alice has reached its Bedrock budget: suspended now',
      body: `The principal has reached its limit: 71.2 % of $100.00 spent since 2026-03-01.
Its access to Bedrock is withdrawn now.
What happens next: access comes back by itself when the next period begins, at 2026-04-01 00:00:00 UTC, or as soon as the limit rises.

${ABOUT}

What to do:
- Finish or save what is running.
${RAISE}

${foot('critical')}`,
    });
  });

  test('an order to suspend', () => {
    expect(alert(EventType.GRACE_PERIOD_STARTED, { reason: 'held by bob: leaked key' })).toEqual({
      topic: 'alerts',
      subject: '[prod] alice is being suspended from Bedrock by order',
      body: `An operator has ordered to suspend the principal: held by bob: leaked key. Its access to Bedrock is withdrawn now.
What happens next: access stays withdrawn, also in a new period, until the order is taken back.

${ABOUT}

What to do:
- Ask whoever gave the order. Access comes back when it is taken back, not before:
  aws dynamodb update-item --table-name 'App-Budgets-X' --key '{"principalId":{"S":"iam-user/444455556666/alice"}}' \\
    --update-expression 'REMOVE #hold SET updatedBy = :me' \\
    --expression-attribute-names '{"#hold":"hold"}' \\
    --expression-attribute-values '{":me":{"S":"your name"}}'

${foot('critical')}`,
    });
  });

  test('a grace period that ended without a suspension', () => {
    expect(alert(EventType.GRACE_PERIOD_CANCELLED)).toEqual({
      topic: 'alerts',
      subject: '[prod] alice is within its Bedrock budget again, not suspended',
      body: `The grace period has ended without a suspension: the principal is within its budget again.
What happens next: nothing, unless it reaches a limit again: then another grace period begins.

${ABOUT}

What to do:
${RAISE}

${foot('info')}`,
    });
  });

  test.each([
    ['over the limit; enforcement is paused for everybody', 'access stays. Once budgets are enforced again, a new grace period begins.'],
    ['over the limit; enforcement is lifted for everybody', 'access stays. Once budgets are enforced again, a new grace period begins.'],
    ['over the limit; observed only', 'access stays, since the budget is only observed now. If it is enforced again while the principal is over it, a new grace period begins.'],
  ])('a grace period that ended although the budget is used up: %s', (reason, next) => {
    const { subject, body } = alert(EventType.GRACE_PERIOD_CANCELLED, { status: 'exceeded', reason })!;
    expect(subject).toContain('is over its Bedrock budget and not suspended for now');
    expect(body).toContain(`although the principal is over its budget: ${reason}.\nWhat happens next: ${next}\n`);
  });

  test.each(['paused', 'lifted'])('thresholds while enforcement is %s: nobody is said to lose access', mode => {
    const at = (level: string, status: string) => alert(EventType.THRESHOLD_CROSSED, { level, status, reason: `${level} threshold reached; enforcement is ${mode} for everybody` })!.body;
    const nothing = `at the limit nothing happens for now, since enforcement is ${mode} for everybody. `
      + 'Once it is on again, whoever is over the limit has a grace period, and loses access to Bedrock when it ends.';
    expect(at('warning', 'warning')).toContain(`What happens next: one more warning comes before the limit; ${nothing}`);
    expect(at('critical', 'critical')).toContain(`What happens next: ${nothing}`);
    expect(at('exceeded', 'exceeded')).toContain(
      `What happens next: it goes on spending. That is since enforcement is ${mode} for everybody: once it is on again, a grace period begins. The next period begins at`,
    );
  });

  test('a suspension', () => {
    expect(alert(EventType.PRINCIPAL_SUSPENDED, { suspension: { secondsToBlock: 312.4, overspendUsd: '1.295' } })).toEqual({
      topic: 'alerts',
      subject: '[prod] alice is suspended from Bedrock',
      body: `The principal may not use Bedrock any more: 71.2 % of $100.00 spent since 2026-03-01. IAM has confirmed it.
From the call that reached the limit until now it took 312.4 seconds, the grace period included; $1.30 were spent beyond the limit.
What happens next: access comes back by itself when the next period begins, at 2026-04-01 00:00:00 UTC, or as soon as the limit rises.

${ABOUT}

What to do:
${RAISE}

${foot('critical')}`,
    });
  });

  test('a suspension by order', () => {
    expect(alert(EventType.PRINCIPAL_SUSPENDED, { reason: 'held by bob: leaked key', suspension: { secondsToBlock: 1, overspendUsd: '0' } })).toEqual({
      topic: 'alerts',
      subject: '[prod] alice is suspended from Bedrock',
      body: `The principal may not use Bedrock any more: held by bob: leaked key. IAM has confirmed it.
What happens next: access stays withdrawn, also in a new period, until the order is taken back.

${ABOUT}

What to do:
- Ask whoever gave the order. Access comes back when it is taken back, not before:
  aws dynamodb update-item --table-name 'App-Budgets-X' --key '{"principalId":{"S":"iam-user/444455556666/alice"}}' \\
    --update-expression 'REMOVE #hold SET updatedBy = :me' \\
    --expression-attribute-names '{"#hold":"hold"}' \\
    --expression-attribute-values '{":me":{"S":"your name"}}'

${foot('critical')}`,
    });
  });

  test('a restoration', () => {
    expect(alert(EventType.PRINCIPAL_RESTORED)).toEqual({
      topic: 'alerts',
      subject: '[prod] alice may use Bedrock again',
      body: `The deny policy was taken off and IAM has confirmed it: the principal may use Bedrock again.
What happens next: its calls count as before, and at the limit it is suspended again.

${ABOUT}

What to do:
${RAISE}

${foot('info')}`,
    });
  });

  test('a suspension that failed', () => {
    expect(alert(EventType.SUSPENSION_FAILED, { reason: 'Restrict: AccessDenied' })).toEqual({
      topic: 'operations',
      subject: '[prod] alice could not be suspended',
      body: `The principal is over its budget and could not be suspended: it can still spend.
What failed: Restrict: AccessDenied
What happens next: it goes on spending until an attempt succeeds.

${ABOUT}

What to do:
- Nothing, if a message follows that it is suspended: the monitor starts another attempt within ten minutes. The same failure is told once a day.
- Otherwise look into the failed execution of the suspension state machine and the log of the enforcer.
- To stop the spending at once, attach the deny policy of the deployment to the principal by hand.
${RAISE}

${foot('critical')}`,
    });
  });

  test('a restoration that failed', () => {
    expect(alert(EventType.RESTORATION_FAILED, { reason: 'Lift: AccessDenied' })).toEqual({
      topic: 'operations',
      subject: '[prod] alice could not be restored',
      body: `The principal is within its budget again, but its access to Bedrock could not be given back.
What failed: Lift: AccessDenied
What happens next: it stays denied until an attempt succeeds.

${ABOUT}

What to do:
- Nothing, if a message follows that it is restored: the monitor starts another attempt within ten minutes. The same failure is told once a day.
- Otherwise look into the failed execution of the restoration state machine and the log of the enforcer.
- To give access back at once, detach the deny policy of the deployment from the principal by hand.

${foot('critical')}`,
    });
  });

  test('a principal that cannot be restricted', () => {
    expect(alert(EventType.PRINCIPAL_UNENFORCEABLE, { reason: 'over the limit but unenforceable: is the root user', principalId: `root/${ACCOUNT}` })).toEqual({
      topic: 'operations',
      subject: '[prod] the root user of 444455556666 is over its Bedrock budget and cannot be suspended',
      body: `The principal is over its budget, and this system cannot restrict it: it can still spend.
Why: over the limit but unenforceable: is the root user
What happens next: it goes on spending. The next period begins at 2026-04-01 00:00:00 UTC.

Principal: root/444455556666
Labels: team=search, purpose=indexing
Spent: $71.23 of $100.00 (71.2 %)
Period: calendar month, since 2026-03-01, next one begins 2026-04-01 00:00:00 UTC
Forecast: at this pace the limit is reached at 2026-03-14 05:12 UTC; $232.46 by the end of the period

What to do:
- Root and roles that AWS reserves to itself: restrict them by a service control policy or in their permission set.
- Attachment quota full: detach a managed policy that is not needed any more; it is tried again within the hour.
- Principals of another account: restrict them there.
- To raise every limit of the principal by $10.00 at once, until 2026-04-01 00:00:00 UTC (write another amount as you need):
  aws dynamodb update-item --table-name 'App-Budgets-X' --key '{"principalId":{"S":"root/444455556666"}}' \\
    --update-expression 'SET topUps = list_append(if_not_exists(topUps, :none), :more), updatedBy = :me' \\
    --expression-attribute-values '{":none":{"L":[]},":more":{"L":[{"M":{"amountUsd":{"N":"10"},"expiresAt":{"S":"2026-04-01T00:00:00.000Z"}}}]},":me":{"S":"your name"}}'
- To exempt it until then, whatever it spends (it is neither warned nor suspended):
  aws dynamodb update-item --table-name 'App-Budgets-X' --key '{"principalId":{"S":"root/444455556666"}}' \\
    --update-expression 'SET exemption = :exemption, updatedBy = :me' \\
    --expression-attribute-values '{":exemption":{"M":{"reason":{"S":"why"},"until":{"S":"2026-04-01T00:00:00.000Z"}}},":me":{"S":"your name"}}'
- To raise the limit for good, change it in the \`budgets\` of the CDK stack and deploy.

${foot('critical')}`,
    });
  });

  test('drift', () => {
    expect(alert(EventType.DRIFT_DETECTED, { reason: 'suspended, but the deny policy was not attached: it is put back', labels: undefined, budget: undefined })).toEqual({
      topic: 'operations',
      subject: '[prod] alice is not restricted as it should be',
      body: `IAM and the Budgets table disagree about the deny policy: somebody has changed it by hand, or a change was lost. It is being repaired.
Found: suspended, but the deny policy was not attached: it is put back
What happens next: the deny policy is put where the budget wants it, within minutes.

Principal: iam-user/444455556666/alice

What to do:
- Find out in CloudTrail who attached or detached the policy (AttachUserPolicy, AttachRolePolicy, DetachUserPolicy, DetachRolePolicy).
- If infrastructure code manages the principal's attachments exclusively, make it ignore the deny policy, or it will take it off again.
- To raise every limit of the principal by $10.00 at once, until 2026-03-17 12:00:00 UTC (write another amount as you need):
  aws dynamodb update-item --table-name 'App-Budgets-X' --key '{"principalId":{"S":"iam-user/444455556666/alice"}}' \\
    --update-expression 'SET topUps = list_append(if_not_exists(topUps, :none), :more), updatedBy = :me' \\
    --expression-attribute-values '{":none":{"L":[]},":more":{"L":[{"M":{"amountUsd":{"N":"10"},"expiresAt":{"S":"2026-03-17T12:00:00.000Z"}}}]},":me":{"S":"your name"}}'
- To exempt it until then, whatever it spends (it is neither warned nor suspended):
  aws dynamodb update-item --table-name 'App-Budgets-X' --key '{"principalId":{"S":"iam-user/444455556666/alice"}}' \\
    --update-expression 'SET exemption = :exemption, updatedBy = :me' \\
    --expression-attribute-values '{":exemption":{"M":{"reason":{"S":"why"},"until":{"S":"2026-03-17T12:00:00.000Z"}}},":me":{"S":"your name"}}'
- To raise the limit for good, change it in the \`budgets\` of the CDK stack and deploy.

${foot('warning')}`,
    });
  });

  test('changed settings', () => {
    const detail = deploymentDetail({
      reason: 'run-time settings changed',
      before: { [SettingName.GRACE_PERIOD_SECONDS]: '300', [SettingName.REFRESH_PERIOD]: '30 days' },
      after: { [SettingName.GRACE_PERIOD_SECONDS]: '60', [SettingName.REFRESH_PERIOD]: '30 days', [SettingName.WARNING_THRESHOLD_PERCENT]: '50' },
    });
    expect(alertFor(EventType.CONFIGURATION_CHANGED, detail, context)).toEqual({
      topic: 'operations',
      subject: '[prod] Run-time settings of BedrockBudgeteer were changed',
      body: `The run-time settings were changed in SSM; the new ones are in force.
grace-period-seconds: 300 -> 60
warning-threshold-percent: none -> 50

What to do:
- If nobody of you did this, find out in CloudTrail who did (PutParameter).

${foot('warning')}`,
    });
  });

  test('a setting that was refused', () => {
    const detail = deploymentDetail({ reason: 'grace-period-seconds is "five", allowed is whole seconds; the last good value stays in force' });
    expect(alertFor(EventType.CONFIGURATION_INVALID, detail, context)).toEqual({
      topic: 'operations',
      subject: '[prod] A run-time setting of BedrockBudgeteer is not valid',
      body: `A run-time setting in SSM is not valid and was refused.
Which: grace-period-seconds is "five", allowed is whole seconds; the last good value stays in force

What to do:
- Correct the parameter below /bedrock-budgeteer/prod/dep-1/ in SSM Parameter Store; it is read again within a minute.

${foot('warning')}`,
    });
  });

  test('a declaration that was kept out', () => {
    expect(alert(EventType.DECLARATION_KEPT_OUT, {
      reason: 'limits changed at run time and kept',
      labels: undefined,
      budget: undefined,
      before: { limits: ['100 USD a calendar month'] },
      after: { limits: ['200 USD a calendar month'] },
    })).toEqual({
      topic: 'operations',
      subject: '[prod] alice has a budget other than its stack declares',
      body: `A stack declares a budget that somebody has changed at run time. The change was kept.
What: limits changed at run time and kept
Declared: {"limits":["100 USD a calendar month"]}
In force: {"limits":["200 USD a calendar month"]}
What happens next: the change stays in force, deployment after deployment, until somebody ends it.

Principal: iam-user/444455556666/alice

What to do:
- To keep the change, write it into the stack's \`budgets\` as well.
- To go back to what the stack declares, write that into the principal's item in table App-Budgets-X.
- To raise every limit of the principal by $10.00 at once, until 2026-03-17 12:00:00 UTC (write another amount as you need):
  aws dynamodb update-item --table-name 'App-Budgets-X' --key '{"principalId":{"S":"iam-user/444455556666/alice"}}' \\
    --update-expression 'SET topUps = list_append(if_not_exists(topUps, :none), :more), updatedBy = :me' \\
    --expression-attribute-values '{":none":{"L":[]},":more":{"L":[{"M":{"amountUsd":{"N":"10"},"expiresAt":{"S":"2026-03-17T12:00:00.000Z"}}}]},":me":{"S":"your name"}}'
- To exempt it until then, whatever it spends (it is neither warned nor suspended):
  aws dynamodb update-item --table-name 'App-Budgets-X' --key '{"principalId":{"S":"iam-user/444455556666/alice"}}' \\
    --update-expression 'SET exemption = :exemption, updatedBy = :me' \\
    --expression-attribute-values '{":exemption":{"M":{"reason":{"S":"why"},"until":{"S":"2026-03-17T12:00:00.000Z"}}},":me":{"S":"your name"}}'
- To raise the limit for good, change it in the \`budgets\` of the CDK stack and deploy.

${foot('warning')}`,
    });
  });
});

describe('prices', () => {
  test('a model whose price is not known', () => {
    const detail = deploymentDetail({ reason: 'no price is known of new.model: its calls are charged like the.dearest, $1.50 so far', modelId: 'new.model', calls: 3 });
    expect(alertFor(EventType.MODEL_PRICE_UNKNOWN, detail, context)).toEqual({
      topic: 'operations',
      subject: '[prod] The price of a Bedrock model is not known',
      body: `A model is called whose price is not known. Its calls are charged by an estimate on the safe side, which counts against budgets.
Model: new.model
What: no price is known of new.model: its calls are charged like the.dearest, $1.50 so far

What to do:
- Write its price, in USD per million tokens, as a line of the SSM parameter /bedrock-budgeteer/prod/dep-1/price-overrides:
  new.model in=3 out=15
- Or deploy a newer version of the library, which may know it.
- Either way its calls are charged anew within half an hour, and whoever was suspended by the estimate alone is restored.

${foot('warning')}`,
    });
  });

  test.each(['new.model-v1:0', 'arn:aws:bedrock:eu-central-1:444455556666:application-inference-profile/abc123'])('the line that is given for %s is one that the setting takes', modelId => {
    const { body } = alertFor(EventType.MODEL_PRICE_UNKNOWN, deploymentDetail({ modelId }), context)!;
    const line = /^ {2}(.+)$/m.exec(body)![1];
    expect([...parsePriceOverrides(line).models.keys()]).toEqual([modelId]);
  });

  test('calls that were charged anew', () => {
    const detail = aDetail({ modelId: 'new.model', calls: 12, before: { costUsd: '3.2' }, after: { costUsd: '1.096', pricedAs: 'new.model' }, labels: undefined, budget: undefined });
    expect(alertFor(EventType.CALLS_REPRICED, detail, context)).toEqual({
      topic: 'alerts',
      subject: '[prod] alice was charged anew for Bedrock: $3.20 became $1.10',
      body: `The price of a model is known now. Calls that had been charged by an estimate were charged anew: $3.20 became $1.10.
Model: new.model
Calls: 12
What happens next: the corrected spend counts from now on: whoever was suspended by the estimate alone is restored.

Principal: iam-user/444455556666/alice

What to do:
- To raise every limit of the principal by $10.00 at once, until 2026-03-17 12:00:00 UTC (write another amount as you need):
  aws dynamodb update-item --table-name 'App-Budgets-X' --key '{"principalId":{"S":"iam-user/444455556666/alice"}}' \\
    --update-expression 'SET topUps = list_append(if_not_exists(topUps, :none), :more), updatedBy = :me' \\
    --expression-attribute-values '{":none":{"L":[]},":more":{"L":[{"M":{"amountUsd":{"N":"10"},"expiresAt":{"S":"2026-03-17T12:00:00.000Z"}}}]},":me":{"S":"your name"}}'
- To exempt it until then, whatever it spends (it is neither warned nor suspended):
  aws dynamodb update-item --table-name 'App-Budgets-X' --key '{"principalId":{"S":"iam-user/444455556666/alice"}}' \\
    --update-expression 'SET exemption = :exemption, updatedBy = :me' \\
    --expression-attribute-values '{":exemption":{"M":{"reason":{"S":"why"},"until":{"S":"2026-03-17T12:00:00.000Z"}}},":me":{"S":"your name"}}'
- To raise the limit for good, change it in the \`budgets\` of the CDK stack and deploy.

${foot('info')}`,
    });
  });

  test.each<[string, string, string, boolean]>([
    ['a cent less', '0.02', '0.01', true],
    ['a cent more', '0.01', '0.02', true],
    ['less than a cent less', '0.02', '0.010000000001', false],
    ['less than a cent more', '0.010000000001', '0.02', false],
    ['nothing', '5', '5', false],
    ['what nobody can read', 'much', '5', false],
  ])('a change of %s: told %s -> %s is %s', (_, before, after, told) => {
    expect(alert(EventType.CALLS_REPRICED, { before: { costUsd: before }, after: { costUsd: after } }) !== undefined).toBe(told);
  });

  test('prices that are not believed', () => {
    const detail = deploymentDetail({
      reason: 'more than 3 times dearer or cheaper',
      before: { 'a.model us-east-1 input': '3' },
      after: { 'a.model us-east-1 input': '30: more than 3 times the known price', 'b.model us-east-1 output': '900' },
    });
    expect(alertFor(EventType.PRICES_HELD_BACK, detail, context)).toEqual({
      topic: 'operations',
      subject: '[prod] Prices of the AWS Price List are held back',
      body: `The AWS Price List has prices that contradict the known ones. They are not used.
What: more than 3 times dearer or cheaper
a.model us-east-1 input: 3 -> 30: more than 3 times the known price
b.model us-east-1 output: none -> 900

What to do:
- Compare them with https://aws.amazon.com/bedrock/pricing/.
- Where the new price is right, write it into the SSM parameter /bedrock-budgeteer/prod/dep-1/price-overrides, or deploy a newer version of the library.

${foot('warning')}`,
    });
  });

  describe('a chargeback report', () => {
    const after = {
      period: '2026-11',
      from: '2026-11-01',
      to: '2026-11-30',
      totalUsd: '1234.567800000001',
      estimatedUsd: '0',
      differences: 0,
      uris: { csv: 's3://the-bucket/reports/2026-11/chargeback.csv', json: 's3://the-bucket/reports/2026-11/chargeback.json' },
      largest: [{ name: 'search', costUsd: '1000' }, { name: 'no team', costUsd: '234.567800000001' }],
      notes: ['$234.57 (19.0 %) are of principals without the label "team".'],
    };

    test('is told with its sums and where it is', () => {
      expect(alertFor(EventType.CHARGEBACK_REPORT_WRITTEN, deploymentDetail({ calls: 42, after }), context)).toEqual({
        topic: 'alerts',
        subject: '[prod] Bedrock chargeback report of 2026-11: $1234.57',
        body: `From 2026-11-01 to 2026-11-30, 42 calls cost $1234.57 (exactly 1234.567800000001 USD).
- search: $1000.00
- no team: $234.57
Note: $234.57 (19.0 %) are of principals without the label "team".
Report: s3://the-bucket/reports/2026-11/chargeback.csv
Report: s3://the-bucket/reports/2026-11/chargeback.json
In the console: https://console.aws.amazon.com/s3/buckets/the-bucket?prefix=reports%2F2026-11%2F

${foot('info')}`,
      });
    });

    test('that differs from the Budgets table is told to be looked into', () => {
      const { body } = alertFor(EventType.CHARGEBACK_REPORT_WRITTEN, deploymentDetail({ calls: 42, after: { ...after, differences: 1 } }), context)!;
      expect(body).toContain('- Look into the differences between the ledger and the Budgets table');
    });

    test.each<[string, Partial<EventDetail>]>([
      ['nothing', {}],
      ['nonsense', { after: { uris: { csv: 'javascript:alert(1)' }, largest: [null, 7, {}], notes: 'none', totalUsd: 5 } as never }],
    ])('of which the event tells %s is told all the same', (_, changes) => {
      const { body } = alertFor(EventType.CHARGEBACK_REPORT_WRITTEN, deploymentDetail(changes), context)!;
      expect(body).toContain('an unreadable amount');
      expect(body).not.toContain('javascript');
    });
  });

  test('a bill that differs from what was metered', () => {
    const detail = deploymentDetail({
      reason: '2026-11-18 (UTC): a.model was metered at $60.00 and is billed at $100.00; 1 of 3 models differ by more than 5 %',
      before: { day: '2026-11-18', meteredUsd: { 'a.model': '$60.00', 'all models': '$65.00' } },
      after: {
        day: '2026-11-18', final: false, billedUsd: { 'a.model': '$100.00', 'all models': '$105.00' }, ratio: { 'a.model': '0.600', 'all models': '0.619' }, unknownModelsUsd: { 'Claude Opus 9': '$7.00' },
      },
    });
    expect(alertFor(EventType.COST_DRIFT_FOUND, detail, context)).toEqual({
      topic: 'operations',
      subject: '[prod] AWS bills Bedrock otherwise than it was metered',
      body: `What AWS bills and what was metered differ: 2026-11-18 (UTC): a.model was metered at $60.00 and is billed at $100.00; 1 of 3 models differ by more than 5 %.
- a.model: metered $60.00, billed $100.00 (metered / billed: 0.600)
- all models: metered $65.00, billed $105.00 (metered / billed: 0.619)
- billed under a name that is not known: Claude Opus 9, $7.00

What to do:
- The same ratio for all models of a provider is a discount: set discountPercent, or providerDiscountPercents.
- One model alone: compare its price with https://aws.amazon.com/bedrock/pricing/, and set it where it is wrong.
- Billed more than metered at prices that are right: calls pass by the meter. See whether invocation logging was switched off for a time, and whether all kinds of principals are tracked.

${foot('warning')}`,
    });
  });

  test('a bill that cannot be read', () => {
    const { topic, subject, body } = alertFor(EventType.RECONCILIATION_UNAVAILABLE, deploymentDetail({ reason: 'Cost Explorer refuses to answer: switch it on' }), context)!;
    expect([topic, subject]).toEqual(['operations', '[prod] The bill cannot be compared with what was metered']);
    expect(body).toContain('Why: Cost Explorer refuses to answer: switch it on\n');
  });

  test('only twenty prices are told', () => {
    const after = Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`model-${index} us-east-1 input`, '1']));
    const { body } = alertFor(EventType.PRICES_HELD_BACK, deploymentDetail({ after }), context)!;
    expect(body.match(/model-/g)).toHaveLength(20);
    expect(body).toContain('\nand 5 more\n');
  });

  test('the part of a spend that is an estimate is told beside it', () => {
    const { body } = alert(EventType.THRESHOLD_CROSSED, { level: 'warning', budget: { ...aDetail().budget!, estimatedUsd: '3.2' } })!;
    expect(body).toContain('Spent: $71.23 of $100.00 (71.2 %)\nOf which estimated: $3.20, since the price of a model is not known\nPeriod: ');
  });
});

test.each([
  EventType.PRICES_REFRESHED, EventType.PRINCIPAL_REGISTERED, EventType.BUDGET_CHANGED, EventType.RESTORATION_STARTED, EventType.PRINCIPAL_GONE, EventType.DEPLOYMENT_REMOVED, 'Something New' as EventType,
])('%s is worth no message', type => {
  expect(alert(type)).toBeUndefined();
});

test.each(['grace_period', 'suspended', 'restoring'])('a limit reached in status %s is told by another event', status => {
  expect(alert(EventType.THRESHOLD_CROSSED, { level: 'exceeded', status })).toBeUndefined();
});

test('an API-key user is told where its default budget stands', () => {
  expect(alert(EventType.THRESHOLD_CROSSED, { level: 'warning', principalId: KEY_USER, principalKind: 'api-key-user' })!.body).toContain(
    'Where the stack declares none, the default for API keys holds: SSM parameter /bedrock-budgeteer/prod/dep-1/default-api-key-budget-usd.',
  );
});

test.each([
  ['agent-runtime', 'the default for AgentCore runtimes holds'],
  ['agent-role', 'the default for AgentCore runtimes, times their number, holds'],
])('an %s is told where its default budget stands', (principalKind, text) => {
  expect(alert(EventType.GRACE_PERIOD_STARTED, { principalId: AGENT, principalKind })!.body).toContain(
    `Where the stack declares none, ${text}: SSM parameter /bedrock-budgeteer/prod/dep-1/default-agent-budget-usd.`,
  );
});

describe('messages about agents', () => {
  const runtimes = (count: number) => Array.from({ length: count }, (_, index) => `${AGENT}-${index}`);

  test('that share a role tell which, and what to do', () => {
    const { topic, subject, body } = alert(EventType.RUNTIMES_SHARE_ROLE, { principalId: SHARED_AGENTS, reason: '2 runtimes have one role', after: { runtimes: runtimes(2) } })!;
    expect([topic, subject]).toEqual(['alerts', '[prod] agents is an execution role that several AgentCore runtimes share']);
    expect(body).toContain(`2 runtimes have one role.\n- ${AGENT}-0\n- ${AGENT}-1\n`);
    expect(body).toContain('Give each runtime an execution role of its own');
    expect(body).not.toMatch(/^and \d+ more/m);
  });

  test('that share a role tell of at most twenty, and how many more', () => {
    const { body } = alert(EventType.RUNTIMES_SHARE_ROLE, { principalId: SHARED_AGENTS, after: { runtimes: runtimes(23) } })!;
    expect(body.match(/^- agent-runtime/gm)).toHaveLength(20);
    expect(body).toContain('\nand 3 more\n');
  });

  test('that are refused tell why, with the runtime where that is known', () => {
    const known = alert(EventType.RUNTIME_REFUSED, { principalId: AGENT, reason: 'its role belongs to another account' })!;
    expect([known.topic, known.subject]).toEqual(['operations', '[prod] support-Ab12Cd34Ef is an AgentCore runtime that cannot have a budget']);
    expect(known.body).toContain('Why: its role belongs to another account');
    expect(alertFor(EventType.RUNTIME_REFUSED, deploymentDetail({ reason: 'no id' }), context)!.subject).toBe('[prod] An AgentCore runtime cannot have a budget');
  });

  test('that may call again say so, and where the role is denied still, say that', () => {
    expect(alert(EventType.PRINCIPAL_RESTORED, { principalId: AGENT, reason: 'restored: within budget' })!.subject).toBe('[prod] support-Ab12Cd34Ef may use Bedrock again');
    const { topic, subject, body } = alert(EventType.PRINCIPAL_RESTORED, { principalId: AGENT, reason: `restored: within budget; still denied for ${AGENT_ROLE}` })!;
    expect([topic, subject]).toEqual(['alerts', '[prod] support-Ab12Cd34Ef is within its Bedrock budget again, but its role is denied still']);
    expect(body).toContain(`stays denied for another budget: ${AGENT_ROLE}.`);
    expect(body).not.toContain('may use Bedrock again');
  });

  test('whose policies were put back are worth one only where some were not', () => {
    expect(alert(EventType.POLICIES_RESTORED, { after: { notRestored: [] } })).toBeUndefined();
    expect(alert(EventType.POLICIES_RESTORED)).toBeUndefined();
    const notRestored = ['arn:aws:iam::444455556666:policy/gone', { inline: 'taken' }, ...Array.from({ length: 30 }, (_, index) => `policy-${index}`)];
    const { topic, subject, body } = alert(EventType.POLICIES_RESTORED, { after: { notRestored } })!;
    expect([topic, subject]).toEqual(['operations', '[prod] alice has back all policies but some']);
    expect(body).toContain('- arn:aws:iam::444455556666:policy/gone\n- {"inline":"taken"}\n- policy-0\n');
    expect(body.match(/^- (arn|policy|\{)/gm)).toHaveLength(20);
  });

  test('carry nothing of strangers that is none of a line', () => {
    const hostile = `x\u0000\r\nSubject: you won${'z'.repeat(10_000)}`;
    for (const type of [EventType.RUNTIMES_SHARE_ROLE, EventType.RUNTIME_REFUSED, EventType.POLICIES_RESTORED, EventType.PRINCIPAL_RESTORED]) {
      const { body } = alert(type, { reason: `${hostile}; still denied for ${hostile}`, after: { runtimes: [hostile, 5], notRestored: [hostile, null] } })!;
      expect(body.split('\n').some(line => line.startsWith('Subject:'))).toBe(false);
      expect(body.length).toBeLessThan(4_000);
    }
  });

  test('may lack everything', () => {
    for (const type of [EventType.RUNTIMES_SHARE_ROLE, EventType.RUNTIME_REFUSED, EventType.PRINCIPAL_RESTORED]) {
      expect(alertFor(type, {} as EventDetail, context)!.body).toContain('Environment:');
    }
  });
});

test('the command that is given does what it says', () => {
  const { body } = alert(EventType.THRESHOLD_CROSSED, { level: 'warning' })!;
  const [key, update, values] = [...body.matchAll(/'([^']*)'/g)].slice(1).map(([, quoted]) => quoted);
  expect(JSON.parse(key)).toEqual({ principalId: { S: ALICE } });
  expect(update).toBe('SET topUps = list_append(if_not_exists(topUps, :none), :more), updatedBy = :me');
  expect(Object.keys(JSON.parse(values)).sort()).toEqual([':me', ':more', ':none']);
});

describe('what others wrote', () => {
  const hostile = 'x\u0000\u001b[31m\r\nSubject: you won\u2028\u202Ey' + 'z'.repeat(10_000);
  const written = (text: string) => alert(EventType.PRINCIPAL_SUSPENDED, {
    environmentName: text,
    deploymentId: text,
    eventId: text,
    reason: text,
    principalId: text,
    principalKind: text,
    labels: { [text]: text, ok: text },
    budget: { spentUsd: text, limitUsd: text, sharePercent: text, period: text, periodStart: text, periodEndsAt: text },
    suspension: { secondsToBlock: 1, overspendUsd: text },
  })!;

  test('carries no control characters, and no line of its own', () => {
    const { subject, body } = written(hostile);
    expect(subject).toMatch(/^[\x20-\x7e]{1,100}$/);
    expect(body).not.toMatch(/[^\n\P{Cc}]|\p{Cf}|\p{Zl}|\p{Zp}/u);
    expect(body.split('\n').some(line => line.startsWith('Subject:'))).toBe(false);
  });

  test('is bounded', () => {
    expect(written(hostile).body.length).toBeLessThan(4_000);
  });

  test('gets into no command', () => {
    expect(written("iam-user/444455556666/a'; rm -rf /").body).not.toContain('aws dynamodb');
  });

  test('may be missing altogether', () => {
    const { subject, body } = alertFor(EventType.PRINCIPAL_SUSPENDED, {} as EventDetail, context)!;
    expect(subject).toBe('[] is suspended from Bedrock');
    expect(body).toContain('no reason given');
    expect(alertFor(EventType.THRESHOLD_CROSSED, { level: 'warning' } as EventDetail, context)!.body).toContain('the principal has used part of its budget');
    expect(alertFor(EventType.CONFIGURATION_CHANGED, {} as EventDetail, context)!.body).toContain('The run-time settings were changed');
    expect(alertFor(EventType.GRACE_PERIOD_STARTED, {} as EventDetail, context)!.body).toContain('withdrawn at an unknown time');
    expect(alertFor(EventType.MODEL_PRICE_UNKNOWN, {} as EventDetail, context)!.body).toContain('Model: not told');
    expect(alertFor(EventType.PRICES_HELD_BACK, {} as EventDetail, context)!.body).toContain('no reason given');
    expect(alertFor(EventType.COST_DRIFT_FOUND, {} as EventDetail, context)!.body).toContain('no reason given');
    expect(alertFor(EventType.COST_DRIFT_FOUND, { before: { meteredUsd: { a: '$1.00' } } } as unknown as EventDetail, context)!.body).toContain('- a: metered $1.00, billed nothing (metered / billed: unknown)');
    expect(alertFor(EventType.CALLS_REPRICED, {} as EventDetail, context)).toBeUndefined();
    expect(alertFor(EventType.DECLARATION_KEPT_OUT, {} as EventDetail, context)!.body).toContain('Declared: null');
  });

  test('only ten labels are told', () => {
    const labels = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`label-${index}`, 'x']));
    expect(alert(EventType.PRINCIPAL_RESTORED, { labels })!.body.match(/label-/g)).toHaveLength(10);
  });
});

test('a runtime is named in the subject as people named it, and by its id where nobody tells', () => {
  const told = (labels: EventDetail['labels']) => alert(EventType.PRINCIPAL_RESTORED, { principalId: AGENT, principalKind: 'agent-runtime', labels })?.subject;
  expect(told({ name: 'support\nBcc: all', team: 'care' })).toBe('[prod] support Bcc: all may use Bedrock again');
  expect(told({})).toBe('[prod] support-Ab12Cd34Ef may use Bedrock again');
});

describe('policies that the strategy DETACH could not remove or put back', () => {
  test('are no suspension that failed: the principal is denied', () => {
    expect(alert(EventType.SUSPENSION_FAILED, { reason: 'RemovePolicies: AccessDenied' })).toMatchObject({
      topic: 'operations', subject: '[prod] alice is denied Bedrock, but keeps its own policies', body: expect.stringContaining('cannot spend'),
    });
  });

  test('are never answered by the advice to detach the deny policy', () => {
    const told = alert(EventType.RESTORATION_FAILED, { reason: 'RestorePolicies: LimitExceeded' })!;
    expect(told.body).toContain('Do not detach the deny policy by hand');
    expect(told.body).not.toContain('To give access back at once');
    expect(alert(EventType.RESTORATION_FAILED, { reason: 'Lift: ServiceUnavailable' })!.body).toContain('To give access back at once');
  });
});
