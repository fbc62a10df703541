import { CSHARP_APP } from './languages/csharp';
import { GO_APP } from './languages/go';
import { JAVA_APP } from './languages/java';
import { PYTHON_APP } from './languages/python';
import { TYPESCRIPT } from './languages/typescript';
import { Consumer, Synthesized } from './support/consumer';
import { describeWith, DOTNET, GO, JAVA, PYTHON } from './support/toolchains';

interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string }>>;
  readonly Outputs: Readonly<Record<string, unknown>>;
}

describe('the app in TypeScript', () => {
  let consumer: Consumer;
  let example: Synthesized;
  let withoutGrace: Synthesized;
  let documented: Synthesized;
  beforeAll(async () => {
    consumer = await Consumer.install(TYPESCRIPT);
    example = await consumer.synth();
    withoutGrace = await consumer.synth('BudgeteerExample', { graceSeconds: 0 });
    consumer.becomeDocumented();
    documented = await consumer.synth('Budgeteer');
  });
  afterAll(() => consumer?.remove());

  test.each(['becomeExample', 'becomeDocumented', 'becomeReadme'] as const)('compiles against the declarations of the package: %s', async become => {
    consumer[become]();

    await consumer.run('tsc');
  });

  test('is synthesized without a network, a bundler or a container', () => {
    expect(example.used).toEqual([]);
    const { Resources: resources, Outputs: outputs } = JSON.parse(example.template) as Template;
    expect(Object.values(resources).filter(({ Type: type }) => type === 'AWS::Lambda::Function').length).toBeGreaterThan(10);
    expect(Object.keys(outputs)).toEqual(['BudgetsTable', 'LedgerTable', 'AuditTable', 'InvocationLogGroup', 'DenyPolicy', 'UsageMeter', 'BudgetMonitor']);
  });

  test('of the documentation is synthesized, too', () => {
    expect(documented.used).toEqual([]);
    expect(Object.keys((JSON.parse(documented.template) as Template).Resources)).toContainEqual(expect.stringMatching(/^BudgeteerBudgetsiamrolechatbackend/));
  });

  test('of the README gives the template of the documentation', async () => {
    consumer.becomeReadme();

    expectSame(await consumer.synth('Budgeteer'), documented);
  });

  test('takes the grace period of the context', async () => {
    expect(withoutGrace.template).not.toBe(example.template);
    consumer.becomeExample();

    expectSame(await consumer.synth('BudgeteerExample', { graceSeconds: '300' }), example);
    expectSame(await consumer.synth('BudgeteerExample', { graceSeconds: '0' }), withoutGrace);
  });

  describe.each([
    { title: 'Python', toolchain: PYTHON, language: PYTHON_APP },
    { title: 'Java', toolchain: JAVA, language: JAVA_APP },
    { title: 'Go', toolchain: GO, language: GO_APP },
    { title: 'C#', toolchain: DOTNET, language: CSHARP_APP },
  ])('has a twin', ({ title, toolchain, language }) => {
    describeWith(toolchain, `in ${title}`, () => {
      let twin: Consumer;
      beforeAll(async () => { twin = await Consumer.install(language); });
      afterAll(() => twin?.remove());

      test('that gives the same template and assets, byte for byte, without a network, a bundler or a container', async () => {
        twin.becomeExample();

        expectSame(await twin.synth(), example);
      });

      test('in the documentation that does so, too', async () => {
        twin.becomeDocumented();

        expectSame(await twin.synth('Budgeteer'), documented);
      });

      test('in the README that does so, too', async () => {
        twin.becomeReadme();

        expectSame(await twin.synth('Budgeteer'), documented);
      });

      test.each([0, '0'])('that takes the grace period of the context: %j', async graceSeconds => {
        twin.becomeExample();

        expectSame(await twin.synth('BudgeteerExample', { graceSeconds }), withoutGrace);
      });
    });
  });
});

function expectSame(twin: Synthesized, original: Synthesized): void {
  expect(twin.used).toEqual([]);
  // first as what they say, for the sake of a readable difference
  expect(JSON.parse(twin.template)).toEqual(JSON.parse(original.template));
  expect(twin.template).toBe(original.template);
  expect(twin.assets).toBe(original.assets);
}
