import { EventType } from '../../../../src/contract';
import { chatNotificationOf } from '../../../../src/lambdas/core/alerts/rendering/chat';
import { mailOf } from '../../../../src/lambdas/core/alerts/rendering/mail';
import { shortMessageOf } from '../../../../src/lambdas/core/alerts/rendering/short-message';
import { webhookPayloadOf } from '../../../../src/lambdas/core/alerts/rendering/webhook';
import { DigestFigures, DigestLine } from '../../../../src/lambdas/core/events';
import { ALICE, ROLE } from '../builders';
import { aDetail, anAlert } from './an-alert';

const line = (principalId: string, recentUsd: string, status: string): DigestLine => ({ principalId, labels: { team: 'search' }, status, recentUsd, budget: aDetail().budget! });
const EMPTY = aDetail().digest!;
const digest: DigestFigures = {
  ...EMPTY,
  unreadable: 1,
  aboveWarning: [line(ALICE, '3.2', 'grace_period')],
  aboveWarningCount: 7,
  topRecent: [line(ROLE, '9.3', 'active'), line(ALICE, '3.2', 'grace_period')],
  topInPeriod: [{ ...line(ROLE, '9.3', 'active'), budget: undefined }],
};
const ofDeployment = { principalId: undefined, principalKind: undefined, labels: undefined, budget: undefined, graceDeadline: undefined, eventId: 'daily-digest/dep-1/2026-03-10' };
const alert = (figures: DigestFigures) => anAlert(EventType.DAILY_DIGEST, { ...ofDeployment, digest: figures });

test('tells who is above the warning threshold, who spends most, and what is to be expected', () => {
  const { subject, body } = mailOf(alert(digest));
  expect(subject).toBe('[prod] Bedrock digest of 2026-03-10: $12.50 since yesterday, 7 above the warning threshold');
  expect(body).toBe(`Above the warning threshold (7):
- alice (iam-user/444455556666/alice, team=search): $91.23 of $100.00 (91.2 %) of calendar month, grace period; forecast: at this pace the limit is reached at 2026-03-11 05:12 UTC; $302.46 by the end of the period
and 6 more
Spent most on 2026-03-09 and so far on 2026-03-10:
- report-writer (iam-role/444455556666/report-writer, team=search): $9.30, active
- alice (iam-user/444455556666/alice, team=search): $3.20, grace period
Spent most in the period of their budget:
- report-writer (iam-role/444455556666/report-writer, team=search): no budget, active

Spent since yesterday: $12.50
Principals: 3
Budgets that cannot be read: 1: they are in no list; the log of the daily digest names them

Dashboard: https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1#dashboards/dashboard/dep-1-eu-central-1

Severity: info
Environment: prod
Deployment: dep-1
Time: 2026-03-10 12:00:00 UTC
Event: daily-digest/dep-1/2026-03-10`);
});

test('says so where there is nothing to tell', () => {
  const { subject, body } = mailOf(alert(EMPTY));
  expect(subject).toContain('nobody above the warning threshold');
  expect(body).toContain('Nobody is above the warning threshold.\nNobody has spent anything on 2026-03-09 and so far on 2026-03-10.\nNobody has spent anything of a budget in its period.');
});

test('has the form of each channel', () => {
  expect(shortMessageOf(alert(digest))).toBe('INFO prod: Bedrock digest of 2026-03-10: $12.50 since yesterday, 7 above the warning threshold.');
  expect(JSON.parse(webhookPayloadOf(alert(digest))).digest).toEqual(JSON.parse(JSON.stringify(digest)));
  const { content } = JSON.parse(chatNotificationOf(alert(digest), 'slack'));
  expect(content.title).toBe('🔵 prod: Bedrock digest of 2026-03-10: $12.50 since yesterday, 7 above the warning threshold');
});

test('of many fits into a chat by whole lines, and into a webhook as a whole', () => {
  const many = Array.from({ length: 50 }, (_, index) => line(`iam-user/444455556666/${'n'.repeat(60)}${index}`, '1', 'warning'));
  const told = alert({ ...digest, aboveWarning: many, topRecent: many.slice(25), topInPeriod: many.slice(25) });
  const { description } = JSON.parse(chatNotificationOf(told, 'slack')).content;
  expect(description.length).toBeLessThanOrEqual(2_905);
  expect(description.endsWith('by the end of the period\n…')).toBe(true);
  expect(Buffer.byteLength(JSON.stringify(webhookPayloadOf(told)))).toBeLessThan(200_000);
});

test('may lack its figures', () => {
  expect(() => anAlert(EventType.DAILY_DIGEST, { ...ofDeployment, digest: undefined })).toThrow('nobody is told');
});

test('goes to whom it is for', () => {
  expect(alert({ ...digest, audience: 'operations' }).audience).toBe('operations');
});
