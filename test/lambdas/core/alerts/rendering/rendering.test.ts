import * as fc from 'fast-check';
import { EventType } from '../../../../../src/contract';
import { chatNotificationOf } from '../../../../../src/lambdas/core/alerts/rendering/chat';
import { mailOf } from '../../../../../src/lambdas/core/alerts/rendering/mail';
import { shortMessageOf } from '../../../../../src/lambdas/core/alerts/rendering/short-message';
import { signed, webhookPayloadOf } from '../../../../../src/lambdas/core/alerts/rendering/webhook';
import { anAlert, CONTEXT } from '../an-alert';

const HOSTILE = [
  '<!channel>', '<@U012AB3CD>', '@here', '*bold*', '_slanted_', '~gone~', '`code`', '```', '[click](https://evil.example)', '<https://evil.example|AWS>',
  '&lt;!here&gt;',
  '\u202Etfel', '\u0000', '\n\nSubject: you won', '<at>all</at>', '|', '{', '€', '😀',
];
const hostile = fc.array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string()), { minLength: 1, maxLength: 30 }).map(parts => parts.join(' '));
const hostileAlert = (text: string) => anAlert(EventType.PRINCIPAL_SUSPENDED, {
  environmentName: text, deploymentId: text, eventId: text, reason: text, principalId: text, principalKind: text, labels: { [text]: text },
});

describe('chat', () => {
  interface Content {
    readonly title: string;
    readonly description: string;
    readonly nextSteps?: string[];
    readonly keywords: string[];
  }
  const contentOf = (notification: string) => JSON.parse(notification).content as Content;

  test('is a custom notification of Amazon Q Developer', () => {
    const notification = JSON.parse(chatNotificationOf(anAlert(EventType.GRACE_PERIOD_STARTED), 'slack'));
    expect(notification).toEqual({
      version: '1.0',
      source: 'custom',
      id: 'change-1/event',
      content: {
        textType: 'client-markdown',
        title: '🔴 prod: alice has reached its Bedrock budget: suspended at 2026-03-10 12:05:00 UTC',
        description: expect.stringContaining('• *Spent*: $91.23 of $100.00 (91.2 %)\n'),
        nextSteps: expect.arrayContaining(['Finish or save what is running.']),
        keywords: ['critical', 'alerts', 'iam-user'],
      },
      metadata: {
        summary: 'alice has reached its Bedrock budget: suspended at 2026-03-10 12:05:00 UTC',
        eventType: 'Grace Period Started',
        relatedResources: ['iam-user/444455556666/alice'],
      },
    });
  });

  test('has the commands in blocks, to be copied as they are', () => {
    const { description } = contentOf(chatNotificationOf(anAlert(EventType.GRACE_PERIOD_STARTED), 'slack'));
    const blocks = [...description.matchAll(/```\n([^]*?)\n```/g)].map(([, block]) => block);
    expect(blocks).toEqual(anAlert(EventType.GRACE_PERIOD_STARTED).nextSteps.flatMap(({ command }) => command ?? []));
  });

  test('links the dashboard, and sets names bold, as each platform does', () => {
    const alert = anAlert(EventType.GRACE_PERIOD_STARTED);
    expect(contentOf(chatNotificationOf(alert, 'slack')).description).toContain(`<${CONTEXT.dashboardUrl}|Dashboard>`);
    expect(contentOf(chatNotificationOf(alert, 'teams')).description).toContain(`[Dashboard](${CONTEXT.dashboardUrl})`);
    expect(contentOf(chatNotificationOf(alert, 'teams')).description).toContain('• **Spent**: $91.23');
  });

  test('names of people and things can be read', () => {
    const { description, title } = contentOf(chatNotificationOf(anAlert(EventType.PRINCIPAL_RESTORED, { principalId: 'iam-role/444455556666/my_agent-x.y', labels: { cost_center: 'a/b' } }), 'slack'));
    expect(title).toContain('my_agent-x.y may use Bedrock again');
    expect(description).toContain('cost_center=a/b');
  });

  test.each(['slack', 'teams'] as const)('whatever others wrote: in %s it mentions nobody, links nowhere, and marks nothing', platform => {
    fc.assert(fc.property(hostile, text => {
      const { title, description, nextSteps = [], keywords } = contentOf(chatNotificationOf(hostileAlert(text), platform));
      // Ours are taken away: what is left is theirs, or harmless.
      const ours = description
        .replaceAll(`<${CONTEXT.dashboardUrl}|Dashboard>`, '').replaceAll(`[Dashboard](${CONTEXT.dashboardUrl})`, '')
        .replace(/\*{1,2}(?:What happens next|Principal|Labels|Spent|Period|Forecast|Deadline)\*{1,2}:/g, '');
      for (const shown of [title, ours, ...nextSteps, ...keywords]) {
        expect(shown).not.toMatch(/[<>*~`@[\]]|:\/\/|&(?!amp;|lt;|gt;)|\p{Cf}|[^\n\P{Cc}]/u);
      }
    }));
  });

  test('stays within what the platforms take, by whole paragraphs', () => {
    fc.assert(fc.property(fc.string({ minLength: 100, maxLength: 3_000 }), text => {
      for (const type of [EventType.PRINCIPAL_SUSPENDED, EventType.RUNTIMES_SHARE_ROLE, EventType.PRICES_HELD_BACK]) {
        const many = { runtimes: Array.from({ length: 40 }, () => text), ...Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`${index}${text}`, text])) };
        const notification = chatNotificationOf(anAlert(type, { reason: text, labels: { [text]: text }, after: many, before: many }), 'slack');
        const { title, description, nextSteps = [] } = contentOf(notification);
        expect([...title].length).toBeLessThanOrEqual(240);
        expect(description.length).toBeLessThanOrEqual(3_000);
        expect((description.match(/```/g) ?? []).length % 2).toBe(0);
        expect(nextSteps.every(step => [...step].length <= 300)).toBe(true);
        expect(Buffer.byteLength(notification)).toBeLessThan(64 * 1024);
      }
    }), { numRuns: 30 });
  });
});

