import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { Administration } from './administration/administration';
import { AgentCore } from './agent-core/agent-core';
import { DailyDigest } from './alerts/daily-digest';
import { BedrockBudgeteerProps } from './bedrock-budgeteer-props';
import { BudgetDeclarations } from './budgets/budget-declarations';
import { BudgetOptions } from './budgets/budget-options';
import { acknowledgeFindings } from './compliance/acknowledge-findings';
import { Metric } from './contract';
import { Decisions } from './decisions/decisions';
import { Deployment, deploymentIdOf } from './deployment';
import { Encryption } from './encryption/encryption';
import { grantKeyUse } from './encryption/key-use';
import { Enforcement } from './enforcement/enforcement';
import { MantleDenyPolicy } from './enforcement/mantle-deny-policy';
import { MantleGuard } from './enforcement/mantle-guard';
import { Announcements } from './events/announcements';
import { Metering } from './metering/metering';
import { Coverage } from './metering-coverage/coverage';
import { MantleUse } from './metering-coverage/mantle-use';
import { Alarms } from './monitoring/alarms';
import { watchHandlers } from './monitoring/alarms/handler-alarms';
import { dashboardNameOf } from './monitoring/dashboard-name';
import { deploymentMetric } from './monitoring/metrics';
import { dashboardOf, watchEverything } from './monitoring/monitoring';
import { checkOptions } from './options-validation';
import { Pricing } from './pricing/pricing';
import { Reconciliation } from './reconciliation/reconciliation';
import { Registration } from './registration/registration';
import { RestoreOnRemoval } from './removal/restore-on-removal';
import { Reports } from './reports/reports';
import { resolveProps } from './resolved-props';
import { Settings } from './settings/settings';
import { grantErasure } from './storage/grant-erasure';
import { Storage } from './storage/storage';
import { grantTable, READING } from './storage/table-access';
import { tagComponents, tagEverything } from './tagging';
import { BudgeteerValidationError } from './validation/problem';
import { checkGrantee } from './validation/shapes';

/** The same in every copy of this library that an app may have loaded. */
const IS_BEDROCK_BUDGETEER = Symbol.for('cdk-bedrock-budgeteer.BedrockBudgeteer');

/**
 * Spend control for Amazon Bedrock: meters every call in the account and region against the budget of the principal that made it, warns,
 * suspends whoever has used it up, and restores access when the period turns or the budget is raised.
 *
 * One instance an account and region manages Bedrock's invocation logging; others there read its log group.
 *
 * @example
 * import { Duration } from 'aws-cdk-lib';
 * import { BedrockBudgeteer, BudgetPrincipal, RefreshPeriod } from 'cdk-bedrock-budgeteer';
 *
 * new BedrockBudgeteer(this, 'Budgeteer', {
 *   refreshPeriod: RefreshPeriod.calendarMonth(),
 *   gracePeriod: Duration.minutes(15),
 *   alertEmails: ['finops@example.com'],
 *   budgets: [{ principal: BudgetPrincipal.userName('alice'), limitUsd: 100 }],
 * });
 */
export class BedrockBudgeteer extends Construct {
  /**
   * Whether something is a `BedrockBudgeteer`, be it of another copy of this library; for aspects and the like.
   *
   * @param x anything
   */
  public static isBedrockBudgeteer(x: any): x is BedrockBudgeteer {
    return x !== null && typeof x === 'object' && IS_BEDROCK_BUDGETEER in x;
  }

  /** Unique id of this instance: dimension of its metrics, and `detail.deploymentId` of its events. */
  public readonly deploymentId: string;
  /** Path of the SSM parameters that change settings at run time, without a trailing slash. */
  public readonly settingsPath: string;

  /** One item a principal: limits, spend by day, status. */
  public readonly budgetsTable: dynamodb.ITable;
  /** One row a call. */
  public readonly ledgerTable: dynamodb.ITable;
  /** What was decided and done, by whom. */
  public readonly auditTable: dynamodb.ITable;
  /** What was last read from the AWS Price List. */
  public readonly pricesTable: dynamodb.ITable;

  /** The log group that is metered. */
  public readonly invocationLogGroup: logs.ILogGroup;
  /** The bus on which events are put. */
  public readonly eventBus: events.IEventBus;
  /** Told about budgets. */
  public readonly alertsTopic: sns.ITopic;
  /** Told about the system itself: alarms, failures, drift. */
  public readonly operationsTopic: sns.ITopic;

