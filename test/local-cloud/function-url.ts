import { LocalCloud } from './local-cloud';

/** Where the local cloud answers what AWS answers at the URL of a Lambda function. */
export function functionUrlIn(cloud: LocalCloud, url: string): string {
  const [, id] = /^https:\/\/([a-z0-9]{32})\.lambda-url\.[a-z0-9-]+\.on\.aws\/$/.exec(url) ?? [];
  if (id === undefined) {
    throw new Error(`"${url}" is not the URL of a Lambda function`);
  }
  return `${cloud.endpoint}/_aws/lambda-url/${id}/`;
}