describe('a text message', () => {
  test('says how bad, what, how far and until when, in that order', () => {
    expect(shortMessageOf(anAlert(EventType.GRACE_PERIOD_STARTED))).toBe(
      'CRITICAL prod: alice has reached its Bedrock budget: suspended at 2026-03-10 12:05:00 UTC. Spent: $91.23 of $100.00 (91.2 %). '
      + 'Forecast: at this pace the limit is reached at 2026-03-11 05:12 UTC; $302.46 by the end of the period. Deadline: 2026-03-10 12:05:00 UTC.',
    );
  });

  test('of a deployment is its headline', () => {
    const alert = anAlert(EventType.CONFIGURATION_INVALID, { principalId: undefined, budget: undefined });
    expect(shortMessageOf(alert)).toBe('WARNING prod: A run-time setting of BedrockBudgeteer is not valid.');
  });

  test('takes at most two segments of the GSM alphabet, whatever others wrote', () => {
    fc.assert(fc.property(hostile, text => {
      expect(shortMessageOf(hostileAlert(text))).toMatch(/^[ A-Za-z0-9!"#$%&'()*+,\-./:;<=>?@_]{1,306}$/);
    }));
  });
});

describe('a webhook', () => {
  test('carries the alert as it is', () => {
    const alert = anAlert(EventType.GRACE_PERIOD_STARTED);
    const payload = JSON.parse(webhookPayloadOf(alert));
    expect(payload).toMatchObject({
      version: '1',
      id: 'change-1/event',
      type: 'Grace Period Started',
      severity: 'critical',
      audience: 'alerts',
      headline: alert.headline,
      principal: { id: 'iam-user/444455556666/alice', kind: 'iam-user' },
      labels: { team: 'search', owner: 'bob@example.com' },
      budget: { spentUsd: '91.2345', forecast: { outcome: 'exhausts' } },
      whatNext: alert.whatNext,
    });
    expect(payload).not.toHaveProperty('eventId');
  });

  test('is signed over the time and the payload', () => {
    // printf '1773144000.{"a":1}' | openssl dgst -sha256 -hmac secret
    expect(signed('{"a":1}', 'secret', Date.parse('2026-03-10T12:00:00.999Z'))).toEqual({
      payload: '{"a":1}', signature: 't=1773144000,v1=0ed299db7dd7fa2735f38970b556f719a3eb8f14b27256dac5568caf55b2e754',
    });
  });

  test('has another signature for another payload, secret or time', () => {
    const signature = (payload: string, secret: string, at: number) => signed(payload, secret, at).signature.split('v1=')[1];
    expect(new Set([signature('a', 's', 1e12), signature('b', 's', 1e12), signature('a', 'r', 1e12), signature('a', 's', 1e12 + 1000)]).size).toBe(4);
    // The time is a part of what is signed, not put before it without a mark.
    expect(signature('1.a', 's', 0)).not.toBe(signature('a', 's', 0));
  });
});

test('a mail has no line of strangers', () => {
  fc.assert(fc.property(hostile, text => {
    const { subject, body } = mailOf(hostileAlert(text));
    expect(subject).toMatch(/^[\x20-\x7e]{1,100}$/);
    expect(body).not.toMatch(/[^\n\P{Cc}]|\p{Cf}|\p{Zl}|\p{Zp}/u);
    expect(body.split('\n').some(line => line.startsWith('Subject:'))).toBe(false);
  }));
});
