/**
 * `npm run demo`: a day of calls against the deployed stack, from the first cent to restored access.
 *
 * Ends with 0 if all is as it must be, 1 if a check failed, 2 if the machine lacks something, 130 after Ctrl-C.
 */
import { rmSync } from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LocalCloud, LocalCloudUnavailable, startLocalCloud } from '../test/local-cloud/local-cloud';
import { CheckFailedError } from './checks';
import { writeReport } from './report/write-report';
import { Scenario } from './scenario';
import { Screen } from './terminal/screen';
import { secondsText, Show } from './terminal/show';
import { styleFor } from './terminal/style';

const REPORT = path.resolve(__dirname, '..', 'demo-report');

const ExitCode = { OK: 0, FAILED: 1, UNAVAILABLE: 2, INTERRUPTED: 130 } as const;

/** How long what was under way may take to notice that the cloud is gone. */
const PATIENCE_MS = 8_000;

const REPETITION_MS = 1_000;

class InterruptedError extends Error {
  public readonly name = 'InterruptedError';
}

async function main(): Promise<number> {
  const startedAt = Date.now();
  const style = styleFor(process.stdout);
  const show = new Show(new Screen(process.stdout), style);
  const stopper = new AbortController();
  let cloud: LocalCloud | undefined;
  const scenario = new Scenario(show, async () => {
    cloud = await startLocalCloud({ log: line => show.detail(line) });
    return cloud;
  }, stopper.signal);

  // A report of an earlier run must not be taken for one of this.
  rmSync(REPORT, { recursive: true, force: true });
  show.open('BedrockBudgeteer', 'from the first cent to restored access');
  const playing = scenario.run();
  try {
    const recording = await Promise.race([playing, interruption()]);
    writeReport(REPORT, recording);
    show.close();
    const took = secondsText(Date.now() - startedAt);
    show.say('', `${style('green', '✔')} ${style('bold', 'all checks passed')} in ${took}`, `  ${path.relative(process.cwd(), REPORT)}/index.html`, '');
    return ExitCode.OK;
  } catch (error) {
    show.close();
    return tell(error as Error, show, cloud);
  } finally {
    stopper.abort();
    await cloud?.stop();
    // A deployment that was cut off has files to remove. A cloud that is only about to start goes with this process.
    await Promise.race([playing.catch(() => {}), sleep(PATIENCE_MS, undefined, { ref: false })]);
  }
}

function tell(error: Error, show: Show, cloud: LocalCloud | undefined): number {
  if (error instanceof InterruptedError) {
    show.say(`${error.message}: cleaning up`);
    return ExitCode.INTERRUPTED;
  }
  if (error instanceof LocalCloudUnavailable) {
    show.failed(error.message);
    return ExitCode.UNAVAILABLE;
  }
  show.failed(error instanceof CheckFailedError ? `check failed: ${error.message}` : error.stack ?? error.message);
  if (cloud) {
    show.say(`  what the cloud and the handlers have to say stands in ${path.relative(process.cwd(), cloud.logFile)}`);
  }
  return ExitCode.FAILED;
}

/** Fails at Ctrl-C and its like. Whoever repeats it does not want to wait for the cleaning; the cloud goes with this process, whatever happens. */
function interruption(): Promise<never> {
  return new Promise((_, reject) => {
    let first: number | undefined;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        first ??= Date.now();
        // A terminal signals all its processes, and some of those that stand between pass it on: that is no repetition.
        if (Date.now() - first > REPETITION_MS) {
          process.exit(ExitCode.INTERRUPTED);
        }
        reject(new InterruptedError(signal));
      });
    }
  });
}

main().then(code => process.exit(code), error => {
  console.error(error);
  process.exit(ExitCode.FAILED);
});
