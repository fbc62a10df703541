import { Stack, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { isCommercial } from '../lambdas/core/pricing/regional-price';

/**
 * Whether prices can be refreshed where the stack is; where that is not known at synthesis, they are tried to be. GovCloud, the isolated
 * partitions and the European Sovereign Cloud have no Price List API, and in China prices are in yuan.
 */
export function hasPriceList(scope: IConstruct): boolean {
  const { region } = Stack.of(scope);
  return Token.isUnresolved(region) || isCommercial(region);
}
