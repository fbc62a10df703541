import { SettingName } from '../../../src/contract';
import { usd } from '../../../src/lambdas/core/money';
import { NO_OVERRIDES } from '../../../src/lambdas/core/pricing/price-overrides';
import { checkSetting, chooseSettings, completeTexts, parseSettings, SettingError, SettingTexts } from '../../../src/lambdas/core/settings';
import { agentSettingTexts, errorOf, settingTexts } from './builders';

const {
  WARNING_THRESHOLD_PERCENT, CRITICAL_THRESHOLD_PERCENT, GRACE_PERIOD_SECONDS, REFRESH_PERIOD, DEFAULT_API_KEY_BUDGET_USD, PRICE_OVERRIDES,
  ASSUMED_CACHE_WRITE_TTL,
  ENFORCEMENT,
} = SettingName;

test('settings are read exactly', () => {
  expect(parseSettings(settingTexts({ [WARNING_THRESHOLD_PERCENT]: '66.67' }))).toEqual({
    warningPercent: usd('66.67'),
    criticalPercent: usd('90'),
    graceSeconds: 300,
    enforcement: 'on',
    refreshPeriod: { unit: 'month' },
    defaultApiKeyBudget: usd('25'),
    priceOverrides: NO_OVERRIDES,
    assumedCacheWriteTtl: '5m',
  });
});

test('prices and discounts are read as price tables are', () => {
  const { priceOverrides } = parseSettings(settingTexts({ [PRICE_OVERRIDES]: 'discount 5%\nacme.large in=1 out=2' }));
  expect(priceOverrides.models.get('acme.large')?.list).toEqual({ input: '1', output: '2' });
  expect(priceOverrides.discount).toEqual({ numerator: usd('95'), denominator: usd('100') });
});

