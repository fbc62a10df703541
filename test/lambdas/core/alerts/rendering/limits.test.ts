import { EventType } from '../../../../../src/contract';
import { Alert } from '../../../../../src/lambdas/core/alerts/alert';
import { chatNotificationOf } from '../../../../../src/lambdas/core/alerts/rendering/chat';
import { mailOf } from '../../../../../src/lambdas/core/alerts/rendering/mail';
import { shortMessageOf } from '../../../../../src/lambdas/core/alerts/rendering/short-message';
import { webhookPayloadOf } from '../../../../../src/lambdas/core/alerts/rendering/webhook';

/** A message that says nothing but what the test gives it. */
function aBareAlert(changes: Partial<Alert> = {}): Alert {
  return {
    type: EventType.CONFIGURATION_INVALID,
    eventId: 'event-1',
    occurredAt: '2026-03-10T12:00:00.000Z',
    deploymentId: 'dep-1',
    environmentName: 'prod',
    audience: 'operations',
    severity: 'info',
    headline: 'h',
    lines: [],
    facts: [],
    nextSteps: [],
    links: [],
    labels: {},
    ...changes,
  };
}

const FOOT = 'prod · 2026-03-10 12:00:00 UTC · event-1';
const chat = (changes: Partial<Alert>) => JSON.parse(chatNotificationOf(aBareAlert(changes), 'slack'));
const descriptionOf = (changes: Partial<Alert>): string => chat(changes).content.description;

describe('a chat message', () => {
  test('of which little is known, in whole', () => {
    expect(chat({})).toEqual({
      version: '1.0',
      source: 'custom',
      id: 'event-1',
      content: { textType: 'client-markdown', title: '🔵 prod: h', description: FOOT, keywords: ['info', 'operations'] },
      metadata: { summary: 'h', eventType: 'Configuration Invalid' },
    });
  });

  test('has its paragraphs in order', () => {
    expect(descriptionOf({
      lines: ['first', 'second'],
      whatNext: 'nothing',
      facts: [{ name: 'Spent', value: '$1' }, { name: 'Period', value: 'a day' }],
      links: [{ text: 'Dashboard', url: 'https://a' }, { text: 'Log', url: 'https://b' }],
      nextSteps: [{ text: 'Look.' }, { text: 'Run:', command: 'a < b && `c`' }],
    })).toBe([
      'first\nsecond', '*What happens next*: nothing', '• *Spent*: $1\n• *Period*: a day', '<https://a|Dashboard> · <https://b|Log>', FOOT,
      'Run:\n```\na &lt; b &amp;&amp; ˋcˋ\n```',
    ].join('\n\n'));
  });

  test('has marks that mention, link or set nothing, and underscores within words', () => {
    expect(descriptionOf({ lines: ['*a* ~b~ `c` @d [e] http://f <g> & _h_ i_j _k l_'] }))
      .toBe(`∗a∗ ∼b∼ ˋcˋ ＠d ［e］ http:⁄⁄f &lt;g&gt; &amp; ＿h＿ i_j ＿k l＿\n\n${FOOT}`);
  });

  test.each([[8, 8], [9, 8]])('of %i steps has %i', (count, told) => {
    const nextSteps = Array.from({ length: count }, (_, index) => ({ text: `step ${index}` }));
    expect(chat({ nextSteps }).content.nextSteps).toEqual(nextSteps.slice(0, told).map(({ text }) => text));
  });

  test('has steps of 300 characters at most, and a title of 240', () => {
    const [exact, longer] = chat({ nextSteps: [{ text: 's'.repeat(300) }, { text: 's'.repeat(301) }] }).content.nextSteps;
    expect([exact, longer]).toEqual(['s'.repeat(300), `${'s'.repeat(299)}…`]);
    const beginning = '🔵 prod: ';
    const room = 240 - [...beginning].length;
    expect(chat({ headline: 'h'.repeat(room) }).content.title).toBe(beginning + 'h'.repeat(room));
    expect(chat({ headline: 'h'.repeat(room + 1) }).content.title).toBe(`${beginning}${'h'.repeat(room - 1)}…`);
    expect(chat({ headline: '😀'.repeat(241) }).metadata.summary).toBe(`${'😀'.repeat(239)}…`);
  });

  const room = 2_900 - FOOT.length - '\n\n'.length;

  test('is told as a whole where it fits exactly', () => {
    expect(descriptionOf({ lines: ['x'.repeat(room)] })).toBe(`${'x'.repeat(room)}\n\n${FOOT}`);
    expect(descriptionOf({ lines: ['x'.repeat(room + 1)] })).toBe(`${'x'.repeat(room + 1)}\n\n…`);
  });

  test('ends with the last whole line that fits', () => {
    const line = 'y'.repeat(1_000);
    expect(descriptionOf({ lines: [line, line, line] })).toBe(`${line}\n${line}\n…`);
  });

  test('of one line that does not fit has its beginning', () => {
    expect(descriptionOf({ lines: ['x'.repeat(3_000)] })).toBe(`${'x'.repeat(2_898)}…\n…`);
  });

  test('has no half of a command', () => {
    expect(descriptionOf({ nextSteps: [{ text: 'Run:', command: 'c'.repeat(2_900) }, { text: 'Then:', command: 'd' }] })).toBe(`${FOOT}\n\n…`);
  });
});

