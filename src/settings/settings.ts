import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { Env, SettingName } from '../contract';
import { Deployment } from '../deployment';
import { HandlerFunction } from '../functions/handler-function';
import { SettingTexts } from '../lambdas/core/settings';

export interface SettingsProps {
  readonly deployment: Deployment;
  /** The values of this deployment, checked and as text. */
  readonly values: SettingTexts;
}

/**
 * Settings that have no parameter until an operator creates one: a missing parameter means the deployed value. CloudFormation writes a parameter's value
 * again at any update of it, so what must outlast deployments in the middle of an emergency is nothing that CloudFormation may know of.
 */
const WITHOUT_PARAMETER = [SettingName.ENFORCEMENT] as const;

/**
 * What operators read about a parameter before they change it.
 *
 * Never change one: that is an update of the parameter like any other, by which the next deployment would undo what operators have set.
 */
const DESCRIPTIONS: Record<Exclude<SettingName, (typeof WITHOUT_PARAMETER)[number]>, string> = {
  [SettingName.WARNING_THRESHOLD_PERCENT]: 'Percentage of the limit at which the first warning is given: above 0, below the critical threshold',
  [SettingName.CRITICAL_THRESHOLD_PERCENT]: 'Percentage of the limit at which the second warning is given: above the first, below 100',
  [SettingName.GRACE_PERIOD_SECONDS]: 'Whole seconds between reaching the limit and suspension: 0 to 2592000',
  [SettingName.REFRESH_PERIOD]: 'Period of default budgets: "<1 to 366> days", "calendar day", "calendar week" or "calendar month"',
  [SettingName.DEFAULT_API_KEY_BUDGET_USD]: 'Budget in US dollars of API-key users that have none of their own: above 0, at most 1000000000',
  [SettingName.PRICE_OVERRIDES]: 'Prices and discounts in place of list prices, one a line, or "none": see docs/pricing.md',
  [SettingName.ASSUMED_CACHE_WRITE_TTL]: 'How long prompt caches are taken to be written for where a record does not tell: "5m" or "1h"',
  [SettingName.AGENT_WARNING_THRESHOLD_PERCENT]: 'Of AgentCore runtimes: percentage of the limit at which the first warning is given',
  [SettingName.AGENT_CRITICAL_THRESHOLD_PERCENT]: 'Of AgentCore runtimes: percentage of the limit at which the second warning is given',
  [SettingName.AGENT_GRACE_PERIOD_SECONDS]: 'Of AgentCore runtimes: whole seconds between reaching the limit and suspension: 0 to 2592000',
  [SettingName.AGENT_REFRESH_PERIOD]: 'Of AgentCore runtimes: period of default budgets, written as refresh-period is',
  [SettingName.DEFAULT_AGENT_BUDGET_USD]: 'Budget in US dollars of AgentCore runtimes that have none of their own: above 0, at most 1000000000',
};

/**
 * What operators may change while the system runs, one SSM parameter a setting. An invalid value is reported by the handlers, and the
 * last valid one stays in force. A deployment overwrites a parameter where its value in the code has changed, or anything else of it; so it has no tags
 * (see tagging.ts), and its description stays as it is.
 */
export class Settings extends Construct {
  /** Without a trailing slash. */
  public readonly path: string;
  private readonly deployed: string;

  constructor(scope: Construct, id: string, props: SettingsProps) {
    super(scope, id);
    const { deployment, values } = props;
    this.path = `/bedrock-budgeteer/${deployment.environmentName}/${deployment.id}`;
    this.deployed = Stack.of(this).toJsonString(values);

    for (const name of Object.keys(DESCRIPTIONS) as (keyof typeof DESCRIPTIONS)[]) {
      const stringValue = values[name];
      if (stringValue === undefined) {
        continue;
      }
      new ssm.StringParameter(this, name, {
        parameterName: `${this.path}/${name}`,
        stringValue,
        description: DESCRIPTIONS[name],
        // The environment's name may be a token; that the path has several levels is known all the same.
        simpleName: false,
      });
    }
  }

  /** Environment of a handler that reads settings. */
  public environment(): Record<string, string> {
    return { [Env.SETTINGS_PATH]: this.path, [Env.DEPLOYED_SETTINGS]: this.deployed };
  }

  /** Allows a handler to read the settings, with the earlier values that it falls back to. */
  public allowReading(handler: HandlerFunction): void {
    handler.allow({
      actions: ['ssm:GetParameterHistory', 'ssm:GetParametersByPath'],
      resources: this.arns(),
    });
  }

  /** Lets an operator read and set the settings, those without a parameter too; not delete any. */
  public grantChange(grantee: iam.IGrantable): iam.Grant {
    return iam.Grant.addToPrincipal({
      grantee,
      actions: ['ssm:GetParameter', 'ssm:GetParameterHistory', 'ssm:GetParameters', 'ssm:GetParametersByPath', 'ssm:PutParameter'],
      resourceArns: this.arns(),
    });
  }

  /** The path itself, which is what reading by path is authorised on, and everything below it. */
  private arns(): string[] {
    const path = Stack.of(this).formatArn({ service: 'ssm', resource: 'parameter', resourceName: this.path.slice(1) });
    return [path, `${path}/*`];
  }
}
