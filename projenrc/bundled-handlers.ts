import { Component, javascript } from 'projen';

/**
 * Bundles every Lambda handler (`src/lambdas/<name>/<name>.lambda.ts`) into `assets/`, and all of them into one archive there, which is published: a
 * consumer builds nothing.
 *
 * All handlers go through one esbuild process (see `tasks/bundle.ts`) instead of projen's task per bundle: the files that they share are parsed once.
 */
export class BundledHandlers extends Component {
  constructor(project: javascript.NodeProject) {
    super(project);
    const bundler = javascript.Bundler.of(project);
    if (!bundler) {
      throw new Error('the project has no bundler to register the handlers with');
    }
    bundler.bundleTask.exec('tsx projenrc/tasks/bundle.ts');

    project.addPackageIgnore('/assets/lambdas/');

    // written by the bundle task: the notices that the licences of bundled packages ask for
    project.gitignore.exclude('/THIRD-PARTY-LICENSES');
    project.npmignore?.include('/THIRD-PARTY-LICENSES');
  }
}
