import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { CDK_CLI, EXAMPLES, JSII_CACHE, REPOSITORY } from './places';
import { run } from './run';

const DOCUMENTED = fs.readFileSync(path.join(REPOSITORY, 'docs', 'languages.md'), 'utf8');
const [, README] = /^## Five lines that deploy\n([^]*?)^## /m.exec(fs.readFileSync(path.join(REPOSITORY, 'README.md'), 'utf8'))!;

/** What may not be needed to synthesize: builders, containers, and what downloads. */
const TRIPWIRES = ['docker', 'podman', 'finch', 'nerdctl', 'esbuild', 'npm', 'npx', 'yarn', 'pnpm', 'bun', 'curl', 'wget', 'zip'];

/** How an app of a language is installed. */
export interface Language {
  readonly name: string;
  /** Of `examples/`. */
  readonly example: string;
  /** The file with the app itself. */
  readonly source: string;
  /** How documents mark code of the language. */
  readonly fence: string;
  /** Where commands of the app are, below its directory. @default - on the PATH */
  readonly binaries?: string;
  /** The app around lines that are written for a stack with the name `Budgeteer`. */
  around(imports: string, lines: string): string;
  /** Installs the package and what it needs, as a user would; from here on no network is there. */
  install(consumer: Consumer): Promise<void>;
}

/** Somebody's app: an example, installed from the packed artefacts into a directory that was empty before. */
export class Consumer {
  public static async install(language: Language): Promise<Consumer> {
    const consumer = new Consumer(language, fs.mkdtempSync(path.join(os.tmpdir(), `budgeteer-${language.name}-`)));
    try {
      fs.cpSync(path.join(EXAMPLES, language.example), consumer.directory, { recursive: true });
      await language.install(consumer);
      return consumer;
    } catch (error) {
      consumer.remove();
      throw error;
    }
  }

  /** With the app, and nothing else. */
  public readonly directory: string;
  private readonly tools: string;

  private constructor(private readonly language: Language, place: string) {
    this.tools = path.join(place, 'tools');
    this.directory = path.join(place, 'app');
    fs.mkdirSync(this.tools);
    fs.mkdirSync(this.directory);
    fs.symlinkSync(process.execPath, path.join(this.tools, 'node'));
    fs.symlinkSync(CDK_CLI, path.join(this.tools, 'cdk'));
  }

  /** Runs a command in the directory of the app, with the network. */
  public run(...command: readonly string[]): Promise<string> {
    return run(command, { cwd: this.directory, env: this.environment() });
  }

  /** Puts the example into its place again. */
  public becomeExample(): void {
    this.become(fs.readFileSync(path.join(EXAMPLES, this.language.example, this.language.source), 'utf8'));
  }

  /** Puts the app of `docs/languages.md` into the place of the example. */
  public becomeDocumented(): void {
    this.become(blockIn('docs/languages.md', DOCUMENTED, this.language));
  }

  /** Puts the lines of README.md, and what they need around them, into the place of the example. */
  public becomeReadme(): void {
    const [imports, ...lines] = blockIn('README.md, below "Five lines that deploy",', README, this.language).split('\n\n');
    this.become(this.language.around(imports, lines.join('\n\n').trimEnd()));
  }

  /** A command that was installed with the app. */
  public command(name: string): string {
    return path.join(this.directory, this.language.binaries ?? '', name);
  }

  /**
   * `cdk synth` without a network, and where every builder, container engine and downloader gives the alarm.
   *
   * @param context of `cdk.json`
   */
  public async synth(stackName = 'BudgeteerExample', context: Readonly<Record<string, unknown>> = {}): Promise<Synthesized> {
    const settings = path.join(this.directory, 'cdk.json');
    fs.writeFileSync(settings, JSON.stringify({ ...JSON.parse(fs.readFileSync(settings, 'utf8')), context }));
    const wires = path.join(this.directory, '..', 'tripwires');
    const alarm = path.join(wires, 'alarm.txt');
    fs.mkdirSync(wires, { recursive: true });
    for (const name of TRIPWIRES) {
      fs.writeFileSync(path.join(wires, name), `#!/bin/sh\necho "${name} $*" >> '${alarm}'\nexit 1\n`, { mode: 0o755 });
    }
    await run([...withoutNetwork(), 'cdk', 'synth', '--quiet', '--no-version-reporting'], { cwd: this.directory, env: this.environment(wires, NO_NETWORK) });
    return {
      used: fs.existsSync(alarm) ? fs.readFileSync(alarm, 'utf8').trimEnd().split('\n') : [],
      template: this.synthesized(stackName, 'template'),
      assets: this.synthesized(stackName, 'assets'),
    };
  }

