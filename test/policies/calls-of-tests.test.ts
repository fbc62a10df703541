import * as fs from 'node:fs';
import * as path from 'node:path';
import { Env, Handler } from '../../src/contract';
import { everyOption } from '../everything';
import { functionOf } from '../synthesized/deployed-handler';
import { synthesizedBudgeteer } from '../synthesized/synthesized-budgeteer';
import { ACCOUNT, PARTITION, REGION } from '../synthesized/synthesized-stack';
import { AwsCall, needsOf, policyOfResource } from './needs';
import { Request, roleOf, verdictOn } from './simulation';

/**
 * The tests of the handlers, run once more with a recorder between handler and mocked client: each call that they make is simulated against the role that
 * the template gives the handler. What tests call a table, a queue or a policy is known by the environment in which they name it.
 */
const synthesized = synthesizedBudgeteer(everyOption);
const { stack } = synthesized;

const LAMBDAS = path.join(__dirname, '..', 'lambdas');
const ACCOUNT_OF_TESTS = '444455556666';

/** The parts of the environment that name something. */
const NAMES = Object.values(Env).filter(key => /_(TABLE|BUCKET|URL|ARN|PATH|PARAMETER|LOG_GROUP|EVENT_BUS|REPORTS_PREFIX)$/.test(key));

/** Tests of a handler that stand elsewhere than below its name. */
const ELSEWHERE: Partial<Record<Handler, readonly string[]>> = { [Handler.BUDGET_MANAGER]: [path.join('..', '..', 'agentcore', 'budget-manager.test.ts')] };

/** What tests name shortly that AWS would tell the handler, and not its environment: what it is once it is deployed. */
const TOLD_BY_AWS: Readonly<Record<string, string>> = {
  'arn:ours': stack.resources('Custom::BedrockInvocationLogging')[0].properties.roleArn,
  // the function that gave policies back before the update
  'arn:old': stack.attribute(functionOf(synthesized, Handler.POLICY_DETACHER), 'Arn'),
  'arn:support': `arn:${PARTITION}:bedrock-agentcore:${REGION}:${ACCOUNT}:runtime/support`,
  'arn:oncall': topic('OwnTopic'),
  'arn:chat': topic('slack'),
  's-1': execution('SuspensionStateMachine'),
  'arn:secret': stack.attribute(stack.resources('AWS::SecretsManager::Secret')[0], 'Ref'),
  'the-bus': functionOf(synthesized, Handler.BUDGET_EVALUATOR).properties.Environment.Variables[Env.EVENT_BUS],
};

interface Recorded extends AwsCall {
  readonly names: Readonly<Record<string, string | undefined>>;
  readonly file: string;
}

const RECORDED = new Map<Handler, Recorded[]>();

for (const handler of Object.values(Handler)) {
  const directory = path.join(LAMBDAS, handler);
  const files = fs.existsSync(directory) ? fs.readdirSync(directory).filter(name => name.endsWith('.test.ts')) : ELSEWHERE[handler] ?? [];
  const calls: Recorded[] = [];
  RECORDED.set(handler, calls);

  for (const file of files) {
    describe(`${handler}: ${file}`, () => {
      // A handler keeps what it has read: each file begins with nothing, as it does by itself.
      jest.isolateModules(() => {
        const actual = jest.requireActual('aws-sdk-client-mock');
        jest.doMock('aws-sdk-client-mock', () => ({ ...actual, mockClient: (client: any) => recording(actual.mockClient(client), client, calls, file) }));
        jest.requireActual(path.join(directory, file));
      });
    });
  }
}

describe('each call that a handler makes in its tests', () => {
  test.each(Object.values(Handler))('of the %s is allowed by its role', async handler => {
    const role = roleOf(stack, functionOf(synthesized, handler));
    const calls = RECORDED.get(handler)!;
    const needs = unique(calls.flatMap(call => needsOf(asDeployed(call, handler), stack)));
    const refused: string[] = [];
    for (const need of needs) {
      const verdict = await verdictOn(role, need, policyOfResource(stack, need.resource));
      if (verdict !== 'Allowed') {
        refused.push(`${verdict}: ${need.action} on ${need.resource} ${JSON.stringify(need.context ?? {})}`);
      }
    }

    expect(refused).toEqual([]);
  });

  test('was recorded', () => {
    const silent = [...RECORDED].filter(([, calls]) => calls.length === 0).map(([handler]) => handler);
    expect(silent).toEqual([]);
  });
});

function topic(part: string): string {
  return stack.attribute(stack.resources('AWS::SNS::Topic').find(({ logicalId }) => logicalId.includes(part))!, 'TopicArn');
}

function execution(part: string): string {
  const machine = stack.resources('AWS::StepFunctions::StateMachine').find(({ logicalId }) => logicalId.includes(part))!;
  return `${stack.attribute(machine, 'Arn').replace(':stateMachine:', ':execution:')}:indexer-r3`;
}

interface Mock {
  reset(): Mock;
}

interface Client {
  readonly prototype: { send(command: any, ...rest: unknown[]): unknown };
}

/** A mocked client that remembers what was sent, and under which names its handler knew things then. */
function recording(mock: Mock, client: Client, calls: Recorded[], file: string): Mock {
  const listen = () => {
    const stub = client.prototype.send;
    client.prototype.send = function (this: unknown, command: any, ...rest: unknown[]) {
      const names = Object.fromEntries(NAMES.map(key => [key, process.env[key]]));
      calls.push({ command: command.constructor.name, input: JSON.parse(JSON.stringify(command.input)), names, file });
      return stub.call(this, command, ...rest);
    };
  };
  // It makes the stub anew.
  const reset = mock.reset.bind(mock);
  mock.reset = () => {
    reset();
    listen();
    return mock;
  };
  listen();
  return mock;
}

/** The call as the deployed function makes it. */
function asDeployed({ command, input, names }: Recorded, handler: Handler): AwsCall {
  const variables: Readonly<Record<string, string>> = functionOf(synthesized, handler).properties.Environment.Variables;
  const ofEnvironment = NAMES.flatMap(key => (names[key] && variables[key] ? [[names[key], variables[key]] as const] : []));
  const known = [...ofEnvironment, ...Object.entries(TOLD_BY_AWS)].sort(([a], [b]) => b.length - a.length);
  const translated = (text: string) => {
    const [from, to] = known.find(([name]) => text === name || text.startsWith(`${name}/`) || text.startsWith(`${name}:`)) ?? ['', ''];
    return (to + text.slice(from.length)).replaceAll(ACCOUNT_OF_TESTS, ACCOUNT);
  };
  const { Bucket: bucket, Key: key } = input;
  const below = bucket && key ? { Key: `${variables[Env.REPORTS_PREFIX]}${key.slice((names[Env.REPORTS_PREFIX] ?? '').length)}` } : {};
  return { command, input: { ...mapped(input, translated) as AwsCall['input'], ...below } };
}

function mapped(value: unknown, translated: (text: string) => string): unknown {
  if (typeof value === 'string') {
    return translated(value);
  }
  if (Array.isArray(value)) {
    return value.map(part => mapped(part, translated));
  }
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, part]) => [translated(key), mapped(part, translated)]))
    : value;
}

function unique(requests: readonly Request[]): readonly Request[] {
  return [...new Map(requests.map(request => [JSON.stringify(request), request])).values()];
}
