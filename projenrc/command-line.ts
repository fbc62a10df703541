import { Component, javascript } from 'projen';

/**
 * The command `budgeteer`, published as a bundle that the bundle task writes (see `tasks/bundle-command-line.ts`).
 */
export class CommandLine extends Component {
  constructor(project: javascript.NodeProject) {
    super(project);
    project.addBins({ budgeteer: 'bin/budgeteer.js' });
    project.gitignore.exclude('/bin/');
    project.npmignore?.include('/bin/');
    // what jsii compiles is in the bundle already, and nothing of the construct imports it
    project.addPackageIgnore('/lib/cli/');
  }
}