  public remove(): void {
    fs.rmSync(path.dirname(this.directory), { recursive: true, force: true });
  }

  /** What a command of the app finds on its PATH: nothing of this repository. */
  public environment(wires?: string, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    const own = Object.entries(process.env).filter(([name]) => !/^(npm_(package|lifecycle|config_(local_|global_)?prefix)|NODE_(ENV|OPTIONS|PATH)$|INIT_CWD|JEST_)/.test(name));
    const binaries = this.language.binaries && path.join(this.directory, this.language.binaries);
    const inherited = (process.env.PATH ?? '').split(path.delimiter).filter(place => !place.includes('node_modules'));
    return {
      ...Object.fromEntries(own),
      PATH: [wires, binaries, this.tools, ...inherited].filter(place => place).join(path.delimiter),
      JSII_RUNTIME_PACKAGE_CACHE_ROOT: JSII_CACHE,
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      AWS_EC2_METADATA_DISABLED: 'true',
      ...more,
    };
  }

  private become(app: string): void {
    fs.writeFileSync(path.join(this.directory, this.language.source), app);
  }

  private synthesized(stackName: string, what: string): string {
    return fs.readFileSync(path.join(this.directory, 'cdk.out', `${stackName}.${what}.json`), 'utf8');
  }
}

function blockIn(place: string, page: string, { fence }: Language): string {
  const blocks = [...page.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].filter(([, language]) => language === fence);
  if (blocks.length !== 1) {
    throw new Error(`${place} has ${blocks.length} blocks of ${fence}, and should have one`);
  }
  return blocks[0][2];
}

export interface Synthesized {
  /** As it is written. */
  readonly template: string;
  /** Which files are uploaded, by the hash of their content. */
  readonly assets: string;
  /** What of the forbidden was called. */
  readonly used: readonly string[];
}

/** For whatever obeys: where no network can be taken away, these lead nowhere. */
const NO_NETWORK = {
  HTTP_PROXY: 'http://127.0.0.1:9',
  HTTPS_PROXY: 'http://127.0.0.1:9',
  http_proxy: 'http://127.0.0.1:9',
  https_proxy: 'http://127.0.0.1:9',
  GOPROXY: 'off',
  PIP_NO_INDEX: '1',
};

let prefix: readonly string[] | undefined;

/**
 * What a command is put after, to be without a network; on Linux the kernel sees to it. Where a build relies on that (`CI`) and the kernel refuses, that is an
 * error: the tests would prove nothing, and nobody would notice.
 */
export function withoutNetwork(): readonly string[] {
  prefix ??= firstThatWorks([['unshare', '--net', '--'], ['unshare', '--map-root-user', '--net', '--']]);
  return prefix;
}

function firstThatWorks(prefixes: readonly (readonly string[])[]): readonly string[] {
  const refusals: string[] = [];
  for (const [command, ...args] of prefixes) {
    const { status, error, stderr } = spawnSync(command, [...args, 'true'], { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
    if (status === 0) {
      return [command, ...args];
    }
    refusals.push(`\`${[command, ...args].join(' ')}\`: ${error?.message ?? stderr.trim()}`);
  }
  if (process.env.CI && process.platform === 'linux') {
    throw new Error(`no command can be put without a network here, so that nothing would be proved: ${refusals.join('; ')}. `
      + 'Allow user namespaces (sysctl kernel.apparmor_restrict_unprivileged_userns=0, or --cap-add SYS_ADMIN for a container), or unset CI.');
  }
  return [];
}
