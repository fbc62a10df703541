import * as path from 'node:path';
import { build } from 'esbuild';
import { Handler } from '../../src/contract';

/** What clients of the SDK send by themselves: for endpoint discovery, which nobody switches on, and for directory buckets, which that of reports is no. */
const OF_THE_SDK: readonly string[] = ['DescribeEndpointsCommand', 'CreateSessionCommand'];

const REPOSITORY = path.join(__dirname, '..', '..');

/** The commands of the AWS SDK that are in a handler's bundle after tree shaking: more it cannot send, however many adapters lie between. */
export async function commandsInBundle(handler: Handler): Promise<readonly string[]> {
  const { metafile } = await build({
    absWorkingDir: REPOSITORY,
    entryPoints: [`src/lambdas/${handler}/${handler}.lambda.ts`],
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    mainFields: ['module', 'main'],
    treeShaking: true,
    metafile: true,
    write: false,
    outdir: 'unwritten',
    logLevel: 'silent',
  });
  return Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([input, { bytesInOutput: bytes }]) => bytes > 0 && /@aws-sdk\/client-[^/]+\/dist-es\/commands\//.test(input))
    .map(([input]) => path.basename(input, '.js'))
    .filter(command => !OF_THE_SDK.includes(command))
    .sort();
}
