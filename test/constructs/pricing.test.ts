import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { BedrockBudgeteer, ModelPrice } from '../../src';
import { Env, Handler, Metric } from '../../src/contract';
import { parsePriceOverrides } from '../../src/lambdas/core/pricing/price-overrides';
import { nameBundlesByPath, newStack, ofType, synthesize } from './support/synthesize';

beforeEach(nameBundlesByPath);

type Resources = ReturnType<typeof synthesize>['resources'];

function handlersOf(resources: Resources): string[] {
  return Object.values(ofType(resources, 'AWS::Lambda::Function')).map(({ Properties }) => Properties.Environment.Variables.POWERTOOLS_SERVICE_NAME);
}

function scheduleOf(resources: Resources, handler: Handler): string | undefined {
  const [logicalId] = Object.entries(ofType(resources, 'AWS::Lambda::Function')).find(([, { Properties }]) => Properties.Environment.Variables.POWERTOOLS_SERVICE_NAME === handler)!;
  const rules = Object.values(ofType(resources, 'AWS::Events::Rule'));
  return rules.find(({ Properties }) => Properties.Targets?.some((target: any) => target.Arn['Fn::GetAtt']?.[0] === logicalId))?.Properties.ScheduleExpression;
}

test('prices are looked after every hour, calls that were estimated every quarter of one', () => {
  const { resources } = synthesize();
  expect(scheduleOf(resources, Handler.PRICE_REFRESHER)).toBe('rate(1 hour)');
  expect(scheduleOf(resources, Handler.CALL_REPRICER)).toBe('rate(15 minutes)');
});

test('without the refresh there is neither its function nor an alarm on it, and calls are still repriced', () => {
  // when
  const { resources, budgeteer } = synthesize({ refreshPrices: false });

  // then
  expect(handlersOf(resources)).not.toContain(Handler.PRICE_REFRESHER);
  expect(handlersOf(resources)).toContain(Handler.CALL_REPRICER);
  expect(budgeteer.priceRefresher).toBeUndefined();
  const watched = Object.values(ofType(resources, 'AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties.MetricName);
  expect(watched).not.toContain(Metric.PRICE_AGE_HOURS);
  expect(JSON.stringify(resources)).not.toContain('pricing:GetProducts');
});

test.each([
  ['eu-central-1', undefined, true], ['us-gov-west-1', undefined, false], ['cn-north-1', undefined, false], ['eusc-de-east-1', undefined, false], ['us-iso-east-1', undefined, false],
  ['us-gov-west-1', true, true],
])('in %s, asked to be %s, the refresh is %s', (region, refreshPrices, expected) => {
  const stack = new Stack(new App(), 'Stack', { env: { region, account: '111122223333' } });
  expect(new BedrockBudgeteer(stack, 'Budgeteer', { refreshPrices }).priceRefresher !== undefined).toBe(expected);
});

test.each([[undefined, '3'], [1.5, '1.5'], [100, '100']])('a factor of %s is told as %s', (maxPriceChangeFactor, text) => {
  const { resources } = synthesize({ maxPriceChangeFactor });
  const told = Object.values(ofType(resources, 'AWS::Lambda::Function')).flatMap(({ Properties }) => Properties.Environment.Variables[Env.MAX_PRICE_CHANGE_FACTOR] ?? []);
  expect(told).toEqual([text]);
});

test('old prices raise an alarm, and so does a refresher that says nothing', () => {
  const alarms = Object.values(ofType(synthesize().resources, 'AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);
  expect(alarms.find(({ MetricName }) => MetricName === Metric.PRICE_AGE_HOURS)).toMatchObject({
    Statistic: 'Maximum', Period: 3600, Threshold: 72, ComparisonOperator: 'GreaterThanThreshold', EvaluationPeriods: 3, TreatMissingData: 'breaching',
  });
});

test('what is behind ARNs is asked of this account and region alone', () => {
  const statements = Object.values(ofType(synthesize().resources, 'AWS::IAM::Policy')).flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
  const asking = statements.filter(({ Action: action }) => String(action).startsWith('bedrock:Get') && !String(action).includes('Logging'));
  expect(asking).toHaveLength(10);
  for (const { Resource: resource } of asking) {
    for (const each of [resource].flat()) {
      expect(JSON.stringify(each)).toMatch(/^\{"Fn::Join":\["",\["arn:",\{"Ref":"AWS::Partition"\},":bedrock:",\{"Ref":"AWS::Region"\},":",\{"Ref":"AWS::AccountId"\},":[a-z-]+\/\*"\]\]\}$/);
    }
  }
});

test('prices that look like a slip are a warning', () => {
  // given
  const stack = newStack();

  // when
  new BedrockBudgeteer(stack, 'Budgeteer', { modelPrices: [ModelPrice.perMillionTokens('amazon.nova-pro-v1:0', { input: 0.0008, output: 3.2 })] });

  // then
  Annotations.fromStack(stack).hasWarning('/Stack/Budgeteer', Match.stringLikeRegexp('most likely a slip: amazon.nova-pro-v1:0: input at 0.0008 USD per million tokens, where the list has 0.8'));
});

test('a discount of a provider that is not known is a warning, with the one that was probably meant', () => {
  const stack = newStack();
  new BedrockBudgeteer(stack, 'Budgeteer', { providerDiscountPercents: { antropic: 5 } });
  Annotations.fromStack(stack).hasWarning('/Stack/Budgeteer', Match.stringLikeRegexp('antropic: no provider of that name is known; did you mean "anthropic"[?]( |$)'));
});

test('a price of the global profile may have the premium of regions', () => {
  const { expression } = ModelPrice.perMillionTokens('acme.large', { input: 4, output: 20, regionalPremium: true });
  expect(parsePriceOverrides(expression).models.get('acme.large')).toMatchObject({ geoPremium: true, list: { input: '4', output: '20' } });
});

test('prices of the user are read by the handlers as they were meant', () => {
  // given
  const budgeteer = new BedrockBudgeteer(newStack(), 'Budgeteer', {
    discountPercent: 2.5,
    modelPrices: [ModelPrice.perMillionTokens('acme.large', { input: 4, output: 20, cacheRead: 0.4, regions: ['eu'] }), ModelPrice.likeModel('acme.small', 'acme.large')],
  });

  // when
  const parameter = budgeteer.node.findChild('Settings').node.findChild('price-overrides') as any;
  const { models, discount } = parsePriceOverrides(parameter.node.defaultChild.value);

  // then
  expect(models.get('acme.large')?.regional.get('eu')).toEqual({ input: '4', output: '20', cacheRead: '0.4' });
  expect(models.get('acme.small')?.pricedAs).toBe('acme.large');
  expect(Number(discount.numerator * 1000n / discount.denominator)).toBe(975);
});
