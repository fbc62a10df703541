import type { Plugin } from 'esbuild';

/** Signs for several regions at once with a package that nobody has here; a client that asks for credentials signs for one. */
const ONE_REGION = `
export { SignatureV4 as SignatureV4MultiRegion } from '@smithy/signature-v4';
`;

const STUBS: Readonly<Record<string, string>> = {
  '@aws-sdk/signature-v4-multi-region': ONE_REGION,
};

/**
 * Leaves out of the command line what finding credentials never uses. The providers themselves all stay: people log in by profiles, roles,
 * single sign-on and processes.
 */
export function slimCredentials(): Plugin {
  return {
    name: 'slim-credentials',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^@aws-sdk\/signature-v4-multi-region$/ }, ({ path, resolveDir }) => (
        { path, namespace: 'slim-credentials', pluginData: resolveDir, sideEffects: false }
      ));
      onLoad({ filter: /./, namespace: 'slim-credentials' }, ({ path, pluginData }) => ({ contents: STUBS[path], resolveDir: pluginData }));
    },
  };
}
