import { App, Stack, StackProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { AlertChannel, BedrockBudgeteer, BedrockBudgeteerProps } from '../../../src';
import { BundledHandlers } from '../../../src/functions/bundled-handlers';
import { SWITCHED_ON } from '../../everything';

export interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, any>;
  readonly DependsOn?: string | string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** By logical id. */
export type Resources = Readonly<Record<string, Resource>>;

export interface Synthesized {
  readonly stack: Stack;
  readonly budgeteer: BedrockBudgeteer;
  readonly template: Template;
  readonly resources: Resources;
}

/**
 * Has templates name a bundle by its path instead of its hash: they stay the same when handlers change, and need no bundles.
 * `bundles.test.ts` proves that functions get the bundles of these paths.
 */
export function nameBundlesByPath(): void {
  jest.spyOn(BundledHandlers.PACKAGE, 'codeOf').mockImplementation(handler => new NamedBundle(`assets/lambdas/${handler}/${handler}.lambda`));
}

class NamedBundle extends lambda.Code {
  public readonly isInline = false;

  constructor(private readonly name: string) {
    super();
  }

  public bind(): lambda.CodeConfig {
    return { s3Location: { bucketName: 'bundles', objectKey: this.name } };
  }
}

let switchedOn: Synthesized | undefined;

/** The stack with everything switched on, made once a file: tests look at it, and leave it as it is. */
export function synthesizeSwitchedOn(): Synthesized {
  switchedOn ??= synthesizeAnew(SWITCHED_ON);
  return switchedOn;
}

let withoutProps: Synthesized | undefined;

/**
 * A stack with one budgeteer. Without an environment it is agnostic of account and region. That without props is made once a file: tests look at it, and
 * leave it as it is.
 */
export function synthesize(props?: BedrockBudgeteerProps, env?: StackProps['env']): Synthesized {
  if (props || env) {
    return synthesizeAnew(props, env);
  }
  withoutProps ??= synthesizeAnew();
  return withoutProps;
}

function synthesizeAnew(props?: BedrockBudgeteerProps, env?: StackProps['env']): Synthesized {
  const stack = newStack(env);
  const budgeteer = new BedrockBudgeteer(stack, 'Budgeteer', props);
  return { stack, budgeteer, ...synthesized(stack) };
}

/** Everything switched on, and channels of the kinds that have alarms of their own, in the region where they have them. */
export function withEveryAlarm(): BedrockBudgeteer {
  const stack = newStack({ region: 'us-east-1', account: '111122223333' });
  return new BedrockBudgeteer(stack, 'Budgeteer', {
    ...SWITCHED_ON,
    alertChannels: [
      AlertChannel.slack({ workspaceId: 'T01ABC2DEF3', channelId: 'C01ABC2DEF3' }),
      AlertChannel.webhook({ url: 'https://hooks.example.com/budgets', signingSecret: new Secret(stack, 'Secret') }),
    ],
  });
}

export function newStack(env?: StackProps['env'], id = 'Stack'): Stack {
  // Two instances with everything are more than a stack may have: only looked at together.
  return new Stack(new App({ context: { '@aws-cdk/core:stackResourceLimit': 0 } }), id, { env });
}

export function synthesized(stack: Stack): Pick<Synthesized, 'template' | 'resources'> {
  const template = Template.fromStack(stack);
  return { template, resources: template.toJSON().Resources };
}

export function ofType(resources: Resources, type: string): Resources {
  return Object.fromEntries(Object.entries(resources).filter(([, resource]) => resource.Type === type));
}

/** The one resource of a type whose logical id contains a text. */
export function theOne(resources: Resources, type: string, idPart = ''): [logicalId: string, resource: Resource] {
  const found = Object.entries(ofType(resources, type)).filter(([id]) => id.includes(idPart));
  if (found.length !== 1) {
    throw new Error(`expected one ${type} with "${idPart}" in its id, found ${found.map(([id]) => id).join(', ') || 'none'}`);
  }
  return found[0];
}
