import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import { bundleHandlers, GRACE_SECONDS, STACK_NAME } from '../../demo/deployment';
import { deploy, DeployOptions } from '../../test/local-cloud/cdk-deploy';
import { LocalCloud } from '../../test/local-cloud/local-cloud';
import { atMost, Bench, BenchContext, median, Report, rounded } from '../bench';

const REPOSITORY = path.join(__dirname, '..', '..');
const ROUNDS = 3;
const SMALL_STACK = 'Small';
const MOST_TIMES_AS_LONG = 4;
const MOST_SECONDS_A_RESOURCE = 0.15;

type App = Pick<DeployOptions, 'appCommand' | 'cwd' | 'stackName' | 'context'> & { readonly name: string };

/** In seconds. */
interface Deployment {
  readonly cloud: number;
  readonly bootstrap: number;
  readonly synth: number;
  readonly deploy: number;
  /** From the first run of the CDK CLI to the end of the last. */
  readonly all: number;
  readonly resources: number;
}

export const deployment: Bench = {
  name: 'deploy',
  title: 'Deploying on the local cloud',
  timeLimitSeconds: 540,

  async measure(context: BenchContext): Promise<Report> {
    await bundleHandlers(context.signal);
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'deploy-'));
    context.afterwards(() => fs.rmSync(directory, { recursive: true, force: true }));
    const apps = [smallApp(directory), exampleApp()];
    const measured: Deployment[][] = apps.map(() => []);
    // In turn, so that whatever else the machine does slows both down; the first round fills the file system's cache.
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const [index, app] of apps.entries()) {
        context.log(`round ${round} of ${ROUNDS}: ${app.name}`);
        const figures = await deployed(app, context);
        if (round > 0) {
          measured[index].push(figures);
        }
      }
    }
    const [small, example] = measured;
    const of = (deployments: readonly Deployment[], what: keyof Deployment) => median(deployments.map(each => each[what]));
    const times = (deployments: readonly Deployment[]) => median(deployments.map(({ all }, round) => all / small[round].all));
    const aResource = median(example.map((each, round) => (each.deploy - small[round].deploy) / each.resources));
    return {
      head: ['what', 'resources', 'start of the cloud, s', 'bootstrap, s', 'synth, s', 'deploy, s', 'without the start, s', 'times as long'],
      rows: measured.map((each, index) => [
        apps[index].name, String(of(each, 'resources')), ...(['cloud', 'bootstrap', 'synth', 'deploy', 'all'] as const).map(what => rounded(of(each, what))), rounded(times(each)),
      ]),
      targets: [
        atMost('the example beside a stack of one queue, from the first run of the CDK CLI to the end', times(example), MOST_TIMES_AS_LONG, 'times as long'),
        atMost('deploying a resource of the example, beyond what a stack of one queue takes', aResource, MOST_SECONDS_A_RESOURCE, 's'),
      ],
      notes: [
        `What \`npm run demo\` and each end-to-end test begin with: a local cloud of its own, and the CDK CLI, which starts three times. \`cdk bootstrap\` and \`cdk synth\` run side by side, \`cdk deploy\` after them. Medians of ${ROUNDS} rounds in which`
        + ' the two take turns, each on a new cloud; the ratios are medians of the rounds\'. The example is `examples/typescript`, which is compiled as it runs; the other one an app of two lines of JavaScript.',
        '`deploy` uploads the bundles, has CloudFormation of the local cloud make the resources one after another, runs the custom resources and asks how far it is. It says little of AWS.',
      ],
    };
  },
};

async function deployed({ name: _, ...app }: App, context: BenchContext): Promise<Deployment> {
  const steps = new Map<string, number>();
  const begin = performance.now();
  const cloud = await context.startCloud();
  const started = performance.now();
  try {
    await deploy(cloud, { ...app, signal: context.signal, onStep: (step, seconds) => steps.set(step, seconds) });
    const all = (performance.now() - started) / 1000;
    const seconds = (step: string) => {
      const value = steps.get(step);
      if (value === undefined) {
        throw new Error(`the CDK CLI did not run ${step}: it ran ${[...steps.keys()].join(', ')}`);
      }
      return value;
    };
    return {
      cloud: (started - begin) / 1000,
      bootstrap: seconds('bootstrap'),
      synth: seconds('synth'),
      deploy: seconds('deploy'),
      all,
      resources: await resourcesOf(cloud, app.stackName),
    };
  } finally {
    await cloud.stop();
  }
}

async function resourcesOf(cloud: LocalCloud, stackName: string): Promise<number> {
  let count = 0;
  const client = new CloudFormationClient(cloud.client);
  for await (const { StackResourceSummaries: resources = [] } of paginateListStackResources({ client }, { StackName: stackName })) {
    count += resources.length;
  }
  return count;
}

function smallApp(directory: string): App {
  const file = path.join(directory, 'app.cjs');
  fs.writeFileSync(file, [
    `const { App, CfnResource, Stack } = require(${JSON.stringify(path.join(REPOSITORY, 'node_modules', 'aws-cdk-lib'))});`,
    // The CDK CLI deploys no stack without resources.
    `new CfnResource(new Stack(new App(), '${SMALL_STACK}'), 'Queue', { type: 'AWS::SQS::Queue' });`,
  ].join('\n'));
  return { name: 'a stack of one queue', appCommand: `"${process.execPath}" app.cjs`, cwd: directory, stackName: SMALL_STACK };
}

function exampleApp(): App {
  return {
    name: 'the example, as in the demo',
    appCommand: `"${process.execPath}" --import tsx app.ts`,
    cwd: path.join(REPOSITORY, 'examples', 'typescript'),
    stackName: STACK_NAME,
    context: { graceSeconds: String(GRACE_SECONDS) },
  };
}
