import { createHash, createHmac } from 'node:crypto';
import { IncomingMessage } from 'node:http';

/** Checks SigV4 as AWS describes it, without the library that signs. */

export interface Secret {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

const AUTHORIZATION = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/;

/** Why a request is not admitted; `undefined` where it is. */
export function refusal({ method, url, headers }: IncomingMessage, body: string, secret: Secret, region: string): string | undefined {
  const match = AUTHORIZATION.exec(headers.authorization ?? '');
  if (!match) {
    return 'Missing Authentication Token';
  }
  const [, accessKeyId, day, signedRegion, service, signedHeaders, signature] = match;
  const names = signedHeaders.split(';');
  if (accessKeyId !== secret.accessKeyId || headers['x-amz-security-token'] !== secret.sessionToken) {
    return 'The security token included in the request is invalid';
  }
  if (!['host', 'x-amz-date', 'content-type', ...(secret.sessionToken ? ['x-amz-security-token'] : [])].every(name => names.includes(name))) {
    return `only ${signedHeaders} are signed`;
  }
  if (signedRegion !== region || service !== 'lambda') {
    return `Credential should be scoped to a valid region and service, not ${signedRegion} and ${service}`;
  }
  const { pathname, searchParams } = new URL(url!, 'http://localhost');
  const query = [...searchParams].map(pair => pair.map(encodeURIComponent).join('=')).sort().join('&');
  const canonical = [method, pathname, query, ...names.map(name => `${name}:${String(headers[name]).trim()}`), '', signedHeaders, hash(body)].join('\n');
  const scope = `${day}/${region}/lambda/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, hash(canonical)].join('\n');
  const key = [day, region, 'lambda', 'aws4_request'].reduce<string | Buffer>((secretSoFar, part) => hmac(secretSoFar, part), `AWS4${secret.secretAccessKey}`);
  return hmac(key, toSign).toString('hex') === signature ? undefined : 'The request signature we calculated does not match the signature you provided.';
}

function hash(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text, 'utf8').digest();
}
