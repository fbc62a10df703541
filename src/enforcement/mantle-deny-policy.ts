import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/** What makes use of the mantle endpoint; whoever is suspended is denied more, by the deny policy. */
const MANTLE_ACTIONS = ['bedrock-mantle:CallWithBearerToken', 'bedrock-mantle:CreateFineTuningJob', 'bedrock-mantle:CreateInference'];

/**
 * The policy that keeps principals with a budget from the mantle endpoint, whose calls no log shows. Like the deny policy it can only take rights away.
 *
 * Nothing here but the document may ever change: a new name, path or description would have CloudFormation replace the policy, and it cannot be deleted
 * while it is attached. By the description other deployments know that it is not theirs to remove.
 */
export class MantleDenyPolicy extends iam.ManagedPolicy {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      description: 'Denies the endpoint bedrock-mantle. Attached and detached by BedrockBudgeteer; not for use by hand.',
      statements: [new iam.PolicyStatement({ sid: 'DenyMantle', effect: iam.Effect.DENY, actions: MANTLE_ACTIONS, resources: ['*'] })],
    });
  }
}
