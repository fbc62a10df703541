import { App, CfnElement, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { IConstruct } from 'constructs';
import { nameBundlesByPath } from '../constructs/support/synthesize';

/** Where the stack is taken to be deployed. Not in `us-east-1`, where many a missing region goes unnoticed. */
export const ACCOUNT = '111122223333';
export const REGION = 'eu-central-1';
export const PARTITION = 'aws';

export interface SynthesizedResource {
  readonly logicalId: string;
  readonly type: string;
  /** Without intrinsic functions. */
  readonly properties: Readonly<Record<string, any>>;
}

/** Thrown for a part of a template of which nobody has said yet what CloudFormation makes of it. */
export class UnresolvedIntrinsicError extends Error {
  public readonly name = 'UnresolvedIntrinsicError';
}

type Attributes = (id: string, properties: Readonly<Record<string, any>>) => Readonly<Record<string, string>>;

const arn = (service: string, resource: string, region = REGION) => `arn:${PARTITION}:${service}:${region}:${ACCOUNT}:${resource}`;

/** What `Ref` and `Fn::GetAtt` give, as CloudFormation documents it. Physical names are the logical ids where the template gives none. */
const ATTRIBUTES: Readonly<Record<string, Attributes>> = {
  'AWS::CloudWatch::Alarm': id => ({ Ref: id, Arn: arn('cloudwatch', `alarm:${id}`) }),
  'AWS::Chatbot::SlackChannelConfiguration': id => ({ Ref: arn('chatbot', `chat-configuration/slack-channel/${id}`, '') }),
  'AWS::DynamoDB::Table': id => ({ Ref: id, Arn: arn('dynamodb', `table/${id}`), StreamArn: arn('dynamodb', `table/${id}/stream/2026-01-01T00:00:00.000`) }),
  'AWS::Events::ApiDestination': id => ({ Ref: id, Arn: arn('events', `api-destination/${id}/11111111-2222`) }),
  'AWS::Events::Connection': id => ({ Ref: id, Arn: arn('events', `connection/${id}/11111111-2222`) }),
  'AWS::Events::EventBus': (id, { Name: name = id }) => ({ Ref: name, Arn: arn('events', `event-bus/${name}`), Name: name }),
  'AWS::Events::Rule': (id, { EventBusName: bus }) => (bus
    ? { Ref: `${bus}|${id}`, Arn: arn('events', `rule/${bus}/${id}`) }
    : { Ref: id, Arn: arn('events', `rule/${id}`) }),
  'AWS::IAM::ManagedPolicy': id => ({ Ref: arn('iam', `policy/${id}`, '') }),
  'AWS::IAM::Role': id => ({ Ref: id, Arn: arn('iam', `role/${id}`, '') }),
  'AWS::S3::Bucket': id => ({ Ref: id.toLowerCase(), Arn: `arn:${PARTITION}:s3:::${id.toLowerCase()}` }),
  'AWS::KMS::Key': id => ({ Ref: `key-of-${id}`, Arn: arn('kms', `key/key-of-${id}`) }),
  'AWS::Lambda::Function': id => ({ Ref: id, Arn: arn('lambda', `function:${id}`) }),
  'AWS::Lambda::Url': id => ({ FunctionUrl: `https://${id.toLowerCase()}.lambda-url.${REGION}.on.aws/` }),
  'AWS::Logs::LogGroup': (id, { LogGroupName: name = id }) => ({ Ref: name, Arn: arn('logs', `log-group:${name}:*`) }),
  'AWS::Logs::SubscriptionFilter': id => ({ Ref: id }),
  'AWS::SecretsManager::Secret': id => ({ Ref: arn('secretsmanager', `secret:${id}-a1B2c3`), Id: arn('secretsmanager', `secret:${id}-a1B2c3`) }),
  'AWS::SNS::Topic': id => ({ Ref: arn('sns', id), TopicArn: arn('sns', id), TopicName: id }),
  'AWS::SQS::Queue': id => ({ Ref: `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${id}`, Arn: arn('sqs', id), QueueName: id }),
  'AWS::StepFunctions::StateMachine': id => ({ Ref: arn('states', `stateMachine:${id}`), Arn: arn('states', `stateMachine:${id}`), Name: id }),
};

const PSEUDO_PARAMETERS: Readonly<Record<string, string>> = {
  'AWS::AccountId': ACCOUNT,
  'AWS::Region': REGION,
  'AWS::Partition': PARTITION,
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': 'Synthesized',
};

/**
 * A synthesized stack as if it were deployed: every reference is replaced by the name or ARN that CloudFormation could give it, the same
 * at every run. What the template says can then be executed, simulated and compared.
 */
export class SynthesizedStack {
  /** Synthesizes what `build` adds to an empty stack. */
  public static of<T>(build: (stack: Stack) => T): { readonly stack: SynthesizedStack; readonly built: T } {
    nameBundlesByPath();
    const stack = new Stack(new App({ context: { '@aws-cdk/core:stackResourceLimit': 0 } }), 'Synthesized');
    const built = build(stack);
    return { stack: new SynthesizedStack(stack), built };
  }

  private readonly raw: Readonly<Record<string, { readonly Type: string; readonly Properties?: Readonly<Record<string, unknown>> }>>;

  private constructor(private readonly stack: Stack) {
    this.raw = Template.fromStack(stack).toJSON().Resources;
  }

  public resources(...types: readonly string[]): readonly SynthesizedResource[] {
    return Object.keys(this.raw).filter(id => types.length === 0 || types.includes(this.raw[id].Type)).map(id => this.byId(id));
  }

  /** What a token of a construct comes to, such as the ARN of a policy. */
  public valueOf(token: string): string {
    return String(this.resolve(this.stack.resolve(token)));
  }

  /** The resource behind a construct. */
  public resourceOf(construct: IConstruct): SynthesizedResource {
    return this.byId(this.stack.getLogicalId((construct.node.defaultChild ?? construct) as CfnElement));
  }

  /** The resource that has this ARN. */
  public resourceWithArn(wanted: string): SynthesizedResource {
    const id = Object.keys(this.raw).find(candidate => this.raw[candidate].Type in ATTRIBUTES && Object.values(this.attributes(candidate)).includes(wanted));
    if (!id) {
      throw new Error(`no resource of the template has the ARN ${wanted}`);
    }
    return this.byId(id);
  }

  /** What `Ref` or `Fn::GetAtt` gives for a resource. */
  public attribute({ logicalId }: Pick<SynthesizedResource, 'logicalId'>, name: string): string {
    const value = this.attributes(logicalId)[name];
    if (value === undefined) {
      throw new UnresolvedIntrinsicError(`${this.raw[logicalId].Type} has no attribute ${name} here: add it to ATTRIBUTES`);
    }
    return value;
  }

  private byId(logicalId: string): SynthesizedResource {
    const resource = this.raw[logicalId];
    if (!resource) {
      throw new Error(`the template has no resource ${logicalId}`);
    }
    return { logicalId, type: resource.Type, properties: this.resolve(resource.Properties ?? {}) as Record<string, any> };
  }

  private attributes(logicalId: string): Readonly<Record<string, string>> {
    if (!(logicalId in this.raw)) {
      throw new UnresolvedIntrinsicError(`the template has no resource ${logicalId}`);
    }
    const { Type: type, Properties: properties = {} } = this.raw[logicalId];
    const attributes = ATTRIBUTES[type];
    if (!attributes) {
      throw new UnresolvedIntrinsicError(`the attributes of ${type} (${logicalId}) are not known here: add them to ATTRIBUTES`);
    }
    const named = Object.fromEntries(['Name', 'LogGroupName', 'EventBusName'].filter(key => key in properties).map(key => [key, this.resolve(properties[key])]));
    return attributes(logicalId, named);
  }

  private resolve(value: unknown): unknown {
    if (Array.isArray(value)) {
      return value.map(part => this.resolve(part));
    }
    if (typeof value !== 'object' || value === null) {
      return value;
    }
    const [[key, argument] = ['', undefined], ...others] = Object.entries(value);
    if (others.length === 0 && (key === 'Ref' || key.startsWith('Fn::'))) {
      return this.resolveIntrinsic(key, argument);
    }
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, this.resolve(part)]));
  }

  private resolveIntrinsic(name: string, argument: any): unknown {
    switch (name) {
      case 'Ref':
        return this.reference(argument);
      case 'Fn::GetAtt': {
        const [logicalId, attribute] = Array.isArray(argument) ? argument : argument.split('.');
        return this.attribute({ logicalId }, attribute);
      }
      case 'Fn::Join':
        return (this.resolve(argument[1]) as string[]).join(argument[0]);
      case 'Fn::Select':
        return (this.resolve(argument[1]) as string[])[Number(argument[0])];
      case 'Fn::Split':
        return (this.resolve(argument[1]) as string).split(argument[0]);
      case 'Fn::Sub':
        return this.substitute(argument);
      default:
        throw new UnresolvedIntrinsicError(`${name} is not understood here`);
    }
  }

  private reference(id: string): string {
    return PSEUDO_PARAMETERS[id] ?? this.attribute({ logicalId: id }, 'Ref');
  }

  private substitute(argument: string | [string, Record<string, unknown>]): string {
    const [text, variables] = Array.isArray(argument) ? argument : [argument, {}];
    return text.replace(/\$\{([^!}][^}]*)\}/g, (_, name: string) => {
      if (name in variables) {
        return String(this.resolve(variables[name]));
      }
      return name.includes('.') ? String(this.resolveIntrinsic('Fn::GetAtt', name)) : this.reference(name);
    });
  }
}
