import { CreateRoleCommand, CreateUserCommand, IAMClient, ListAttachedRolePoliciesCommand, ListAttachedUserPoliciesCommand } from '@aws-sdk/client-iam';
import { ClientSettings } from '../test/deployed/deployed-budgeteer';
import { CastMember } from './fixture/cast';

/** The users and roles of the demonstration, in IAM. */
export class Principals {
  private readonly iam: IAMClient;

  constructor(settings: ClientSettings) {
    this.iam = new IAMClient(settings);
  }

  public async create({ type, name, path }: CastMember): Promise<void> {
    if (type === 'user') {
      await this.iam.send(new CreateUserCommand({ UserName: name, Path: path }));
    } else {
      await this.iam.send(new CreateRoleCommand({ RoleName: name, Path: path, AssumeRolePolicyDocument: TRUST_POLICY }));
    }
  }

  /** Whatever is attached: nothing, unless the deny policy is. */
  public async attachedPolicies({ type, name }: CastMember): Promise<readonly string[]> {
    const { AttachedPolicies: attached = [] } = type === 'user'
      ? await this.iam.send(new ListAttachedUserPoliciesCommand({ UserName: name }))
      : await this.iam.send(new ListAttachedRolePoliciesCommand({ RoleName: name }));
    return attached.map(({ PolicyArn: arn }) => arn!);
  }
}

/** Who assumes the roles does not matter here. */
const TRUST_POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});
