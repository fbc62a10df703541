/** Where the console is in partitions other than that of most regions. */
const CONSOLES: readonly (readonly [RegExp, string])[] = [
  [/^cn-/, 'console.amazonaws.cn'],
  [/^us-gov-/, 'console.amazonaws-us-gov.com'],
];

/** The page of a CloudWatch dashboard. */
export function dashboardUrl(region: string, name: string): string {
  const host = CONSOLES.find(([regions]) => regions.test(region))?.[1] ?? `${region}.console.aws.amazon.com`;
  return `https://${host}/cloudwatch/home?region=${encodeURIComponent(region)}#dashboards/dashboard/${encodeURIComponent(name)}`;
}
