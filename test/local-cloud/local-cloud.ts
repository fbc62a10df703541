import { ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LocalCloudError } from './errors';
import { pythonWith } from './python';

export { LocalCloudError, LocalCloudUnavailable } from './errors';

const REPOSITORY = path.resolve(__dirname, '..', '..');
const CACHE = path.join(REPOSITORY, '.local-cloud');
const ACCOUNT = '000000000000';
const REGION = 'us-east-1';
const START_TIMEOUT_MS = 60_000;
/** A free port can be taken by somebody else before MiniStack listens on it. */
const START_ATTEMPTS = 3;
const KEEP_LOGS_MS = 24 * 3600 * 1000;

export interface LocalCloudOptions {
  /** Receives lines about what takes a while. @default - silent */
  readonly log?: (line: string) => void;
  /** Further settings of MiniStack, such as `LAMBDA_ASYNC_RETRY_BASE_SECONDS`. The handlers see them, too. @default - none */
  readonly env?: Readonly<Record<string, string>>;
}

/** AWS on this machine: one account, one region, empty at the start and gone after `stop`. */
export interface LocalCloud {
  readonly endpoint: string;
  readonly account: string;
  readonly region: string;
  /** What makes the AWS CLI, the CDK CLI and SDK clients of a child process talk to this cloud. */
  readonly env: Readonly<Record<string, string>>;
  /** What makes an SDK client of this process talk to it: `new DynamoDBClient(cloud.client)`. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  /** What the cloud itself has to say, handler errors included. */
  readonly logFile: string;
  /** Multiplies the waits and retry intervals of state machines from now on: 0 skips them. */
  setWaitScale(scale: number): Promise<void>;
  /**
   * From now on each call needs what IAM policies allow to its caller: handlers run with the role of their function. Calls with the credentials of this
   * cloud stay allowed, as those of the account's root. Off at the start, and to be off for a deployment.
   */
  enforceIam(on: boolean): Promise<void>;
  /** Ends the cloud and every process that it started. Calling it twice is harmless. */
  stop(): Promise<void>;
}

/** Starts MiniStack; at the very first call it is installed. */
export async function startLocalCloud(options: LocalCloudOptions = {}): Promise<LocalCloud> {
  const log = options.log ?? (() => {});
  fs.mkdirSync(CACHE, { recursive: true });
  removeOldLogs();
  const python = await pythonWith(path.join(__dirname, 'requirements.txt'), CACHE, log);
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOn(await freePort(), python, options.env ?? {});
    } catch (error) {
      if (attempt === START_ATTEMPTS || !(error instanceof LocalCloudError)) { throw error; }
      log(`${error.message.split('\n')[0]}; trying again`);
    }
  }
}

