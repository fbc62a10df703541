import { join } from 'node:path';

/** Left beside the bundle by the bundle task. */
const CHARTS_SCRIPT = 'report-charts.js';

/**
 * The script that report pages carry: in the function's own folder, which Lambda tells (an ES module has no `__dirname`, and tests run as no ES module).
 */
export function chartsScriptPath(): string {
  return join(process.env.LAMBDA_TASK_ROOT ?? '.', CHARTS_SCRIPT);
}
