import * as fs from 'node:fs';
import * as http from 'node:http';
import { AddressInfo } from 'node:net';
import * as path from 'node:path';
import * as vm from 'node:vm';
import { CreateApiDestinationCommand, CreateConnectionCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { until } from '../deployed/until';
import { takeAll } from './support/inbox';
import { Instance } from './support/instance';
import { instanceNames } from './support/instance-names';
import { deployApp, inOneCloud } from './support/local-cloud-of-file';
import { Spender } from './support/spender';

/** The receiver that docs/alerts.md gives, to the letter. */
const [, source] = /```js\n([^]*?)\n```/.exec(fs.readFileSync(path.resolve(__dirname, '../../docs/alerts.md'), 'utf8'))!;
const verifiedAlert = vm.runInNewContext(`${source}\nverifiedAlert`, { require, Buffer, Date, Math, Number, JSON }) as (body: string, secret: string) => any;

const SECRET = 'correct horse battery staple';

/** Keeps all that came to a queue. */
class Kept {
  private readonly messages: string[] = [];
  constructor(private readonly sqs: SQSClient, private readonly queueUrl: string) {}

  public async all(): Promise<readonly string[]> {
    this.messages.push(...await takeAll(this.sqs, this.queueUrl));
    return this.messages;
  }

  public async one(words: string): Promise<string> {
    const { found } = await until(`a message about "${words}"`, async () => {
      const all = await this.all();
      const message = all.find(text => text.includes(words));
      return message === undefined ? `these have come: ${all.join(' | ').slice(0, 500)}` : { found: message };
    });
    return found;
  }
}

/** Handlers run with their own roles in this file. */
describe('alerts', () => {
  let instance: Instance;
  let secretArn: string;
  let digest: string;
  let everything: Kept;
  let search: Kept;
  let onCall: Kept;
  const requests: { readonly body: string; readonly headers: http.IncomingHttpHeaders }[] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', chunk => chunks.push(chunk)).on('end', () => {
      requests.push({ body: Buffer.concat(chunks).toString('utf8'), headers: request.headers });
      response.end();
    });
  });
  afterAll(() => server.close());

  inOneCloud(async cloud => {
    const outputs = await deployApp(cloud, 'alerts', 'Alerts');
    instance = new Instance(cloud, instanceNames(outputs));
    const sqs = new SQSClient(cloud.client);
    [everything, search, onCall] = [outputs.EverythingQueue, outputs.SearchQueue, outputs.OnCallQueue].map(url => new Kept(sqs, url));
    digest = outputs.dailyDigest;
    secretArn = outputs.signingSecret;
    // Where nothing is said of its form, AWS makes a secret of 32 characters, the local cloud an empty one.
    await new SecretsManagerClient(cloud.client).send(new PutSecretValueCommand({ SecretId: secretArn, SecretString: SECRET }));
    // AWS takes https alone; the local cloud can call the test itself.
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const bridge = new EventBridgeClient(cloud.client);
    const { ConnectionArn: connection } = await bridge.send(new CreateConnectionCommand({
      Name: 'receiver', AuthorizationType: 'API_KEY', AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: 'Budgeteer-Deployment', ApiKeyValue: 'Alerts' } },
    }));
    await bridge.send(new CreateApiDestinationCommand({
      Name: 'receiver', ConnectionArn: connection, HttpMethod: 'POST', InvocationEndpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/bedrock`,
    }));
    await cloud.enforceIam(true);
  });

  const heardOf = (alerts: readonly string[], words: string) => alerts.map(alert => JSON.parse(alert)).filter(({ headline }) => headline.includes(words));
  const webhooksAbout = (words: string) => requests.map(({ body }) => verifiedAlert(body, SECRET)).filter(alert => alert?.headline.includes(words));

  test('a warning goes where warnings are heard, in the form of each channel, with a command for this deployment', async () => {
    const indexer = await instance.user('indexer');
    await indexer.spends('7.50');

    const alert = JSON.parse(await everything.one('indexer has used 75.0 %'));
    expect(alert).toMatchObject({
      severity: 'warning',
      audience: 'alerts',
      labels: { team: 'search' },
      principal: { id: indexer.id },
      budget: { spentUsd: '7.5', limitUsd: '10', forecast: { outcome: expect.any(String) } },
    });
    const [command] = alert.nextSteps.flatMap((step: any) => step.command ?? []);
    expect(command).toContain(`budgeteer budget top-up ${indexer.id} 10 --expires ${alert.budget.periodEndsAt}`);
    expect(command).toContain(`--url ${instance.names.administrationUrl}`);
    expect(alert.links[0].url).toContain(`#dashboards/dashboard/${instance.names.deploymentId}-${instance.cloud.region}`);

    const chat = JSON.parse(await search.one('indexer has used 75.0 %'));
    expect(chat).toMatchObject({ version: '1.0', source: 'custom', content: { textType: 'client-markdown', keywords: ['warning', 'alerts', 'iam-user'] } });
    expect((await instance.alerts.mail('indexer has used 75.0 %')).body).toContain('Forecast: ');
    expect(await onCall.all()).toEqual([]);
  });

  test('the webhook gets it, signed', async () => {
    const alert = await until('a request with a valid signature', async () => webhooksAbout('indexer has used 75.0 %')[0] ?? `${requests.length} requests: ${requests[0]?.body.slice(0, 300)}`);
    expect(alert).toMatchObject({ version: '1', severity: 'warning', principal: { kind: 'iam-user' } });
    expect(requests[0].headers['budgeteer-signature']).toBe(JSON.parse(requests[0].body).signature);
    expect(requests[0].headers['content-type']).toContain('application/json');
    expect(verifiedAlert(requests[0].body, 'another secret of length')).toBeUndefined();
  });

  let bidder: Spender;
  test('what is critical reaches who is on call, and labels keep teams apart', async () => {
    bidder = await instance.user('bidder');
    await bidder.spends('12');
    await bidder.reaches('suspended');

    expect(await onCall.one('bidder is suspended')).toMatch(/^CRITICAL production: bidder is suspended from Bedrock\. Spent: \$12\.00 of \$10\.00 \(120\.0 %\)\./);
    await everything.one('bidder is suspended');
    expect((await search.all()).filter(message => message.includes('bidder'))).toEqual([]);
    await until('the webhook to hear of it', async () => webhooksAbout('bidder is suspended')[0] ?? 'not yet');
  });

  test('a webhook that cannot be signed keeps nobody else from hearing, once, and enforcement from nothing', async () => {
    await instance.cloud.enforceIam(false);
    await new SecretsManagerClient(instance.cloud.client).send(new PutSecretValueCommand({ SecretId: secretArn, SecretString: 'short' }));
    await instance.cloud.enforceIam(true);
    const before = requests.length;
    const indexer = instance.knownUser('indexer');

    await indexer.spends('5');
    await indexer.reaches('suspended');
    await everything.one('indexer is suspended');
    await search.one('indexer is suspended');
    // Three attempts of the webhook's own invocation have failed by then.
    await new Promise(resolve => setTimeout(resolve, 3_000));
    expect(heardOf(await everything.all(), 'indexer is suspended')).toHaveLength(1);
    expect((await instance.alerts.mails()).filter(({ subject }) => subject.includes('indexer is suspended'))).toHaveLength(1);
    expect(requests).toHaveLength(before);
  });

  test('the digest comes once a day, however often it is asked for', async () => {
    const lambda = new LambdaClient(instance.cloud.client);
    const send = async () => {
      const answer = await lambda.send(new InvokeCommand({ FunctionName: digest, Payload: Buffer.from(JSON.stringify({ time: new Date().toISOString() })) }));
      return JSON.parse(Buffer.from(answer.Payload!).toString('utf8'));
    };
    expect(await send()).toMatchObject({ sent: true });
    expect(await send()).toMatchObject({ sent: false });

    const { body } = await instance.alerts.mail('Bedrock digest of');
    expect(body).toContain('Above the warning threshold (2):\n- indexer (');
    const alert = JSON.parse(await everything.one('Bedrock digest of'));
    expect(alert.digest).toMatchObject({ recentUsd: '24.5', aboveWarningCount: 2, topRecent: [{ recentUsd: '12.5' }, { recentUsd: '12' }] });
    expect((await search.all()).some(message => message.includes('digest'))).toBe(false);
    expect(heardOf(await everything.all(), 'Bedrock digest')).toHaveLength(1);
  });
});
