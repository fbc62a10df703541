import { EventType } from '../../../../contract';
import { EventDetail } from '../../events';
import { plainText } from '../../plain-text';
import { reasonOf } from '../texts';
import { steps, Writer } from './writer';

/** Settings that everybody's budget depends on. */
export const CONFIGURATION_WRITERS = {
  [EventType.CONFIGURATION_CHANGED]: detail => ({
    audience: 'operations',
    severity: 'warning',
    headline: 'Run-time settings of BedrockBudgeteer were changed',
    lines: ['The run-time settings were changed in SSM; the new ones are in force.', ...settingChanges(detail)],
    nextSteps: steps('If nobody of you did this, find out in CloudTrail who did (PutParameter).'),
  }),
  [EventType.CONFIGURATION_INVALID]: (detail, { settingsPath }) => ({
    audience: 'operations',
    severity: 'warning',
    headline: 'A run-time setting of BedrockBudgeteer is not valid',
    lines: ['A run-time setting in SSM is not valid and was refused.', `Which: ${reasonOf(detail)}`],
    nextSteps: steps(`Correct the parameter below ${plainText(settingsPath, 300)}/ in SSM Parameter Store; it is read again within a minute.`),
  }),
} satisfies Partial<Record<EventType, Writer>>;

function settingChanges({ before, after }: EventDetail): string[] {
  return Object.keys(after ?? {}).filter(name => before?.[name] !== after?.[name])
    .map(name => `${plainText(name, 64)}: ${plainText(before?.[name], 64) || 'none'} -> ${plainText(after?.[name], 64)}`);
}