describe('a text message', () => {
  const beginning = 'INFO prod: ';

  test('has 306 characters at most', () => {
    const exact = 306 - beginning.length - 1;
    expect(shortMessageOf(aBareAlert({ headline: 'h'.repeat(exact) }))).toBe(`${beginning}${'h'.repeat(exact)}.`);
    expect(shortMessageOf(aBareAlert({ headline: 'h'.repeat(exact + 1) }))).toBe(`${beginning}${'h'.repeat(exact - 2)}...`);
  });

  test('has the characters of the alphabet alone, each that is not in it by one like it', () => {
    expect(shortMessageOf(aBareAlert({ headline: '[a] {b} \\ ^ ~ | ` é 😀' }))).toBe(`${beginning}(a) (b) / ? - / ' ? ?.`);
  });

  test('tells of the facts those that cannot wait', () => {
    const facts = ['Principal', 'Labels', 'Spent', 'Of which estimated', 'Period', 'Forecast', 'Deadline'].map(name => ({ name, value: 'v' }));
    expect(shortMessageOf(aBareAlert({ facts }))).toBe(`${beginning}h. Spent: v. Forecast: v. Deadline: v.`);
  });
});

describe('a mail', () => {
  const foot = 'Severity: info\nEnvironment: prod\nDeployment: dep-1\nTime: 2026-03-10 12:00:00 UTC\nEvent: event-1';

  test('of which little is known, in whole', () => {
    expect(mailOf(aBareAlert())).toEqual({ subject: '[prod] h', body: foot });
  });

  test('has its paragraphs in order, and commands line by line', () => {
    expect(mailOf(aBareAlert({
      lines: ['first', 'second'],
      whatNext: 'nothing',
      facts: [{ name: 'Spent', value: '$1' }],
      links: [{ text: 'Dashboard', url: 'https://a' }],
      nextSteps: [{ text: 'Look.' }, { text: 'Run:', command: 'a \\\n  --b' }],
    })).body).toBe(['first\nsecond\nWhat happens next: nothing', 'Spent: $1', 'What to do:\n- Look.\n- Run:\n  a \\\n    --b', 'Dashboard: https://a', foot].join('\n\n'));
  });
});

test('a webhook has what is known and nothing else', () => {
  const { eventId, ...rest } = aBareAlert();
  expect(JSON.parse(webhookPayloadOf(aBareAlert()))).toEqual({ version: '1', id: eventId, ...rest });
  expect(JSON.parse(webhookPayloadOf(aBareAlert({ whatNext: 'nothing' })))).toEqual({ version: '1', id: eventId, ...rest, whatNext: 'nothing' });
});
