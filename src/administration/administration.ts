import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { knowRuntimes } from '../agent-core/runtime-access';
import { Env, Handler } from '../contract';
import { Deployment } from '../deployment';
import { HandlerFunction } from '../functions/handler-function';
import { Settings } from '../settings/settings';
import { Storage } from '../storage/storage';
import { allowTable } from '../storage/table-access';

export interface AdministrationProps {
  readonly deployment: Deployment;
  readonly storage: Storage;
  readonly settings: Settings;
}

/**
 * Where people look at budgets and change them: a function behind a URL that takes signed requests alone. It writes orders into budgets; what follows
 * from them is decided like everything else.
 */
export class Administration extends Construct {
  public readonly manager: HandlerFunction;
  public readonly url: string;

  constructor(scope: Construct, id: string, props: AdministrationProps) {
    super(scope, id);
    const { deployment, storage, settings } = props;

    this.manager = new HandlerFunction(this, 'BudgetManager', {
      deployment,
      handler: Handler.BUDGET_MANAGER,
      description: 'shows budgets, and changes them on the order of signed requests',
      timeout: Duration.seconds(29),
      environment: {
        [Env.BUDGETS_TABLE]: storage.budgets.tableName,
        [Env.AUDIT_TABLE]: storage.audit.tableName,
        ...settings.environment(),
      },
    });
    allowTable(this.manager, storage.budgets, 'GetItem', 'Scan', 'UpdateItem');
    allowTable(this.manager, storage.audit, 'Query');
    knowRuntimes(this.manager, deployment, storage, 'Query');
    settings.allowReading(this.manager);

    this.url = this.manager.function.addFunctionUrl({ authType: lambda.FunctionUrlAuthType.AWS_IAM, invokeMode: lambda.InvokeMode.BUFFERED }).url;
  }

  /**
   * Lets a principal call the URL. Lambda asks for both actions; the second one only through the URL, which names the caller: who could invoke the
   * function itself could claim to be anybody.
   *
   * Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
   */
  public grant(grantee: iam.IGrantable): iam.Grant {
    const resourceArns = [this.manager.function.functionArn];
    return iam.Grant.addToPrincipal({
      grantee,
      actions: ['lambda:InvokeFunctionUrl'],
      resourceArns,
      conditions: { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } },
    }).combine(iam.Grant.addToPrincipal({
      grantee,
      actions: ['lambda:InvokeFunction'],
      resourceArns,
      conditions: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } },
    }));
  }
}
