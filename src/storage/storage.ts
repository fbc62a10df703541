import { RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { AuditAttribute, BudgetAttribute, ESTIMATE_INDEX, LedgerAttribute, PriceAttribute, RUNTIMES_INDEX, WATCH_INDEX } from '../contract';
import { Deployment } from '../deployment';

export interface StorageProps {
  readonly deployment: Deployment;
}

/**
 * The four tables. Which attributes stand in them beside the keys is the handlers' business.
 *
 * `TableV2` would be the newer construct, but refuses a customer-managed key in a stack whose region is not known.
 */
export class Storage extends Construct {
  /** One item a principal. Its stream is the outbox: whatever follows from a change is driven by it. */
  public readonly budgets: dynamodb.Table;
  /** One row a call, so that no call is charged twice. Rows expire. */
  public readonly ledger: dynamodb.Table;
  /** What was decided and done, by whom. Rows never expire. */
  public readonly audit: dynamodb.Table;
  /** What was last read from the AWS Price List. Can be made again. */
  public readonly prices: dynamodb.Table;

  constructor(scope: Construct, id: string, props: StorageProps) {
    super(scope, id);
    const { removalPolicy, encryptionKey } = props.deployment;
    const common = {
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      encryption: dynamodb.TableEncryption.CUSTOMER_MANAGED,
      encryptionKey,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy,
      // Not with RETAIN_ON_UPDATE_OR_DELETE: a first deployment that fails has to be able to delete what it made.
      deletionProtection: removalPolicy === RemovalPolicy.RETAIN,
    };

    this.budgets = new dynamodb.Table(this, 'Budgets', {
      ...common,
      partitionKey: text(BudgetAttribute.PRINCIPAL_ID),
      stream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
    });
    // Sparse: an item is in it only while something is due, so the monitor's cost does not grow with the number of principals.
    this.budgets.addGlobalSecondaryIndex({
      indexName: WATCH_INDEX,
      partitionKey: text(BudgetAttribute.WATCH),
      sortKey: text(BudgetAttribute.NEXT_CHECK_AT),
      // Keys alone: with more in it every charge would pay for the index as well.
      projectionType: dynamodb.ProjectionType.KEYS_ONLY,
    });

    if (props.deployment.agentCore) {
      // Sparse as well: registered runtimes alone are in it. Neither of its keys changes with a charge.
      this.budgets.addGlobalSecondaryIndex({
        indexName: RUNTIMES_INDEX,
        partitionKey: text(BudgetAttribute.ACTIVE_ROLE),
        sortKey: text(BudgetAttribute.PRINCIPAL_ID),
        projectionType: dynamodb.ProjectionType.KEYS_ONLY,
      });
    }

    this.ledger = new dynamodb.Table(this, 'Ledger', {
      ...common,
      partitionKey: text(LedgerAttribute.CALL_ID),
      timeToLiveAttribute: LedgerAttribute.EXPIRES_AT,
    });
    // Sparse: only calls whose price is not known are in it, so the others cost no more for it.
    this.ledger.addGlobalSecondaryIndex({
      indexName: ESTIMATE_INDEX,
      partitionKey: text(LedgerAttribute.ESTIMATE),
      sortKey: text(LedgerAttribute.ESTIMATED_MODEL),
      // A call is charged anew from what is in its row.
      projectionType: dynamodb.ProjectionType.ALL,
    });

    this.audit = new dynamodb.Table(this, 'Audit', {
      ...common,
      partitionKey: text(AuditAttribute.SUBJECT),
      sortKey: text(AuditAttribute.EVENT_KEY),
    });

    this.prices = new dynamodb.Table(this, 'Prices', {
      ...common,
      partitionKey: text(PriceAttribute.KEY),
      removalPolicy: RemovalPolicy.DESTROY,
      deletionProtection: false,
    });
  }
}

function text(name: string): dynamodb.Attribute {
  return { name, type: dynamodb.AttributeType.STRING };
}
