import { Component, typescript } from 'projen';

/** What of the handlers' core the construct imports, and so needs beside it. Everything else of `lib/lambdas/` is in the bundles already. */
const CORE_OF_THE_CONSTRUCT = ['bounded-cache.js', 'label-rule.js', 'money.js', 'plain-text.js', 'printable.js', 'alerts/alert.js', 'alerts/routing.js', 'pricing/*.js'];

/**
 * What the package for npm has: what a consumer needs, and nothing else. `test/projenrc/package.test.ts` keeps it so, and below a size.
 */
export class PackageContents extends Component {
  /**
   * @param sideDirectories of TypeScript that never ships
   */
  constructor(project: typescript.TypeScriptProject, sideDirectories: readonly string[]) {
    super(project);

    for (const path of [
      '/.ci/',
      '/.compatignore',
      '/.local-cloud/',
      '/.npmrc',
      '/.pre-commit-config.yaml',
      '/CHANGELOG.md',
      '/CONTRIBUTING.md',
      '/SECURITY.md',
      '/api/',
      '/demo-report/',
      '/docs/decisions/',
      '/docs/images/',
      '/jest.config.json',
      '/prices/',
      '/rosetta/',
      '/tsconfig.dev.json',
      ...sideDirectories.map((dir) => `/${dir}/`),
    ]) {
      project.addPackageIgnore(path);
    }

    // Files, not directories: npm lets nothing in again below a directory that is ignored.
    project.addPackageIgnore('/lib/lambdas/**/*.*');
    for (const file of CORE_OF_THE_CONSTRUCT) {
      project.addPackageIgnore(`!/lib/lambdas/core/${file}`);
    }

    // Maps with the whole source in them were two thirds of what is compiled, which reads like the source as it is.
    for (const option of ['inlineSourceMap', 'inlineSources']) {
      project.tsconfig!.file.addOverride(`compilerOptions.${option}`, false);
    }
  }
}
