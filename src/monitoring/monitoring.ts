import { Construct } from 'constructs';
import { Administration } from '../administration/administration';
import { AgentCore } from '../agent-core/agent-core';
import { Decisions } from '../decisions/decisions';
import { Deployment } from '../deployment';
import { Enforcement } from '../enforcement/enforcement';
import { MantleGuard } from '../enforcement/mantle-guard';
import { Announcements } from '../events/announcements';
import { HandlerFunction } from '../functions/handler-function';
import { Metering } from '../metering/metering';
import { Coverage } from '../metering-coverage/coverage';
import { Pricing } from '../pricing/pricing';
import { Reconciliation } from '../reconciliation/reconciliation';
import { Registration } from '../registration/registration';
import { Reports } from '../reports/reports';
import { ResolvedProps } from '../resolved-props';
import { Settings } from '../settings/settings';
import { Storage } from '../storage/storage';
import { Alarms } from './alarms';
import { watchAlerts } from './alarms/alert-alarms';
import { watchCoverage } from './alarms/coverage-alarms';
import { watchDecisions } from './alarms/decision-alarms';
import { watchEnforcement, watchEnforcementSetting } from './alarms/enforcement-alarms';
import { watchHandlers, watchSchedules } from './alarms/handler-alarms';
import { watchMantleGuard } from './alarms/mantle-alarms';
import { watchMetering, watchTables } from './alarms/metering-alarms';
import { watchAdministration, watchAnnouncements, watchPrices } from './alarms/other-alarms';
import { watchReconciliation } from './alarms/reconciliation-alarms';
import { watchReports } from './alarms/report-alarms';
import { READ } from './alarms/watch';
import { SpendDashboard } from './dashboard/dashboard';
import { daysOf, kindsThatSpend } from './dashboard/scope';

/** What is watched: all parts of a deployment, those that may be switched off among them. */
export interface Parts {
  readonly deployment: Deployment;
  readonly storage: Storage;
  readonly settings: Settings;
  readonly announcements: Announcements;
  readonly metering: Metering;
  readonly enforcement: Enforcement;
  readonly decisions: Decisions;
  readonly pricing: Pricing;
  readonly registration: Registration;
  readonly agentCore?: AgentCore;
  readonly administration?: Administration;
  readonly coverage?: Coverage;
  readonly mantleGuard?: MantleGuard;
  readonly reports?: Reports;
  readonly reconciliation?: Reconciliation;
}

/** An alarm on everything that somebody has to look into. */
export function watchEverything(scope: Construct, resolved: ResolvedProps, parts: Parts): Alarms {
  const { deployment, announcements, registration, pricing, mantleGuard, agentCore } = parts;
  const alarms = new Alarms(scope, 'Monitoring', {
    deployment,
    operationsTopic: announcements.operationsTopic,
    runbookUrl: resolved.runbookUrl,
    actions: resolved.alarmActions,
    overrides: resolved.alarmOverrides,
  });
  watchMetering(alarms, parts.metering);
  watchTables(alarms, parts.storage);
  watchDecisions(alarms, parts.decisions);
  watchEnforcementSetting(alarms, parts.settings.path);
  watchPrices(alarms, pricing.refresher);
  watchEnforcement(alarms, parts.enforcement);
  watchAdministration(alarms, parts.administration?.manager);
  watchCoverage(alarms, parts.coverage?.checker, resolved.mantleUse);
  watchMantleGuard(alarms, mantleGuard?.guard);
  watchReports(alarms, parts.reports?.workflow.stateMachine);
  watchReconciliation(alarms, parts.reconciliation?.reconciler);
  watchAlerts(alarms, announcements);
  watchHandlers(alarms, HandlerFunction.allIn(scope));
  watchSchedules(alarms, [
    { handler: registration.registrar, missed: 'users whose API keys nobody saw being made have no budget', read: READ.DECIDING },
    { handler: pricing.repricer, missed: 'calls that were charged by an estimate stay so, and whoever is suspended for them', read: READ.REPRICING },
    { handler: mantleGuard?.guard, missed: 'principals with a budget that no event told of are not kept from the mantle endpoint', read: READ.MANTLE },
    { handler: agentCore?.registrar, missed: 'runtimes that no event told of have no budget', read: READ.AGENTS },
    { handler: agentCore?.computeMeter, missed: 'the compute of runtimes is not charged, and after a day it is lost', read: READ.COMPUTE },
  ]);
  watchAnnouncements(alarms, announcements);
  alarms.refuseUnknownOverrides();
  return alarms;
}

/** The one page on which all of it is to be seen. */
export function dashboardOf(scope: Construct, resolved: ResolvedProps, parts: Parts, alarms: Alarms): SpendDashboard {
  const { deployment, metering, decisions, enforcement, announcements, agentCore, coverage } = parts;
  return new SpendDashboard(scope, 'Dashboard', {
    deployment,
    runbookUrl: resolved.runbookUrl,
    alarms: alarms.made,
    kinds: kindsThatSpend(resolved.otherTrackedPrincipals, deployment.agentCore),
    periodDays: daysOf(resolved.refreshPeriod),
    usageMeter: metering.usageMeter,
    evaluator: decisions.evaluator,
    monitor: decisions.monitor,
    handlers: HandlerFunction.allIn(scope),
    unreadableRecords: metering.unreadableRecords,
    evaluationFailures: decisions.evaluationFailures,
    undeliveredEvents: announcements.undeliveredEvents,
    logGroup: metering.logGroup,
    storage: parts.storage,
    backupsTable: enforcement.backups?.table,
    suspension: enforcement.suspension,
    restoration: enforcement.restoration,
    computeCosts: agentCore?.computeMeter !== undefined,
    coverage: coverage !== undefined,
  });
}
