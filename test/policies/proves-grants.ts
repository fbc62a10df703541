import * as fs from 'node:fs';
import * as path from 'node:path';
import { Env, Handler } from '../../src/contract';
import { functionOf } from '../synthesized/deployed-handler';
import { SynthesizedBudgeteer } from '../synthesized/synthesized-budgeteer';
import { callsOf } from './calls-of-handlers';
import { AwsCall, KEY_USE, keyOf, needsOf } from './needs';
import { functionPolicyOf, listed, PolicyDocument, PolicyStatement, Request, roleOf, verdictOn } from './simulation';

const LAMBDAS = path.join(__dirname, '..', '..', 'src', 'lambdas');

export interface GrantsOptions {
  readonly synthesized: SynthesizedBudgeteer;
  readonly handlers: readonly Handler[];
  /** Calls that an adapter can make and a handler that uses a part of it never does. */
  readonly neverMade: Partial<Record<Handler, readonly string[]>>;
}

/** Proves that every call that a handler makes is allowed by its synthesized role, and that nothing is granted that none asks for. */
export function provesGrants({ synthesized, handlers, neverMade }: GrantsOptions): void {
  const { stack } = synthesized;
  const keyPolicy: PolicyDocument = stack.resources('AWS::KMS::Key')[0].properties.KeyPolicy;

  describe.each(handlers)('%s', handler => {
    const fn = functionOf(synthesized, handler);
    const role = roleOf(stack, fn);
    let calls: readonly AwsCall[];
    let needs: readonly Request[];
    beforeAll(async () => {
      calls = await callsOf(synthesized, handler);
      needs = unique([...calls.flatMap(call => needsOf(call, stack)), ...needsOfLambda()]);
    });

    test('finds in its environment all that it reads there', () => {
      const variables = fn.properties.Environment.Variables;

      expect(environmentOf(handler).filter(key => !(key in variables))).toEqual([]);
    });

    test('has in its environment nothing that it does not read', () => {
      const ours = Object.keys(fn.properties.Environment.Variables).filter(key => key.startsWith('BUDGETEER_'));

      const read = [...environmentOf(handler), ...optionalEnvironmentOf(handler), ...COMMON];
      expect(ours.filter(key => !read.includes(key))).toEqual([]);
    });

    test('is driven here through every call that its adapters can make', () => {
      const made = new Set(calls.map(({ command }) => command));

      expect(commandsOf(handler).filter(command => !made.has(command) && !neverMade[handler]?.includes(command))).toEqual([]);
      expect((neverMade[handler] ?? []).filter(command => made.has(command))).toEqual([]);
    });

    test('may do all that it does', async () => {
      const refused: string[] = [];
      for (const need of needs) {
        const verdict = await verdictOn(role, need, need.resource === keyOf(stack) ? keyPolicy : functionPolicyOf(stack, need.resource));
        if (verdict !== 'Allowed') {
          refused.push(`${verdict}: ${need.action} on ${need.resource} ${JSON.stringify(need.context ?? {})}`);
        }
      }

      expect(refused).toEqual([]);
    });

    test('may do nothing that it does not do', () => {
      const surplus = role.policies.flatMap(({ policy }) => policy.Statement).flatMap(statement => surplusOf(statement, needs));

      expect(surplus).toEqual([]);
    });

    /** What Lambda does with the function's role, without a line of ours. */
    function needsOfLambda(): Request[] {
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
      ];
    }
  });
}

/** Set for every function, whether it reads them or not. */
const COMMON: readonly string[] = [Env.DEPLOYMENT_ID, Env.ENVIRONMENT_NAME, Env.TIME_ZONE, Env.ACCOUNT_ID, Env.PARTITION];

/** The keys of the environment that a handler's source names. */
function environmentOf(handler: Handler): string[] {
  const source = sourceOf(handler);
  const readings = [...source.matchAll(/(?:readEnvironment|principalKinds|wholeNumber)\(([^)]*)\)/g)].map(([, keys]) => keys).join();
  const keys = Object.keys(Env) as (keyof typeof Env)[];
  return [
    ...keys.filter(key => readings.includes(`'${key}'`)).map(key => Env[key]),
    ...(source.includes('readCoreContext()') ? [Env.DEPLOYMENT_ID, Env.ENVIRONMENT_NAME, Env.TIME_ZONE, Env.ACCOUNT_ID] : []),
  ];
}

/** The keys that a handler's source asks for where they are there: what is switched on. */
function optionalEnvironmentOf(handler: Handler): string[] {
  const source = sourceOf(handler);
  return [
    ...[...source.matchAll(/\[Env\.(\w+)\]: \w+ \} = process\.env/g)].map(([, key]) => Env[key as keyof typeof Env]),
    ...(source.includes('hasAgentCore()') ? [Env.AGENT_CORE] : []),
    ...[...source.matchAll(/optionalEnvironment\('(\w+)'\)/g)].map(([, key]) => Env[key as keyof typeof Env]),
  ];
}

/** The commands that the adapters of a handler can send. */
function commandsOf(handler: Handler): string[] {
  const adapters = [...sourceOf(handler).matchAll(/from '\.\.\/adapters\/([\w-]+)'/g)].map(([, name]) => fs.readFileSync(path.join(LAMBDAS, 'adapters', `${name}.ts`), 'utf8'));
  return [...new Set(adapters.flatMap(source => [...source.matchAll(/new (\w+Command)\(/g)].map(([, command]) => command)))];
}

function sourceOf(handler: Handler): string {
  return fs.readFileSync(path.join(LAMBDAS, handler, `${handler}.lambda.ts`), 'utf8');
}

/** The parts of a statement that no need asks for. */
function surplusOf({ Effect: effect, Action: actions, Resource: resources }: PolicyStatement, needs: readonly Request[]): string[] {
  if (effect !== 'Allow') {
    return [];
  }
  const [allowedActions, allowedResources] = [listed(actions), listed(resources)];
  const asked = (action: string, resource: string) => needs.some(need => matches(action, need.action) && matches(resource, need.resource));
  const unused = allowedActions.filter(action => !allowedResources.some(resource => asked(action, resource)));
  const unusedResources = allowedResources.filter(resource => !allowedActions.some(action => asked(action, resource)));
  return [...unused.map(action => `${action} on ${allowedResources.join(', ')}`), ...unusedResources.map(resource => `anything on ${resource}`)];
}

function matches(pattern: string, text: string): boolean {
  const expression = pattern.split('*').map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*');
  return new RegExp(`^${expression}$`).test(text);
}

function unique(requests: readonly Request[]): readonly Request[] {
  return [...new Map(requests.map(request => [JSON.stringify(request), request])).values()];
}
