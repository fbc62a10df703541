import { chmodSync } from 'fs';
import { build, type BuildOptions, type Metafile, type Plugin } from 'esbuild';
import { slimCredentials } from './slim-credentials';

const ENTRY = 'src/cli/budgeteer.ts';

/** The name under which the package publishes it. */
const OUTPUT = 'budgeteer.js';

type Libraries = Readonly<Record<string, readonly string[]>>;

/**
 * Libraries that some commands load while they run, with what is used of each, in files by who needs them. Together they are several times as large as the
 * rest, and Node reads every letter of a file before it runs the first: in files of their own they cost nothing to those who do without.
 */
const LIBRARIES: Libraries = {
  '@aws-sdk/client-cloudformation': ['CloudFormationClient', 'ListStackResourcesCommand'],
  '@aws-sdk/client-dynamodb': ['DescribeTableCommand', 'DynamoDBClient', 'GetItemCommand', 'ScanCommand', 'TransactWriteItemsCommand', 'UpdateItemCommand'],
  '@aws-sdk/client-eventbridge': ['DescribeEventBusCommand', 'EventBridgeClient', 'ListTargetsByRuleCommand', 'PutEventsCommand'],
  '@aws-sdk/client-lambda': [
    'GetFunctionConfigurationCommand', 'GetFunctionEventInvokeConfigCommand', 'InvokeCommand', 'LambdaClient', 'ListEventSourceMappingsCommand',
    'ListFunctionsCommand',
  ],
  '@aws-sdk/client-sqs': [
    'ChangeMessageVisibilityCommand', 'DeleteMessageCommand', 'GetQueueAttributesCommand', 'GetQueueUrlCommand', 'ReceiveMessageCommand', 'SQSClient',
  ],
  '@aws-sdk/credential-provider-node': ['defaultProvider'],
  '@smithy/core/config': ['loadSharedConfigFiles'],
  '@smithy/signature-v4': ['SignatureV4'],
  'csv-parse/sync': ['CsvError', 'parse'],
  'csv-stringify/sync': ['stringify'],
};
const LIBRARIES_OUTPUT = 'budgeteer-libraries.js';

/** For logs and reports that are fetched. */
const LOG_LIBRARIES: Libraries = {
  '@aws-sdk/client-cloudwatch-logs': ['CloudWatchLogsClient', 'DescribeLogGroupsCommand', 'FilterLogEventsCommand'],
  '@aws-sdk/client-s3': ['DeleteObjectCommand', 'GetObjectCommand', 'ListObjectVersionsCommand', 'PutObjectCommand', 'S3Client', 'paginateListObjectsV2'],
};
const LOG_LIBRARIES_OUTPUT = 'budgeteer-log-libraries.js';

/** For migrations, which look at people in IAM. */
const IAM_LIBRARIES: Libraries = {
  '@aws-sdk/client-iam': [
    'AttachRolePolicyCommand', 'AttachUserPolicyCommand', 'DeleteRolePolicyCommand', 'GetRoleCommand', 'GetUserCommand', 'IAMClient',
    'ListAttachedRolePoliciesCommand', 'ListAttachedUserPoliciesCommand', 'ListRolePoliciesCommand', 'ListRoleTagsCommand', 'ListUserTagsCommand',
    'PutRolePolicyCommand', 'UntagRoleCommand', 'UntagUserCommand',
  ],
  '@aws-sdk/client-sts': ['GetCallerIdentityCommand', 'STSClient'],
};
const IAM_LIBRARIES_OUTPUT = 'budgeteer-iam-libraries.js';

const OUTPUTS: readonly (readonly [Libraries, string])[] = [
  [LIBRARIES, LIBRARIES_OUTPUT], [LOG_LIBRARIES, LOG_LIBRARIES_OUTPUT], [IAM_LIBRARIES, IAM_LIBRARIES_OUTPUT],
];

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
 * Bundles the command line into a directory of its own: one file that starts on any Node that somebody still has, and beside it those
 * with the libraries that it loads when they are needed.
 *
 * CommonJS, since the package has no `type`: a `.js` file is nothing else there.
 */
export async function bundleCommandLine(directory: string): Promise<Metafile> {
  const program = await build({
    ...OPTIONS,
    entryPoints: [ENTRY],
    outfile: `${directory}/${OUTPUT}`,
    banner: { js: '#!/usr/bin/env node' },
    // a dynamic import becomes a `require`, which needs no second loader
    supported: { 'dynamic-import': false },
    plugins: [librariesApart()],
  });
  const libraries = await bundleLibraries(LIBRARIES, `${directory}/${LIBRARIES_OUTPUT}`, [slimCredentials()]);
  // Clients look for credentials where nobody gives them any: what does so is in the other file already.
  const logLibraries = await bundleLibraries(LOG_LIBRARIES, `${directory}/${LOG_LIBRARIES_OUTPUT}`, [credentialsFromLibraries()]);
  const iamLibraries = await bundleLibraries(IAM_LIBRARIES, `${directory}/${IAM_LIBRARIES_OUTPUT}`, [credentialsFromLibraries()]);
  chmodSync(`${directory}/${OUTPUT}`, 0o755);
  const metafiles = [program.metafile!, libraries, logLibraries, iamLibraries];
  return {
    inputs: Object.assign({}, ...metafiles.map(({ inputs }) => inputs)),
    outputs: Object.assign({}, ...metafiles.map(({ outputs }) => outputs)),
  };
}

async function bundleLibraries(libraries: Libraries, outfile: string, plugins: Plugin[]): Promise<Metafile> {
  const { metafile } = await build({
    ...OPTIONS,
    stdin: {
      contents: Object.entries(libraries).map(([name, used]) => `export { ${used.join(', ')} } from '${name}';`).join('\n'),
      resolveDir: '.',
    },
    outfile,
    plugins,
  });
  return metafile!;
}

/** Sends imports of the libraries to the files that have them. */
function librariesApart(): Plugin {
  return {
    name: 'libraries-apart',
    setup({ onResolve }) {
      onResolve({ filter: /^[@\w]/ }, ({ path, kind }) => {
        const file = OUTPUTS.find(([libraries]) => Object.hasOwn(libraries, path))?.[1];
        if (file === undefined) {
          return undefined;
        }
        return kind === 'dynamic-import'
          ? { path: `./${file}`, external: true }
          : { errors: [{ text: `import ${path} dynamically: it is loaded when it is needed` }] };
      });
    },
  };
}

function credentialsFromLibraries(): Plugin {
  return {
    name: 'credentials-from-libraries',
    setup({ onResolve }) {
      onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, () => ({ path: `./${LIBRARIES_OUTPUT}`, external: true }));
    },
  };
}
