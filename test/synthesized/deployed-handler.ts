import * as path from 'node:path';
import { Handler } from '../../src/contract';
import { handler as agentComputeMeter } from '../../src/lambdas/agent-compute-meter/agent-compute-meter.lambda';
import { handler as agentRegistrar } from '../../src/lambdas/agent-registrar/agent-registrar.lambda';
import { handler as alertNotifier } from '../../src/lambdas/alert-notifier/alert-notifier.lambda';
import { handler as auditRecorder } from '../../src/lambdas/audit-recorder/audit-recorder.lambda';
import { handler as budgetDeclaration } from '../../src/lambdas/budget-declaration/budget-declaration.lambda';
import { handler as budgetEvaluator } from '../../src/lambdas/budget-evaluator/budget-evaluator.lambda';
import { handler as budgetManager } from '../../src/lambdas/budget-manager/budget-manager.lambda';
import { handler as budgetMonitor } from '../../src/lambdas/budget-monitor/budget-monitor.lambda';
import { handler as callRepricer } from '../../src/lambdas/call-repricer/call-repricer.lambda';
import { handler as chargebackReporter } from '../../src/lambdas/chargeback-reporter/chargeback-reporter.lambda';
import { handler as costReconciler } from '../../src/lambdas/cost-reconciler/cost-reconciler.lambda';
import { handler as coverageChecker } from '../../src/lambdas/coverage-checker/coverage-checker.lambda';
import { handler as dailyDigest } from '../../src/lambdas/daily-digest/daily-digest.lambda';
import { handler as enforcer } from '../../src/lambdas/enforcer/enforcer.lambda';
import { handler as invocationLogging } from '../../src/lambdas/invocation-logging/invocation-logging.lambda';
import { handler as mantleGuard } from '../../src/lambdas/mantle-guard/mantle-guard.lambda';
import { handler as policyDetacher } from '../../src/lambdas/policy-detacher/policy-detacher.lambda';
import { handler as priceRefresher } from '../../src/lambdas/price-refresher/price-refresher.lambda';
import { handler as principalRegistrar } from '../../src/lambdas/principal-registrar/principal-registrar.lambda';
import { handler as restoreOnRemoval } from '../../src/lambdas/restore-on-removal/restore-on-removal.lambda';
import { handler as usageMeter } from '../../src/lambdas/usage-meter/usage-meter.lambda';
import { SynthesizedBudgeteer } from './synthesized-budgeteer';
import { REGION, SynthesizedResource } from './synthesized-stack';

const HANDLERS: Readonly<Record<Handler, (event: any) => Promise<unknown>>> = {
  [Handler.USAGE_METER]: usageMeter,
  [Handler.BUDGET_EVALUATOR]: budgetEvaluator,
  [Handler.ENFORCER]: enforcer,
  [Handler.BUDGET_MONITOR]: budgetMonitor,
  [Handler.PRINCIPAL_REGISTRAR]: principalRegistrar,
  [Handler.ALERT_NOTIFIER]: alertNotifier,
  [Handler.AUDIT_RECORDER]: auditRecorder,
  [Handler.BUDGET_DECLARATION]: budgetDeclaration,
  [Handler.INVOCATION_LOGGING]: invocationLogging,
  [Handler.RESTORE_ON_REMOVAL]: restoreOnRemoval,
  [Handler.PRICE_REFRESHER]: priceRefresher,
  [Handler.CALL_REPRICER]: callRepricer,
  [Handler.AGENT_REGISTRAR]: agentRegistrar,
  [Handler.AGENT_COMPUTE_METER]: agentComputeMeter,
  [Handler.POLICY_DETACHER]: policyDetacher,
  [Handler.BUDGET_MANAGER]: budgetManager,
  [Handler.CHARGEBACK_REPORTER]: chargebackReporter,
  [Handler.COVERAGE_CHECKER]: coverageChecker,
  [Handler.COST_RECONCILER]: costReconciler,
  [Handler.DAILY_DIGEST]: dailyDigest,
  [Handler.MANTLE_GUARD]: mantleGuard,
};

/** The function that runs a handler. */
export function functionOf({ stack }: SynthesizedBudgeteer, handler: Handler): SynthesizedResource {
  return functionsOf({ stack }).find(fn => handlerOf(fn) === handler) ?? fail(`no function of the template runs ${handler}`);
}

/** The functions of the product. */
export function functionsOf({ stack }: Pick<SynthesizedBudgeteer, 'stack'>): readonly SynthesizedResource[] {
  return stack.resources('AWS::Lambda::Function');
}

/** Which handler a function runs. */
export function handlerOf(fn: SynthesizedResource): Handler {
  const name = fn.properties.Environment.Variables.POWERTOOLS_SERVICE_NAME;
  return Object.values(Handler).find(handler => handler === name) ?? fail(`${fn.logicalId} runs ${name}, which is no handler`);
}

/**
 * Invokes a handler with the environment that its function has in the template, and nothing else of the product's; calls to AWS are the
 * test's to mock.
 *
 * A handler reads its environment once: within a test file, one template only.
 */
export async function invoke(synthesized: SynthesizedBudgeteer, name: Handler, event: unknown): Promise<unknown> {
  const variables: Record<string, string> = functionOf(synthesized, name).properties.Environment.Variables;
  const before = process.env;
  const read = environmentRead(name);
  process.env = new Proxy<NodeJS.ProcessEnv>({
    ...Object.fromEntries(Object.entries(before).filter(([key]) => !/^(AWS|BUDGETEER|POWERTOOLS)_/.test(key))),
    ...variables,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'none',
    AWS_SECRET_ACCESS_KEY: 'none',
    // Has Powertools write through `console`, where tests can listen, and metrics all the same.
    POWERTOOLS_DEV: 'true',
    POWERTOOLS_METRICS_DISABLED: 'false',
    // As Lambda tells it: what a handler keeps beside its code.
    LAMBDA_TASK_ROOT: path.join(__dirname, '..', '..', 'assets', 'lambdas', name, `${name}.lambda`),
  }, {
    get: (all, key: string) => {
      read.add(key);
      return all[key];
    },
  });
  try {
    return await HANDLERS[name](JSON.parse(JSON.stringify(event)));
  } finally {
    process.env = before;
  }
}

const READ = new Map<Handler, Set<string>>();

/** The keys of the environment that a handler was seen to read, in all of its invocations of a test file. */
export function environmentRead(name: Handler): Set<string> {
  const read = READ.get(name) ?? new Set();
  READ.set(name, read);
  return read;
}

function fail(message: string): never {
  throw new Error(message);
}