  /** Attached to whoever is suspended. */
  public readonly denyPolicy: iam.IManagedPolicy;
  /** Waits for the end of the grace period, then suspends. */
  public readonly suspensionStateMachine: sfn.IStateMachine;
  /** Gives access back. */
  public readonly restorationStateMachine: sfn.IStateMachine;

  /** Charges every logged call to a budget. */
  public readonly usageMeter: lambda.IFunction;
  /** Decides on every changed budget. */
  public readonly budgetEvaluator: lambda.IFunction;
  /** The only function that may suspend: attaches and detaches the deny policy. */
  public readonly enforcer: lambda.IFunction;
  /** Finds what is due, and compares IAM with the budgets. */
  public readonly budgetMonitor: lambda.IFunction;
  /** Registers the users of API keys. */
  public readonly principalRegistrar: lambda.IFunction;
  /** Reads prices from the AWS Price List; none where `refreshPrices` is false. */
  public readonly priceRefresher?: lambda.IFunction;
  /** Charges calls anew whose price was not known before. */
  public readonly callRepricer: lambda.IFunction;
  /** Registers AgentCore runtimes; none where `agentCore` is off. */
  public readonly agentRegistrar?: lambda.IFunction;
  /** Charges the compute of AgentCore runtimes; none where `agentBudgets.computeCosts` is off. */
  public readonly agentComputeMeter?: lambda.IFunction;
  /** Backs up, removes and puts back the policies of suspended principals; only with `SuspensionStrategy.DETACH`. */
  public readonly policyDetacher?: lambda.IFunction;
  /** Holds what the `policyDetacher` removed; only with `SuspensionStrategy.DETACH`. */
  public readonly policyBackupsTable?: dynamodb.ITable;
  /** Shows budgets and changes them; none where `administration` is off. */
  public readonly budgetManager?: lambda.IFunction;
  /** The URL of the `budgetManager`, for `budgeteer budget --url`; none where `administration` is off. */
  public readonly administrationUrl?: string;
  /** Reads the ledger and writes chargeback reports; none where `reports` is left out. */
  public readonly chargebackReporter?: lambda.IFunction;
  /** Writes a chargeback report: of the month before, or of what its input names (`{"month": "2026-11"}`); none where `reports` is left out. */
  public readonly reportStateMachine?: sfn.IStateMachine;
  /** Holds the chargeback reports; none where `reports` is left out. */
  public readonly reportsBucket?: s3.IBucket;
  /** Compares what was metered with what AWS counted; none where `coverage` is off. */
  public readonly coverageChecker?: lambda.IFunction;
  /** Keeps principals with a budget from the mantle endpoint; only with `MantleUse.DENY`. */
  public readonly mantleGuard?: lambda.IFunction;
  /** Attached to whoever is kept from the mantle endpoint; only with `MantleUse.DENY`. */
  public readonly mantleDenyPolicy?: iam.IManagedPolicy;
  /** Compares what was metered with the bill; none where `reconciliation` is off. */
  public readonly costReconciler?: lambda.IFunction;
  /** Tells people about events. */
  public readonly alertNotifier: lambda.IFunction;
  /** Sends the daily digest; none without `dailyDigest`. */
  public readonly dailyDigest?: lambda.IFunction;
  /** Keeps events in the audit table. */
  public readonly auditRecorder: lambda.IFunction;

  /** What is spent, by whom, and how the system does; none where `dashboard` is false. */
  public readonly dashboard?: cloudwatch.Dashboard;

  /** Encrypts everything at rest, but for what the bus could not encrypt with it. */
  public readonly encryptionKey: kms.IKey;

  private readonly storage: Storage;
  private readonly settings: Settings;
  private readonly monitoring: Alarms;
  private readonly declarations: BudgetDeclarations;
  private readonly administration?: Administration;
  private readonly reports?: Reports;

