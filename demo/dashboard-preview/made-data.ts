import { Line } from './insights';

/** Lines and numbers that look like those of a deployment at work: nothing here was measured. */

const ACCOUNT = '111122223333';

const SPENDERS = [
  [`iam-role/${ACCOUNT}/chat-backend`, 'platform', 41.27, 9_120], [`iam-role/${ACCOUNT}/report-writer`, 'finance', 22.9, 1_480],
  [`iam-user/${ACCOUNT}/BedrockAPIKey-k3v9`, 'search', 12.11, 3_300], [`iam-role/${ACCOUNT}/nightly-summaries`, 'data', 8.4, 610],
  [`iam-user/${ACCOUNT}/alice`, 'research', 5.02, 240], [`iam-user/${ACCOUNT}/BedrockAPIKey-zz01`, 'support', 1.31, 420], [`iam-user/${ACCOUNT}/bob "the" builder`, '-', 0.004, 3],
] as const;

const MODELS = ['eu.anthropic.claude-sonnet-4-20250514-v1:0', 'eu.amazon.nova-pro-v1:0', 'amazon.titan-embed-text-v2:0', `arn:aws:bedrock:eu-central-1:${ACCOUNT}:application-inference-profile/a1b2c3d4e5f6`];

export function madeLines(): readonly Line[] {
  const charged = SPENDERS.flatMap(([principalId, , usd, calls], who) => MODELS.slice(0, 1 + (who % MODELS.length)).map((modelId, index) => ({
    timestamp: `2026-11-26T1${index}:00:00Z`,
    message: 'charged',
    principalId,
    modelId,
    hour: `2026-11-26T1${index}`,
    calls: Math.ceil(calls / (index + 2)),
    costUsd: usd / (index + 2),
    inputTokens: calls * 1_900,
    outputTokens: calls * 310,
    cacheReadTokens: calls * 500,
    cacheWriteTokens: 0,
  })));
  const standing = (principalId: string, status: string, spentUsd: number, limitUsd: number, more: Line = {}) => ({
    timestamp: '2026-11-26T14:00:00Z',
    message: 'standing',
    principalId,
    kind: 'iam-role',
    team: SPENDERS.find(([id]) => id === principalId)?.[1] ?? '-',
    status,
    spentUsd,
    limitUsd,
    sharePercent: Math.floor(spentUsd / limitUsd * 1000) / 10,
    reason: `${(spentUsd / limitUsd * 100).toFixed(1)} % of $${limitUsd.toFixed(2)} spent since 2026-11-01`,
    periodEndsAt: '2026-12-01T00:00:00.000Z',
    graceEndsAt: '-',
    since: '2026-11-26T13:51:07.000Z',
    ...more,
  });
  return [
    ...charged,
    standing(SPENDERS[0][0], 'critical', 283.4, 300), standing(SPENDERS[1][0], 'grace_period', 151.02, 150, { graceEndsAt: '2026-11-26T14:05:00.000Z' }),
    standing(SPENDERS[3][0], 'warning', 37, 50), standing(`root/${ACCOUNT}`, 'exceeded', 3.2, 1),
    standing(SPENDERS[2][0], 'suspended', 25.61, 25), standing(SPENDERS[5][0], 'suspended', 1.31, 25, { reason: 'held by carol: key leaked in a public repository', since: '2026-11-25T22:10:00.000Z' }),
    // restored meanwhile: its later line takes it off the table
    standing(SPENDERS[4][0], 'suspended', 51, 50), { ...standing(SPENDERS[4][0], 'active', 51, 150), timestamp: '2026-11-26T14:30:00Z' },
  ];
}

/** Numbers that stand beside each other, and so have to agree; by the beginnings of their titles. */
const NUMBERS: readonly (readonly [RegExp, number])[] = [
  [/^Spent, last 24/, 72.08], [/^Spent, last/, 1_904.33], [/^Calls charged/, 15_173], [/^Charged by an estimate/, 1.68], [/^Nine of ten/, 41], [/^Slipped past, last/, 3.91],
  [/^Slipped past, of/, 0.21], [/^Suspensions/, 4], [/^Suspended now/, 2], [/^The system/, 0.78], [/^For 100 dollars/, 0.04], [/^For a million/, 1.71],
];

/** The number of a tile. */
export function madeNumber(title: string): number {
  return NUMBERS.find(([beginning]) => beginning.test(title))?.[1] ?? Math.round(madeSeries(title, 1)[0]);
}

/** The bar of a name: of a month, longer than that of a day. */
export function madeBar(title: string, name: string): number {
  return madeSeries(name, 1)[0] * (/30 days/.test(title) ? 140 : 5);
}

/** A curve that belongs to a name: the same at every run. */
export function madeSeries(name: string, points = 48): readonly number[] {
  let seed = [...name].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) % 2_147_483_647, 7);
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const rare = /fail|error|throttle|unread|queue|gave up|could not|reach/i.test(name);
  const top = 1 + random() * 9;
  return Array.from({ length: points }, (_, index) => (rare
    ? Number(random() > 0.96) * Math.ceil(random() * 2)
    : top * (0.35 + 0.5 * Math.max(0, Math.sin((index - 12) / points * 2 * Math.PI)) + 0.3 * random())));
}
