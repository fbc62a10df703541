import { Env, PrincipalKindName } from '../../contract';
import { AUDIENCES, Audience } from '../core/alerts/alert';
import { CoreContext } from '../core/evaluator';

/** Thrown where a function lacks a part of its environment, or has one that cannot be read. */
export class EnvironmentError extends Error {
  public readonly name = 'EnvironmentError';
}

type EnvironmentOf<K extends keyof typeof Env> = Readonly<Record<K, string>>;

/**
 * The named keys of the environment.
 *
 * @throws EnvironmentError naming every key that is missing
 */
export function readEnvironment<K extends keyof typeof Env>(...keys: readonly K[]): EnvironmentOf<K> {
  const missing = keys.filter(key => !process.env[Env[key]]).map(key => Env[key]);
  if (missing.length > 0) {
    throw new EnvironmentError(`missing in the environment of the function: ${missing.join(', ')}`);
  }
  return Object.fromEntries(keys.map(key => [key, process.env[Env[key]]])) as EnvironmentOf<K>;
}

/** What every use case knows of its deployment; these keys are set for every function. */
export function readCoreContext(): CoreContext {
  const env = readEnvironment('DEPLOYMENT_ID', 'ENVIRONMENT_NAME', 'TIME_ZONE', 'ACCOUNT_ID');
  return {
    deploymentId: env.DEPLOYMENT_ID,
    environmentName: env.ENVIRONMENT_NAME,
    timeZone: env.TIME_ZONE,
    ownAccountId: env.ACCOUNT_ID,
    region: ownRegion(),
  };
}

/** A key that not every deployment has. */
export function optionalEnvironment(key: keyof typeof Env): string | undefined {
  return process.env[Env[key]] || undefined;
}

/** Whether AgentCore runtimes have budgets. */
export function hasAgentCore(): boolean {
  return process.env[Env.AGENT_CORE] === 'on';
}

/** @throws EnvironmentError */
export function wholeNumber(key: keyof typeof Env, text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) {
    throw new EnvironmentError(`${Env[key]} is "${text.slice(0, 40)}", expected is a whole number above 0`);
  }
  return Number(text);
}

/** @throws EnvironmentError */
export function digestAudience(text: string): Audience {
  return AUDIENCES.find(audience => audience === text) ?? unknownAudience(text);
}

function unknownAudience(text: string): never {
  throw new EnvironmentError(`${Env.DIGEST_AUDIENCE} is "${text.slice(0, 40)}", known are ${AUDIENCES.join(', ')}`);
}

/** @throws EnvironmentError */
export function decimalOfAtLeastOne(key: keyof typeof Env, text: string): string {
  if (!/^[1-9]\d{0,3}(\.\d{1,4})?$/.test(text)) {
    throw new EnvironmentError(`${Env[key]} is "${text.slice(0, 40)}", expected is a decimal from 1, such as 2 or 2.5`);
  }
  return text;
}

/**
 * The region in which the function runs; Lambda sets it.
 *
 * @throws EnvironmentError
 */
export function ownRegion(): string {
  const { AWS_REGION: region } = process.env;
  if (!region) {
    throw new EnvironmentError('missing in the environment of the function: AWS_REGION');
  }
  return region;
}

/**
 * Reads a comma-separated list of kinds; empty stands for none.
 *
 * @throws EnvironmentError
 */
export function principalKinds(key: keyof typeof Env): ReadonlySet<PrincipalKindName> {
  const known = Object.values(PrincipalKindName);
  const names = (process.env[Env[key]] ?? '').split(',').map(name => name.trim()).filter(Boolean);
  return new Set(names.map(name => known.find(kind => kind === name) ?? unknownKind(key, name)));
}

function unknownKind(key: keyof typeof Env, name: string): never {
  throw new EnvironmentError(`${Env[key]} names the unknown kind "${name.slice(0, 40)}", known are ${Object.values(PrincipalKindName).join(', ')}`);
}

/**
 * Reads a JSON list of texts.
 *
 * @throws EnvironmentError
 */
export function textList(key: keyof typeof Env, text: string): readonly string[] {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    list = undefined;
  }
  if (!Array.isArray(list) || !list.every(item => typeof item === 'string')) {
    throw new EnvironmentError(`${Env[key]} is "${text.slice(0, 40)}", expected is a JSON list of texts`);
  }
  return list;
}