  constructor(scope: Construct, id: string, props: BedrockBudgeteerProps = {}) {
    super(scope, id);
    Object.defineProperty(this, IS_BEDROCK_BUDGETEER, { value: true });
    // Props that a subclass has added are its own.
    if (new.target === BedrockBudgeteer) {
      checkOptions(this, '', props, 'BedrockBudgeteerProps', 'write such as { alertEmails: ["finops@example.com"] }, or leave them out');
    }
    const resolved = resolveProps(this, props);
    this.deploymentId = deploymentIdOf(this);

    // What everything stands on
    const encryption = new Encryption(this, 'Encryption', { key: resolved.encryptionKey, removalPolicy: resolved.removalPolicy });
    const deployment: Deployment = {
      id: this.deploymentId,
      environmentName: resolved.environmentName,
      timeZone: resolved.timeZone,
      encryptionKey: encryption.key,
      removalPolicy: resolved.removalPolicy,
      logRetention: resolved.logRetention,
      agentCore: resolved.agentCore,
      tracing: resolved.tracing,
    };
    const storage = new Storage(this, 'Storage', { deployment });
    const settings = new Settings(this, 'Settings', { deployment, values: resolved.settings });

    // The way of a dollar: announced, metered, decided on, enforced
    const dashboardName = resolved.dashboard ? dashboardNameOf(this, deployment) : undefined;
    const announcements = new Announcements(this, 'Announcements', { ...resolved, deployment, storage, settings, dashboardName });
    const { eventBus } = announcements;
    const metering = new Metering(this, 'Metering', { ...resolved, deployment, storage, settings });
    const mantlePolicy = resolved.mantleUse === MantleUse.DENY ? new MantleDenyPolicy(this, 'MantleDenyPolicy') : undefined;
    const enforcement = new Enforcement(this, 'Enforcement', { ...resolved, deployment, storage, settings, eventBus, strategy: resolved.suspensionStrategy, mantlePolicy });
    const decisions = new Decisions(this, 'Decisions', { deployment, storage, settings, enforcement, eventBus });

    // What a call costs, also where that becomes known only later
    const pricing = new Pricing(this, 'Pricing', { ...resolved, deployment, storage, settings, eventBus });

    // Who has a budget
    const registration = new Registration(this, 'Registration', { deployment, storage });
    const agentCore = resolved.agentCore ? new AgentCore(this, 'AgentCore', { ...resolved, deployment, storage, settings, eventBus }) : undefined;
    const declarations = new BudgetDeclarations(this, 'Budgets', {
      deployment,
      storage,
      eventBus,
      defaultPeriod: resolved.refreshPeriod,
      otherTrackedPrincipals: resolved.otherTrackedPrincipals,
      onHandlerCreated: handler => watchHandlers(monitoring, [handler]),
    });

    // What nobody meters
    const coverage = resolved.coverage ? new Coverage(this, 'Coverage', { ...resolved, deployment, metering, eventBus }) : undefined;

    // Who is kept from what nobody meters
    const mantleGuard = mantlePolicy ? new MantleGuard(this, 'MantleGuard', { deployment, storage, settings, eventBus, policy: mantlePolicy }) : undefined;

    // Who changes budgets while the system runs
    const administration = resolved.administration ? new Administration(this, 'Administration', { deployment, storage, settings }) : undefined;
    announcements.knowAdministration(administration?.url);

    // Who hears of it once a day
    const digest = resolved.dailyDigest ? new DailyDigest(this, 'Digest', { ...resolved.dailyDigest, deployment, storage, settings, eventBus }) : undefined;

    // Who is charged what
    const reports = resolved.reports ? new Reports(this, 'Reports', { ...resolved, reports: resolved.reports, deployment, storage, eventBus }) : undefined;

    // Whether all of this agrees with the bill
    const reconciliation = resolved.reconciliation
      ? new Reconciliation(this, 'Reconciliation', {
        deployment, storage, eventBus, usageMeter: metering.usageMeter, principalTag: resolved.reconciliationPrincipalTag,
      })
      : undefined;

    // On removal nobody stays suspended: first nothing suspends any more, then everyone is restored, then the rest goes
    const removal = new RestoreOnRemoval(this, 'Removal', { deployment, storage, enforcement });
    removal.removeFirst(metering.subscription, decisions.streamMapping, decisions.schedule);

    // Who looks at it, and who is called
    const parts = {
      deployment,
      storage,
      settings,
      announcements,
      metering,
      enforcement,
      decisions,
      pricing,
      registration,
      agentCore,
      administration,
      coverage,
      mantleGuard,
      reports,
      reconciliation,
    };
    const monitoring = watchEverything(this, resolved, parts);
    const dashboard = resolved.dashboard ? dashboardOf(this, resolved, parts, monitoring) : undefined;

    this.storage = storage;
    this.settings = settings;
    this.monitoring = monitoring;
    this.declarations = declarations;
    this.settingsPath = settings.path;
    this.encryptionKey = encryption.key;
    this.budgetsTable = storage.budgets;
    this.ledgerTable = storage.ledger;
    this.auditTable = storage.audit;
    this.pricesTable = storage.prices;
    this.invocationLogGroup = metering.logGroup;
    this.eventBus = eventBus;
    this.alertsTopic = announcements.alertsTopic;
    this.operationsTopic = announcements.operationsTopic;
    this.denyPolicy = enforcement.denyPolicy;
    this.suspensionStateMachine = enforcement.suspension.stateMachine;
    this.restorationStateMachine = enforcement.restoration.stateMachine;
    this.usageMeter = metering.usageMeter.function;
    this.budgetEvaluator = decisions.evaluator.function;
    this.enforcer = enforcement.enforcer.function;
    this.budgetMonitor = decisions.monitor.function;
    this.principalRegistrar = registration.registrar.function;
    this.priceRefresher = pricing.refresher?.function;
    this.callRepricer = pricing.repricer.function;
    this.policyBackupsTable = enforcement.backups?.table;
    this.policyDetacher = enforcement.backups?.detacher.function;
    this.agentRegistrar = agentCore?.registrar.function;
    this.agentComputeMeter = agentCore?.computeMeter?.function;
    this.budgetManager = administration?.manager.function;
    this.administrationUrl = administration?.url;
    this.administration = administration;
    this.chargebackReporter = reports?.reporter.function;
    this.reportStateMachine = reports?.workflow.stateMachine;
    this.reportsBucket = reports?.bucket;
    this.reports = reports;
    this.coverageChecker = coverage?.checker.function;
    this.mantleGuard = mantleGuard?.guard.function;
    this.mantleDenyPolicy = mantlePolicy;
    this.costReconciler = reconciliation?.reconciler.function;
    this.alertNotifier = announcements.alertNotifier.function;
    this.dailyDigest = digest?.handler.function;
    this.auditRecorder = announcements.auditRecorder.function;
    this.dashboard = dashboard?.dashboard;

    resolved.budgets.forEach((budget, index) => declarations.add(budget, `budgets[${index}]`));

    tagEverything(this, resolved.environmentName, resolved.tags);
    tagComponents({
      encryption,
      storage,
      settings,
      announcements,
      metering,
      pricing,
      enforcement,
      decisions,
      registration,
      budgets: declarations,
      removal,
      monitoring,
      ...(dashboard ? { dashboard } : {}),
      ...(agentCore ? { agentcore: agentCore } : {}),
      ...(administration ? { administration } : {}),
      ...(reports ? { reports } : {}),
      ...(coverage ? { coverage } : {}),
      ...(mantleGuard ? { mantle: mantleGuard } : {}),
      ...(reconciliation ? { reconciliation } : {}),
      ...(digest ? { digest } : {}),
    });
    acknowledgeFindings(this, resolved);
  }

