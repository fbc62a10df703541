import { VERSIONS } from '../../../projenrc/versions';
import { Language } from '../support/consumer';
import { tarball } from '../support/packages';

/** What the README of the example installs, in the versions that the other languages have. */
const DEPENDENCIES = [`aws-cdk-lib@${VERSIONS.awsCdkLibOfApps}`, `constructs@${VERSIONS.constructsOfApps}`];
const DEVELOPMENT_DEPENDENCIES = [`aws-cdk@${VERSIONS.awsCdkCli}`, 'typescript@6.0.3', '@types/node@22.20.5'];

export const TYPESCRIPT: Language = {
  name: 'typescript',
  example: 'typescript',
  source: 'app.ts',
  fence: 'ts',
  binaries: 'node_modules/.bin',
  around: (imports, lines) => `
import { App, Stack } from 'aws-cdk-lib';
${imports}

class Budgeteer extends Stack {
  constructor(app: App) {
    super(app, 'Budgeteer');
    ${lines}
  }
}

const app = new App();
new Budgeteer(app);
app.synth();
`,
  async install(consumer) {
    const npm = (...args: readonly string[]) => consumer.run('npm', ...args, '--no-audit', '--no-fund');
    await npm('init', '--yes');
    await npm('pkg', 'set', 'type=module');
    await npm('install', tarball(), ...DEPENDENCIES);
    await npm('install', '--save-dev', ...DEVELOPMENT_DEPENDENCIES);
  },
};
