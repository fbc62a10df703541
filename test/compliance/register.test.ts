import './newest-cdk';
import { CfnResource } from 'aws-cdk-lib';
import { pathBelow } from '../../src/compliance/acknowledge-findings';
import { ACKNOWLEDGED_FINDINGS } from '../../src/compliance/acknowledged-findings';
import { ACKNOWLEDGED_WILDCARDS } from '../../src/compliance/acknowledged-wildcards';
import { isArn, isPath } from '../../src/compliance/patterns';
import { Wildcard, wildcardsOf } from '../../src/compliance/wildcards';
import { nameBundlesByPath } from '../constructs/support/synthesize';
import { findingsIn, PACK_NAMES } from './rule-packs';
import { STACKS } from './stacks';

beforeEach(nameBundlesByPath);

const ALL = [...ACKNOWLEDGED_FINDINGS, ...ACKNOWLEDGED_WILDCARDS];
const REASONS = ALL.map(({ reason }) => reason);

describe('everything in the register is needed', () => {
  test('every rule, and every place', () => {
    const found = Object.values(STACKS).flatMap(make => {
      const { stack, budgeteer } = make();
      return PACK_NAMES.flatMap(pack => findingsIn(stack, pack))
        .map(({ id, path }) => ({ id, path: pathBelow(budgeteer, { node: { path } } as CfnResource) }));
    });
    const unused = ACKNOWLEDGED_FINDINGS.flatMap(({ rules, at }) => [
      ...rules.filter(rule => !found.some(({ id, path }) => id === rule && at.some(pattern => isPath(pattern, path)))),
      ...at.filter(pattern => !found.some(({ id, path }) => rules.includes(id) && isPath(pattern, path))),
    ]);
    expect(unused).toEqual([]);
  });

  test('every wildcard, with each action, in each policy', () => {
    const allowed = Object.values(STACKS).flatMap(make => {
      const { budgeteer } = make();
      return budgeteer.node.findAll().filter(CfnResource.isCfnResource)
        .flatMap(resource => wildcardsOf(resource).map(wildcard => ({ ...wildcard, path: pathBelow(budgeteer, resource) })));
    });
    const isAllowed = (is: (wildcard: Wildcard & { readonly path: string }) => boolean) => allowed.some(is);
    const unused = ACKNOWLEDGED_WILDCARDS.flatMap(({ resources, actions, policies, condition }) => policies.flatMap(policy => {
      const here = ({ path, resource = '', action, conditions }: Wildcard & { readonly path: string }) =>
        isPath(policy, path) && resources.some(pattern => isArn(pattern, resource)) && actions.includes(action)
        && (!condition || conditions.includes(condition));
      return [
        ...resources.filter(pattern => !isAllowed(wildcard => here(wildcard) && isArn(pattern, wildcard.resource!))),
        ...actions.filter(action => !isAllowed(wildcard => here(wildcard) && wildcard.action === action)),
      ].map(what => `${what} in ${policy}`);
    }));
    expect(unused).toEqual([]);
  });

  test('nothing is explained twice', () => {
    const places = ACKNOWLEDGED_FINDINGS.flatMap(({ rules, at }) => rules.flatMap(rule => at.map(place => `${rule} at ${place}`)));
    expect(new Set(places).size).toBe(places.length);
    const rights = ACKNOWLEDGED_WILDCARDS.flatMap(({ resources, actions, policies, condition }) =>
      resources.flatMap(resource => actions.flatMap(action => policies.map(policy => `${action} on ${resource} in ${policy}, ${condition}`))));
    expect(new Set(rights).size).toBe(rights.length);
  });
});

describe('reasons', () => {
  const wordsOf = (text: string) => new Set(text.toLowerCase().match(/[a-z-]{4,}/g));

  test.each(REASONS)('%s', reason => {
    // long enough to say what is, and why that is as it should be
    expect(reason.length).toBeGreaterThan(100);
    expect(wordsOf(reason).size).toBeGreaterThan(12);
    expect(reason).toMatch(/^[A-Z].*\.$/);
    // what not every terminal shows
    expect(reason).not.toMatch(/[^\x20-\x7e]/);
  });

  test('none is a copy of another with a word changed', () => {
    const alike = REASONS.flatMap((one, index) => REASONS.slice(index + 1).filter(other => {
      const [a, b] = [wordsOf(one), wordsOf(other)];
      const common = [...a].filter(word => b.has(word)).length;
      return common / Math.min(a.size, b.size) > 0.6;
    }).map(other => `${one}\n${other}`));
    expect(alike).toEqual([]);
  });

  test('no place is everywhere, and no policy but where X-Ray is written to', () => {
    expect(ACKNOWLEDGED_FINDINGS.flatMap(({ at }) => at).filter(place => /^\**\/?\**$/.test(place))).toEqual([]);
    const anyPolicy = ACKNOWLEDGED_WILDCARDS.filter(({ policies }) => policies.some(policy => policy.includes('*')));
    expect(anyPolicy.flatMap(({ actions }) => actions)).toEqual(['xray:PutTraceSegments', 'xray:PutTelemetryRecords']);
  });
});
