import * as path from 'node:path';
import { deploy, StackOutputs } from '../../local-cloud/cdk-deploy';
import { LocalCloud, startLocalCloud } from '../../local-cloud/local-cloud';

const REPOSITORY = path.resolve(__dirname, '..', '..', '..');

/** The first start installs the cloud; on a busy machine a deployment takes a minute. */
const START_MS = 180_000;

/** Not what the local cloud does with time, but how long AWS would wait between the attempts of an asynchronous invocation. */
const SETTINGS = { LAMBDA_ASYNC_RETRY_BASE_SECONDS: '0.2' };

/**
 * One cloud for all tests of a file. It ends with them, however they end.
 *
 * @param prepare deploys what all tests need
 * @param settings further settings of the cloud and its handlers, known when it starts
 */
export function inOneCloud(prepare: (cloud: LocalCloud) => Promise<void>, settings: () => Promise<Readonly<Record<string, string>>> = async () => ({})): void {
  let cloud: LocalCloud | undefined;
  beforeAll(async () => {
    cloud = await startLocalCloud({ env: { ...SETTINGS, ...await settings() } });
    await prepare(cloud);
  }, START_MS);
  afterAll(() => cloud?.stop());
}

/** Deploys, or updates, an app of `test/e2e/apps` with the CDK CLI. */
export function deployApp(cloud: LocalCloud, app: string, stackName: string, context: Readonly<Record<string, string>> = {}): Promise<StackOutputs> {
  // the Node that runs the tests, not whichever comes first on the PATH
  return deploy(cloud, { appCommand: `"${process.execPath}" --import tsx test/e2e/apps/${app}.ts`, cwd: REPOSITORY, stackName, context });
}
