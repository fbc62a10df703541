import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CatalogInput, makeCatalog } from '../../projenrc/prices/catalog';
import { readSources } from '../../projenrc/prices/files';
import { keysOf } from './rows';

const ROOT = join(__dirname, '../..');
const GENERATED = join(ROOT, 'src/lambdas/core/pricing/embedded-prices.generated.ts');

const SMALL: CatalogInput = {
  files: {
    'sources.txt': 'L  2026-08  LiteLLM (MIT)\nG  package=0.1.8:2026-09-23  genai-prices (MIT)\nP  2026-10-03  AWS Price List\nW 2026-11 unused',
    'genai.txt': 'b.y  b.y',
    'acknowledged.txt': '',
    'b.txt': 'b.y superseded ~G',
    'a.txt': '# A\na.x  in=1 out=5 ~L\na.x  eu-west-1  in=2.0 out=5 ~P\na.x  eu-west-2  in=2 out=5 ~P',
  },
  genai: { version: '0.1.8', models: [{ id: 'b.y', prices: { input_mtok: 1, output_mtok: 2 } }] },
  today: '2026-11-27',
};

function withFile(name: string, text: string): CatalogInput {
  return { ...SMALL, files: { ...SMALL.files, [name]: text } };
}

describe('the generated file', () => {
  test('has rows, the sources they need, and the date of the newest', () => {
    const { text, contradictions } = makeCatalog(SMALL);
    expect(contradictions).toEqual([]);
    expect(text).toContain('a.x in=1 out=5 ~L\n- eu-west-1,eu-west-2 in=2 out=5 ~P\nb.y in=1 out=2 superseded ~G\n');
    expect(text).toContain("EMBEDDED_PRICES_VERSION = '2026-10-03'");
    expect(text).toContain("G: { name: 'genai-prices (MIT)', date: '2026-09-23 (version 0.1.8)' }");
    expect(text).not.toContain('unused');
  });

  test('is the same for the same sources, in whatever order they were read', () => {
    const reversed = Object.fromEntries(Object.entries(SMALL.files).reverse());
    expect(makeCatalog({ ...SMALL, files: reversed })).toEqual(makeCatalog(SMALL));
  });

  test('is compared with the one before', () => {
    const { text: previous } = makeCatalog(SMALL);
    const jumped = withFile('a.txt', SMALL.files['a.txt'].replace('eu-west-2  in=2 ', 'eu-west-2  in=40 ').replace('in=1 ', 'in=20 '));
    expect(keysOf(makeCatalog({ ...jumped, previous }).contradictions)).toContain('jump a.x eu-west-2 in 2->40');
    expect(keysOf(makeCatalog(jumped).contradictions)).not.toContain('jump a.x eu-west-2 in 2->40');
  });

  test('lists what contradicts itself', () => {
    expect(keysOf(makeCatalog(withFile('a.txt', 'a.x in=1 out=5 read=2')).contradictions)).toEqual(['no-source a.x *', 'cache-read-above-input a.x *']);
  });

  test('is refused where the handlers could not read it', () => {
    expect(() => makeCatalog(withFile('a.txt', 'a.x in=1 ~L'))).toThrow(/a\.x.*without in and out/);
  });
});

describe('of the sources as they are', () => {
  const previous = readFileSync(GENERATED, 'utf-8');

  test('the generated file is current: run "npx projen prices" if it is not', () => {
    expect(makeCatalog({ ...readSources(ROOT), previous, today: '2026-11-27' }).text).toBe(previous);
  });

  test('nothing contradicts itself that is not acknowledged', () => {
    expect(makeCatalog({ ...readSources(ROOT), previous, today: '2026-11-27' }).contradictions).toEqual([]);
  });

  test('no acknowledgement is not needed', () => {
    const { files, genai } = readSources(ROOT);
    const without = makeCatalog({ files: { ...files, 'acknowledged.txt': '' }, genai, previous, today: '2026-11-27' });
    expect(without.contradictions).toHaveLength(files['acknowledged.txt'].split('\n').filter((line) => line.includes(' because ')).length);
  });

  test('every file of a provider has rows of that provider, with a source each', () => {
    for (const [name, text] of Object.entries(readSources(ROOT).files).filter(([file]) => !/^(sources|genai|acknowledged)\.txt$/.test(file))) {
      const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
      expect(lines.length).toBeGreaterThan(0);
      expect(lines.filter((line) => !/^\S.* ~[A-Z](,[A-Z])*$/.test(line) || !line.startsWith(name.replace('.txt', '')))).toEqual([]);
    }
  });
});
