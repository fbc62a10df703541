/**
 * Measures the figures of docs/performance.md and docs/cost.md:
 *
 *   npm run bench                     all of them
 *   npm run bench -- bundles          those that are named
 *   npm run bench -- --write          and writes them into their pages
 *   npm run bench -- own-cost --check and sees that the page has them: for figures that are the same at every run
 */
import { startLocalCloud } from '../test/local-cloud/local-cloud';
import { Bench, BenchContext, Report } from './bench';
import { apiCalls } from './figures/api-calls';
import { backTest } from './figures/back-test';
import { bundles } from './figures/bundles';
import { busyBudgets } from './figures/busy-budgets';
import { contention } from './figures/contention';
import { deployment } from './figures/deploy';
import { limits } from './figures/limits';
import { monitorReads } from './figures/monitor-reads';
import { monthlyReport } from './figures/monthly-report';
import { ownCost } from './figures/own-cost';
import { pricing } from './figures/pricing';
import { synth } from './figures/synth';
import { throughput } from './figures/throughput';
import { timeToDeny } from './figures/time-to-deny';
import { hasFigures, writeFigures } from './performance-page';
import { textTable } from './table';

const BENCHES: readonly Bench[] = [
  apiCalls, monitorReads, bundles, synth, deployment, pricing, throughput, backTest, monthlyReport, contention, busyBudgets, timeToDeny, limits, ownCost,
];

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  const write = args.includes('--write');
  const check = args.includes('--check');
  const names = args.filter(arg => arg !== '--write' && arg !== '--check');
  const unknown = names.filter(name => !BENCHES.some(bench => bench.name === name));
  if (unknown.length > 0) {
    throw new Error(`there is no bench ${unknown.join(', ')}: use ${BENCHES.map(({ name }) => name).join(', ')}`);
  }
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => interrupted.abort(new Error('interrupted')));
  }
  for (const bench of BENCHES.filter(({ name }) => names.length === 0 || names.includes(name))) {
    const report = await run(bench, interrupted.signal);
    print(bench, report);
    if (write) {
      writeFigures(bench, report);
    }
    if (check && !hasFigures(bench, report)) {
      process.exitCode = 1;
      console.error(`docs/${bench.page ?? 'performance.md'} has other figures: npm run bench -- ${bench.name} --write`);
    }
    if (report.targets.some(({ kept }) => !kept)) {
      process.exitCode = 1;
    }
  }
}

/** Runs a bench within its time, and cleans up after it however it ends. */
async function run(bench: Bench, interrupted: AbortSignal): Promise<Report> {
  const signal = AbortSignal.any([interrupted, AbortSignal.timeout(bench.timeLimitSeconds * 1000)]);
  const cleanUps: (() => Promise<void> | void)[] = [];
  const log = (line: string) => process.stderr.write(`${bench.name}: ${line}\n`);
  const context: BenchContext = {
    signal,
    log,
    afterwards: cleanUp => {
      cleanUps.push(cleanUp);
    },
    startCloud: async () => {
      const cloud = await startLocalCloud({ log });
      cleanUps.push(() => cloud.stop());
      signal.throwIfAborted();
      return cloud;
    },
  };
  const ended = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }));
  try {
    return await Promise.race([bench.measure(context), ended]);
  } catch (error) {
    throw new Error(`${bench.name} was not measured: ${(error as Error).name === 'TimeoutError' ? `not within ${bench.timeLimitSeconds} s` : (error as Error).message}`);
  } finally {
    for (const cleanUp of cleanUps.reverse()) {
      await cleanUp();
    }
  }
}

function print({ title }: Bench, { head, rows, tables = [], targets, notes }: Report): void {
  const promised = targets.map(({ promise, measured, kept }) => `  ${kept ? 'kept  ' : 'MISSED'}  ${promise}; measured: ${measured}`);
  console.log(['', title, '', textTable(head, rows), '', ...promised, ...(promised.length > 0 ? [''] : []), ...notes.map(note => `  ${note}`), '',
    ...tables.flatMap(table => [table.title, '', textTable(table.head, table.rows), ''])].join('\n'));
}

main().then(() => process.exit(), error => {
  console.error((error as Error).message);
  process.exit(1);
});
