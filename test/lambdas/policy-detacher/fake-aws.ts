import { DeleteItemCommand, DynamoDBClient, GetItemCommand, PutItemCommand, ScanCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import {
  AttachRolePolicyCommand, DeleteRolePolicyCommand, DetachRolePolicyCommand, GetPolicyCommand, GetRoleCommand, GetRolePolicyCommand, IAMClient,
  ListAttachedRolePoliciesCommand, ListRolePoliciesCommand, PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { mockClient } from 'aws-sdk-client-mock';
import { awsError } from '../adapters/aws-error';

type Attributes = Record<string, any>;

/** A role in IAM, as its API shows it: documents come encoded. */
export class FakeRole {
  public readonly mock = mockClient(IAMClient);
  public managed: string[] = [];
  public inline = new Map<string, string>();

  public install(managed: readonly string[], inline: Readonly<Record<string, string>>): void {
    this.managed = [...managed];
    this.inline = new Map(Object.entries(inline));
    this.mock.reset();
    this.mock.on(GetRoleCommand).resolves({ Role: { RoleId: 'AROA1' } } as object);
    this.mock.on(GetPolicyCommand).resolves({ Policy: { DefaultVersionId: 'v1', IsAttachable: true } });
    this.mock.on(ListAttachedRolePoliciesCommand).callsFake(() => ({ AttachedPolicies: this.managed.map(PolicyArn => ({ PolicyArn })) }));
    this.mock.on(ListRolePoliciesCommand).callsFake(() => ({ PolicyNames: [...this.inline.keys()] }));
    this.mock.on(GetRolePolicyCommand).callsFake(({ PolicyName: name }) => {
      const document = this.inline.get(name);
      if (document === undefined) {
        throw awsError('NoSuchEntityException');
      }
      return { PolicyDocument: encodeURIComponent(document) };
    });
    this.mock.on(AttachRolePolicyCommand).callsFake(({ PolicyArn: arn }) => { this.managed = [...this.managed.filter(other => other !== arn), arn]; });
    this.mock.on(DetachRolePolicyCommand).callsFake(({ PolicyArn: arn }) => { this.managed = this.managed.filter(other => other !== arn); });
    this.mock.on(PutRolePolicyCommand).callsFake(({ PolicyName: name, PolicyDocument: document }) => { this.inline.set(name, document); });
    this.mock.on(DeleteRolePolicyCommand).callsFake(({ PolicyName: name }) => { this.inline.delete(name); });
  }

  /** Names of the commands that were sent, each once. */
  public commands(): string[] {
    return [...new Set(this.mock.calls().map(({ args }) => args[0].constructor.name))].sort();
  }
}

/** The Policy backups table, and one budget beside it. Of conditions it knows that a row must not be there. */
export class FakeTables {
  public readonly mock = mockClient(DynamoDBClient);
  public readonly rows = new Map<string, Attributes>();
  public budget: Attributes | undefined;

  public install(): void {
    this.rows.clear();
    this.mock.reset();
    this.mock.on(GetItemCommand).callsFake(({ TableName: table, Key: key }) => ({ Item: table === 'Budgets' ? this.budget : this.rows.get(keyOf(key)) }));
    this.mock.on(PutItemCommand).callsFake(({ Item: item, ConditionExpression: condition }) => {
      if (condition && this.rows.has(keyOf(item))) {
        throw awsError('ConditionalCheckFailedException');
      }
      this.rows.set(keyOf(item), item);
    });
    this.mock.on(DeleteItemCommand).callsFake(({ Key: key }) => { this.rows.delete(keyOf(key)); });
    this.mock.on(TransactWriteItemsCommand).callsFake(({ TransactItems: [{ Delete: gone, ConditionCheck: check }, { Put: put }] }) => {
      if (check && this.rows.has(keyOf(check.Key))) {
        throw awsError('TransactionCanceledException', { CancellationReasons: [{ Code: 'ConditionalCheckFailed' }, { Code: 'None' }] });
      }
      if (gone) {
        this.rows.delete(keyOf(gone.Key));
      }
      this.rows.set(keyOf(put.Item), put.Item);
    });
    this.mock.on(ScanCommand).callsFake(() => ({ Items: [...this.rows.values()].filter(({ state }) => ['current', 'lease'].includes(state.S)) }));
  }

  public states(): string[] {
    return [...this.rows.values()].map(({ state }) => state.S);
  }
}

function keyOf({ target, state }: Attributes): string {
  return `${target.S} ${state.S}`;
}
