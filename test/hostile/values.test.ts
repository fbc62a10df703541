import { App, Stack } from 'aws-cdk-lib';
import { BedrockBudgeteer, BudgetPrincipal } from '../../src';
import { SettingName } from '../../src/contract';
import { readRequest } from '../../src/lambdas/core/administration/requests';
import { PriceListItemError, readPriceListItem } from '../../src/lambdas/core/pricing/price-list/price-list-item';
import { parsePriceOverrides } from '../../src/lambdas/core/pricing/price-overrides';
import { chooseSettings } from '../../src/lambdas/core/settings';
import { ALICE, settingTexts } from '../lambdas/core/builders';
import { item } from '../lambdas/core/pricing/price-list/price-list';
import { provesHostileInputs } from './register';

/** No number that anybody would mean. */
const NO_NUMBERS = ['NaN', 'Infinity', '-Infinity', '-1', '1e9', '0x10', '٧٠', '７０', '७०', ' 70', '70 ', '70\n', '+70', '7_0', '70,5', '', '__proto__', '<b>70</b>', '$(id)', '9'.repeat(8_000), '0', '1'.repeat(40)];

provesHostileInputs('values', {
  'hostile-settings': () => {
    const deployed = settingTexts();
    const names = [
      SettingName.WARNING_THRESHOLD_PERCENT, SettingName.GRACE_PERIOD_SECONDS, SettingName.DEFAULT_API_KEY_BUDGET_USD, SettingName.REFRESH_PERIOD,
      SettingName.ENFORCEMENT,
    ];
    for (const name of names) {
      const amounts = [' 70', '70 ', '70\n', '+70', '1e9'];
      const fine = name === SettingName.DEFAULT_API_KEY_BUDGET_USD ? amounts : name === SettingName.GRACE_PERIOD_SECONDS ? ['0'] : [];
      for (const text of [...NO_NUMBERS, '1e10', '1e999', '1e-999'].filter(each => !fine.includes(each))) {
        const { texts, refused } = chooseSettings({ [name]: [text] }, deployed);
        expect({ name, text, value: texts[name], refused: refused.map(({ setting }) => setting) })
          .toEqual({ name, text, value: deployed[name], refused: [name] });
        expect(refused[0].message.length).toBeLessThan(500);
      }
    }
  },

  'hostile-overrides': () => {
    const deployed = settingTexts();
    for (const price of ['-1', 'NaN', '1e9', '0x1', '٧', '<b>1</b>', '9'.repeat(200), '1.0000000000001', '']) {
      for (const text of [`acme.model in=${price} out=1`, `acme.model in=1 out=${price}`, `discount ${price}%x`, `unknown in=${price} out=1`]) {
        expect(() => parsePriceOverrides(text)).toThrow();
        expect(chooseSettings({ [SettingName.PRICE_OVERRIDES]: [text] }, deployed))
          .toMatchObject({ texts: deployed, refused: [{ setting: SettingName.PRICE_OVERRIDES }] });
      }
    }
    for (const text of ['<html><body>503</body></html>', '{"in": 1}', 'discount 100%', 'discount -5%', 'x'.repeat(8_192)]) {
      expect(() => parsePriceOverrides(text)).toThrow();
    }
    expect(Object.getPrototypeOf(parsePriceOverrides('__proto__ in=1 out=1').models)).toBe(Map.prototype);
  },

  'hostile-price-list': () => {
    const nova = (usd: string, more: object = {}) => item({ usage: 'USE1-NovaPro-input-tokens', usd, attributes: { model: 'Nova Pro', inferenceType: 'Input tokens' }, ...more });
    expect(readPriceListItem(nova('0.0008'))).toMatchObject({ prices: [{ usd: '0.8' }] });
    for (const usd of ['-0.0008', 'NaN', 'Infinity', '1e5e5', '1e-999', '<b>1</b>', '', '٧', '0.0008; DROP']) {
      expect(() => readPriceListItem(nova(usd))).toThrow(PriceListItemError);
    }
    for (const json of ['<html>503</html>', '', 'null', '[]', '{"product":{}}', '{"product":{"attributes":{"usagetype":7}},"terms":{}}']) {
      expect(() => readPriceListItem(json)).toThrow(PriceListItemError);
    }
    expect(readPriceListItem(nova('0.0008', { attributes: { model: '<script>', inferenceType: 'Input tokens' } }))).toMatchObject({ ignored: 'unknown-model' });
    expect(readPriceListItem(nova('0.0008', { attributes: { model: '__proto__', inferenceType: 'Input tokens' } }))).toMatchObject({ ignored: 'unknown-model' });
    expect(readPriceListItem(nova('0.0008', { unit: 'bananas' }))).toMatchObject({ ignored: 'unknown-unit' });
  },

  'hostile-amounts': () => {
    for (const amountUsd of [...NO_NUMBERS, '0.0000000000001', '1000000001', 5, null, {}, ['5'], true]) {
      expect(() => readRequest({ operation: 'topUp', principalId: ALICE, amountUsd, expiresAt: '2026-03-20T00:00:00Z', reason: 'x' }))
        .toThrow(/amountUsd is .*allowed is an amount of US dollars/s);
    }
  },

  'hostile-dates': () => {
    for (const expiresAt of ['tomorrow', '2026-13-01T00:00:00Z', '2026-02-30T00:00:00Z', '2026-03-20', '2026-03-20T00:00:00', '1774000000', 1774000000, '+275760-09-14T00:00:00Z', '２０２６-03-20T00:00:00Z', '2026-03-20T00:00:00Z\n']) {
      expect(() => readRequest({ operation: 'topUp', principalId: ALICE, amountUsd: '5', expiresAt, reason: 'x' })).toThrow('expiresAt is');
    }
    for (const period of ['0 days', '-1 days', '1e3 days', '٣ days', 'calendar year', '99999 days', '__proto__']) {
      expect(() => readRequest({ operation: 'setBudget', principalId: ALICE, limits: [{ limitUsd: '5', period }] })).toThrow('limits[0].period is');
    }
  },

  'hostile-limits-in-code': () => {
    const principal = BudgetPrincipal.roleName('chat-backend');
    for (const limitUsd of [-1, 0, NaN, Infinity, 1e10]) {
      expect(() => new BedrockBudgeteer(new Stack(new App(), 'Stack'), 'Budgeteer', { budgets: [{ principal, limitUsd }] })).toThrow(/limitUsd is/);
    }
    for (const name of ['*', 'a/b', '../x', 'a b', 'аdmin', '', '${AWS::AccountId}', 'x'.repeat(65)]) {
      expect(() => BudgetPrincipal.roleName(name)).toThrow(/BudgetPrincipal\.roleName/);
    }
  },
});