  /** All alarms, in a list of the caller's own; they act on `operationsTopic`, and as `alarmActions` says. */
  public get alarms(): cloudwatch.Alarm[] {
    return [...this.monitoring.all];
  }

  /**
   * One alarm, for actions of its own and the like. Throws where there is none of that name, or where `alarmOverrides` leaves it out.
   *
   * @param name as docs/runbook.md lists it, such as `metering-lag`. What watches functions may be several alarms, since one watches ten at most:
   * `events-dropped`, `events-dropped-2` and so on
   *
   * @example
   * import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
   * import * as sns from 'aws-cdk-lib/aws-sns';
   * import { BedrockBudgeteer } from 'cdk-bedrock-budgeteer';
   *
   * declare const budgeteer: BedrockBudgeteer;
   * declare const pager: sns.ITopic;
   *
   * budgeteer.alarm('metering-lag').addAlarmAction(new SnsAction(pager));
   */
  public alarm(name: string): cloudwatch.Alarm {
    return this.monitoring.named(name);
  }

  /**
   * Gives a user, a role or an AgentCore runtime a budget, which is created, changed and withdrawn with the stack. Throws where the principal has one already.
   *
   * A change that is made to it at run time is kept and reported, not overwritten.
   *
   * @param budget whose it is, how much, and how often it starts anew
   *
   * @example
   * import { BedrockBudgeteer, BudgetPrincipal, RefreshPeriod } from 'cdk-bedrock-budgeteer';
   *
   * declare const budgeteer: BedrockBudgeteer;
   *
   * budgeteer.addBudget({
   *   principal: BudgetPrincipal.roleName('chat-backend'),
   *   limitUsd: 500,
   *   additionalLimits: [{ limitUsd: 50, refreshPeriod: RefreshPeriod.calendarDay() }],
   *   labels: { team: 'search' },
   *   observeOnly: true,
   * });
   */
  public addBudget(budget: BudgetOptions): void {
    this.declarations.add(budget);
  }

