import { IAMClient, ListEntitiesForPolicyCommand, ListEntitiesForPolicyResponse } from '@aws-sdk/client-iam';
import { DenyInventory } from '../core/ports';
import { isError } from './aws-errors';

type Entity = Awaited<ReturnType<DenyInventory['list']>>[number];

/** Everything to which IAM says that the deny policy is attached. */
export class IamDenyInventory implements DenyInventory {
  /** @param withoutPolicy whether a policy that does not exist any more is attached to nobody, or an error */
  constructor(private readonly client: IAMClient, private readonly policyArn: string, private readonly withoutPolicy: 'nobody' | 'error' = 'error') {}

  public async list(): Promise<readonly Entity[]> {
    const entities: Entity[] = [];
    let marker: string | undefined;
    do {
      const page = await this.page(marker);
      entities.push(...entitiesOf(page));
      marker = page.IsTruncated ? page.Marker : undefined;
    } while (marker);
    return entities;
  }

  private async page(marker: string | undefined): Promise<ListEntitiesForPolicyResponse> {
    try {
      return await this.client.send(new ListEntitiesForPolicyCommand({
        PolicyArn: this.policyArn,
        // As a permissions boundary it would restrict as well, but nobody but a person could have put it there.
        PolicyUsageFilter: 'PermissionsPolicy',
        Marker: marker,
      }));
    } catch (error) {
      if (this.withoutPolicy === 'nobody' && isError(error, 'NoSuchEntity')) {
        return {};
      }
      throw error;
    }
  }
}

function entitiesOf({ PolicyUsers: users = [], PolicyRoles: roles = [], PolicyGroups: groups = [] }: ListEntitiesForPolicyResponse): Entity[] {
  return [
    ...users.map(({ UserName: name }) => ({ type: 'user' as const, name: name! })),
    ...roles.map(({ RoleName: name }) => ({ type: 'role' as const, name: name! })),
    ...groups.map(({ GroupName: name }) => ({ type: 'group' as const, name: name! })),
  ];
}
