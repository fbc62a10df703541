import { cdk, Component } from 'projen';

/**
 * Guards of the public API: that it breaks nothing which was released, and that what readers are shown of it compiles. Both are tests as well
 * (`test/projenrc/`).
 */
export class PublicApi extends Component {
  constructor(project: cdk.JsiiProject) {
    super(project);

    // instead of the latest package that npm has, which need not be there, nor the machine be online
    project.tasks.tryFind('compat')!.reset('tsx projenrc/tasks/compare-api.ts', { receiveArgs: true });
    project.tasks.tryFind('compat')!.description = 'Compare the compiled API with that of the last release';
    project.addTask('compat:renew', {
      description: 'Make the compiled API the one to compare with: a step of a release',
      exec: 'tsx projenrc/tasks/compare-api.ts --renew',
    });
    project.addTask('snippets', {
      description: 'Compile the TypeScript snippets of README.md, of the compiled API and of docs/',
      exec: 'tsx projenrc/tasks/compile-snippets.ts',
      receiveArgs: true,
    });
  }
}
