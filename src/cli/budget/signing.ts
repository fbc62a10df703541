import type { Hash, Hmac } from 'node:crypto';
import { Credentials } from '../command';
import { Endpoint } from './endpoint';

/** What Lambda calls itself where a function's URL checks a signature. */
const SERVICE = 'lambda';

/** Headers of a request with its body, as of a time. */
export type Signer = (body: string, at: Date) => Promise<Readonly<Record<string, string>>>;

/** Signs with SigV4. What it takes is loaded with the first request: other commands do without. */
export async function signerOf({ url, region }: Endpoint, credentials: () => Promise<Credentials>): Promise<Signer> {
  const { SignatureV4 } = await import('@smithy/signature-v4');
  const signature = new SignatureV4({ credentials, region, service: SERVICE, sha256: await sha256() });
  return async (body, at) => {
    const { headers } = await signature.sign({
      method: 'POST',
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: { 'host': url.host, 'content-type': 'application/json' },
      body,
    }, { signingDate: at });
    // Made of the URL by whoever sends the request, and the same.
    const { host, ...sent } = headers;
    return sent;
  };
}

type Data = string | ArrayBuffer | ArrayBufferView;

/** Node's own hash, in the form in which the library takes one. */
async function sha256() {
  const { createHash, createHmac } = await import('node:crypto');
  return class Sha256 {
    private hash: Hash | Hmac;

    constructor(private readonly secret?: Data) {
      this.hash = this.begin();
    }

    public update(data: Data): void {
      this.hash.update(bytesOf(data));
    }

    public async digest(): Promise<Uint8Array> {
      return this.hash.digest();
    }

    public reset(): void {
      this.hash = this.begin();
    }

    private begin(): Hash | Hmac {
      return this.secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(this.secret));
    }
  };
}

function bytesOf(data: Data): Uint8Array {
  if (typeof data === 'string') {
    return Buffer.from(data, 'utf8');
  }
  return ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);
}
