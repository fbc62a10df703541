import { GetParameterHistoryCommand, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { SettingName } from '../../../src/contract';
import { SsmSettingAuthors } from '../../../src/lambdas/adapters/ssm-setting-authors';
import { Observed } from '../observed';
import { awsError } from './aws-error';

const ssm = mockClient(SSMClient);
beforeEach(() => ssm.reset());

function authors() {
  const observed = new Observed();
  return { observed, authors: new SsmSettingAuthors(new SSMClient({ region: 'eu-central-1' }), '/path', observed.log) };
}

test('the author of the newest value is told, on whatever page it stands', async () => {
  ssm.on(GetParameterHistoryCommand, { Name: '/path/enforcement', NextToken: undefined }).resolves({ Parameters: [{ LastModifiedUser: 'arn:a' }], NextToken: '2' });
  ssm.on(GetParameterHistoryCommand, { Name: '/path/enforcement', NextToken: '2' }).resolves({ Parameters: [{ LastModifiedUser: 'arn:b' }, { LastModifiedUser: 'arn:c' }], NextToken: '3' });
  ssm.on(GetParameterHistoryCommand, { Name: '/path/enforcement', NextToken: '3' }).resolves({ Parameters: [] });
  expect(await authors().authors.lastAuthor(SettingName.ENFORCEMENT)).toBe('arn:c');
});

test('where SSM does not answer, nobody is told, and the log says why', async () => {
  ssm.on(GetParameterHistoryCommand).rejects(awsError('ThrottlingException'));
  const { authors: source, observed } = authors();
  expect(await source.lastAuthor(SettingName.ENFORCEMENT)).toBeUndefined();
  expect(JSON.stringify(observed)).toContain('Throttling');
});
