import { Stack, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** GovCloud, the isolated partitions and the European Sovereign Cloud have no Price List API, and in China prices are in yuan. */
const WITHOUT_PRICE_LIST = /^(us-gov|us-iso[a-z]*|eu-iso[a-z]*|eusc|cn)-/;

/** Whether prices can be refreshed where the stack is; where that is not known at synthesis, they are tried to be. */
export function hasPriceList(scope: IConstruct): boolean {
  const { region } = Stack.of(scope);
  return Token.isUnresolved(region) || !WITHOUT_PRICE_LIST.test(region);
}
