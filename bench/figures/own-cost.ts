import { Bench, Report, Table } from '../bench';
import { costOfCalls, costOfDeployment, CostLine, flowOf, sumOf } from '../own-cost/arithmetic';
import { LEDGER_DAYS, TRAFFIC, Traffic, Volume, VOLUMES } from '../own-cost/assumptions';
import { deployed, Deployed } from '../own-cost/deployed';
import { FEATURES } from '../own-cost/features';
import { LIST_PRICES, PRICES_AS_OF, PRICES_REGION } from '../own-cost/list-prices';
import { Measured, measure } from '../own-cost/measured';

/** The least that the product allows. */
const SHORTEST_LEDGER_DAYS = 31;

/** US dollars a million calls, everything included. */
const MOST_A_MILLION = 2.5;

export const ownCost: Bench = {
  name: 'own-cost',
  title: 'What the system itself costs',
  page: 'cost.md',
  timeLimitSeconds: 120,

  async measure(): Promise<Report> {
    const measured = await measure();
    const byDefault = deployed();
    const fixed = costOfDeployment(byDefault);
    const [best, typical, worst] = TRAFFIC;
    const perMillion = (volume: Volume, traffic: Traffic, days?: number) => sumOf(costOfCalls(volume, traffic, measured, days)) / volume.calls * 1e6;
    const withFixed = (volume: Volume, traffic: Traffic, days?: number) => perMillion(volume, traffic, days) + sumOf(fixed) / volume.calls * 1e6;
    const largest = VOLUMES[VOLUMES.length - 1];
    return {
      head: ['calls a month', 'deployment', 'calls: best', 'typical', 'worst', 'sum, typical', 'a million calls, typical: calls alone', 'the deployment for them', 'together'],
      rows: VOLUMES.map(volume => [
        count(volume.calls), dollars(sumOf(fixed)), ...TRAFFIC.map(traffic => dollars(sumOf(costOfCalls(volume, traffic, measured)))),
        dollars(sumOf(fixed) + sumOf(costOfCalls(volume, typical, measured))), dollars(perMillion(volume, typical)),
        dollars(sumOf(fixed) / volume.calls * 1e6), dollars(withFixed(volume, typical)),
      ]),
      targets: [SHORTEST_LEDGER_DAYS, LEDGER_DAYS].map(days => ({
        promise: `a million calls, at ${count(largest.calls)} a month, everything included, typical, ledger kept for ${days} days: at most ${MOST_A_MILLION.toFixed(2)} USD`,
        measured: `${dollars(withFixed(largest, typical, days))} USD`,
        kept: withFixed(largest, typical, days) <= MOST_A_MILLION,
      })),
      notes: [
        `US dollars a month at list prices of ${PRICES_REGION} (${PRICES_AS_OF}), without free tiers. The deployment is the default one, which has stood for more than a year.`,
        `A million calls of ${largest.principals} principals and ${largest.models} models, typical, cost at most ${MOST_A_MILLION.toFixed(2)} USD from ${count(leastCalls(largest, volume => withFixed(volume, typical)))} calls a month on.`,
      ],
      tables: [
        table('The deployment, whatever is called', ['what', 'USD a month'], [...fixed, { what: '**sum**', usd: sumOf(fixed) }].map(row)),
        table('What can be switched on', ['what', 'adds', 'USD a month'], featureRows()),
        ...VOLUMES.map(volume => callsTable(volume, [best, typical, worst], measured)),
        table('Measured', ['what', 'figure'], measuredRows(measured)),
        table('List prices', ['what', 'USD', 'for', 'page', 'checked'], Object.values(LIST_PRICES).map(({ what, usd, unit, page, checked }) => [what, String(usd), `a ${unit}`, page, checked])),
      ],
    };
  },
};

/** The least number of calls a month, in steps of a million, from which on a million of them cost no more than was promised. */
function leastCalls(volume: Volume, costOf: (volume: Volume) => number): number {
  let calls = volume.calls * 10;
  while (calls > 1e6 && costOf({ ...volume, calls: calls - 1e6 }) <= MOST_A_MILLION) {
    calls -= 1e6;
  }
  return calls;
}

function callsTable(volume: Volume, traffics: readonly Traffic[], measured: Measured): Table {
  const lines = traffics.map(traffic => costOfCalls(volume, traffic, measured));
  const flows = traffics.map(traffic => flowOf(volume, traffic, measured));
  return table(
    `${count(volume.calls)} calls a month of ${volume.principals} principals and ${volume.models} models`,
    ['what', ...traffics.map(({ name }) => name)],
    [
      ['records in a delivery', ...flows.map(({ records }) => figure(records))],
      ['additions a call', ...flows.map(({ additions, records }) => figure(additions / records))],
      ...lines[0].map(({ what }, index) => [what, ...lines.map(each => dollars(each[index].usd))]),
      ['**sum, USD a month**', ...lines.map(each => dollars(sumOf(each)))],
      ['**USD a million calls**', ...lines.map(each => dollars(sumOf(each) / volume.calls * 1e6))],
    ],
  );
}

function featureRows(): readonly string[][] {
  return FEATURES.map(({ name, props, beside, usd = 0, note }) => {
    const [before, after] = [deployed(beside), deployed(props)];
    return [name, [differences(before, after), note].filter(Boolean).join('; '), dollars(sumOf(costOfDeployment(after)) - sumOf(costOfDeployment(before)) + usd)];
  });
}

function differences(before: Deployed, after: Deployed): string {
  const more = (key: 'metrics' | 'seldomMetrics' | 'alarms' | 'dashboards' | 'secrets', noun: string) => {
    const added = after[key] - before[key];
    return added > 0 ? [`${added} ${added === 1 ? noun.replace(/s$/, '') : noun}`] : [];
  };
  const functions = after.handlers.filter(handler => !before.handlers.includes(handler));
  return [...functions, ...more('metrics', 'metrics'), ...more('seldomMetrics', 'seldom metrics'), ...more('alarms', 'alarms'), ...more('dashboards', 'dashboards'), ...more('secrets', 'secrets')].join(', ');
}

function measuredRows(measured: Measured): readonly string[][] {
  return [
    ['record of the invocation log, without prompts, bytes', figure(measured.recordBytes)],
    ['ledger row, bytes', figure(measured.rowBytes)],
    ['ledger row, write units (a transaction takes two a kilobyte)', figure(measured.rowWriteUnits)],
    ['budget of somebody who calls every day, after a year, bytes', figure(measured.budgetBytes)],
    ['addition to it, write units', figure(measured.additionWriteUnits)],
    ['most actions in a transaction', figure(measured.mostActions)],
    ['log of the meter for a delivery, bytes', figure(measured.meterLogBytes)],
    ['and for each principal and model in it, bytes', figure(measured.chargedLines * measured.chargedLineBytes)],
    ['log of the evaluator for a change that asks for nothing, bytes', figure(measured.evaluatorLogBytes)],
    ['its calls of DynamoDB', figure(measured.evaluatorCalls)],
  ];
}

function table(title: string, head: readonly string[], rows: readonly (readonly string[])[]): Table {
  return { title, head, rows };
}

function row({ what, usd }: CostLine): readonly string[] {
  return [what, dollars(usd)];
}

function dollars(usd: number): string {
  return usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

function count(calls: number): string {
  return calls.toLocaleString('en-US');
}

function figure(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)));
}
