import { Component, javascript } from 'projen';
import { VERSIONS } from './versions';

/**
 * cdk-nag, whose rule packs check the templates (see `test/compliance/`).
 *
 * It needs a newer CDK than the lowest one that is supported, which everything else is compiled and tested against. The newer one is installed under another
 * name, and the tests put it in the place of the other.
 */
export class ComplianceChecks extends Component {
  constructor(project: javascript.NodeProject) {
    super(project);
    project.addDevDeps(
      `cdk-nag@${VERSIONS.cdkNag}`,
      `aws-cdk-lib-newest@npm:aws-cdk-lib@${VERSIONS.awsCdkLibNewest}`,
      // npm does not always put what it depends on beside what it bundles
      `cloud-assembly-schema-newest@npm:@aws-cdk/cloud-assembly-schema@${VERSIONS.cloudAssemblySchemaNewest}`,
    );

    // what it asks for would be a second CDK where the lowest one stands
    project.tryFindObjectFile('package.json')!.addOverride('overrides.cdk-nag', { 'aws-cdk-lib': '$aws-cdk-lib', 'constructs': '$constructs' });
  }
}
