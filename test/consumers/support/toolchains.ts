import { spawnSync } from 'node:child_process';

/** What has to be on the PATH before the app of a language can be built. */
export interface Toolchain {
  readonly name: string;
  /** Each answers where the toolchain is complete. */
  readonly probes: readonly string[][];
  readonly howToGet: string;
}

export const PYTHON: Toolchain = {
  name: 'python',
  probes: [['python3', '-c', 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 10))']],
  howToGet: 'Python 3.10 or later with its modules venv and ensurepip (Debian, Ubuntu: python3-venv)',
};

export const JAVA: Toolchain = {
  name: 'java',
  probes: [['javac', '-version'], ['mvn', '--version']],
  howToGet: 'a JDK, 17 or later, and Maven 3.6 or later (Debian, Ubuntu: default-jdk-headless maven)',
};

export const GO: Toolchain = { name: 'go', probes: [['go', 'version']], howToGet: 'Go 1.25 or later' };

export const DOTNET: Toolchain = { name: 'dotnet', probes: [['dotnet', '--version']], howToGet: 'the .NET SDK, 8.0 or later' };

/** Languages whose apps CI has to build; the workflow on GitHub, where every toolchain can be had, demands all of them. */
const DEMANDED = (process.env.BUDGETEER_TOOLCHAINS ?? (process.env.CI ? 'python java go' : '')).split(/[\s,]+/);

/** What is missing, and whether that is all right. */
export interface Missing {
  readonly demanded: boolean;
  readonly message: string;
}

export function missing({ name, probes, howToGet }: Toolchain): Missing | undefined {
  const failed = probes.filter(([command, ...args]) => spawnSync(command, args, { stdio: 'ignore' }).status !== 0);
  if (failed.length === 0) {
    return undefined;
  }
  return {
    demanded: DEMANDED.includes(name),
    message: `the toolchain for ${name} is missing, since ${failed.map(probe => `\`${probe[0]}\``).join(' and ')} cannot be used; it needs ${howToGet}`,
  };
}

/** Tests that need a toolchain. Without it they are skipped by a name that says so, or fail where it is demanded. */
export function describeWith(toolchain: Toolchain, title: string, body: () => void): void {
  const lack = missing(toolchain);
  if (!lack) {
    describe(title, body);
  } else if (lack.demanded) {
    test(title, () => { throw new Error(lack.message); });
  } else {
    test.skip(`${title}: ${lack.message}`, () => {});
  }
}
