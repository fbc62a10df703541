import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PriceListReader, PriceStore, RefreshedPrices } from '../../../../../src/lambdas/core/pricing/price-list/price-store';
import { SERVICE_CODES, ServiceCode } from '../../../../../src/lambdas/core/pricing/price-list/service-codes';
import { parsePriceTable } from '../../../../../src/lambdas/core/pricing/price-table';
import { Faults } from '../../in-memory/faults';

/** Items in the shape of the AWS Price List, with all the ways in which they mislead. */
export function fixture(serviceCode: ServiceCode): string[] {
  return readFileSync(join(__dirname, `../../../../fixtures/price-list/${serviceCode}.jsonl`), 'utf8').trim().split('\n');
}

export const FIXTURES: Readonly<Record<ServiceCode, string[]>> = Object.fromEntries(
  SERVICE_CODES.map(code => [code, fixture(code)]),
) as Record<ServiceCode, string[]>;

/** A small catalog to compare with. */
export const EMBEDDED = parsePriceTable('2026-11-01', `
  amazon.nova-pro-v1:0                       *  in=0.8 out=3.2 read=0.2
  amazon.nova-2-lite-v1:0                    *  in=0.3 out=2.5 read=0.075 geo+10%
  amazon.titan-embed-text-v2:0               *  in=0.02 out=0
  amazon.nova-canvas-v1:0                    *  image:1024=0.04 image:2048-premium=0.08
  amazon.rerank-v1:0                         *  query=0.001
  amazon.bedrock-guardrails                  *  guardrail-content=0.00015
  anthropic.claude-opus-4-7                  *  in=5 out=25 read=0.5 write5m=6.25 write1h=10 geo+10%
  anthropic.claude-opus-4-5-20251101-v1:0    *  in=5 out=25 read=0.5 write5m=6.25 write1h=10 geo+10%
  anthropic.claude-sonnet-4-6                *  in=3 out=15 read=0.3 write5m=3.75 write1h=6 geo+10%
  anthropic.claude-sonnet-4-5-20250929-v1:0  *  in=3 out=15 read=0.3 write5m=3.75 write1h=6 geo+10% long>200000
  anthropic.claude-haiku-4-5-20251001-v1:0   *  in=1 out=5 read=0.1 write5m=1.25 write1h=2 geo+10%
  anthropic.claude-3-haiku-20240307-v1:0     *  in=0.25 out=1.25 read=0.025 worldwide superseded
  meta.llama3-3-70b-instruct-v1:0            *  in=0.72 out=0.72
  mistral.mistral-large-3-675b-instruct      *  in=0.5 out=1.5
  zai.glm-5                                  *  in=1 out=3.2
`);

interface ItemOptions {
  readonly usage: string;
  readonly usd?: string;
  readonly unit?: string;
  readonly description?: string;
  readonly attributes?: Readonly<Record<string, string | null>>;
}

/** One item; in us-east-1 unless it says otherwise. */
export function item({ usage, usd = '0.001', unit = '1K tokens', description = '', attributes = {} }: ItemOptions): string {
  return JSON.stringify({
    product: { sku: 'SKU', attributes: { regionCode: 'us-east-1', usagetype: usage, ...attributes } },
    terms: { OnDemand: { 'SKU.T': { priceDimensions: { 'SKU.T.D': { unit, description, pricePerUnit: { USD: usd } } } } } },
  });
}

/** An item of the marketplace. */
export function listing(name: string, counted: string, usd: string, unit = 'Units'): string {
  return item({ usage: `USE1-MP:USE1_${counted}-Units`, usd, unit, attributes: { servicename: `${name} (Amazon Bedrock Edition)` } });
}

/** A price list in memory, a few items a page, filtered as the server does. Its pages fail by the name `<service code> <number of the page>`. */
export class InMemoryPriceList implements PriceListReader {
  public readonly asked: string[] = [];
  public itemsPerPage = 10;

  constructor(public items: Readonly<Partial<Record<ServiceCode, readonly string[]>>>, private readonly faults = new Faults()) {}

  public async *pages(serviceCode: ServiceCode, region?: string): AsyncIterable<readonly string[]> {
    this.asked.push(region === undefined ? serviceCode : `${serviceCode} in ${region}`);
    const items = (this.items[serviceCode] ?? []).filter(json => region === undefined || hasRegion(json, region));
    for (let start = 0; start === 0 || start < items.length; start += this.itemsPerPage) {
      yield await this.faults.around(`${serviceCode} ${start / this.itemsPerPage}`, () => items.slice(start, start + this.itemsPerPage));
    }
  }
}

/** What is no JSON has no attribute to be told by: it comes in any case, to be read by somebody else. */
function hasRegion(json: string, region: string): boolean {
  try {
    return (JSON.parse(json) as { product: { attributes: { regionCode?: string | null } } }).product.attributes.regionCode === region;
  } catch {
    return true;
  }
}

export class InMemoryPriceStore implements PriceStore {
  constructor(public prices?: RefreshedPrices, private readonly faults = new Faults()) {}

  public load(): Promise<RefreshedPrices | undefined> {
    return this.faults.around('prices.load', () => this.prices);
  }

  public save(prices: RefreshedPrices, expectedRevision: number | undefined): Promise<boolean> {
    return this.faults.around('prices.save', () => {
      if (this.prices?.revision !== expectedRevision) {
        return false;
      }
      this.prices = prices;
      return true;
    });
  }
}
