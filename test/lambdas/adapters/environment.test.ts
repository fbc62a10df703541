import { Env } from '../../../src/contract';
import { decimalOfAtLeastOne, EnvironmentError, hasAgentCore, ownRegion, principalKinds, readCoreContext, readEnvironment, textList, wholeNumber } from '../../../src/lambdas/adapters/environment';
import { errorOf } from '../core/builders';

const before = process.env;

beforeEach(() => {
  process.env = {
    [Env.DEPLOYMENT_ID]: 'dep-1',
    [Env.ENVIRONMENT_NAME]: 'prod',
    [Env.TIME_ZONE]: 'Europe/Berlin',
    [Env.ACCOUNT_ID]: '444455556666',
    [Env.BUDGETS_TABLE]: 'Budgets',
    [Env.EVENT_BUS]: '',
    AWS_REGION: 'eu-central-1',
  };
});

afterAll(() => {
  process.env = before;
});

test('reads the named keys', () => {
  expect(readEnvironment('DEPLOYMENT_ID', 'BUDGETS_TABLE')).toEqual({ DEPLOYMENT_ID: 'dep-1', BUDGETS_TABLE: 'Budgets' });
});

test('names every key that is missing or empty', () => {
  expect(errorOf(() => readEnvironment('BUDGETS_TABLE', 'LEDGER_TABLE', 'EVENT_BUS'))).toMatchObject({
    name: 'EnvironmentError', message: 'missing in the environment of the function: BUDGETEER_LEDGER_TABLE, BUDGETEER_EVENT_BUS',
  });
});

test('makes the context that every use case has', () => {
  expect(readCoreContext()).toEqual({ deploymentId: 'dep-1', environmentName: 'prod', timeZone: 'Europe/Berlin', ownAccountId: '444455556666', region: 'eu-central-1' });
});

test.each(['90', '1'])('"%s" is a whole number', text => {
  expect(wholeNumber('LEDGER_RETENTION_DAYS', text)).toBe(Number(text));
});

test.each(['0', '-1', '1.5', '1e3', 'ninety', '9999999999'])('"%s" is no whole number above 0', text => {
  expect(() => wholeNumber('LEDGER_RETENTION_DAYS', text)).toThrow(`BUDGETEER_LEDGER_RETENTION_DAYS is "${text}", expected is a whole number above 0`);
});

test('reads kinds of principal', () => {
  process.env[Env.TRACKED_KINDS] = 'iam-role, root';
  expect(principalKinds('TRACKED_KINDS')).toEqual(new Set(['iam-role', 'root']));
});

test('no kinds are an answer as well', () => {
  process.env[Env.TRACKED_KINDS] = '';
  expect(principalKinds('TRACKED_KINDS')).toEqual(new Set());
});

test('an unknown kind is an error that names the known ones', () => {
  process.env[Env.TRACKED_KINDS] = 'iam-role,roles';
  expect(() => principalKinds('TRACKED_KINDS')).toThrow(EnvironmentError);
  expect(() => principalKinds('TRACKED_KINDS')).toThrow(/unknown kind "roles", known are .*iam-role/);
});

test.each(['1', '2', '2.5', '10.25'])('"%s" is a decimal of at least one', text => {
  expect(decimalOfAtLeastOne('MAX_PRICE_CHANGE_FACTOR', text)).toBe(text);
});

test.each(['0.5', '0', '-2', '2,5', 'twice', '1e3', ''])('"%s" is none', text => {
  expect(() => decimalOfAtLeastOne('MAX_PRICE_CHANGE_FACTOR', text)).toThrow(`BUDGETEER_MAX_PRICE_CHANGE_FACTOR is "${text}", expected is a decimal from 1`);
});

test('knows its region, or says that it does not', () => {
  process.env.AWS_REGION = 'eu-west-1';
  expect(ownRegion()).toBe('eu-west-1');
  delete process.env.AWS_REGION;
  expect(() => ownRegion()).toThrow(EnvironmentError);
});

test.each<[string | undefined, boolean]>([['on', true], ['off', false], ['', false], ['true', false], [undefined, false]])('AgentCore is told by "on" alone: %s', (text, expected) => {
  delete process.env[Env.AGENT_CORE];
  if (text !== undefined) {
    process.env[Env.AGENT_CORE] = text;
  }
  expect(hasAgentCore()).toBe(expected);
});

test('a list of texts is JSON', () => {
  expect(textList('REPORTS_GROUP_BY', '["team","cost center"]')).toEqual(['team', 'cost center']);
});

test.each(['team', '{}', '["team",1]', ''])('a list of texts is not %j', text => {
  expect(() => textList('REPORTS_GROUP_BY', text)).toThrow('BUDGETEER_REPORTS_GROUP_BY is');
});
