import { BedrockClient, CreateInferenceProfileCommand } from '@aws-sdk/client-bedrock';
import { EventType, SettingName } from '../../src/contract';
import { Item, NumberText } from '../../src/lambdas/core/budget-item';
import { RefreshSummary } from '../../src/lambdas/core/pricing/price-list/refresh-prices';
import { RepricingSummary } from '../../src/lambdas/core/repricing';
import { Call } from './support/calls';
import { Instance } from './support/instance';
import { AuditRow } from './support/instance-audit';
import { instanceNames } from './support/instance-names';
import { deployApp, inOneCloud } from './support/local-cloud-of-file';
import { ListedTokens, PriceListServer } from './support/price-list-server';
import { Spender } from './support/spender';

/** Of a provider that the catalog knows, whose dearest current text model is GLM 5: 1 USD in, 3.20 USD out a million. */
const UNKNOWN = 'zai.glm-99';
const GLM_5 = 'zai.glm-5';

const call = (modelId: string, outputTokens: number): Call => ({ operation: 'Converse', modelId, inputTokens: 0, outputTokens });

describe('prices', () => {
  let instance: Instance;
  let priceList: PriceListServer;
  inOneCloud(async cloud => {
    instance = new Instance(cloud, instanceNames(await deployApp(cloud, 'zero-grace', 'ZeroGrace')));
  }, async () => {
    priceList = await PriceListServer.start();
    return { AWS_ENDPOINT_URL_PRICING: priceList.endpoint };
  });
  afterAll(() => priceList.stop());

  async function limited(name: string, dollars = '10'): Promise<Spender> {
    return (await instance.user(name)).isLimitedTo(dollars, 'calendar month');
  }

  /** As an operator does, and a minute passes. */
  async function override(...lines: readonly string[]): Promise<void> {
    await instance.setSetting(SettingName.PRICE_OVERRIDES, lines.join('\n') || 'none');
    await instance.restartHandlers();
  }

  async function rowsOf(spender: Spender): Promise<readonly Item[]> {
    return (await instance.budgeteer.ledger()).filter(({ principalId }) => principalId === spender.id);
  }

  /** The ledger row of the only call so far, once it is there. */
  async function rowOf(spender: Spender): Promise<Item> {
    const [row] = await instance.eventually(`a call of ${spender.id} is charged`, async () => {
      const rows = await rowsOf(spender);
      return rows.length > 0 ? rows : 'it is not';
    }, spender.id);
    return row;
  }

  async function reprice(): Promise<RepricingSummary> {
    return await instance.invoke(instance.names.callRepricer, { time: new Date().toISOString() }) as RepricingSummary;
  }

  async function refresh(items: PriceListServer['items']): Promise<RefreshSummary> {
    priceList.items = items;
    return await instance.invoke(instance.names.priceRefresher, { time: new Date().toISOString(), force: true }) as RefreshSummary;
  }

  async function isAudited(type: EventType, reason: RegExp): Promise<AuditRow> {
    const [row] = await instance.eventually(`"${type}" with ${String(reason)} is in the audit trail`, async () => {
      const rows = (await instance.audit()).filter(each => each.type === type && reason.test(each.reason));
      return rows.length > 0 ? rows : 'it is not';
    });
    return row;
  }

  describe('a model that nobody knows', () => {
    let suspended: Spender;
    let dear: Spender;

    test('is charged by an estimate that is shown as one, and may suspend', async () => {
      suspended = await limited('estimated');
      dear = await limited('dear', '5');

      await suspended.calls(call(UNKNOWN, 4_000_000));
      await dear.calls(call(UNKNOWN, 4_000_000));

      await suspended.reaches('suspended');
      await dear.reaches('suspended');
      expect(await suspended.isDenied()).toBe(true);
      expect(await rowOf(suspended)).toMatchObject({
        modelId: UNKNOWN, pricedAs: GLM_5, priceSource: 'conservative-default', assumptions: ['unknown-model'], costUsd: new NumberText('12.8'), estimate: expect.stringMatching(/^[0-7]$/),
      });
      const { body } = await instance.alerts.mail('estimated', 'is suspended from Bedrock');
      expect(body).toContain('Of which estimated: $12.80, since the price of a model is not known');
    });

    test('is told of once, with what to do', async () => {
      expect(await reprice()).toMatchObject({ repriced: 0, complete: true });
      expect(await reprice()).toMatchObject({ repriced: 0, complete: true });

      await isAudited(EventType.MODEL_PRICE_UNKNOWN, new RegExp(UNKNOWN));
      const { body } = await instance.operations.mail('price of a Bedrock model is not known');
      expect(body).toContain(UNKNOWN);
      expect(body).toContain(`${instance.names.settingsPath}/${SettingName.PRICE_OVERRIDES}`);
      expect((await instance.audit()).filter(({ type }) => type === EventType.MODEL_PRICE_UNKNOWN)).toHaveLength(1);
    });

    test('is charged anew, once, when its price arrives; who was suspended by the estimate alone is restored', async () => {
      await override(`${UNKNOWN} in=0.5 out=1.6`);

      expect(await reprice()).toMatchObject({ repriced: 2, failures: 0 });
      expect(await reprice()).toMatchObject({ repriced: 0 });

      const restored = await suspended.reaches('active');
      expect([...restored.spend.values()]).toEqual([6_400_000_000_000n]);
      expect([...restored.estimated.values()].filter(amount => amount !== 0n)).toEqual([]);
      expect(await suspended.isDenied()).toBe(false);
      const row = await rowOf(suspended);
      expect(row).toMatchObject({ modelId: UNKNOWN, priceSource: 'override', costUsd: new NumberText('6.4'), estimatedCostUsd: new NumberText('12.8') });
      expect(row).not.toHaveProperty('estimate');
      expect(row).not.toHaveProperty('pricedAs');

      // 6.40 of 5 dollars: over the limit at the right price as well
      expect((await dear.reaches('suspended')).status).toBe('suspended');
      expect(await dear.isDenied()).toBe(true);
    });
  });

  describe('the AWS Price List', () => {
    const listed = (inferenceType: ListedTokens['inferenceType'], usd: string, region = instance.cloud.region): ListedTokens => ({
      model: 'GLM 5', region, inferenceType, usageType: `USE1-zai.glm5-${inferenceType === 'Input tokens' ? 'input' : 'output'}-tokens`, usd,
    });

    test('is read, page by page, and charged by from then on', async () => {
      const summary = await refresh({ AmazonBedrock: [listed('Input tokens', '0.0011'), listed('Output tokens', '0.0034'), listed('Output tokens', '9', 'eu-west-1')] });
      expect(summary).toMatchObject({ failed: [], heldBack: 0, saved: true });
      await instance.restartHandlers();

      const user = await limited('listed');
      await user.calls(call(GLM_5, 1_000_000));

      expect(await rowOf(user)).toMatchObject({ priceSource: 'price-list', costUsd: new NumberText('3.4'), priceVersion: new Date().toISOString().slice(0, 10) });
    });

    test('is not believed where it contradicts what is known by too much, which is told', async () => {
      expect(await refresh({ AmazonBedrock: [listed('Input tokens', '0.0011'), listed('Output tokens', '0.034')] })).toMatchObject({ heldBack: 1 });
      // Told first: what hands out mail is started anew as well.
      await isAudited(EventType.PRICES_HELD_BACK, /./);
      expect((await instance.operations.mail('held back')).body).toContain(GLM_5);
      await instance.restartHandlers();

      const user = await limited('contradicted');
      await user.calls(call(GLM_5, 1_000_000));

      expect(await rowOf(user)).toMatchObject({ priceSource: 'price-list', costUsd: new NumberText('3.4') });
    });

    test('that does not answer leaves the last good prices in force', async () => {
      priceList.broken = ['AmazonBedrock'];
      const summary = await refresh({});
      priceList.broken = [];
      expect(summary).toMatchObject({ failed: ['AmazonBedrock'] });
      await instance.restartHandlers();

      const user = await limited('last-good');
      await user.calls(call(GLM_5, 1_000_000));

      expect(await rowOf(user)).toMatchObject({ priceSource: 'price-list', costUsd: new NumberText('3.4') });
    });
  });

  test('a private discount at run time holds for the next call', async () => {
    await override('discount zai 25%');
    const user = await limited('discounted');

    await user.calls(call('zai.glm-4.7', 1_000_000));

    // 2.20 USD less a quarter
    expect(await rowOf(user)).toMatchObject({ priceSource: 'catalog', costUsd: new NumberText('1.65') });
    await override();
  });

  test('a call through an application inference profile costs what the model behind it costs', async () => {
    const { inferenceProfileArn: arn } = await new BedrockClient(instance.cloud.client).send(new CreateInferenceProfileCommand({
      inferenceProfileName: 'search-team', modelSource: { copyFrom: `arn:aws:bedrock:${instance.cloud.region}::foundation-model/zai.glm-4.7` },
    }));
    const user = await limited('through-a-profile');

    await user.calls(call(arn!, 1_000_000));

    expect(await rowOf(user)).toMatchObject({ modelId: arn, pricedAs: 'zai.glm-4.7', priceSource: 'catalog', assumptions: ['service-tier-assumed-standard'], costUsd: new NumberText('2.2') });
  });
});
