import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { BackupAttribute, EventType } from '../../../src/contract';
import { toItem } from '../../../src/lambdas/adapters/dynamodb-values';
import { parsePeriod } from '../../../src/lambdas/core/calendar';
import { usd } from '../../../src/lambdas/core/money';
import { BedrockUser } from './bedrock-user';
import { keyOfUser, sessionOfRole } from './credentials';
import { IamPolicies, Policies } from './iam-policies';
import { Instance } from './instance';
import { Spender } from './spender';

/** As people write it: white space, signs that encodings stumble upon, an order of its own. */
const ODD_DOCUMENT = [
  '{ "Version"  :"2012-10-17",\r\n\t"Statement":[ {"Resource": "*" , "Effect":"Allow","Sid": "a",   "Action" : ["bedrock:*" ]',
  '\t\t}, { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a+b%20c/${aws:username}/*&<x>" } ] }  ',
].join('\n');
export const PLAIN_DOCUMENT = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' }] });

const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess';

/** What tests of the strategy `DETACH` have in common: people with policies, who are suspended and come back. */
export class Detachment {
  public static async in(instance: Instance): Promise<Detachment> {
    const policies = new IamPolicies(instance.cloud);
    const mayUseBedrock = await policies.make('may-use-bedrock', { Effect: 'Allow', Action: 'bedrock:*', Resource: '*' });
    const boundary = await policies.make('boundary', { Effect: 'Allow', Action: ['bedrock:*', 's3:*'], Resource: '*' });
    return new Detachment(instance, policies, mayUseBedrock, boundary);
  }

  private constructor(
    private readonly instance: Instance, public readonly policies: IamPolicies, private readonly mayUseBedrock: string, public readonly boundary: string,
  ) {}

  /** Gives policies of AWS and of the account, not in the order of their names, inline ones, and a boundary. @returns what it has now */
  public async equip(spender: Spender): Promise<Policies> {
    await this.policies.attach(spender, READ_ONLY);
    await this.policies.attach(spender, this.mayUseBedrock);
    await this.policies.write(spender, 'odd, as written', ODD_DOCUMENT);
    await this.policies.write(spender, 'plain', PLAIN_DOCUMENT);
    await this.policies.bound(spender, this.boundary);
    const before = await this.policies.of(spender);
    const inline = { 'odd, as written': ODD_DOCUMENT, 'plain': PLAIN_DOCUMENT };
    expect(before).toEqual({ managed: [READ_ONLY, this.mayUseBedrock], inline, boundary: this.boundary });
    return before;
  }

  /** Suspended, and without the policies that it had: those are gone a moment after the deny counts. */
  public async suspend(spender: Spender): Promise<void> {
    await spender.spends('10.50');
    await spender.reaches('suspended');
    await spender.isRecorded(EventType.POLICIES_REMOVED);
  }

  public async raise(spender: Spender): Promise<void> {
    await this.instance.budgeteer.setLimits(spender.id, [{ amount: usd('100'), period: parsePeriod('30 days') }], 'ops:e2e');
    await spender.reaches('active');
  }

  /** The user or role in Bedrock, with the policies that it has. */
  public async inBedrock({ identity: { type, name } }: Spender): Promise<BedrockUser> {
    const { cloud } = this.instance;
    return BedrockUser.with(cloud, type === 'user' ? await keyOfUser(cloud, name) : await sessionOfRole(cloud, name));
  }

  /** What is held, and what was, as `current <principal id>` and `history <principal id>`; the row that closes the table is of nobody. */
  public async backups(): Promise<readonly string[]> {
    const { cloud, names } = this.instance;
    const { Items: items = [] } = await new DynamoDBClient(cloud.client).send(new ScanCommand({ TableName: names.policyBackupsTable }));
    return items.map(toItem).filter(item => item[BackupAttribute.PRINCIPAL_ID] !== undefined)
      .map(item => `${String(item[BackupAttribute.STATE]).replace(/#.*/, '')} ${String(item[BackupAttribute.PRINCIPAL_ID])}`);
  }
}
