import { Usd, usd } from '../money';

/** What AgentCore bills a runtime's compute by. */
export type ComputeUnit = 'vcpuHours' | 'gbHours';

export const COMPUTE_UNITS: readonly ComputeUnit[] = ['vcpuHours', 'gbHours'];

/**
 * List prices of an hour of AgentCore Runtime: a vCPU's while it is busy, a GB's from the session's beginning to its end.
 *
 * Source: https://aws.amazon.com/bedrock/agentcore/pricing/, as quoted in public on 2026-09-30. Whether regions differ is unconfirmed: these count in all of them.
 * They are the prices of platform version V1, the one that a runtime gets unless it asks for another. V2 was quoted at 0.1276 and 0.0169 that day, by one
 * source alone, and the metrics do not tell the platform.
 */
export const COMPUTE_PRICES: Readonly<Record<ComputeUnit, Usd>> = {
  vcpuHours: usd('0.0895'),
  gbHours: usd('0.00945'),
};

/** What the ledger says of where these prices come from, and of which day they are. */
export const COMPUTE_PRICE_SOURCE = 'agentcore-list';
export const COMPUTE_PRICE_VERSION = '2026-09-30';
