import { createHash } from 'node:crypto';

/**
 * What a page may do: run one script and use one stylesheet, both known by their hashes, and show images that it carries itself. It can
 * reach no server, whatever gets into its data.
 */
export function contentSecurity(script: string, stylesheet: string): string {
  return [
    "default-src 'none'",
    `script-src ${hash(script)}`,
    `style-src ${hash(stylesheet)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function hash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
