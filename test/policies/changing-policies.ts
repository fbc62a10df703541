import { DeleteItemCommand, GetItemCommand, PutItemCommand, ScanCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import {
  AttachRolePolicyCommand, AttachUserPolicyCommand, DeleteRolePolicyCommand, DeleteUserPolicyCommand, DetachRolePolicyCommand, DetachUserPolicyCommand,
  GetPolicyCommand, GetRoleCommand, GetRolePolicyCommand, GetUserCommand, GetUserPolicyCommand, ListAttachedRolePoliciesCommand,
  ListAttachedUserPoliciesCommand, ListRolePoliciesCommand, ListUserPoliciesCommand, ListUsersCommand, PutRolePolicyCommand, PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { marshall } from '@aws-sdk/util-dynamodb';
import { ACCOUNT, PARTITION } from '../synthesized/synthesized-stack';

type Answer = (input: any) => object;

/** What of a mocked client is used here, whichever client it is. */
interface Mock {
  on(command: never): { callsFake(answer: never): unknown };
}

export interface ChangingPoliciesOptions {
  readonly iam: Mock;
  readonly dynamoDb: Mock;
  readonly principalId: string;
  readonly denyPolicyArn: string;
  readonly backupsTable: string;
}

export interface ChangingPolicies {
  /** The item of the Budgets table. */
  budget: object;
  /** Whether the user or role does not exist any more. */
  deleted: boolean;
  /** What of it all is not as it was when everything was given back. */
  readonly faults: readonly string[];
}

const OWN = `arn:${PARTITION}:iam::${ACCOUNT}:policy/own`;
const OF_AWS = `arn:${PARTITION}:iam::aws:policy/ReadOnlyAccess`;
const DOCUMENT = '{"Version":"2012-10-17","Statement":[]}';

/** A user or role whose policies can be removed and given back, and the tables that this takes, behind mocked clients. */
export function changingPolicies({ iam, dynamoDb, principalId, denyPolicyArn, backupsTable }: ChangingPoliciesOptions): ChangingPolicies {
  const attached = new Set([OWN, OF_AWS, denyPolicyArn]);
  const inline = new Map([['logs', DOCUMENT]]);
  const rows = new Map<string, Record<string, any>>();
  const world = {
    budget: {},
    deleted: false,
    get faults(): readonly string[] {
      const before = { attached: [OF_AWS, OWN, denyPolicyArn].sort(), inline: ['logs'], rows: 1 };
      const now = { attached: [...attached].sort(), inline: [...inline.keys()], rows: rows.size };
      return JSON.stringify(now) === JSON.stringify(before) ? [] : [`${principalId}: ${JSON.stringify(now)}`];
    },
  };
  const keyOf = ({ target, state }: Record<string, any>) => `${target.S} ${state.S}`;
  const fake = (mock: Mock, commands: readonly unknown[], answer: Answer) => commands.forEach(command => mock.on(command as never).callsFake(answer as never));

  const unlessDeleted = (answer: object) => () => {
    if (world.deleted) {
      throw Object.assign(new Error('not found'), { name: 'NoSuchEntity' });
    }
    return answer;
  };
  fake(iam, [GetUserCommand], unlessDeleted({ User: { UserId: 'AIDA1' } }));
  fake(iam, [GetRoleCommand], unlessDeleted({ Role: { RoleId: 'AROA1' } }));
  fake(iam, [ListUsersCommand], () => ({ Users: [] }));
  fake(iam, [GetPolicyCommand], () => ({ Policy: { PolicyId: 'ANPA1', DefaultVersionId: 'v1', IsAttachable: true } }));
  fake(iam, [ListAttachedUserPoliciesCommand, ListAttachedRolePoliciesCommand], () => ({ AttachedPolicies: [...attached].map(PolicyArn => ({ PolicyArn })) }));
  fake(iam, [ListUserPoliciesCommand, ListRolePoliciesCommand], () => ({ PolicyNames: [...inline.keys()] }));
  fake(iam, [GetUserPolicyCommand, GetRolePolicyCommand], ({ PolicyName: name }) => {
    if (!inline.has(name)) {
      throw Object.assign(new Error('not found'), { name: 'NoSuchEntity' });
    }
    return { PolicyDocument: encodeURIComponent(inline.get(name)!) };
  });
  fake(iam, [AttachUserPolicyCommand, AttachRolePolicyCommand], ({ PolicyArn: arn }) => attached.add(arn));
  fake(iam, [DetachUserPolicyCommand, DetachRolePolicyCommand], ({ PolicyArn: arn }) => ({ detached: attached.delete(arn) }));
  fake(iam, [PutUserPolicyCommand, PutRolePolicyCommand], ({ PolicyName: name, PolicyDocument: document }) => inline.set(name, document));
  fake(iam, [DeleteUserPolicyCommand, DeleteRolePolicyCommand], ({ PolicyName: name }) => ({ deleted: inline.delete(name) }));

  fake(dynamoDb, [GetItemCommand], ({ TableName: table, Key: key }) => ({ Item: table === backupsTable ? rows.get(keyOf(key)) : marshall(world.budget) }));
  fake(dynamoDb, [PutItemCommand], ({ Item: item }) => rows.set(keyOf(item), item));
  fake(dynamoDb, [DeleteItemCommand], ({ Key: key }) => ({ deleted: rows.delete(keyOf(key)) }));
  fake(dynamoDb, [ScanCommand], () => ({ Items: [...rows.values()] }));
  fake(dynamoDb, [TransactWriteItemsCommand], ({ TransactItems: items }) => {
    for (const { Delete: gone, Put: put } of items) {
      if (gone) {
        rows.delete(keyOf(gone.Key));
      } else if (put) {
        rows.set(keyOf(put.Item), put.Item);
      }
    }
    return {};
  });
  return world;
}
