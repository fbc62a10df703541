import { Handler, SettingName } from '../../../src/contract';
import { KEY_USER } from '../../lambdas/core/builders';
import { MODEL } from '../world';
import { Scenario } from './scenario';

const NEW_MODEL = 'new.model-v1:0';

/** Calls of a model without a known price are charged by an estimate, are over the limit by it, and are charged anew when the price is known. */
export const estimates: Scenario = {
  name: 'estimates and their correction',
  at: Date.parse('2026-03-10T10:00:00Z'),
  settings: { [SettingName.PRICE_OVERRIDES]: `${MODEL} in=1 out=1\nunknown in=5 out=5` },
  prepare(world) {
    world.cloud.iam.add('user/BedrockAPIKey-a1b2');
    world.limits.set(KEY_USER, 10);
    world.estimates.set(NEW_MODEL, '0.000005');
  },
  async run(world) {
    const call = (usd: number, model: string) => world.call('user/BedrockAPIKey-a1b2', usd, { payer: KEY_USER, model });
    world.prices.set(NEW_MODEL, '0.000005');
    world.deliver(call(1, NEW_MODEL), call(2, MODEL));
    await world.pass(5);
    world.deliver(call(1.5, NEW_MODEL));
    await world.pass(12);
    world.monitor();
    world.cloud.invokeLater(Handler.CALL_REPRICER, { time: new Date(world.now).toISOString() });
    await world.pass(5);
    world.prices.set(NEW_MODEL, '0.000002');
    world.cloud.setParameter(SettingName.PRICE_OVERRIDES, `${MODEL} in=1 out=1\n${NEW_MODEL} in=2 out=2\nunknown in=5 out=5`);
    await world.pass(5);
    world.cloud.invokeLater(Handler.CALL_REPRICER, { time: new Date(world.now).toISOString() });
    await world.pass(10);
    world.monitor();
    await world.pass(5);
  },
  denied: [],
  scheduled: [Handler.CALL_REPRICER],
};
