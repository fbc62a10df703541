import { Env, Handler } from '../../src/contract';
import { environmentRead, functionOf } from '../synthesized/deployed-handler';
import { SynthesizedBudgeteer } from '../synthesized/synthesized-budgeteer';
import { SynthesizedResource, SynthesizedStack } from '../synthesized/synthesized-stack';
import { commandsInBundle } from './bundled-commands';
import { callsOf } from './calls-of-handlers';
import { Grant, JUSTIFIED_OF_FUNCTIONS, JustifiedGrant, justifies } from './justified-grants';
import { AwsCall, KEY_USE, keyOf, needsOf, policyOfResource, TRACING } from './needs';
import { listed, PolicyStatement, Request, Role, roleOf, verdictOn } from './simulation';

export interface GrantsOptions {
  readonly synthesized: SynthesizedBudgeteer;
  readonly handlers: readonly Handler[];
  /** Commands that are in a handler's bundle, since it uses a part of an adapter, and that it never sends. */
  readonly neverMade: Partial<Record<Handler, readonly string[]>>;
}

/** With everything that can be switched on; channels have rights of their own. */
export function callsNeverMadeWithEverything({ channels = false } = {}): GrantsOptions['neverMade'] {
  return {
    [Handler.USAGE_METER]: ['PutItemCommand', 'ScanCommand'],
    [Handler.BUDGET_EVALUATOR]: ['QueryCommand'],
    [Handler.ENFORCER]: ['ScanCommand'],
    // only for webhooks
    ...(channels ? {} : { [Handler.ALERT_NOTIFIER]: ['GetSecretValueCommand', 'PutEventsCommand'] }),
    // reads budgets, and gives no orders
    [Handler.DAILY_DIGEST]: ['UpdateItemCommand'],
    [Handler.MANTLE_GUARD]: ['UpdateItemCommand'],
    [Handler.PRINCIPAL_REGISTRAR]: ['GetItemCommand', 'QueryCommand'],
    [Handler.AGENT_COMPUTE_METER]: ['QueryCommand'],
    // asks how calls are logged, by the adapter that switches logging on as well
    [Handler.COVERAGE_CHECKER]: ['DeleteModelInvocationLoggingConfigurationCommand', 'PutModelInvocationLoggingConfigurationCommand'],
    // what it writes is IAM and the backups, never the budget
    [Handler.POLICY_DETACHER]: ['UpdateItemCommand'],
    [Handler.RESTORE_ON_REMOVAL]: ['AttachUserPolicyCommand', 'AttachRolePolicyCommand', 'ListAttachedUserPoliciesCommand', 'ListAttachedRolePoliciesCommand'],
  };
}

/**
 * Proves that every call that a handler makes is allowed by its synthesized role, and that nothing is granted that none asks for.
 *
 * @returns what is granted and needed by nobody, the justified along with the rest
 */
export function provesGrants({ synthesized, handlers, neverMade }: GrantsOptions): () => Promise<readonly Grant[]> {
  const { stack } = synthesized;
  const observed = new Map<Handler, Promise<readonly AwsCall[]>>();
  const callsBy = (handler: Handler) => {
    const calls = observed.get(handler) ?? callsOf(synthesized, handler);
    observed.set(handler, calls);
    return calls;
  };

  describe.each(handlers)('%s', handler => {
    const fn = functionOf(synthesized, handler);
    const role = roleOf(stack, fn);
    let calls: readonly AwsCall[];
    let recorded: readonly Request[];
    beforeAll(async () => {
      calls = await callsBy(handler);
      recorded = unique(calls.flatMap(call => needsOf(call, stack)));
    });

    test('has in its environment nothing that it does not read', () => {
      const ours = Object.keys(fn.properties.Environment.Variables).filter(key => key.startsWith('BUDGETEER_'));

      expect(ours.filter(key => !environmentRead(handler).has(key) && !COMMON.includes(key))).toEqual([]);
    });

    test('is driven here through every call that its bundle can make', async () => {
      const made = new Set(calls.map(({ command }) => command));
      const known = neverMade[handler] ?? [];

      expect((await commandsInBundle(handler)).filter(command => !made.has(command) && !known.includes(command))).toEqual([]);
      expect(known.filter(command => made.has(command))).toEqual([]);
    }, BUNDLING_MS);

    test('may do all that it does', async () => {
      expect(await refusedOf(role, unique([...recorded, ...needsOfLambda(stack, fn)]))).toEqual([]);
    });

    test('may do nothing that it was not seen to do, but what is listed with its reason', () => {
      expect(recorded.length).toBeGreaterThan(0);
      expect(surplusOf(role, [...recorded, ...needsOfLambda(stack, fn)], JUSTIFIED_OF_FUNCTIONS)).toEqual([]);
    });

    async function refusedOf(by: Role, needs: readonly Request[]): Promise<readonly string[]> {
      const refused: string[] = [];
      for (const need of needs) {
        const verdict = await verdictOn(by, need, policyOfResource(stack, need.resource));
        if (verdict !== 'Allowed') {
          refused.push(`${verdict}: ${need.action} on ${need.resource} ${JSON.stringify(need.context ?? {})}`);
        }
      }
      return refused;
    }
  });

  return async () => {
    const unneeded: Grant[] = [];
    // One after the other: handlers are driven through the same clients.
    for (const handler of handlers) {
      const fn = functionOf(synthesized, handler);
      const needs = (await callsBy(handler)).flatMap(call => needsOf(call, stack));
      unneeded.push(...unneededOf(roleOf(stack, fn), [...needs, ...needsOfLambda(stack, fn)]));
    }
    return unneeded;
  };
}

