const ANY_NAMES = '**/';

/** Whether a path is one of those that a pattern stands for: `*` is one name, or a part of one, and `**` any number of them. */
export function isPath(pattern: string, path: string): boolean {
  const expression = pattern.split(ANY_NAMES).map(part => part.split('*').map(escaped).join('[^/]+')).join('(?:[^/]+/)*');
  return new RegExp(`^${expression}$`).test(path);
}

/** Whether an ARN is one of those that a pattern stands for: `{}` is any text without an asterisk, so that those of the ARN stand in the pattern as well. */
export function isArn(pattern: string, arn: string): boolean {
  return new RegExp(`^${pattern.split('{}').map(escaped).join('[^*]*')}$`).test(arn);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
