import { Component, github, javascript } from 'projen';

/**
 * `npx projen licenses` and `npx projen audit`, and a workflow that runs both: with every pull request, and weekly, since advisories appear while nothing
 * changes here.
 */
export class SupplyChain extends Component {
  constructor(project: javascript.NodeProject) {
    super(project);
    const licenses = project.addTask('licenses', {
      description: 'Check the licences of what ships and of the tools (offline; bundle first)',
      exec: 'tsx projenrc/tasks/licenses.ts',
    });
    const audit = project.addTask('audit', {
      description: 'Ask the registry for advisories and signatures (bundle first)',
      exec: 'tsx projenrc/tasks/audit.ts',
    });

    const workflow = project.github!.addWorkflow('audit');
    workflow.on({ pullRequest: {}, schedule: [{ cron: '17 5 * * 1' }], workflowDispatch: {} });
    const run = (task: string) => ({ name: task, run: project.runTaskCommand(project.tasks.tryFind(task)!) });
    workflow.addJob('audit', {
      runsOn: ['ubuntu-latest'],
      permissions: { contents: github.workflows.JobPermission.READ },
      env: { CI: 'true' },
      steps: [
        github.WorkflowSteps.checkout(),
        ...project.renderWorkflowSetup({ mutable: false }),
        run('bundle'),
        run(licenses.name),
        // Also where a licence is wrong: one fault must not hide another.
        { ...run(audit.name), if: 'always()' },
      ],
    });
  }
}