/** What Lambda does with the function's role, without a line of ours. */
export function needsOfLambda(stack: SynthesizedStack, fn: SynthesizedResource): readonly Request[] {
  const logGroup = stack.resources('AWS::Logs::LogGroup').find(group => stack.attribute(group, 'Ref') === fn.properties.LoggingConfig.LogGroup)!;
  const logStream = `${stack.attribute(logGroup, 'Arn').replace(/:\*$/, '')}:log-stream:2026/11/22/[$LATEST]a1b2`;
  const [invoked] = stack.resources('AWS::Lambda::EventInvokeConfig').filter(({ properties }) => properties.FunctionName === stack.attribute(fn, 'Ref'));
  const mappings = stack.resources('AWS::Lambda::EventSourceMapping').filter(({ properties }) => properties.FunctionName === stack.attribute(fn, 'Ref'));
  const streams = mappings.map(({ properties }) => properties.EventSourceArn as string);
  const destinations = [invoked, ...mappings].map(({ properties }) => properties.DestinationConfig.OnFailure.Destination as string);
  const key = keyOf(stack);
  return [
    ...['logs:CreateLogStream', 'logs:PutLogEvents'].map(action => ({ action, resource: logStream })),
    ...destinations.map(resource => ({ action: 'sqs:SendMessage', resource })),
    ...KEY_USE.sqs().map(use => ({ ...use, resource: key })),
    ...streams.flatMap(resource => ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'].map(action => ({ action, resource }))),
    ...(streams.length > 0 ? [{ action: 'dynamodb:ListStreams', resource: '*' }, ...KEY_USE.dynamodb().map(use => ({ ...use, resource: key }))] : []),
    ...TRACING.lambda(fn.properties),
  ];
}

/** A bundle takes half a second, and longer where others are at work. */
const BUNDLING_MS = 60_000;

/** Set for every function, whether it reads them or not. */
const COMMON: readonly string[] = [Env.DEPLOYMENT_ID, Env.ENVIRONMENT_NAME, Env.TIME_ZONE, Env.ACCOUNT_ID, Env.PARTITION];

/** What a role allows, nobody was seen to need, and nobody justified. */
export function surplusOf(role: Pick<Role, 'policies'>, needs: readonly Request[], justified: readonly JustifiedGrant[]): string[] {
  return unneededOf(role, needs).filter(grant => !justified.some(reason => justifies(reason, grant))).map(({ action, resource }) => `${action} on ${resource}`);
}

/** What a role allows and nobody was seen to need: each action on each resource, since a statement allows all of its actions on all of its resources. */
export function unneededOf({ policies }: Pick<Role, 'policies'>, needs: readonly Request[]): readonly Grant[] {
  return policies.flatMap(({ policy }) => policy.Statement).flatMap(grantsOf)
    .filter(({ action, resource }) => !needs.some(need => matches(action, need.action) && matches(resource, need.resource)));
}

/** The pairs of action and resource that a statement allows, as it writes them. */
function grantsOf({ Effect: effect, Action: actions, Resource: resources }: PolicyStatement): readonly Grant[] {
  return effect === 'Allow' ? listed(actions).flatMap(action => listed(resources).map(resource => ({ action, resource }))) : [];
}

/** As IAM matches: whatever the case, with `*` for any text. */
export function matches(pattern: string, text: string): boolean {
  const expression = pattern.split('*').map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*');
  return new RegExp(`^${expression}$`, 'i').test(text);
}

function unique(requests: readonly Request[]): readonly Request[] {
  return [...new Map(requests.map(request => [JSON.stringify(request), request])).values()];
}
