import {
  AttachRolePolicyCommand, AttachUserPolicyCommand, DetachRolePolicyCommand, DetachUserPolicyCommand, GetRoleCommand, GetUserCommand, IAMClient,
  ListAttachedRolePoliciesCommand, ListAttachedUserPoliciesCommand,
} from '@aws-sdk/client-iam';
import { mockClient } from 'aws-sdk-client-mock';

type Call = 'Attach' | 'Detach' | 'List' | 'Get';

/** IAM as far as the enforcer talks to it, with the errors that the real one gives, by the names that it gives them. */
export class FakeIam {
  public readonly client = new IAMClient({ region: 'us-east-1' });
  public readonly calls: Call[] = [];
  private readonly entities = new Set<string>();
  private readonly attached = new Set<string>();
  /** What the lists still show while IAM's copies of itself have not heard of a change. */
  private readonly shown = new Set<string>();
  private lag = 0;
  private readonly refusals: { readonly call: Call; readonly name: string; left: number }[] = [];

  constructor(private readonly policyArn: string) {
    const mock = mockClient(this.client);
    mock.on(AttachUserPolicyCommand).callsFake(({ UserName: name, PolicyArn: arn }) => this.change('Attach', `user/${name}`, arn));
    mock.on(AttachRolePolicyCommand).callsFake(({ RoleName: name, PolicyArn: arn }) => this.change('Attach', `role/${name}`, arn));
    mock.on(DetachUserPolicyCommand).callsFake(({ UserName: name, PolicyArn: arn }) => this.change('Detach', `user/${name}`, arn));
    mock.on(DetachRolePolicyCommand).callsFake(({ RoleName: name, PolicyArn: arn }) => this.change('Detach', `role/${name}`, arn));
    mock.on(ListAttachedUserPoliciesCommand).callsFake(({ UserName: name }) => this.list(`user/${name}`));
    mock.on(ListAttachedRolePoliciesCommand).callsFake(({ RoleName: name }) => this.list(`role/${name}`));
    mock.on(GetUserCommand).callsFake(({ UserName: name }) => this.get(`user/${name}`));
    mock.on(GetRoleCommand).callsFake(({ RoleName: name }) => this.get(`role/${name}`));
  }

  /** @param entity such as `user/indexer` */
  public add(entity: string): void {
    this.entities.add(entity);
  }

  public delete(entity: string): void {
    this.entities.delete(entity);
  }

  public denies(entity: string): boolean {
    return this.attached.has(entity);
  }

  /** Somebody else changes what is attached. */
  public attachByHand(entity: string): void {
    this.attached.add(entity);
  }

  public detachByHand(entity: string): void {
    this.attached.delete(entity);
  }

  /** Has calls of this kind fail, so many times; for ever by default. */
  public refuse(call: Call, name: string, times = Infinity): void {
    this.refusals.push({ call, name, left: times });
  }

  /** Has so many lists show what was before the next change. */
  public showChangesAfter(lists: number): void {
    this.lag = lists;
  }

  public count(call: Call): number {
    return this.calls.filter(made => made === call).length;
  }

  private change(call: 'Attach' | 'Detach', entity: string, policyArn: string | undefined): object {
    this.enter(call, entity);
    if (policyArn !== this.policyArn) {
      throw awsError('AccessDenied', `not authorized for ${policyArn}`);
    }
    if (call === 'Attach') {
      this.attached.add(entity);
    } else if (!this.attached.delete(entity)) {
      throw awsError('NoSuchEntity', `Policy ${policyArn} was not found.`);
    }
    return {};
  }

  private list(entity: string): object {
    this.enter('List', entity);
    if (this.lag > 0) {
      this.lag -= 1;
    } else {
      this.shown.clear();
      this.attached.forEach(name => this.shown.add(name));
    }
    const foreign = { PolicyArn: 'arn:aws:iam::aws:policy/AmazonBedrockLimitedAccess' };
    return { AttachedPolicies: this.shown.has(entity) ? [foreign, { PolicyArn: this.policyArn }] : [foreign] };
  }

  private get(entity: string): object {
    this.enter('Get', entity);
    return {};
  }

  private enter(call: Call, entity: string): void {
    this.calls.push(call);
    const refusal = this.refusals.find(({ call: refused, left }) => refused === call && left > 0);
    if (refusal) {
      refusal.left -= 1;
      throw awsError(refusal.name, `${call} of ${entity} was refused`);
    }
    if (!this.entities.has(entity)) {
      throw awsError('NoSuchEntity', `The ${entity} cannot be found.`);
    }
  }
}

function awsError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
