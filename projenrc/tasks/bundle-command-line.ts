import { chmodSync, rmSync } from 'fs';
import { build, type BuildOptions, type Metafile, type Plugin } from 'esbuild';
import { slimCredentials } from './slim-credentials';

const ENTRY = 'src/cli/budgeteer.ts';

/** The name under which the package publishes it. */
const OUTPUT = 'budgeteer.js';

/**
 * Libraries that some commands load while they run, with what is used of each. Together they are three times as large as the rest, and Node
 * reads every letter of a file before it runs the first: in a file of their own they cost nothing to those who do without.
 */
const LIBRARIES: Readonly<Record<string, readonly string[]>> = {
  '@aws-sdk/client-cloudformation': ['CloudFormationClient', 'ListStackResourcesCommand'],
  '@aws-sdk/client-dynamodb': ['DynamoDBClient', 'GetItemCommand', 'ScanCommand', 'UpdateItemCommand'],
  '@aws-sdk/client-eventbridge': ['DescribeEventBusCommand', 'EventBridgeClient', 'PutEventsCommand'],
  '@aws-sdk/client-lambda': [
    'GetFunctionConfigurationCommand', 'GetFunctionEventInvokeConfigCommand', 'InvokeCommand', 'LambdaClient', 'ListEventSourceMappingsCommand',
    'ListFunctionsCommand',
  ],
  '@aws-sdk/client-sqs': [
    'ChangeMessageVisibilityCommand', 'DeleteMessageCommand', 'GetQueueAttributesCommand', 'GetQueueUrlCommand', 'ReceiveMessageCommand', 'SQSClient',
  ],
  '@aws-sdk/credential-provider-node': ['defaultProvider'],
  '@smithy/signature-v4': ['SignatureV4'],
  'csv-parse/sync': ['CsvError', 'parse'],
  'csv-stringify/sync': ['stringify'],
};
const LIBRARIES_OUTPUT = 'budgeteer-libraries.js';

const OPTIONS: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // prefer a package's ES module, which can be tree-shaken
  mainFields: ['module', 'main'],
  minify: true,
  treeShaking: true,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
};

/**
 * Bundles the command line into a directory of its own: one file that starts on any Node that somebody still has, and beside it one with
 * the libraries that it loads when they are needed.
 *
 * CommonJS, since the package has no `type`: a `.js` file is nothing else there.
 */
export async function bundleCommandLine(directory: string): Promise<Metafile> {
  rmSync(directory, { recursive: true, force: true });
  const program = await build({
    ...OPTIONS,
    entryPoints: [ENTRY],
    outfile: `${directory}/${OUTPUT}`,
    banner: { js: '#!/usr/bin/env node' },
    // a dynamic import becomes a `require`, which needs no second loader
    supported: { 'dynamic-import': false },
    plugins: [librariesApart()],
  });
  const libraries = await build({
    ...OPTIONS,
    stdin: {
      contents: Object.entries(LIBRARIES).map(([name, used]) => `export { ${used.join(', ')} } from '${name}';`).join('\n'),
      resolveDir: '.',
    },
    outfile: `${directory}/${LIBRARIES_OUTPUT}`,
    plugins: [slimCredentials()],
  });
  chmodSync(`${directory}/${OUTPUT}`, 0o755);
  return {
    inputs: { ...program.metafile!.inputs, ...libraries.metafile!.inputs },
    outputs: { ...program.metafile!.outputs, ...libraries.metafile!.outputs },
  };
}

/** Sends imports of the libraries to the file that has them. */
function librariesApart(): Plugin {
  return {
    name: 'libraries-apart',
    setup({ onResolve }) {
      onResolve({ filter: /^[@\w]/ }, ({ path, kind }) => {
        if (!Object.hasOwn(LIBRARIES, path)) {
          return undefined;
        }
        return kind === 'dynamic-import'
          ? { path: `./${LIBRARIES_OUTPUT}`, external: true }
          : { errors: [{ text: `import ${path} dynamically: it is loaded when it is needed` }] };
      });
    },
  };
}