describe('a value', () => {
  test.each([
    [WARNING_THRESHOLD_PERCENT, ['0.01', '1', '70', '99.99']],
    [CRITICAL_THRESHOLD_PERCENT, ['1', '99.9']],
    [GRACE_PERIOD_SECONDS, ['0', '1', '2592000']],
    [REFRESH_PERIOD, ['1 days', '366 days', 'calendar week']],
    [DEFAULT_API_KEY_BUDGET_USD, ['0.000000000001', '12.50', '1000000000']],
    [PRICE_OVERRIDES, ['none', 'discount 12.5%', 'acme.large in=1 out=2\nunknown in=3 out=4']],
    [ASSUMED_CACHE_WRITE_TTL, ['5m', '1h']],
    [ENFORCEMENT, ['on', 'paused', 'lifted']],
  ])('of %s is accepted: %p', (name, texts) => {
    for (const text of texts) {
      expect(() => checkSetting(name, text)).not.toThrow();
    }
  });

  test.each([
    [WARNING_THRESHOLD_PERCENT, ['', '0', '0.00', '100', '-5', '70%', '1e1', ' 70', '70.123', 'seventy']],
    [CRITICAL_THRESHOLD_PERCENT, ['', '100.5', 'NaN']],
    [GRACE_PERIOD_SECONDS, ['', '-1', '1.5', '2592001', '9999999', '12345678', '5 minutes', '0x10']],
    [REFRESH_PERIOD, ['', 'monthly', '0 days', '400 days']],
    [DEFAULT_API_KEY_BUDGET_USD, ['', '0', '-1', 'none', '1000000000.01', '0.0000000000001']],
    [PRICE_OVERRIDES, ['acme.large', 'discount 100%', 'acme.large in=1']],
    [ASSUMED_CACHE_WRITE_TTL, ['', '5', '2h']],
    [ENFORCEMENT, ['', 'off', 'On', 'paused ', 'observe']],
  ])('of %s is refused: %p', (name, texts) => {
    for (const text of texts) {
      expect(() => checkSetting(name, text)).toThrow(SettingError);
    }
  });

  test.each([
    [WARNING_THRESHOLD_PERCENT, '170', /"170", allowed is a percentage above 0 and below 100/],
    [GRACE_PERIOD_SECONDS, 'x'.repeat(500), /"x{60}", allowed is whole seconds from 0 to 2592000/],
    [REFRESH_PERIOD, 'monthly', /"monthly", allowed is "<1 to 366> days"/],
    [DEFAULT_API_KEY_BUDGET_USD, 'none', /"none", allowed is an amount of USD/],
    [PRICE_OVERRIDES, 'acme.large in=1', /allowed is "none", or one price or discount a line \(price row "acme.large in=1": has a price of tokens without in and out/],
    [ASSUMED_CACHE_WRITE_TTL, '2h', /"2h", allowed is "5m" or "1h"/],
    [ENFORCEMENT, 'pause', /enforcement is "pause", allowed is "on" or "paused" or "lifted"/],
  ])('of %s that is refused is named, with what is allowed', (name, text, message) => {
    const error = errorOf(() => checkSetting(name, text)) as SettingError;
    expect(error.message).toMatch(message);
    expect([error.setting, error.name]).toEqual([name, 'SettingError']);
  });

  test('of the critical threshold must be above the warning', () => {
    expect(() => parseSettings(settingTexts({ [CRITICAL_THRESHOLD_PERCENT]: '70' }))).toThrow('critical-threshold-percent is "70", allowed is above warning-threshold-percent, which is 70');
  });
});

test('what is no text at all is a mistake of the reader, and not taken for a bad value', () => {
  const missing = undefined as unknown as string;
  for (const name of Object.values(SettingName)) {
    expect(() => checkSetting(name, missing)).toThrow(TypeError);
    expect(() => chooseSettings({ [name]: [missing] }, agentSettingTexts())).toThrow(TypeError);
    expect(() => completeTexts(agentSettingTexts({ [name]: missing }))).toThrow(`settings are missing: ${name}`);
  }
});

describe('the settings of agents', () => {
  const {
    AGENT_WARNING_THRESHOLD_PERCENT, AGENT_CRITICAL_THRESHOLD_PERCENT, AGENT_GRACE_PERIOD_SECONDS, AGENT_REFRESH_PERIOD, DEFAULT_AGENT_BUDGET_USD,
  } = SettingName;

  test('are read exactly, apart from those of the rest', () => {
    expect(parseSettings(agentSettingTexts({
      [AGENT_WARNING_THRESHOLD_PERCENT]: '20.5', [AGENT_CRITICAL_THRESHOLD_PERCENT]: '30', [AGENT_GRACE_PERIOD_SECONDS]: '0', [AGENT_REFRESH_PERIOD]: '7 days', [DEFAULT_AGENT_BUDGET_USD]: '12.5',
    }))).toMatchObject({
      warningPercent: usd('70'),
      graceSeconds: 300,
      agents: { warningPercent: usd('20.5'), criticalPercent: usd('30'), graceSeconds: 0, refreshPeriod: { unit: 'days', days: 7 }, defaultBudget: usd('12.5') },
    });
  });

  test('are none where agents have no budgets', () => {
    expect(parseSettings(settingTexts())).not.toHaveProperty('agents');
  });

  test.each([
    [AGENT_WARNING_THRESHOLD_PERCENT, '0'], [AGENT_CRITICAL_THRESHOLD_PERCENT, '100'], [AGENT_GRACE_PERIOD_SECONDS, 'soon'], [AGENT_REFRESH_PERIOD, 'monthly'], [DEFAULT_AGENT_BUDGET_USD, '-1'],
  ])('are refused by their own names: %s', (name, text) => {
    const error = errorOf(() => checkSetting(name, text)) as SettingError;
    expect([error.setting, error.message]).toEqual([name, expect.stringContaining(`${name} is "${text}", allowed is`)]);
  });

  test('must fit each other, whatever those of the rest are', () => {
    expect(() => parseSettings(agentSettingTexts({ [AGENT_CRITICAL_THRESHOLD_PERCENT]: '60' }))).toThrow('agent-critical-threshold-percent is "60", allowed is above agent-warning-threshold-percent, which is 70');
  });

  test('fall back as a pair, and leave those of the rest alone', () => {
    const { settings, refused } = chooseSettings({ [AGENT_WARNING_THRESHOLD_PERCENT]: ['95'], [WARNING_THRESHOLD_PERCENT]: ['50'], [DEFAULT_AGENT_BUDGET_USD]: ['lots', '7'] }, agentSettingTexts());
    expect(settings).toMatchObject({ warningPercent: usd('50'), agents: { warningPercent: usd('70'), criticalPercent: usd('90'), defaultBudget: usd('7') } });
    expect(refused.map(({ setting }) => setting)).toEqual([DEFAULT_AGENT_BUDGET_USD, AGENT_CRITICAL_THRESHOLD_PERCENT]);
  });

  test('are not in force where they were not deployed, whatever parameters there are', () => {
    const { settings, texts, refused } = chooseSettings({ [DEFAULT_AGENT_BUDGET_USD]: ['7'], [AGENT_GRACE_PERIOD_SECONDS]: ['soon'] }, settingTexts());
    expect([texts, refused]).toEqual([settingTexts(), []]);
    expect(settings).not.toHaveProperty('agents');
  });

  test('are none where one of them is missing', () => {
    expect(parseSettings(settingTexts({ [DEFAULT_AGENT_BUDGET_USD]: '7' }))).not.toHaveProperty('agents');
  });

  test('are there all or none', () => {
    expect(completeTexts(agentSettingTexts())).toEqual(agentSettingTexts());
    expect(completeTexts(settingTexts())).toEqual(settingTexts());
    expect(() => completeTexts(settingTexts({ [DEFAULT_AGENT_BUDGET_USD]: '7', [AGENT_REFRESH_PERIOD]: '7 days' }))).toThrow(
      'settings are missing: agent-warning-threshold-percent, agent-critical-threshold-percent, agent-grace-period-seconds',
    );
  });
});

describe('the settings in force', () => {
  const DEPLOYED = settingTexts();

  test('are the deployed ones where nobody changed any', () => {
    expect(chooseSettings({}, DEPLOYED)).toEqual({ texts: DEPLOYED, settings: parseSettings(DEPLOYED), refused: [] });
  });

  test('are the newest values', () => {
    expect(choose({ [GRACE_PERIOD_SECONDS]: ['60', '120'] })).toEqual({ [GRACE_PERIOD_SECONDS]: '60' });
  });

  test('are the last good values where the newest are not', () => {
    expect(choose({ [GRACE_PERIOD_SECONDS]: ['soon', '-1', '120', '180'] })).toEqual({ [GRACE_PERIOD_SECONDS]: '120' });
  });

  test('are the deployed ones where none ever was good', () => {
    expect(choose({ [GRACE_PERIOD_SECONDS]: ['soon', 'later'] })).toEqual({});
  });

  test('change each by itself: one typo does not undo the others', () => {
    expect(choose({ [GRACE_PERIOD_SECONDS]: ['soon'], [DEFAULT_API_KEY_BUDGET_USD]: ['50'] })).toEqual({ [DEFAULT_API_KEY_BUDGET_USD]: '50' });
  });

  test('name every value that was refused', () => {
    const { refused } = chooseSettings({ [GRACE_PERIOD_SECONDS]: ['soon', 'later', '60'], [REFRESH_PERIOD]: ['monthly'] }, DEPLOYED);
    expect(refused.map(({ setting, message }) => [setting, message.slice(0, 60)])).toEqual([
      [GRACE_PERIOD_SECONDS, expect.stringContaining('"soon"')],
      [GRACE_PERIOD_SECONDS, expect.stringContaining('"later"')],
      [REFRESH_PERIOD, expect.stringContaining('"monthly"')],
    ]);
  });

  test('have both deployed thresholds where the new ones do not fit each other, and everything else that is new', () => {
    const candidates = { [WARNING_THRESHOLD_PERCENT]: ['95'], [GRACE_PERIOD_SECONDS]: ['60'] };
    expect(choose(candidates)).toEqual({ [GRACE_PERIOD_SECONDS]: '60' });
    expect(chooseSettings(candidates, DEPLOYED).refused).toEqual([{ setting: CRITICAL_THRESHOLD_PERCENT, message: expect.stringContaining('above warning-threshold-percent, which is 95') }]);
  });

  test('cannot be found where the deployed ones are broken', () => {
    expect(() => chooseSettings({}, settingTexts({ [WARNING_THRESHOLD_PERCENT]: '95' }))).toThrow(SettingError);
    expect(() => chooseSettings({}, settingTexts({ [GRACE_PERIOD_SECONDS]: 'soon' }))).toThrow(SettingError);
  });

  /** What differs from the deployed settings. */
  function choose(candidates: Parameters<typeof chooseSettings>[0]): Partial<SettingTexts> {
    const { texts, settings } = chooseSettings(candidates, DEPLOYED);
    expect(settings).toEqual(parseSettings(texts));
    return Object.fromEntries(Object.entries(texts).filter(([name, text]) => DEPLOYED[name as SettingName] !== text));
  }
});
