import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CloudFormationClient, DeleteStackCommand, DescribeStacksCommand, paginateDescribeStackEvents, type Stack, type StackEvent,
} from '@aws-sdk/client-cloudformation';
import { killGroup, LocalCloudError, type LocalCloud } from './local-cloud';

const REPOSITORY = path.resolve(__dirname, '..', '..');
const POLL_MS = 250;
const DELETE_TIMEOUT_MS = 180_000;

export interface DeployOptions {
  /** Runs the CDK app, for instance `node app.js`. */
  readonly appCommand: string;
  /** Where to run it. */
  readonly cwd: string;
  readonly stackName: string;
  readonly context?: Readonly<Record<string, string>>;
  /** Receives what the CDK CLI prints. @default - silent, but for the end of it in the message of a failure */
  readonly onLine?: (line: string) => void;
  /** Hears how long each run of the CDK CLI took: `bootstrap` and `synth`, side by side, and then `deploy`. @default - nobody does */
  readonly onStep?: (step: string, seconds: number) => void;
  /** Ends the CDK CLI and the app, wherever they are. @default - they end by themselves */
  readonly signal?: AbortSignal;
}

/** Clouds that the CDK was prepared in: once is enough. */
const bootstrapped = new WeakSet<LocalCloud>();

/** Outputs by their logical id. */
export type StackOutputs = Readonly<Record<string, string>>;

/** Deploys with the real CDK CLI, or updates: synthesis, bootstrap, assets, CloudFormation. */
export async function deploy(cloud: LocalCloud, options: DeployOptions): Promise<StackOutputs> {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'cdk-deploy-'));
  const assembly = path.join(directory, 'cdk.out');
  const outputs = path.join(directory, 'outputs.json');
  const context = Object.entries(options.context ?? {}).flatMap(([key, value]) => ['--context', `${key}=${value}`]);
  const cdk = (...args: string[]) => runCdk(cloud, options, args);
  try {
    // Neither needs the other's result, and each spends most of its time starting up.
    const prepared = await Promise.allSettled([
      // Where there is no `cdk.json`: it would make an empty `cdk.out` beside one.
      ...(bootstrapped.has(cloud) ? [] : [runCdk(cloud, { ...options, cwd: directory }, ['bootstrap', `aws://${cloud.account}/${cloud.region}`])]),
      cdk('synth', options.stackName, '--app', options.appCommand, '--output', assembly, '--quiet', ...context),
    ]);
    for (const step of prepared) {
      if (step.status === 'rejected') { throw step.reason; }
    }
    bootstrapped.add(cloud);
    // `direct` skips the change set; the local cloud has no use for one.
    await cdk('deploy', options.stackName, '--app', assembly, '--method', 'direct', '--require-approval', 'never', '--progress', 'events', '--outputs-file', outputs);
    return JSON.parse(fs.readFileSync(outputs, 'utf8'))[options.stackName] ?? {};
  } catch (error) {
    options.signal?.throwIfAborted();
    const reasons = await failures(clientOf(cloud), options.stackName);
    throw new LocalCloudError([`could not deploy ${options.stackName}:`, ...reasons, (error as Error).message].join('\n'));
  } finally {
    fs.rmSync(directory, { recursive: true, force: true });
  }
}

/**
 * Deletes the stack, and waits until it is gone. Not with `cdk destroy`: against MiniStack it takes the state before the deletion for its end, and
 * says "failed: UPDATE_COMPLETE".
 */
export async function destroy(cloud: LocalCloud, stackName: string): Promise<void> {
  const client = clientOf(cloud);
  const before = await describe(client, stackName);
  if (!before) { return; }
  await client.send(new DeleteStackCommand({ StackName: stackName }));
  // A deleted stack is found by its id alone.
  const stackId = before.StackId ?? stackName;
  const deadline = Date.now() + DELETE_TIMEOUT_MS;
  for (;;) {
    const status = (await describe(client, stackId))?.StackStatus ?? 'DELETE_COMPLETE';
    if (status === 'DELETE_COMPLETE') { return; }
    if (status === 'DELETE_FAILED' || Date.now() > deadline) {
      throw new LocalCloudError([`could not delete ${stackName} (${status}):`, ...await failures(client, stackId)].join('\n'));
    }
    await sleep(POLL_MS);
  }
}

async function runCdk(cloud: LocalCloud, { cwd, onLine, onStep, signal }: DeployOptions, args: readonly string[]): Promise<void> {
  signal?.throwIfAborted();
  const start = performance.now();
  const cli = path.join(REPOSITORY, 'node_modules', 'aws-cdk', 'bin', 'cdk');
  const child = spawn(process.execPath, [cli, ...args, '--no-notices', '--no-version-reporting', '--no-color', '--ci'], {
    cwd,
    env: { ...process.env, ...cloud.env, AWS_PROFILE: undefined, CDK_DEFAULT_ACCOUNT: cloud.account, CDK_DEFAULT_REGION: cloud.region, CDK_DISABLE_CLI_TELEMETRY: 'true' },
    stdio: ['ignore', 'pipe', 'pipe'],
    // The CLI runs the app as a process of its own: who wants to end both at once needs them in one group.
    detached: signal !== undefined && process.platform !== 'win32',
  });
  const end = () => killGroup(child);
  signal?.addEventListener('abort', end);
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      onLine?.(line);
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
    .finally(() => signal?.removeEventListener('abort', end));
  signal?.throwIfAborted();
  if (code !== 0) {
    // A stack trace out of aws-cdk-lib quotes the line that threw: a whole minified file.
    const lastLines = lines.map((line) => line.trimEnd().slice(0, 300)).filter((line) => line).slice(-30);
    throw new LocalCloudError(`cdk ${args[0]} ended with ${code}:\n${lastLines.join('\n')}`);
  }
  onStep?.(args[0], (performance.now() - start) / 1000);
}

function clientOf(cloud: LocalCloud): CloudFormationClient {
  return new CloudFormationClient(cloud.client);
}

async function describe(client: CloudFormationClient, stackName: string): Promise<Stack | undefined> {
  try {
    return (await client.send(new DescribeStacksCommand({ StackName: stackName }))).Stacks?.[0];
  } catch (error) {
    if (/does not exist/.test((error as Error).message)) { return undefined; }
    throw error;
  }
}

/** What failed in the last operation and why, in the order in which it happened. */
async function failures(client: CloudFormationClient, stackName: string): Promise<string[]> {
  const failed: string[] = [];
  try {
    for await (const page of paginateDescribeStackEvents({ client }, { StackName: stackName })) {
      for (const event of page.StackEvents ?? []) {
        if (startsOperation(event)) { return failed; }
        if (event.ResourceStatus?.endsWith('_FAILED') && event.ResourceStatusReason !== 'Resource creation cancelled') {
          failed.unshift(`  ${event.LogicalResourceId} (${event.ResourceType}): ${event.ResourceStatus}: ${event.ResourceStatusReason}`);
        }
      }
    }
  } catch {
    // No such stack: synthesis or bootstrap failed, and the output of the CLI tells it.
  }
  return failed;
}

function startsOperation(event: StackEvent): boolean {
  const started = ['CREATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'DELETE_IN_PROGRESS'].includes(event.ResourceStatus ?? '');
  return started && event.ResourceType === 'AWS::CloudFormation::Stack';
}
