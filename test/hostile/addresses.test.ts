import * as http from 'node:http';
import * as https from 'node:https';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { App, Stack, Token } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { mockClient } from 'aws-sdk-client-mock';
import { AlertChannel, BedrockBudgeteer } from '../../src';
import { EventType, Handler } from '../../src/contract';
import { answering } from '../../src/lambdas/adapters/cloudformation-response';
import { handler } from '../../src/lambdas/alert-notifier/alert-notifier.lambda';
import { everyOption } from '../everything';
import { aDetail } from '../lambdas/core/alerts/an-alert';
import { CONTEXT, lambdaWorld } from '../lambdas/lambda-world';
import { Observed } from '../lambdas/observed';
import { functionsOf, handlerOf } from '../synthesized/deployed-handler';
import { customResourceEvent } from '../synthesized/sample-events';
import { synthesizedBudgeteer } from '../synthesized/synthesized-budgeteer';
import { provesHostileInputs } from './register';

const sns = mockClient(SNSClient);
const eventBridge = mockClient(EventBridgeClient);
const secretsManager = mockClient(SecretsManagerClient);
lambdaWorld();

beforeEach(() => {
  [sns, eventBridge, secretsManager].forEach(mock => mock.reset());
  sns.on(PublishCommand).resolves({});
  eventBridge.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
  secretsManager.on(GetSecretValueCommand).resolves({ SecretString: 'a secret of sixteen characters' });
});

function webhookTo(url: string): void {
  const stack = new Stack(new App(), 'Stack');
  new BedrockBudgeteer(stack, 'Budgeteer', { alertChannels: [AlertChannel.webhook({ url, signingSecret: new secretsmanager.Secret(stack, 'Secret') })] });
}

provesHostileInputs('addresses', {
  // Many more notations are in test/constructs/alert-channels.test.ts.
  'webhook-to-private-host': () => {
    const urls = [
      'http://hooks.example.com/T0PS3CRET', 'https://user:T0PS3CRET@hooks.example.com/', 'https://localhost/T0PS3CRET', 'https://127.0.0.1/T0PS3CRET', 'https://2130706433/T0PS3CRET', 'https://0x7f.1/T0PS3CRET',
      'https://169.254.169.254/T0PS3CRET', 'https://10.0.0.1/T0PS3CRET', 'https://[::1]/T0PS3CRET', 'https://[::ffff:169.254.169.254]/T0PS3CRET', 'https://[fd00:ec2::254]/T0PS3CRET',
      'https://metadata.google.internal/T0PS3CRET', 'https://hooks.example.com/T0PS3CRET#x', 'file:///etc/passwd', 'javascript:alert(1)', 'gopher://x/', 'https://hooks.example.com\\@127.0.0.1/',
    ];
    for (const url of urls) {
      expect(() => webhookTo(url)).toThrow(/^(?!.*T0PS3CRET).*alertChannels\[0\]\.url is /s);
    }
  },

  'webhook-by-dns': async () => {
    const calls = [jest.spyOn(globalThis, 'fetch'), jest.spyOn(http, 'request'), jest.spyOn(https, 'request')].map(spy => spy.mockImplementation(() => { throw new Error('nothing is called'); }));
    await handler({ 'channel': { kind: 'webhook', channelId: 'webhook-1', secretArn: 'arn:secret', eventBus: 'the-bus' }, 'detail-type': EventType.PRINCIPAL_SUSPENDED, 'detail': aDetail() }, CONTEXT);
    expect(eventBridge.commandCalls(PutEventsCommand)).toHaveLength(1);
    expect(calls.map(spy => spy.mock.calls.length)).toEqual([0, 0, 0]);

    // Who calls is EventBridge, and no function is in a network of the account.
    const { stack } = synthesizedBudgeteer(everyOption);
    expect(stack.resources('AWS::Events::ApiDestination').map(({ properties }) => [properties.InvocationEndpoint, properties.HttpMethod])).toEqual([['https://alerts.example.com/bedrock', 'POST']]);
    expect(functionsOf({ stack }).filter(({ properties }) => properties.VpcConfig !== undefined)).toEqual([]);
  },

  'webhook-token': () => {
    expect(() => webhookTo(Token.asString({ Ref: 'Url' }))).not.toThrow();
  },

  'channel-in-detail': async () => {
    const detail = aDetail({ channel: { kind: 'text', topicArn: 'arn:evil' }, topicArn: 'arn:evil', secretArn: 'arn:evil' } as object);
    await handler({ 'detail-type': EventType.PRINCIPAL_SUSPENDED, detail }, CONTEXT);
    expect(sns.commandCalls(PublishCommand).map(({ args: [{ input }] }) => input.TopicArn)).toEqual(['arn:alerts']);
    expect(secretsManager.calls()).toHaveLength(0);
  },

  'answer-elsewhere': async () => {
    const { log } = new Observed();
    const fetched = jest.spyOn(globalThis, 'fetch').mockResolvedValue(new Response());
    const event = { ...customResourceEvent('Create', { secret: 'a property' }), ResponseURL: 'https://evil.example/' } as never;
    await answering(event, undefined, { physicalResourceIdOf: () => 'id', log }, async () => ({ physicalResourceId: 'id' }));
    const [[url, request]] = fetched.mock.calls;
    expect(url).toBe('https://evil.example/');
    expect(Object.keys(JSON.parse(Buffer.from(request!.body as Uint8Array).toString())).sort()).toEqual(['LogicalResourceId', 'PhysicalResourceId', 'Reason', 'RequestId', 'StackId', 'Status']);

    // Nobody is let in by the functions themselves but services whose rules, logs and streams the stack names, and the removal.
    const { stack } = synthesizedBudgeteer(everyOption);
    const handlers: readonly Handler[] = [Handler.BUDGET_DECLARATION, Handler.INVOCATION_LOGGING, Handler.RESTORE_ON_REMOVAL];
    const arns = functionsOf({ stack }).filter(fn => handlers.includes(handlerOf(fn))).map(fn => stack.attribute(fn, 'Arn'));
    expect(arns).toHaveLength(3);
    expect(stack.resources('AWS::Lambda::Permission').filter(({ properties }) => arns.includes(properties.FunctionName))).toEqual([]);
  },
});
