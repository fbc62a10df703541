import { CostExplorerClient, Expression, GetCostAndUsageCommand, GetCostAndUsageResponse, Group, GroupDefinition, ResultByTime } from '@aws-sdk/client-cost-explorer';
import { Day } from '../core/calendar';
import { isBedrock } from '../core/reconciliation/billed-model';
import { Bill, BilledCharge, BilledDay, BillUnavailableError, TaggedCharge } from '../core/reconciliation/ports';
import { roughUsd } from '../core/reconciliation/rough-usd';
import { errorMessage, isError } from './aws-errors';

/** Thrown where Cost Explorer answers what cannot be compared. */
export class BillError extends Error {
  public readonly name = 'BillError';
}

/**
 * Cost Explorer has one endpoint a partition; the one of China is about another bill, in another currency.
 *
 * @returns `undefined` where there is none that could be compared
 * @see https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/Welcome.html
 */
export function costExplorerRegion(partition: string): string | undefined {
  return partition === 'aws' ? 'us-east-1' : undefined;
}

/**
 * Before discounts that AWS books as lines of their own, and after them. Amortized figures would spread what is paid up front over days that have no calls.
 */
const [UNBLENDED, NET] = ['UnblendedCost', 'NetUnblendedCost'];

/**
 * Before the keys of tags that stand on the bill since a user or role carries them that made the call.
 *
 * @see https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/iam-principal-cost-allocation.html
 */
const OF_PRINCIPALS = 'iamPrincipal/';

/** What refusals mean, and who can help. */
const NOT_ALLOWED = 'Cost Explorer refuses to answer: switch it on in the Billing console of the account that pays (it then needs a day), let member accounts of the organization use it,'
  + ' and see that no service control policy denies ce:GetCostAndUsage';

/** The bill, as Cost Explorer tells it: each request costs 0.01 USD, so that it is asked for many days at a time. */
export class CostExplorerBill implements Bill {
  /**
   * @param client of the region that has Cost Explorer; `undefined` where there is none
   * @param principalTag key of the tag of users and roles by which the bill is to tell them
   */
  constructor(private readonly client: CostExplorerClient | undefined, private readonly account: string, private readonly principalTag?: string) {}

  public async read(from: Day, until: Day): Promise<readonly BilledDay[]> {
    const services = await this.ask(from, until, [{ Type: 'DIMENSION', Key: 'SERVICE' }], this.ofUsage());
    const names = [...new Set(services.flatMap(({ Groups: groups = [] }) => groups.map(({ Keys: keys = [] }) => keys[0] ?? '')))].filter(isBedrock).sort();
    const ofBedrock = async (by: GroupDefinition) => (names.length === 0 ? [] : this.ask(
      from, until, [by, { Type: 'DIMENSION', Key: 'USAGE_TYPE' }], this.ofUsage({ Dimensions: { Key: 'SERVICE', Values: names } }),
    ));
    const charges = await ofBedrock({ Type: 'DIMENSION', Key: 'SERVICE' });
    const tagged = this.principalTag === undefined ? [] : await ofBedrock({ Type: 'TAG', Key: `${OF_PRINCIPALS}${this.principalTag}` });
    const days = [...new Set(services.map(dayOf))];
    return days.map(day => ({
      day,
      estimated: services.some(result => dayOf(result) === day && result.Estimated !== false),
      arrived: services.some(({ Groups: groups = [], ...result }) => dayOf(result) === day && groups.length > 0),
      charges: groupsOf(charges, day).map(chargeOf),
      tagged: groupsOf(tagged, day).map(taggedChargeOf),
    }));
  }

  /** Credits, refunds and taxes are not what calls cost. */
  private ofUsage(...more: Expression[]): Expression {
    return {
      And: [
        { Dimensions: { Key: 'LINKED_ACCOUNT', Values: [this.account] } },
        { Dimensions: { Key: 'RECORD_TYPE', Values: ['Usage'] } },
        ...more,
      ],
    };
  }

  private async ask(from: Day, until: Day, groupBy: GroupDefinition[], filter: Expression): Promise<ResultByTime[]> {
    if (!this.client) {
      throw new BillUnavailableError('Cost Explorer has no bill in US dollars in this partition: switch reconciliation off');
    }
    const results: ResultByTime[] = [];
    let token: string | undefined;
    do {
      const { ResultsByTime: page = [], NextPageToken: next }: GetCostAndUsageResponse = await this.send(new GetCostAndUsageCommand({
        TimePeriod: { Start: from, End: until },
        Granularity: 'DAILY',
        Metrics: [UNBLENDED, NET],
        GroupBy: groupBy,
        Filter: filter,
        NextPageToken: token,
      }), this.client);
      results.push(...page);
      if (next !== undefined && next === token) {
        throw new BillError('Cost Explorer names a page as the one after itself');
      }
      token = next || undefined;
    } while (token !== undefined);
    return results;
  }

  private async send(command: GetCostAndUsageCommand, client: CostExplorerClient): Promise<GetCostAndUsageResponse> {
    try {
      return await client.send(command);
    } catch (error) {
      if (isError(error, 'AccessDenied', 'UnauthorizedAccess', 'OptInRequired', 'UnrecognizedClient')) {
        throw new BillUnavailableError(`${NOT_ALLOWED} (${errorMessage(error)})`, { cause: error });
      }
      if (isError(error, 'DataUnavailable')) {
        // As it is for a day after Cost Explorer was switched on.
        return {};
      }
      throw error;
    }
  }
}

function groupsOf(results: readonly ResultByTime[], day: Day): readonly Group[] {
  return results.filter(result => dayOf(result) === day).flatMap(({ Groups: groups = [] }) => groups);
}

/** The keys of such a group are `<key of the tag>$<value>` and a usage type. */
function taggedChargeOf(group: Group): TaggedCharge {
  const { service: tag, ...charge } = chargeOf(group);
  return { value: tag.slice(tag.indexOf('$') + 1), ...charge };
}

function dayOf({ TimePeriod: period }: ResultByTime): Day {
  return period?.Start ?? '';
}

function chargeOf({ Keys: [service = '', usageType = ''] = [], Metrics: metrics = {} }: Group): BilledCharge {
  const figure = (metric: string) => {
    const { Amount: amount = '0', Unit: unit = 'USD' } = metrics[metric] ?? {};
    if (unit !== 'USD') {
      throw new BillError(`the bill of ${service.slice(0, 100)} is in ${unit.slice(0, 20)}, not in US dollars`);
    }
    return roughUsd(amount);
  };
  const unblended = figure(UNBLENDED);
  // Who may not see discounts has no figure after them.
  return { service, usageType, unblended, net: metrics[NET]?.Amount === undefined ? unblended : figure(NET) };
}
