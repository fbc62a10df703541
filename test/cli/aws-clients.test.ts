import { asking } from '../../src/cli/aws-clients';
import { awsFailure } from '../../src/cli/aws-failure';

const NO_HOST = Object.assign(new Error('getaddrinfo ENOTFOUND lambda.mars.amazonaws.com'), { code: 'ENOTFOUND' });
const REGION = 'is the region right (--region, AWS_REGION or that of the profile), and is there a network?';

test('a host that there is not may be that of a wrong region', async () => {
  await expect(asking('functions cannot be listed', () => Promise.reject(NO_HOST)))
    .rejects.toThrow(`functions cannot be listed: Error: getaddrinfo ENOTFOUND lambda.mars.amazonaws.com: ${REGION}`);
  expect(awsFailure(NO_HOST, 'reading the tables', 'dynamodb:Scan').message).toContain(REGION);
});

test('other errors say nothing of regions', async () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  await expect(asking('functions cannot be listed', () => Promise.reject(refused))).rejects.toThrow(/^functions cannot be listed: Error: connect ECONNREFUSED$/);
});
