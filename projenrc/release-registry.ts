import { readFileSync } from 'fs';
import { Component, javascript } from 'projen';

const RELEASE_WORKFLOW = '.github/workflows/release.yml';
/** The last step of projen's npm job: before it stand four steps of set-up and five of packaging. */
const PUBLISH_STEP = 9;

/**
 * Takes the npm host out of the release workflow. The publisher's default is the same, and no committed file names a package host, so that a mirror
 * needs no change here.
 */
export class ReleaseWithoutRegistryHost extends Component {
  constructor(project: javascript.NodeProject) {
    super(project);
    project.tryFindObjectFile(RELEASE_WORKFLOW)!.addDeletionOverride(`jobs.release_npm.steps.${PUBLISH_STEP}.env.NPM_REGISTRY`);
  }

  /** A new projen may add a step; better to hear of it here than to find the host in a review. */
  public postSynthesize(): void {
    if (readFileSync(`${this.project.outdir}/${RELEASE_WORKFLOW}`, 'utf-8').includes('NPM_REGISTRY')) {
      throw new Error(`${RELEASE_WORKFLOW} names a package host: the publish step is no longer step ${PUBLISH_STEP} of its job`);
    }
  }
}
