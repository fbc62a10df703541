import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { build } from 'esbuild';
import { bundleHandlers } from '../../demo/deployment';
import { atMost, Bench, BenchContext, median, Report, rounded } from '../bench';

const REPOSITORY = path.join(__dirname, '..', '..');
const NODE = path.join(REPOSITORY, 'node_modules', '.bin', 'node');
const ROUNDS = 5;
/** Beyond an empty stack, of a processor. */
const MOST_SECONDS = { plain: 2, everything: 2.5 };

/** What the process says of itself: how long the library took to load, the constructs to be made, and the assembly to be written; and how much that is. */
interface Synthesis {
  readonly load: number;
  readonly construct: number;
  readonly write: number;
  /** Of a processor, all of it. */
  readonly cpu: number;
  readonly templateBytes: number;
  readonly resources: number;
  readonly assetBytes: number;
}

/** `loads` is what the app needs beside the CDK. */
const APPS = [
  { name: 'an empty stack', loads: [], stack: '' },
  { name: 'the construct without props', loads: ['src'], stack: "new src.BedrockBudgeteer(stack, 'Budgeteer');" },
  { name: 'with everything switched on', loads: ['src', 'test/everything'], stack: "new src.BedrockBudgeteer(stack, 'Budgeteer', everything.SWITCHED_ON);" },
] as const;

export const synth: Bench = {
  name: 'synth',
  title: 'Synthesis beside an empty stack',
  timeLimitSeconds: 240,

  async measure(context: BenchContext): Promise<Report> {
    await bundleHandlers(context.signal);
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'synth-'));
    context.afterwards(() => fs.rmSync(directory, { recursive: true, force: true }));
    const apps = await Promise.all(APPS.map(async (app, index) => ({ ...app, file: await appFile(directory, index) })));
    const measured = apps.map(() => ({ seconds: [] as number[], told: [] as Synthesis[] }));
    // In turn, so that whatever else the machine does slows all of them down; the first round fills the file system's cache.
    for (let round = 0; round <= ROUNDS; round += 1) {
      context.log(`round ${round} of ${ROUNDS}`);
      for (const [index, { file }] of apps.entries()) {
        const { seconds, told } = await synthesize(file, path.join(directory, 'cdk.out'), context.signal);
        if (round > 0) {
          measured[index].seconds.push(seconds);
          measured[index].told.push(told);
        }
      }
    }
    const [empty, plain, everything] = measured;
    const more = (of: typeof empty) => median(of.told.map(({ cpu }, round) => cpu - empty.told[round].cpu));
    const times = (of: typeof empty) => median(of.seconds.map((seconds, round) => seconds / empty.seconds[round]));
    const of = ({ told }: typeof empty, phase: keyof Synthesis) => median(told.map(each => each[phase]));
    return {
      head: ['what', 'whole process, s', 'times as long', 'of a processor, s', 'loading, s', 'constructs, s', 'writing the assembly, s', 'resources', 'template, bytes', 'assets, bytes'],
      rows: measured.map((each, index) => [
        APPS[index].name, rounded(median(each.seconds)), rounded(times(each)),
        ...(['cpu', 'load', 'construct', 'write', 'resources', 'templateBytes', 'assetBytes'] as const).map(phase => rounded(of(each, phase))),
      ]),
      targets: [
        atMost('the construct without props, more than an empty stack', more(plain), MOST_SECONDS.plain, 's of a processor'),
        atMost('everything switched on, more than an empty stack', more(everything), MOST_SECONDS.everything, 's of a processor'),
      ],
      notes: [
        `\`new App()\`, one stack and \`app.synth()\`, each time in a process of its own, medians of ${ROUNDS} rounds in which the three take turns; the ratios and what is promised are medians of the rounds'. The library`
        + ' is loaded as JavaScript, the CDK from node_modules as ever. The CDK CLI, and TypeScript where the app is written in it, come on top and are the same for all.',
        'Loading is that of the CDK and of the library. An empty stack loads the core of the CDK alone; the construct uses twenty of its modules, and the CDK loads each where it is first used, be it here or by another construct of the app. Writing includes'
        + ' staging the bundles: each is fingerprinted and copied once.',
      ],
    };
  },
};

/** Beside the assets and the manifest, as in the published package. */
async function appFile(directory: string, index: number): Promise<string> {
  const { loads, stack } = APPS[index];
  const root = path.join(directory, String(index));
  fs.mkdirSync(path.join(root, 'lib', 'app'), { recursive: true });
  for (const beside of ['assets', 'node_modules', 'package.json']) {
    fs.symlinkSync(path.join(REPOSITORY, beside), path.join(root, beside));
  }
  const file = path.join(root, 'lib', 'app', 'app.cjs');
  const variables = ['src', 'everything'];
  await build({
    stdin: {
      contents: [
        'const began = process.hrtime.bigint();',
        "const { App, Stack } = require('aws-cdk-lib');",
        ...loads.map((module, place) => `const ${variables[place]} = require('./${module}');`),
        'const loaded = process.hrtime.bigint();',
        'const app = new App({ outdir: process.argv[2] });',
        "const stack = new Stack(app, 'Stack');",
        stack,
        'const made = process.hrtime.bigint();',
        'app.synth();',
        'const written = process.hrtime.bigint();',
        'const seconds = (from, to) => Number(to - from) / 1e9;',
        'const { user, system } = process.cpuUsage();',
        'process.send({ load: seconds(began, loaded), construct: seconds(loaded, made), write: seconds(made, written), cpu: (user + system) / 1e6 });',
      ].join('\n'),
      resolveDir: REPOSITORY,
    },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    external: ['aws-cdk-lib', 'constructs'],
    outfile: file,
    logLevel: 'error',
  });
  return file;
}

async function synthesize(file: string, output: string, signal: AbortSignal): Promise<{ readonly seconds: number; readonly told: Synthesis }> {
  fs.rmSync(output, { recursive: true, force: true });
  const start = performance.now();
  const child = spawn(NODE, [file, output], { env: { HOME: os.homedir() }, stdio: ['ignore', 'ignore', 'inherit', 'ipc'], signal });
  const [[told], [code]] = await Promise.all([once(child, 'message'), once(child, 'exit')]) as [[Omit<Synthesis, 'templateBytes' | 'resources' | 'assetBytes'>], [number]];
  const seconds = (performance.now() - start) / 1000;
  if (code !== 0) {
    throw new Error(`the synthesis ended with ${code}`);
  }
  const template = fs.readFileSync(path.join(output, 'Stack.template.json'), 'utf8');
  const assets = fs.readdirSync(output).filter(name => name.startsWith('asset.')).flatMap(name => fs.readdirSync(path.join(output, name)).map(each => path.join(output, name, each)));
  return {
    seconds,
    told: {
      ...told,
      templateBytes: template.length,
      resources: Object.keys((JSON.parse(template) as { readonly Resources?: object }).Resources ?? {}).length,
      assetBytes: assets.reduce((sum, asset) => sum + fs.statSync(asset).size, 0),
    },
  };
}
