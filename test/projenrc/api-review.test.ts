import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** What docs/api-review.md says of the API and a machine can see: of the assembly, as jsii compiled it. */
interface Docs {
  readonly summary?: string;
  readonly default?: string;
  readonly example?: string;
}

interface Type {
  readonly primitive?: string;
  readonly fqn?: string;
  readonly collection?: { readonly elementtype: Type };
  readonly union?: unknown;
}

interface Member {
  readonly name: string;
  readonly docs?: Docs;
  readonly optional?: boolean;
  readonly immutable?: boolean;
  readonly static?: boolean;
  readonly type?: Type;
  readonly parameters?: readonly (Member & { readonly type: Type })[];
  readonly returns?: { readonly type: Type };
}

interface ApiType {
  readonly kind: 'class' | 'enum' | 'interface';
  readonly name: string;
  readonly base?: string;
  readonly docs?: Docs;
  readonly properties?: readonly Member[];
  readonly methods?: readonly Member[];
  readonly members?: readonly Member[];
}

const { types } = JSON.parse(readFileSync(resolve(__dirname, '../../.jsii'), 'utf8')) as { readonly types: Record<string, ApiType> };
const all = Object.values(types);
const structs = all.filter(({ kind }) => kind === 'interface');
const construct = types['cdk-bedrock-budgeteer.BedrockBudgeteer'];

/** `Type.member` of what does not keep a rule. */
function breaking(of: readonly ApiType[], members: (type: ApiType) => readonly Member[] | undefined, keeps: (member: Member) => boolean): string[] {
  return of.flatMap(type => (members(type) ?? []).filter(member => !keeps(member)).map(({ name }) => `${type.name}.${name}`));
}

test('everything says what it means: types, members, parameters, and what holds by default', () => {
  expect(all.filter(({ docs }) => !docs?.summary).map(({ name }) => name)).toEqual([]);
  const documented = ({ properties = [], methods = [], members = [] }: ApiType) => [...properties, ...methods, ...members];
  expect(breaking(all, documented, ({ docs }) => !!docs?.summary)).toEqual([]);
  expect(breaking(all, ({ methods }) => methods, ({ parameters = [] }) => parameters.every(({ docs }) => docs?.summary))).toEqual([]);
  expect(breaking(structs, ({ properties }) => properties, ({ optional, docs }) => !optional || !!docs?.default)).toEqual([]);
});

test('classes that readers make or choose from have an example', () => {
  expect(all.filter(({ kind, docs }) => kind === 'class' && !docs?.example).map(({ name }) => name)).toEqual([]);
});

test('the one construct takes the one Props, all of it optional; what else is passed is called otherwise', () => {
  expect(all.filter(({ base }) => base === 'constructs.Construct').map(({ name }) => name)).toEqual(['BedrockBudgeteer']);
  expect(structs.map(({ name }) => name).filter(name => name.endsWith('Props'))).toEqual(['BedrockBudgeteerProps']);
  expect(types['cdk-bedrock-budgeteer.BedrockBudgeteerProps'].properties!.filter(({ optional }) => !optional)).toEqual([]);
});

test('nothing that is passed can be changed afterwards, and nothing is of one type or another', () => {
  expect(breaking(all, ({ properties }) => properties, ({ immutable, type }) => !!immutable && !JSON.stringify(type).includes('union'))).toEqual([]);
});

test('nothing leads to a type that is not public', () => {
  const named = [...JSON.stringify(types).matchAll(/"fqn":"(cdk-bedrock-budgeteer\.[^"]+)"/g)].map(([, fqn]) => fqn);
  expect(named.filter(fqn => !types[fqn])).toEqual([]);
});

test('resources are exposed by their interfaces', () => {
  const fqns = construct.properties!.flatMap(({ name, type }) => {
    const fqn = type?.fqn ?? type?.collection?.elementtype.fqn;
    return fqn ? [[name, fqn.split('.').at(-1)!]] : [];
  });
  // widgets and actions can be added to these alone
  expect(fqns.filter(([, type]) => !/^I[A-Z]/.test(type)).map(([name]) => name)).toEqual(['alarms', 'dashboard']);
});

test('grants take a grantee and give a grant; metrics take options and give a metric', () => {
  const methods = construct.methods!.filter(({ name }) => /^(grant|metric)/.test(name));
  expect(methods.length).toBeGreaterThan(10);
  for (const { name, parameters, returns } of methods) {
    expect([name, returns?.type.fqn]).toEqual([name, name.startsWith('grant') ? 'aws-cdk-lib.aws_iam.Grant' : 'aws-cdk-lib.aws_cloudwatch.Metric']);
    const last = parameters!.at(-1)!;
    expect([name, last.type.fqn]).toEqual([name, name.startsWith('grant') ? 'aws-cdk-lib.aws_iam.IGrantable' : 'aws-cdk-lib.aws_cloudwatch.MetricOptions']);
  }
});

test('times are durations, amounts of money and shares say their unit', () => {
  const numbers = structs.flatMap(({ properties }) => properties!.filter(({ type }) => type?.primitive === 'number').map(({ name }) => name));
  const ofTimeOrMoney = numbers.filter(name => /(second|minute|hour|day)s?$|(budget|limit|threshold)$/i.test(name));
  // kinds of token, an hour of the day, a rate, and a value in the unit of an alarm's metric
  expect([...new Set(ofTimeOrMoney)].sort()).toEqual(['cacheWrite1Hour', 'cacheWrite5Minutes', 'hour', 'rateLimitPerSecond', 'threshold']);
});
