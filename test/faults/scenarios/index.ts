import { agent } from './agent';
import { estimates } from './estimates';
import { orders } from './orders';
import { removal } from './removal';
import { Scenario } from './scenario';
import { spender } from './spender';

export const SCENARIOS: readonly Scenario[] = [spender, agent, orders, estimates, removal];
