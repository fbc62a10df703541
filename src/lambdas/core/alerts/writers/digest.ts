import { EventType } from '../../../../contract';
import { DigestFigures, DigestLine, EventDetail } from '../../events';
import { plainText } from '../../plain-text';
import { Message } from '../alert';
import { forecastText, labelFacts, spentOf } from '../figures';
import { dollars, nameOf } from '../texts';
import { Writer } from './writer';

/** What is told once a day, whatever happened. */
export const DIGEST_WRITERS = {
  [EventType.DAILY_DIGEST]: ({ digest }: EventDetail) => (digest ? digestMessage(digest) : undefined),
} satisfies Partial<Record<EventType, Writer>>;

function digestMessage(digest: DigestFigures): Message {
  const { topRecent, topInPeriod, aboveWarning } = digest;
  const above = Number(digest.aboveWarningCount);
  const since = `${plainText(digest.yesterday, 10)} and so far on ${plainText(digest.today, 10)}`;
  return {
    audience: digest.audience === 'operations' ? 'operations' : 'alerts',
    severity: 'info',
    headline: `Bedrock digest of ${plainText(digest.today, 10)}: ${dollars(digest.recentUsd)} since yesterday, ${above === 0 ? 'nobody' : above} above the warning threshold`,
    lines: [
      ...(above === 0 ? ['Nobody is above the warning threshold.'] : [
        `Above the warning threshold (${above}):`, ...aboveWarning.map(line => budgetLine(line)),
        ...(above > aboveWarning.length ? [`and ${above - aboveWarning.length} more`] : []),
      ]),
      ...(topRecent.length === 0 ? [`Nobody has spent anything on ${since}.`] : [
        `Spent most on ${since}:`, ...topRecent.map(line => `- ${whoIs(line)}: ${dollars(line.recentUsd)}, ${statusOf(line)}`),
      ]),
      ...(topInPeriod.length === 0 ? ['Nobody has spent anything of a budget in its period.'] : ['Spent most in the period of their budget:', ...topInPeriod.map(line => budgetLine(line))]),
    ],
    facts: [
      { name: 'Spent since yesterday', value: dollars(digest.recentUsd) },
      { name: 'Principals', value: String(Number(digest.principals)) },
      ...(digest.unreadable > 0 ? [{ name: 'Budgets that cannot be read', value: `${Number(digest.unreadable)}: they are in no list; the log of the daily digest names them` }] : []),
    ],
    nextSteps: [],
  };
}

function budgetLine(line: DigestLine): string {
  const { budget } = line;
  return `- ${whoIs(line)}: ${budget ? `${spentOf(budget)} of ${plainText(budget.period, 40)}` : 'no budget'}, ${statusOf(line)}${budget ? `; forecast: ${forecastText(budget)}` : ''}`;
}

/** The name, and what tells it from others of that name. */
function whoIs({ principalId, labels }: DigestLine): string {
  const [{ value } = { value: '' }] = labelFacts(labels);
  return `${nameOf({ principalId, labels })} (${[plainText(principalId, 200), value].filter(Boolean).join(', ')})`;
}

function statusOf({ status }: DigestLine): string {
  return plainText(status, 20).replace('_', ' ');
}
