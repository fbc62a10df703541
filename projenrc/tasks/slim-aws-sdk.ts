import { readFileSync } from 'fs';
import type { Plugin } from 'esbuild';

/** Where a Lambda function's credentials come from: its environment, and nowhere else. */
const LAMBDA_CREDENTIALS = `
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
`;

/** The schema of an error with the registration of its class; a client's base class stands in another registry and is left. */
const ERROR = /^export var (\w+)\$ = \[-3, n\d+, _\w+,\n(?: .*\n)*\];\nn\d+_registry\.registerError\(\1\$, \w+\);\n/gm;

/**
 * Leaves out of the bundles what handlers of the AWS SDK never use, a third of them:
 *
 * - Providers of credentials for laptops, containers and single sign-on, each with a client of its own.
 * - The classes of a client's errors (140 of SSM alone), which are registered and so never shaken off. An unregistered error arrives as the
 *   client's base class under its own name, and handlers tell errors by name. DynamoDB keeps its classes: a cancelled transaction has reasons.
 */
export function slimAwsSdk(): Plugin {
  return {
    name: 'slim-aws-sdk',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, ({ resolveDir }) => (
        { path: 'lambda-credentials', namespace: 'slim-aws-sdk', pluginData: resolveDir, sideEffects: false }
      ));
      onLoad({ filter: /^lambda-credentials$/, namespace: 'slim-aws-sdk' }, ({ pluginData }) => ({ contents: LAMBDA_CREDENTIALS, resolveDir: pluginData }));
      onLoad({ filter: /@aws-sdk\/client-[^/]+\/dist-es\/schemas\/schemas_0\.js$/ }, ({ path }) => (
        path.includes('client-dynamodb') ? undefined : { contents: withoutErrors(readFileSync(path, 'utf-8')) }
      ));
    },
  };
}

/** Without the errors that nothing else in the module speaks of. */
function withoutErrors(schemas: string): string {
  return schemas.replace(ERROR, (error: string, name: string) => (schemas.split(`${name}$`).length > 3 ? error : ''));
}
