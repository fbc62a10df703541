/** How an alert is written for a topic. */
export enum AlertFormat {
  /** As a mail is: plain text with a subject. */
  TEXT = 'text',
  /** As a text message is: at most 306 characters. */
  SHORT = 'short',
  /** As a custom notification of Amazon Q Developer in chat applications, for Slack. */
  SLACK = 'slack',
  /** As a custom notification of Amazon Q Developer in chat applications, for Microsoft Teams. */
  MICROSOFT_TEAMS = 'teams',
  /** JSON: the payload that a webhook gets. */
  JSON = 'json',
}
