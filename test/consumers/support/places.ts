import * as path from 'node:path';

export const REPOSITORY = path.resolve(__dirname, '..', '..', '..');

/** Caches that outlive a run, and what is packed by it. */
const CONSUMERS = path.join(REPOSITORY, '.consumers');

/** What a release publishes, a directory for each language; `pack.ts` fills it. */
export const PACKED = path.join(CONSUMERS, 'dist');

/** A Maven repository of its own: the developer's would keep the unreleased version for ever. */
export const MAVEN_REPOSITORY = path.join(CONSUMERS, 'maven');

/** Where apps in other languages than JavaScript unpack the libraries that they run. */
export const JSII_CACHE = path.join(CONSUMERS, 'jsii');

export const EXAMPLES = path.join(REPOSITORY, 'examples');

/** The command line of the CDK that everything else is tested with. */
export const CDK_CLI = path.join(REPOSITORY, 'node_modules', 'aws-cdk', 'bin', 'cdk');
