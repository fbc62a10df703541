import { chmodSync, rmSync } from 'fs';
import { build, type Metafile } from 'esbuild';
import { slimCredentials } from './slim-credentials';

const ENTRY = 'src/cli/budgeteer.ts';

/** The name under which the package publishes it. */
const OUTPUT = 'budgeteer.js';

/**
 * Bundles the command line into a directory of its own: one file that starts on any Node that somebody still has.
 *
 * CommonJS, since the package has no `type`: a `.js` file is nothing else there.
 */
export async function bundleCommandLine(directory: string): Promise<Metafile> {
  rmSync(directory, { recursive: true, force: true });
  const { metafile } = await build({
    entryPoints: [ENTRY],
    outfile: `${directory}/${OUTPUT}`,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // prefer a package's ES module, which can be tree-shaken
    mainFields: ['module', 'main'],
    minify: true,
    treeShaking: true,
    legalComments: 'none',
    banner: { js: '#!/usr/bin/env node' },
    plugins: [slimCredentials()],
    metafile: true,
    logLevel: 'warning',
  });
  chmodSync(`${directory}/${OUTPUT}`, 0o755);
  return metafile;
}
