import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { Env, Handler } from '../contract';
import { Deployment } from '../deployment';
import { invokeOn } from '../functions/event-rule';
import { HandlerFunction } from '../functions/handler-function';
import { Storage } from '../storage/storage';
import { allowTable } from '../storage/table-access';

export interface RegistrationProps {
  readonly deployment: Deployment;
  readonly storage: Storage;
}

/**
 * API-key users get their budget before their first call.
 *
 * The creation of a key is an event of IAM, which is a global service: it reaches EventBridge only in the partition's leading region, and only
 * where a trail records it. So the event is a short cut; the hourly listing is what can be relied on, beside the first call itself.
 */
export class Registration extends Construct {
  public readonly registrar: HandlerFunction;

  constructor(scope: Construct, id: string, props: RegistrationProps) {
    super(scope, id);
    const { deployment, storage } = props;

    this.registrar = new HandlerFunction(this, 'PrincipalRegistrar', {
      deployment,
      handler: Handler.PRINCIPAL_REGISTRAR,
      description: 'registers the users of Bedrock API keys',
      timeout: Duration.minutes(5),
      environment: { [Env.BUDGETS_TABLE]: storage.budgets.tableName },
    });
    allowTable(this.registrar, storage.budgets, 'UpdateItem');
    this.registrar.allow({
      actions: ['iam:ListServiceSpecificCredentials'],
      // Listing those of all users is a question about no user in particular.
      resources: ['*'],
    });

    const listing = new events.Rule(this, 'Listing', {
      description: 'BedrockBudgeteer: look for new API keys',
      schedule: events.Schedule.rate(Duration.hours(1)),
    });
    invokeOn(listing, this.registrar);

    // On the default bus, where the events of AWS services are, whatever bus the product's own events are on.
    const creation = new events.Rule(this, 'KeyCreated', {
      description: 'BedrockBudgeteer: a Bedrock API key was created',
      eventPattern: {
        source: ['aws.iam'],
        detailType: ['AWS API Call via CloudTrail'],
        detail: {
          eventSource: ['iam.amazonaws.com'],
          eventName: ['CreateServiceSpecificCredential'],
          requestParameters: { serviceName: ['bedrock.amazonaws.com'] },
        },
      },
    });
    invokeOn(creation, this.registrar);
  }
}
