import { awsError } from '../../lambdas/adapters/aws-error';

type Request = Record<string, any>;

/** IAM, as far as the deny policy goes: users, roles, and to whom the policy is attached. */
export class Identities {
  private readonly entities = new Set<string>();
  private readonly denied = new Set<string>();
  /** Users who hold a Bedrock API key. */
  public readonly keyHolders = new Set<string>();

  /** @param changed hears of every change of an attachment */
  constructor(private readonly policyArn: string, private readonly changed: (entity: string, denied: boolean) => void) {}

  /** @param entity such as `user/alice` */
  public add(entity: string): void {
    this.entities.add(entity);
  }

  public delete(entity: string): void {
    this.entities.delete(entity);
    this.denied.delete(entity);
  }

  public deniedEntities(): readonly string[] {
    return [...this.denied].sort();
  }

  /** Somebody else attaches the policy, or takes it off. */
  public edit(entity: string, denied: boolean): void {
    if (denied) {
      this.denied.add(entity);
    } else {
      this.denied.delete(entity);
    }
  }

  public answer(operation: string, input: Request): object {
    switch (operation) {
      case 'AttachUserPolicy':
      case 'AttachRolePolicy':
        return this.change(this.existing(input), input, true);
      case 'DetachUserPolicy':
      case 'DetachRolePolicy':
        return this.change(this.existing(input), input, false);
      case 'GetUser':
      case 'GetRole':
        this.existing(input);
        return {};
      case 'ListAttachedUserPolicies':
      case 'ListAttachedRolePolicies':
        return { AttachedPolicies: this.denied.has(this.existing(input)) ? [{ PolicyArn: this.policyArn }] : [], IsTruncated: false };
      case 'ListEntitiesForPolicy':
        return this.page(input);
      case 'ListServiceSpecificCredentials':
        return {
          ServiceSpecificCredentials: [...this.keyHolders].filter(name => input.AllUsers || name === input.UserName).map(name => ({ UserName: name })),
          IsTruncated: false,
        };
      default:
        throw awsError('InvalidAction', { message: `IAM.${operation} is not there`, status: 400 });
    }
  }

  private existing({ UserName: user, RoleName: role }: Request): string {
    const entity = user === undefined ? `role/${role}` : `user/${user}`;
    if (!this.entities.has(entity)) {
      throw awsError('NoSuchEntityException', { message: `The ${entity} cannot be found.`, status: 404 });
    }
    return entity;
  }

  private change(entity: string, { PolicyArn: arn }: Request, denied: boolean): object {
    if (arn !== this.policyArn) {
      throw awsError('AccessDenied', { message: `not authorized for ${arn}`, status: 403 });
    }
    if (!denied && !this.denied.has(entity)) {
      throw awsError('NoSuchEntityException', { message: `Policy ${arn} was not found.`, status: 404 });
    }
    if (denied !== this.denied.has(entity)) {
      this.edit(entity, denied);
      this.changed(entity, denied);
    }
    return {};
  }

  /** One entity a page. */
  private page({ Marker: marker }: Request): object {
    const entities = this.deniedEntities();
    const index = marker === undefined ? 0 : entities.findIndex(entity => entity > marker);
    const entity = index < 0 ? undefined : entities[index];
    const [type, name] = entity?.split('/') ?? [];
    const isLast = index < 0 || index >= entities.length - 1;
    return {
      PolicyUsers: type === 'user' ? [{ UserName: name }] : [],
      PolicyRoles: type === 'role' ? [{ RoleName: name }] : [],
      PolicyGroups: [],
      ...(isLast ? { IsTruncated: false } : { IsTruncated: true, Marker: entity }),
    };
  }
}
