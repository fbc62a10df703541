import { Component, javascript } from 'projen';

/**
 * `npx projen prices` makes the embedded price catalog of the sources in `prices/` and of the installed `@pydantic/genai-prices`.
 *
 * The monthly upgrade does so after it has moved the dependencies. Prices that contradict each other make it fail, so that somebody looks.
 */
export class GeneratedPriceCatalog extends Component {
  constructor(project: javascript.NodeProject) {
    super(project);
    const prices = project.addTask('prices', {
      description: 'Generate the embedded price catalog from its sources',
      exec: 'tsx projenrc/tasks/price-catalog.ts',
    });
    project.upgradeWorkflow?.postUpgradeTask.spawn(prices);
  }
}
