import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { findProvider } from '@pydantic/genai-prices';
import { CatalogInput } from './catalog';

/** Reads the sources below a directory, and the installed package. Nothing comes from a network. */
export function readSources(root: string): Pick<CatalogInput, 'files' | 'genai'> {
  const directory = join(root, 'prices');
  const names = readdirSync(directory).filter((name) => name.endsWith('.txt'));
  const manifest = readFileSync(join(root, 'node_modules/@pydantic/genai-prices/package.json'), 'utf-8');
  const provider = findProvider({ providerId: 'aws' });
  if (!provider) {
    throw new Error('genai-prices no longer has the provider aws');
  }
  return {
    files: Object.fromEntries(names.map((name) => [name, readFileSync(join(directory, name), 'utf-8')])),
    genai: { version: JSON.parse(manifest).version, models: provider.models },
  };
}