async function startOn(port: number, python: string, settings: Readonly<Record<string, string>>): Promise<LocalCloud> {
  const endpoint = `http://127.0.0.1:${port}`; // an address, not `localhost`: with a name, S3 clients put the bucket before it
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const env = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_ACCOUNT_ID: ACCOUNT,
    AWS_EC2_METADATA_DISABLED: 'true',
    // The developer's own profiles have no say here.
    AWS_CONFIG_FILE: os.devNull,
    AWS_SHARED_CREDENTIALS_FILE: os.devNull,
  };
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'local-cloud-'));
  const logFile = path.join(CACHE, `ministack-${port}.log`);
  const logDescriptor = fs.openSync(logFile, 'w');
  const server = spawn(python, [path.join(__dirname, 'run_ministack.py')], {
    // Handlers inherit the environment: it holds no more than they need, so that neither a profile nor a proxy of the developer leaks in.
    env: {
      ...inherited('HOME', 'USERPROFILE', 'SystemRoot', 'LANG'),
      PATH: pathWithNode(),
      ...env,
      GATEWAY_PORT: String(port),
      BIND_HOST: '127.0.0.1', // else it listens on every address of the machine
      MINISTACK_HOST: '127.0.0.1', // in the URLs that it hands out: of queues, and for the answers of custom resources
      IOT_MTLS_ENABLED: '0',
      SFTP_ENABLED: '0',
      LAMBDA_EXECUTOR: 'local', // handlers run as processes of `node`; no Docker
      PYTHONDONTWRITEBYTECODE: '1',
      PYTHONUNBUFFERED: '1',
      ...temporaryDirectory(directory),
      ...settings,
    },
    cwd: directory,
    stdio: ['pipe', logDescriptor, logDescriptor],
    detached: process.platform !== 'win32', // the leader of its own process group, which `stop` ends as a whole
  });
  fs.closeSync(logDescriptor);
  // The cloud never keeps this process alive; and it notices by its standard input when this process ends (see run_ministack.py).
  server.unref();
  (server.stdin as Socket).unref();

  const stop = async () => {
    killGroup(server);
    server.ref();
    if (!hasEnded(server)) { await once(server, 'exit'); }
    fs.rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  };
  const control = async (method: string, what: string, body: string) => {
    const answer = await fetch(`${endpoint}/_ministack/${what}`, { method, body });
    if (!answer.ok) { throw new LocalCloudError(`the local cloud refused ${what}: ${answer.status} ${await answer.text()}`); }
  };
  try {
    await once(server, 'spawn'); // or its error
    await untilReady(server, endpoint);
  } catch (error) {
    await stop();
    throw new LocalCloudError(`${(error as Error).message}\n${tail(logFile)}`, { cause: error });
  }
  return {
    endpoint,
    account: ACCOUNT,
    region: REGION,
    env,
    client: { endpoint, region: REGION, credentials },
    logFile,
    setWaitScale: (scale) => control('POST', 'config', JSON.stringify({ 'stepfunctions._SFN_WAIT_SCALE': scale })),
    enforceIam: (on) => control('PUT', 'authorization', on ? 'on' : 'off'),
    stop,
  };
}

async function untilReady(server: ChildProcess, endpoint: string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if (hasEnded(server)) {
      throw new LocalCloudError(`the local cloud ended while it started (${server.signalCode ?? server.exitCode})`);
    }
    const answer = await fetch(`${endpoint}/_ministack/ready`).catch(() => undefined);
    if (answer?.ok) { return; }
    await sleep(100);
  }
  throw new LocalCloudError(`the local cloud was not ready after ${START_TIMEOUT_MS / 1000} s`);
}

function hasEnded(server: ChildProcess): boolean {
  return server.pid === undefined || server.exitCode !== null || server.signalCode !== null;
}

/** Ends a process that leads its own group, with everybody in it. What is ended so has nothing to lose. */
export function killGroup(server: ChildProcess): void {
  if (server.pid === undefined) { return; }
  try {
    if (process.platform === 'win32') {
      spawnSync('taskkill', ['/T', '/F', '/PID', String(server.pid)]);
    } else {
      process.kill(-server.pid, 'SIGKILL');
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') { throw error; }
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** Handlers run in the Node that the project pins (the one of the Lambda runtime), where it is installed. */
function pathWithNode(): string {
  const pinned = path.join(REPOSITORY, 'node_modules', 'node', 'bin');
  return [...(fs.existsSync(pinned) ? [pinned] : []), path.dirname(process.execPath), process.env.PATH ?? ''].join(path.delimiter);
}

function temporaryDirectory(directory: string): Record<string, string> {
  return { TMPDIR: directory, TMP: directory, TEMP: directory, S3_DATA_DIR: directory, STATE_DIR: directory };
}

function inherited(...names: string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]!]])));
}

function removeOldLogs(): void {
  for (const file of fs.readdirSync(CACHE).filter((name) => name.endsWith('.log')).map((name) => path.join(CACHE, name))) {
    // Another process may have removed it meanwhile.
    const age = Date.now() - (fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > KEEP_LOGS_MS) { fs.rmSync(file, { force: true }); }
  }
}

function tail(file: string): string {
  return fs.readFileSync(file, 'utf8').trimEnd().split('\n').slice(-20).join('\n');
}