  /**
   * Lets a principal read budgets: limits, spend and status.
   *
   * @param grantee who may
   */
  public grantReadBudgets(grantee: iam.IGrantable): iam.Grant {
    checkGrantee(this, 'grantReadBudgets', grantee);
    return grantTable(grantee, this.storage.budgets, ...READING).combine(grantKeyUse(this, grantee, this.encryptionKey, 'dynamodb', 'read'));
  }

  /**
   * Lets a principal read the ledger: who called which model when, and what it cost.
   *
   * @param grantee who may
   */
  public grantReadLedger(grantee: iam.IGrantable): iam.Grant {
    checkGrantee(this, 'grantReadLedger', grantee);
    return grantTable(grantee, this.storage.ledger, ...READING).combine(grantKeyUse(this, grantee, this.encryptionKey, 'dynamodb', 'read'));
  }

  /**
   * Lets a principal read and change budgets and run-time settings.
   *
   * Whoever may do so can lift every limit, and suspend anybody by putting a hold on the budget: grant it to operators, not to those whose
   * spend is limited.
   *
   * @param grantee who may
   */
  public grantManageBudgets(grantee: iam.IGrantable): iam.Grant {
    checkGrantee(this, 'grantManageBudgets', grantee);
    return this.grantReadBudgets(grantee)
      .combine(grantTable(grantee, this.storage.budgets, 'dynamodb:UpdateItem'))
      .combine(grantKeyUse(this, grantee, this.encryptionKey, 'dynamodb'))
      .combine(this.settings.grantChange(grantee));
  }

  /**
   * Lets a principal look at budgets and change them through `administrationUrl`. As the principal whose calls it is charged to, nobody can change a budget;
   * whoever may assume an administering role acts as that role. Throws where `administration` is off.
   *
   * Roles of IAM Identity Center cannot be granted anything in code: docs/administration.md has the statements for a permission set.
   *
   * Do not give `lambda:InvokeFunction` on the `budgetManager` to anybody: called past its URL, it would take the caller's word for who they are.
   *
   * @param grantee who may
   *
   * @example
   * import * as iam from 'aws-cdk-lib/aws-iam';
   * import { BedrockBudgeteer } from 'cdk-bedrock-budgeteer';
   *
   * const budgeteer = new BedrockBudgeteer(this, 'Budgeteer', { administration: true });
   * budgeteer.grantAdministration(iam.Role.fromRoleName(this, 'FinOps', 'finops'));
   */
  public grantAdministration(grantee: iam.IGrantable): iam.Grant {
    checkGrantee(this, 'grantAdministration', grantee);
    if (!this.administration) {
      throw new BudgeteerValidationError(this, {
        prop: 'administration',
        given: false,
        allowed: 'true where administration is granted',
        remedy: 'switch administration on, or use grantManageBudgets for the tables and parameters themselves',
      });
    }
    return this.administration.grant(grantee);
  }

  /**
   * Lets a principal read chargeback reports. Throws where `reports` is left out.
   *
   * @param grantee who may
   */
  public grantReadReports(grantee: iam.IGrantable): iam.Grant {
    checkGrantee(this, 'grantReadReports', grantee);
    if (!this.reports) {
      throw new BudgeteerValidationError(this, {
        prop: 'reports',
        given: 'left out',
        allowed: 'given where reading reports is granted',
        remedy: 'switch reports on with `reports: {}`',
      });
    }
    return this.reports.grantRead(grantee);
  }

