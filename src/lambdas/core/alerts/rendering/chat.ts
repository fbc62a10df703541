import { Alert, Fact, NextStep } from '../alert';
import { instant } from '../texts';

/** The platforms differ in how they mark bold text and links. */
export type ChatPlatform = 'slack' | 'teams';

/** Below what Amazon Q Developer and the platforms behind it take; what is longer is cut, or refused as a whole. */
const MAX_TITLE = 240;
const MAX_DESCRIPTION = 2_900;
const MAX_STEP = 300;
const MAX_STEPS = 8;

const MARKS = { info: '🔵', warning: '🟠', critical: '🔴' } as const;

/**
 * A custom notification of Amazon Q Developer in chat applications: what has another form it drops without a word.
 *
 * Source: https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
 */
export function chatNotificationOf(alert: Alert, platform: ChatPlatform): string {
  const { bold, link } = STYLES[platform];
  const steps = alert.nextSteps.slice(0, MAX_STEPS);
  const paragraphs = [
    ...(alert.lines.length > 0 ? [alert.lines.map(inert).join('\n')] : []),
    ...(alert.whatNext === undefined ? [] : [`${bold('What happens next')}: ${inert(alert.whatNext)}`]),
    ...(alert.facts.length > 0 ? [alert.facts.map(({ name, value }: Fact) => `• ${bold(inert(name))}: ${inert(value)}`).join('\n')] : []),
    ...(alert.links.length > 0 ? [alert.links.map(({ text, url }) => link(inert(text), url)).join(' · ')] : []),
    `${inert(alert.environmentName)} · ${instant(alert.occurredAt)} · ${inert(alert.eventId)}`,
    ...steps.flatMap(commandParagraph),
  ];
  return JSON.stringify({
    version: '1.0',
    source: 'custom',
    id: alert.eventId,
    content: {
      textType: 'client-markdown',
      title: cut(`${MARKS[alert.severity]} ${inert(`${alert.environmentName}: ${alert.headline}`)}`, MAX_TITLE),
      description: fitting(paragraphs),
      ...(steps.length > 0 ? { nextSteps: steps.map(({ text }) => cut(inert(text), MAX_STEP)) } : {}),
      keywords: [alert.severity, alert.audience, ...(alert.principal?.kind === undefined ? [] : [inert(alert.principal.kind)])],
    },
    metadata: {
      summary: cut(inert(alert.headline), MAX_TITLE),
      eventType: alert.type,
      ...(alert.principal ? { relatedResources: [inert(alert.principal.id)] } : {}),
    },
  });
}

const STYLES = {
  slack: { bold: (text: string) => `*${text}*`, link: (text: string, url: string) => `<${url}|${text}>` },
  teams: { bold: (text: string) => `**${text}**`, link: (text: string, url: string) => `[${text}](${url})` },
} as const;

/** Commands stand in a block, so that they can be copied as they are. */
function commandParagraph({ text, command }: NextStep): string[] {
  return command === undefined ? [] : [`${inert(text)}\n\`\`\`\n${escaped(command).replaceAll('`', 'ˋ')}\n\`\`\``];
}

/** Whole paragraphs, as many as fit, of the last one whole lines: half a command would be worse than none. */
function fitting(paragraphs: readonly string[]): string {
  let description = '';
  for (const paragraph of paragraphs) {
    const longer = description === '' ? paragraph : `${description}\n\n${paragraph}`;
    if (longer.length > MAX_DESCRIPTION) {
      const room = longer.slice(0, MAX_DESCRIPTION);
      return paragraph.includes('```') ? `${description}\n\n…` : `${room.slice(0, Math.max(room.lastIndexOf('\n'), 0)) || cut(room, MAX_DESCRIPTION - 1)}\n…`;
    }
    description = longer;
  }
  return description;
}

/** `<`, `>` and `&` begin mentions and links in Slack, and tags in Teams. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/**
 * Text that mentions nobody, links nowhere and is set as it is, whoever wrote it. Slack knows no way to escape its marks: they are replaced by characters
 * that look alike. Names are to be read here; the commands have them as they are.
 */
function inert(text: string): string {
  return escaped(text).replace(/[*~`@[\]]|_(?![A-Za-z0-9])|(?<![A-Za-z0-9])_|:\/\//g, mark => LOOKALIKES[mark]);
}

const LOOKALIKES: Readonly<Record<string, string>> = {
  '*': '∗', '~': '∼', '`': 'ˋ', '@': '＠', '[': '［', ']': '］', '_': '＿', '://': ':⁄⁄',
};

function cut(text: string, length: number): string {
  const characters = [...text];
  return characters.length > length ? `${characters.slice(0, length - 1).join('')}…` : text;
}
