import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { VERSIONS } from '../../projenrc/versions';

const REPOSITORY = resolve(__dirname, '../..');
const { awsCdkLib: lowest, awsCdkLibOfApps: cdk, awsCdkLibNewest: newest, constructs: lowestConstructs, constructsOfApps: constructs } = VERSIONS;

/** Files that can read no constant, and which versions stand in them where. */
test.each([
  ['examples/python/requirements.txt', /^(?:aws-cdk-lib|constructs)==(.*)$/gm, [cdk, constructs]],
  ['examples/go/go.mod', /(?:aws-cdk-go\/awscdk\/v2|constructs-go\/constructs\/v10) v(.*)$/gm, [cdk, constructs]],
  ['examples/java/pom.xml', /<artifactId>(?:aws-cdk-lib|constructs)<\/artifactId>\s*<version>(.*)<\/version>/g, [cdk, constructs]],
  ['examples/csharp/BudgeteerExample.csproj', /Include="(?:Amazon\.CDK\.Lib|Constructs)" Version="(.*)"/g, [cdk, constructs]],
  ['docs/languages.md', /<artifactId>(?:aws-cdk-lib|constructs)<\/artifactId>\s*<version>(.*)<\/version>/g, [cdk, constructs]],
  ['docs/languages.md', /^- `aws-cdk-lib` is ([\d.]+) or any later 2\.x; the apps here are tested with ([\d.]+) and `constructs` ([\d.]+)\.$/gm, [lowest, cdk, constructs]],
  ['docs/upgrading.md', /^\| 0\.x \(next\) \| ([\d.]+) or later, 2\.x \| ([\d.]+) or later.* \| aws-cdk-lib ([\d.]+); synthesized with ([\d.]+) \(all languages\) and ([\d.]+) as well \|$/gm,
    [lowest, lowestConstructs, lowest, cdk, newest]],
  ['README.md', /^Needs `aws-cdk-lib` ([\d.]+) or later \(built and tested against ([\d.]+); synthesized against ([\d.]+) in all languages and ([\d.]+) as well\)/gm,
    [lowest, lowest, cdk, newest]],
])('%s has the versions that everything is tested with', (file, place, versions) => {
  const found = [...readFileSync(join(REPOSITORY, file), 'utf8').matchAll(place)].flatMap(([, ...texts]) => texts);

  expect(found).toEqual(versions);
});