  /**
   * Lets a principal erase people from the tables and reports with `budgeteer erase`: docs/data-protection.md.
   *
   * Whoever may do so can write the whole ledger and audit trail: grant it to a role that is assumed for this alone.
   *
   * @param grantee who may run `budgeteer erase`
   */
  public grantErasure(grantee: iam.IGrantable): iam.Grant {
    checkGrantee(this, 'grantErasure', grantee);
    const grant = grantErasure(this, grantee, {
      storage: this.storage, key: this.encryptionKey, eventBus: this.eventBus, ...(this.policyBackupsTable ? { backups: this.policyBackupsTable } : {}),
    });
    return this.reports ? grant.combine(this.reports.grantErase(grantee)) : grant;
  }

  /**
   * A metric of this instance, by default its sum over 5 minutes.
   *
   * @param metricName the name of the metric, such as `RecordsDuplicate`
   * @param options statistic, period and the like
   *
   * @example
   * import { Duration } from 'aws-cdk-lib';
   * import { BedrockBudgeteer } from 'cdk-bedrock-budgeteer';
   *
   * declare const budgeteer: BedrockBudgeteer;
   *
   * const twice = budgeteer.metric('RecordsDuplicate', { period: Duration.hours(1) });
   * const spent = budgeteer.metricSpend({ period: Duration.days(1) });
   */
  public metric(metricName: string, options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return deploymentMetric(this.deploymentId, metricName, options);
  }

  /**
   * US dollars that were metered; by default their sum over 5 minutes.
   *
   * @param options statistic, period and the like
   */
  public metricSpend(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(Metric.SPEND_USD, options);
  }

  /**
   * Calls that were charged; by default their sum over 5 minutes.
   *
   * @param options statistic, period and the like
   */
  public metricRecordsMetered(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(Metric.RECORDS_METERED, options);
  }

  /**
   * Records that could not be read, and stand in a queue; by default their sum over 5 minutes.
   *
   * @param options statistic, period and the like
   */
  public metricUnreadableRecords(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(Metric.RECORDS_UNREADABLE, options);
  }

  /**
   * Seconds between a call and its charge; by default the 95th percentile over 5 minutes.
   *
   * @param options statistic, period and the like
   */
  public metricMeteringLag(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(Metric.METERING_LAG_SECONDS, { statistic: cloudwatch.Stats.p(95), ...options });
  }

  /**
   * US dollars that were charged by an estimate, since the price of a model was not known; by default their sum over 5 minutes.
   *
   * @param options statistic, period and the like
   */
  public metricEstimatedSpend(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(Metric.ESTIMATED_USD, options);
  }

  /**
   * Hours since the AWS Price List was last read completely; by default the maximum over an hour. None where `refreshPrices` is false.
   *
   * @param options statistic, period and the like
   */
  public metricPriceAge(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(Metric.PRICE_AGE_HOURS, { statistic: cloudwatch.Stats.MAXIMUM, period: Duration.hours(1), ...options });
  }

  /**
   * Suspensions that IAM has confirmed; by default their sum over 5 minutes.
   *
   * @param options statistic, period and the like
   */
  public metricSuspensions(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(Metric.SUSPENSIONS, options);
  }

  /**
   * Restorations that IAM has confirmed; by default their sum over 5 minutes.
   *
   * @param options statistic, period and the like
   */
  public metricRestorations(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(Metric.RESTORATIONS, options);
  }

  /**
   * Principals that are suspended, as the monitor counts them; by default the maximum over 5 minutes.
   *
   * @param options statistic, period and the like
   */
  public metricSuspendedPrincipals(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(Metric.PRINCIPALS_SUSPENDED, { statistic: cloudwatch.Stats.MAXIMUM, ...options });
  }

  /**
   * Seconds from the call that crossed a limit, or was seen to, to the verified deny, grace period included; by default the maximum over 5 minutes.
   *
   * @param options statistic, period and the like
   */
  public metricSecondsToBlock(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(Metric.SECONDS_TO_BLOCK, { statistic: cloudwatch.Stats.MAXIMUM, ...options });
  }

  /**
   * US dollars that were spent beyond a limit before a suspension took effect; by default their sum over 5 minutes.
   *
   * @param options statistic, period and the like
   */
  public metricOverspend(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(Metric.OVERSPEND_USD, options);
  }
}
