import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { build, Plugin } from 'esbuild';
import { slimAwsSdk } from '../../projenrc/tasks/slim-aws-sdk';

/** What a handler bundles, and asks for. */
const CALLS: Readonly<Record<string, readonly [client: string, command: string, input: object]>> = {
  'client-bedrock': ['BedrockClient', 'GetInferenceProfileCommand', { inferenceProfileIdentifier: 'a' }],
  'client-dynamodb': ['DynamoDBClient', 'TransactWriteItemsCommand', { TransactItems: [] }],
  'client-eventbridge': ['EventBridgeClient', 'PutEventsCommand', { Entries: [] }],
  'client-iam': ['IAMClient', 'GetUserCommand', { UserName: 'alice' }],
  'client-pricing': ['PricingClient', 'GetProductsCommand', { ServiceCode: 'AmazonBedrock' }],
  'client-sfn': ['SFNClient', 'StartExecutionCommand', { stateMachineArn: 'arn' }],
  'client-sqs': ['SQSClient', 'SendMessageBatchCommand', { QueueUrl: 'https://queue', Entries: [] }],
  'client-ssm': ['SSMClient', 'GetParameterCommand', { Name: '/x' }],
};

/** A program that makes one of the calls, and prints what comes of it: the answer, or the error. */
const PROGRAM = `
${Object.entries(CALLS).map(([name, [client, command]]) => `import { ${client}, ${command} } from '@aws-sdk/${name}';`).join('\n')}
const calls = { ${Object.entries(CALLS).map(([name, [client, command, input]]) => `'${name}': [${client}, ${command}, ${JSON.stringify(input)}]`).join(', ')} };
const [Client, Command, input] = calls[process.argv[2]];
new Client({ endpoint: process.argv[3], maxAttempts: 1 }).send(new Command(input)).then(
  answer => console.log(JSON.stringify(answer)),
  error => console.log(JSON.stringify({ ...error, name: error.name, message: error.message })),
);
`;

let directory: string;
let program: string;
let server: Server;
let answer: { readonly status: number; readonly type: string; readonly body: string };
let authorization: string | undefined;

async function bundle(file: string, plugins: Plugin[]): Promise<number> {
  await build({
    stdin: { contents: PROGRAM, resolveDir: resolve(__dirname, '../..') },
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    minify: true,
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    plugins,
  });
  return statSync(file).size;
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'slim-aws-sdk-'));
  program = join(directory, 'slim.mjs');
  const slim = await bundle(program, [slimAwsSdk()]);
  // The point of it all; the rest of this file is about nothing being lost.
  expect(slim).toBeLessThan(await bundle(join(directory, 'full.mjs'), []) * 0.7);

  server = createServer((request, response) => {
    authorization = request.headers.authorization;
    request.resume().on('end', () => {
      response.writeHead(answer.status, { 'content-type': answer.type });
      response.end(answer.body);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(directory, { recursive: true });
});

async function whatComesOf(client: string): Promise<Record<string, any>> {
  const { port } = server.address() as AddressInfo;
  const credentials = { AWS_ACCESS_KEY_ID: 'ASIAOFTHEFUNCTION', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'token', AWS_REGION: 'eu-central-1' };
  const { stdout } = await promisify(execFile)(process.execPath, [program, client, `http://127.0.0.1:${port}`], { env: credentials });
  return JSON.parse(stdout);
}

test.each([
  ['client-ssm', 'ParameterNotFound', 'ParameterNotFound'],
  ['client-sfn', 'com.amazonaws.states#ExecutionAlreadyExists', 'ExecutionAlreadyExists'],
  ['client-sfn', 'ValidationException', 'ValidationException'],
  ['client-eventbridge', 'com.amazonaws.eventbridge#ThrottlingException', 'ThrottlingException'],
  ['client-sqs', 'com.amazonaws.sqs#QueueDoesNotExist', 'QueueDoesNotExist'],
])('an error of %s arrives under its name: %s', async (client, __type, name) => {
  answer = { status: 400, type: 'application/x-amz-json-1.1', body: JSON.stringify({ __type, message: 'what happened' }) };
  expect(await whatComesOf(client)).toMatchObject({ name, message: 'what happened', $metadata: { httpStatusCode: 400 } });
});

test.each(['NoSuchEntity', 'LimitExceeded', 'Throttling'])('so does one of IAM: %s', async code => {
  const body = `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>what happened</Message></Error><RequestId>1</RequestId></ErrorResponse>`;
  answer = { status: 404, type: 'text/xml', body };
  const { name, message } = await whatComesOf('client-iam');
  expect({ name: name.replace(/Exception$/, ''), message }).toEqual({ name: code, message: 'what happened' });
});

test('so does one of a client that speaks REST: client-bedrock', async () => {
  answer = { status: 403, type: 'application/json', body: JSON.stringify({ __type: 'AccessDeniedException', message: 'what happened' }) };
  expect(await whatComesOf('client-bedrock')).toMatchObject({ name: 'AccessDeniedException', message: 'what happened' });
});

test.each([
  ['client-bedrock', 'application/json', { inferenceProfileId: 'a', models: [{ modelArn: 'arn:model' }], type: 'APPLICATION' }],
  ['client-pricing', 'application/x-amz-json-1.1', { PriceList: ['{"product":{}}'], NextToken: 'more' }],
])('an answer of %s arrives whole', async (client, type, body) => {
  answer = { status: 200, type, body: JSON.stringify(body) };
  const { PriceList: list, ...rest } = await whatComesOf(client);
  expect({ ...rest, ...(list ? { PriceList: list.map(String) } : {}) }).toMatchObject(body);
});

test('a cancelled transaction has its reasons', async () => {
  const CancellationReasons = [{ Code: 'None' }, { Code: 'ConditionalCheckFailed', Message: 'what happened' }];
  answer = {
    status: 400,
    type: 'application/x-amz-json-1.0',
    body: JSON.stringify({ __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException', Message: 'cancelled', CancellationReasons }),
  };
  expect(await whatComesOf('client-dynamodb')).toMatchObject({ name: 'TransactionCanceledException', CancellationReasons });
});

test('requests are signed by the credentials of the function', async () => {
  answer = { status: 400, type: 'application/x-amz-json-1.1', body: '{"__type":"AnyError"}' };
  await whatComesOf('client-ssm');
  expect(authorization).toContain('Credential=ASIAOFTHEFUNCTION/');
});
