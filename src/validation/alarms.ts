import { Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { BudgeteerValidationError, quoted, shown } from './problem';
import { checkList, checkResource } from './shapes';

/** CloudWatch carries out five actions of an alarm. The operations topic is told, and one for chats that hear of what is critical alone. */
const MAX_ALARM_ACTIONS = 3;

/** What alarms link to; the name of the alarm becomes the anchor. */
export function checkRunbookUrl(scope: IConstruct, url: string): void {
  if (!Token.isUnresolved(url) && !/^https?:\/\/[^\s#]+$/.test(url)) {
    throw new BudgeteerValidationError(scope, {
      prop: 'runbookUrl',
      given: quoted(url),
      allowed: 'the address of a page, without an anchor',
      remedy: 'give an address such as "https://wiki.example.com/bedrock-runbook": "#" and the name of the alarm are added to it',
    });
  }
}

export function checkAlarmActions(scope: IConstruct, severity: string, actions: unknown): void {
  const prop = `alarmActions.${severity}`;
  checkList(scope, prop, actions, 'put the action into brackets, such as [new SnsAction(topic)]');
  for (const [index, action] of (Array.isArray(actions) ? actions : []).entries()) {
    checkResource(scope, `${prop}[${index}]`, action, { members: ['bind'], allowed: 'an action of an alarm', remedy: 'write such as new SnsAction(topic)' });
  }
  if (Array.isArray(actions) && actions.length > MAX_ALARM_ACTIONS) {
    throw new BudgeteerValidationError(scope, {
      prop,
      given: `${actions.length} actions`,
      allowed: `at most ${MAX_ALARM_ACTIONS}, since CloudWatch carries out 5 and topics of the construct are told as well`,
      remedy: 'have a topic told, and subscribe the rest to it',
    });
  }
}

/** What an override says of an alarm, as far as that does not depend on the alarm. */
export function checkAlarmOverride(
  scope: IConstruct, name: string, override: { readonly threshold?: number; readonly evaluationPeriods?: number; readonly datapointsToAlarm?: number },
): void {
  const { threshold } = override;
  // No metric that is watched can be below 0.
  if (threshold !== undefined && !Token.isUnresolved(threshold) && !(typeof threshold === 'number' && Number.isFinite(threshold) && threshold >= 0)) {
    throw new BudgeteerValidationError(scope, {
      prop: `alarmOverrides["${name}"].threshold`,
      given: shown(threshold),
      allowed: 'a number from 0',
      remedy: 'give it in the unit of the metric that the alarm watches, which docs/runbook.md lists',
    });
  }
  for (const key of ['evaluationPeriods', 'datapointsToAlarm'] as const) {
    const given = override[key];
    if (given !== undefined && !Token.isUnresolved(given) && !(Number.isInteger(given) && given >= 1)) {
      throw new BudgeteerValidationError(scope, {
        prop: `alarmOverrides["${name}"].${key}`, given: shown(given), allowed: 'a whole number from 1', remedy: 'give how many periods count',
      });
    }
  }
}
