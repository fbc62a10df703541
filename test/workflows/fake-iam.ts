import {
  AttachRolePolicyCommand, AttachUserPolicyCommand, DeleteRolePolicyCommand, DeleteUserPolicyCommand, DetachRolePolicyCommand, DetachUserPolicyCommand,
  GetPolicyCommand, GetRoleCommand, GetRolePolicyCommand, GetUserCommand, GetUserPolicyCommand, IAMClient, ListAttachedRolePoliciesCommand,
  ListAttachedUserPoliciesCommand, ListRolePoliciesCommand, ListUserPoliciesCommand, ListUsersCommand, PutRolePolicyCommand, PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { mockClient } from 'aws-sdk-client-mock';

type Call = 'Attach' | 'Detach' | 'List' | 'Get';

/** What everybody here has beside the deny policy. */
const MANAGED = ['arn:aws:iam::aws:policy/AmazonBedrockLimitedAccess', 'arn:aws:iam::111122223333:policy/team/own'];
const INLINE = { logs: '{ "Statement": [{"Resource":"*+%20é/"}]\r\n}' };

/** IAM as far as the enforcer and the policy-detacher talk to it, with the errors that the real one gives, by the names that it gives them. */
export class FakeIam {
  public readonly client = new IAMClient({ region: 'us-east-1' });
  /** With the rights of the policy-detacher: everything but the deny policy. */
  public readonly clientOfDetacher = new IAMClient({ region: 'us-east-1' });
  /** What the policy-detacher changed, in order, and what the enforcer did to the deny policy. */
  public readonly writes: string[] = [];
  public readonly calls: Call[] = [];
  private readonly entities = new Map<string, { readonly managed: Set<string>; readonly inline: Map<string, string> }>();
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
    this.serveDetacher();
  }

  /** Asked before every call of the policy-detacher: the name of an error, where it is to fail. */
  public failDetacher: (call: string) => string | undefined = () => undefined;

  /** @param entity such as `user/indexer` */
  public add(entity: string): void {
    this.entities.set(entity, { managed: new Set(MANAGED), inline: new Map(Object.entries(INLINE)) });
  }

  public delete(entity: string): void {
    this.entities.delete(entity);
  }

  public denies(entity: string): boolean {
    return this.attached.has(entity);
  }

  /** Whose deny policy a list shows. */
  public denied(): readonly string[] {
    return [...this.attached];
  }

  /** Names of the policies that an entity had to begin with, and has not. */
  public missing(entity: string): readonly string[] {
    const { managed, inline } = this.entities.get(entity)!;
    const missingInline = Object.entries(INLINE).filter(([name, document]) => inline.get(name) !== document);
    return [...MANAGED.filter(arn => !managed.has(arn)), ...missingInline.map(([name]) => name)];
  }

  /** Policies of an entity beside the deny policy. */
  public policies(entity: string): readonly string[] {
    const { managed, inline } = this.entities.get(entity)!;
    return [...managed, ...inline.keys()];
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
    this.writes.push(`${call.toLowerCase()} deny`);
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
    return this.attachedTo(entity, this.shown.has(entity));
  }

  private attachedTo(entity: string, denied: boolean): object {
    return { AttachedPolicies: [...this.entities.get(entity)!.managed, ...denied ? [this.policyArn] : []].map(arn => ({ PolicyArn: arn })) };
  }

  private serveDetacher(): void {
    const mock = mockClient(this.clientOfDetacher);
    type Serve = (entity: string, input: { readonly PolicyArn?: string; readonly PolicyName?: string; readonly PolicyDocument?: string }) => object;
    const on = (call: string, ofUser: unknown, ofRole: unknown, serve: Serve) => {
      const answer = (entity: string, input: object) => {
        const error = this.failDetacher(call);
        if (error) {
          throw awsError(error, `${call} of ${entity} was refused`);
        }
        if (!this.entities.has(entity)) {
          throw awsError('NoSuchEntity', `The ${entity} cannot be found.`);
        }
        return serve(entity, input);
      };
      mock.on(ofUser as typeof GetUserCommand).callsFake(input => answer(`user/${input.UserName}`, input));
      mock.on(ofRole as typeof GetRoleCommand).callsFake(input => answer(`role/${input.RoleName}`, input));
    };
    const of = (entity: string) => this.entities.get(entity)!;
    const write = (what: string, change: () => unknown) => {
      change();
      this.writes.push(what);
      return {};
    };
    const neverTheDeny = (arn: string) => {
      if (arn === this.policyArn) {
        throw awsError('AccessDenied', 'explicitly denied');
      }
      return arn;
    };
    on('Get', GetUserCommand, GetRoleCommand, () => ({ User: { UserId: 'AIDA1' }, Role: { RoleId: 'AROA1' } }));
    on('ListAttached', ListAttachedUserPoliciesCommand, ListAttachedRolePoliciesCommand, entity => this.attachedTo(entity, this.attached.has(entity)));
    on('ListInline', ListUserPoliciesCommand, ListRolePoliciesCommand, entity => ({ PolicyNames: [...of(entity).inline.keys()] }));
    on('GetInline', GetUserPolicyCommand, GetRolePolicyCommand, (entity, { PolicyName: name }) => {
      const document = of(entity).inline.get(name!);
      if (document === undefined) {
        throw awsError('NoSuchEntity', `The policy ${name} cannot be found.`);
      }
      return { PolicyDocument: encodeURIComponent(document) };
    });
    on('Attach', AttachUserPolicyCommand, AttachRolePolicyCommand, (entity, { PolicyArn: arn }) => write(`attach ${arn}`, () => of(entity).managed.add(neverTheDeny(arn!))));
    on('Detach', DetachUserPolicyCommand, DetachRolePolicyCommand, (entity, { PolicyArn: arn }) => write(`detach ${arn}`, () => of(entity).managed.delete(neverTheDeny(arn!))));
    on('Put', PutUserPolicyCommand, PutRolePolicyCommand, (entity, { PolicyName: name, PolicyDocument: document }) => write(`put ${name}`, () => of(entity).inline.set(name!, document!)));
    on('Delete', DeleteUserPolicyCommand, DeleteRolePolicyCommand, (entity, { PolicyName: name }) => write(`delete ${name}`, () => of(entity).inline.delete(name!)));
    mock.on(ListUsersCommand).callsFake(() => ({ Users: [...this.entities.keys()].filter(entity => entity.startsWith('user/')).map(entity => ({ UserName: entity.slice(5), UserId: 'AIDA1' })) }));
    mock.on(GetPolicyCommand).resolves({ Policy: { DefaultVersionId: 'v1', IsAttachable: true } });
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
