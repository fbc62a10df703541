import { DeployedNames } from '../../deployed/deployed-budgeteer';

/** Where a deployed `BedrockBudgeteer` keeps what the tests look at; each is an output of the stack. */
export interface InstanceNames extends DeployedNames {
  readonly deploymentId: string;
  readonly settingsPath: string;
  readonly eventBus: string;
  readonly budgetEvaluator: string;
  readonly auditRecorder: string;
  readonly priceRefresher: string;
  readonly callRepricer: string;
  readonly suspensionStateMachine: string;
  readonly coverageChecker: string;
  /** Where principals with a budget are kept from the mantle endpoint. */
  readonly mantleGuard?: string;
  readonly mantleDenyPolicyArn?: string;
  /** Where AgentCore runtimes have budgets. */
  readonly agentRegistrar?: string;
  /** Where a suspension takes policies away. */
  readonly policyDetacher?: string;
  readonly policyBackupsTable?: string;
  /** Where budgets are changed through a URL. */
  readonly budgetManager?: string;
  readonly administrationUrl?: string;
  /** Where chargeback reports are written. */
  readonly reportsBucket?: string;
  readonly reportStateMachine?: string;
  /** Queues that are subscribed to the topics, as mail boxes would be. */
  readonly alertsInbox: string;
  readonly operationsInbox: string;
}

/** The names of one instance; a stack of several gives each of them a prefix. */
export function instanceNames(outputs: Readonly<Record<string, string>>, prefix = ''): InstanceNames {
  const own = Object.entries(outputs).filter(([name]) => name.startsWith(prefix)).map(([name, value]) => [name.slice(prefix.length), value]);
  return Object.fromEntries(own) as InstanceNames;
}
