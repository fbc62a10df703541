import * as cdk from 'aws-cdk-lib';
import { AwsSolutionsChecks, HIPAASecurityChecks, NagPack, NagPackProps, NIST80053R5Checks, PCIDSS321Checks, ServerlessChecks } from 'cdk-nag';

/** The packs of rules that the construct is held against. */
export const PACKS = {
  'AwsSolutions': AwsSolutionsChecks,
  'Serverless': ServerlessChecks,
  'NIST 800-53 R5': NIST80053R5Checks,
  'HIPAA Security': HIPAASecurityChecks,
  'PCI DSS 3.2.1': PCIDSS321Checks,
} as const;

export type PackName = keyof typeof PACKS;

export const PACK_NAMES = Object.keys(PACKS) as PackName[];

export interface Finding {
  /** Pack and rule, and where a rule has several findings on a resource, which one. */
  readonly id: string;
  /** Of the resource. */
  readonly path: string;
  readonly acknowledged: boolean;
}

/** As a pack reports it; its own type is one of a newer CDK than the one that types come from. */
interface Violation {
  readonly ruleName: string;
  readonly violatingResources: readonly { readonly constructPath: string }[];
}

/** Everything that a pack finds in a stack, which has been synthesized: what was acknowledged as well. */
export function findingsIn(stack: cdk.Stack, name: PackName): Finding[] {
  const pack: NagPack = new PACKS[name]();
  const findings: Finding[] = [];
  // A report has no more than what nobody acknowledged: the rest is seen where the pack asks.
  const asked = pack as unknown as { isAcknowledged(resource: cdk.CfnResource, id: string): boolean };
  const isAcknowledged = asked.isAcknowledged.bind(pack);
  asked.isAcknowledged = (resource, id) => {
    const acknowledged = isAcknowledged(resource, id);
    findings.push({ id, path: resource.node.path, acknowledged });
    return acknowledged;
  };
  const { violations }: { readonly violations: readonly Violation[] } = pack.validateScope(stack);

  const reported = violations.flatMap(({ ruleName, violatingResources }) => violatingResources.map(({ constructPath }) => `${ruleName} ${constructPath}`)).sort();
  const unacknowledged = findings.filter(({ acknowledged }) => !acknowledged).map(({ id, path }) => `${id} ${path}`).sort();
  if (JSON.stringify(reported) !== JSON.stringify(unacknowledged)) {
    throw new Error(`${name} reports ${reported.length} findings, but asked about ${unacknowledged.length}: cdk-nag works in another way than this expects`);
  }
  return findings;
}

/** As the documentation of cdk-nag has it. */
export function checkWithAllPacks(app: cdk.App, props?: NagPackProps): void {
  const { Validations: validations } = cdk as unknown as { readonly Validations: { of(scope: cdk.App): { addPlugins(...packs: NagPack[]): void } } };
  validations.of(app).addPlugins(...Object.values(PACKS).map(Pack => new Pack(app, props)));
}
