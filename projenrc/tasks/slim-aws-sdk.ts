import { readFileSync } from 'fs';
import type { Plugin } from 'esbuild';

/** Where a Lambda function's credentials come from: its environment, and nowhere else. */
const LAMBDA_CREDENTIALS = `
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
`;

/** The schema of an error with the registration of its class; a client's base class stands in another registry and is left. */
const ERROR = /^export var (\w+)\$ = \[-3, n\d+, _\w+,\n(?: .*\n)*\];\nn\d+_registry\.registerError\(\1\$, \w+\);\n/gm;

/** Any other schema, which esbuild keeps even where nobody uses it if one of its keys is computed. */
const SCHEMA = /^export var (\w+\$) = (\[\d+, n\d+, _\w+,\n(?: .*\n)*\]);$/gm;

/** Where a client's bearer token comes from: nowhere, since handlers sign with the credentials of their role. */
const NO_TOKENS = `
export const fromEnvSigningName = () => async () => { throw new Error('handlers have no bearer token'); };
export const nodeProvider = fromEnvSigningName;
`;

/** Loaded by a protocol where an operation streams events, which none does that handlers call. */
const NO_EVENT_STREAMS = `
export const eventStreamSerdeProvider = () => { throw new Error('handlers have no event streams'); };
export class EventStreamSerde { constructor() { eventStreamSerdeProvider(); } }
export const resolveEventStreamSerdeConfig = config => config;
`;

/**
 * Leaves out of the bundles what handlers of the AWS SDK never use, a third of them:
 *
 * - Providers of credentials and tokens for laptops, containers and single sign-on, each with a client of its own; event streams.
 * - Schemas of operations that nobody calls, and all of a client's `package.json` but its version.
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
      for (const [filter, name, contents] of [[/^@aws-sdk\/token-providers$/, 'no-tokens', NO_TOKENS], [/^@smithy\/core\/event-streams$/, 'no-event-streams', NO_EVENT_STREAMS]] as const) {
        onResolve({ filter }, () => ({ path: name, namespace: 'slim-aws-sdk', sideEffects: false }));
        onLoad({ filter: new RegExp(`^${name}$`), namespace: 'slim-aws-sdk' }, () => ({ contents }));
      }
      onLoad({ filter: /@aws-sdk\/client-[^/]+\/package\.json$/ }, ({ path }) => (
        { contents: JSON.stringify({ version: JSON.parse(readFileSync(path, 'utf-8')).version }), loader: 'json' }
      ));
      onLoad({ filter: /@aws-sdk\/client-[^/]+\/dist-es\/schemas\/schemas_0\.js$/ }, ({ path }) => (
        { contents: shakeable(path.includes('client-dynamodb') ? readFileSync(path, 'utf-8') : withoutErrors(readFileSync(path, 'utf-8'))) }
      ));
    },
  };
}

/** Without the errors that nothing else in the module speaks of. */
function withoutErrors(schemas: string): string {
  return schemas.replace(ERROR, (error: string, name: string) => (schemas.split(`${name}$`).length > 3 ? error : ''));
}

/** With every schema made by a call that is marked as pure: it is left out where nothing speaks of it. */
function shakeable(schemas: string): string {
  return schemas.replace(SCHEMA, (_, name: string, schema: string) => `export var ${name} = /* @__PURE__ */ (() => (${schema}))();`);
}
