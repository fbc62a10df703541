import { asciiSubject } from '../../plain-text';
import { Alert, NextStep } from '../alert';
import { instant } from '../texts';

export interface Mail {
  /** ASCII, at most 100 characters. */
  readonly subject: string;
  readonly body: string;
}

/** An alert as plain text. */
export function mailOf(alert: Alert): Mail {
  const paragraphs = [
    [...alert.lines, ...(alert.whatNext === undefined ? [] : [`What happens next: ${alert.whatNext}`])],
    alert.facts.map(({ name, value }) => `${name}: ${value}`),
    alert.nextSteps.length > 0 ? ['What to do:', ...alert.nextSteps.flatMap(stepLines)] : [],
    alert.links.map(({ text, url }) => `${text}: ${url}`),
    [
      `Severity: ${alert.severity}`, `Environment: ${alert.environmentName}`, `Deployment: ${alert.deploymentId}`,
      `Time: ${instant(alert.occurredAt)}`, `Event: ${alert.eventId}`,
    ],
  ];
  return {
    subject: asciiSubject(`[${alert.environmentName}] ${alert.headline}`),
    body: paragraphs.filter(lines => lines.length > 0).map(lines => lines.join('\n')).join('\n\n'),
  };
}

function stepLines({ text, command }: NextStep): string[] {
  return [`- ${text}`, ...(command === undefined ? [] : command.split('\n').map(line => `  ${line}`))];
}
