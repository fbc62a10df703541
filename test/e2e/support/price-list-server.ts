import { once } from 'node:events';
import { createServer, IncomingMessage, Server } from 'node:http';
import { AddressInfo } from 'node:net';

/** An item of the AWS Price List as `GetProducts` gives it, as far as prices of tokens go. */
export interface ListedTokens {
  /** As AWS displays it. */
  readonly model: string;
  readonly region: string;
  readonly inferenceType: 'Input tokens' | 'Output tokens';
  readonly usageType: string;
  /** USD per thousand tokens. */
  readonly usd: string;
}

/** The AWS Price List on this machine, which the local cloud does not have. Gives one item a page, so that there are several. */
export class PriceListServer {
  public static async start(): Promise<PriceListServer> {
    const list = new PriceListServer();
    list.server.listen(0, '127.0.0.1');
    await once(list.server, 'listening');
    return list;
  }

  public items: Readonly<Record<string, readonly ListedTokens[]>> = {};
  /** Services that are out of order. */
  public broken: readonly string[] = [];
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      void bodyOf(request).then(body => {
        const { ServiceCode: serviceCode, NextToken: token = '0', Filters: filters = [] } = JSON.parse(body) as Query;
        if (this.broken.includes(serviceCode)) {
          response.writeHead(500, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify({ __type: 'InternalErrorException', message: 'out of order' }));
          return;
        }
        const all = (this.items[serviceCode] ?? []).filter(({ region }) => filters.every(({ Value: value }) => value === region));
        const page = Number(token);
        response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify({
          FormatVersion: 'aws_v1',
          PriceList: all.slice(page, page + 1).map(item => JSON.stringify(asListed(item, serviceCode))),
          ...(page + 1 < all.length ? { NextToken: String(page + 1) } : {}),
        }));
      });
    });
  }

  public get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

interface Query {
  readonly ServiceCode: string;
  readonly NextToken?: string;
  readonly Filters?: readonly { readonly Value: string }[];
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function asListed({ model, region, inferenceType, usageType, usd }: ListedTokens, serviceCode: string): object {
  const sku = `${usageType}-${inferenceType}`.toUpperCase().replace(/[^A-Z0-9]/g, '').slice(0, 16);
  return {
    product: { productFamily: 'Amazon Bedrock', sku, attributes: { regionCode: region, servicecode: serviceCode, inferenceType, usagetype: usageType, model, feature: 'On-demand Inference' } },
    serviceCode,
    terms: {
      OnDemand: {
        [`${sku}.JRTCKXETXF`]: {
          priceDimensions: { [`${sku}.JRTCKXETXF.6YS6EN2CT7`]: { unit: '1K tokens', beginRange: '0', endRange: 'Inf', description: '', pricePerUnit: { USD: usd } } },
          sku,
          effectiveDate: '2026-11-01T00:00:00Z',
        },
      },
    },
    version: '20261101000000',
    publicationDate: '2026-11-01T00:00:00Z',
  };
}
