import { DynamoDBRecord } from 'aws-lambda';
import { changeOf, principalOf } from '../../../src/lambdas/adapters/budget-stream';
import { NumberText } from '../../../src/lambdas/core/budget-item';
import { ALICE } from '../core/builders';

function aRecord(changes: DynamoDBRecord = {}, parts: DynamoDBRecord['dynamodb'] = {}): DynamoDBRecord {
  return {
    eventName: 'MODIFY',
    eventID: 'change-1',
    dynamodb: {
      Keys: { principalId: { S: ALICE } },
      ApproximateCreationDateTime: 1_773_144_000,
      SequenceNumber: '100',
      OldImage: { principalId: { S: ALICE } },
      NewImage: { 'principalId': { S: ALICE }, 'spend#2026-03-10': { N: '0.100000000001' } },
      ...parts,
    },
    ...changes,
  };
}

test('a record tells what changed, when, and whose it is', () => {
  expect(changeOf(aRecord())).toEqual({
    changeId: `${'100'.padStart(40, '0')}-change-1`,
    at: 1_773_144_000_000,
    before: { principalId: ALICE },
    after: { 'principalId': ALICE, 'spend#2026-03-10': new NumberText('0.100000000001') },
  });
  expect(principalOf(aRecord())).toBe(ALICE);
});

test('a new item has no image from before', () => {
  expect(changeOf(aRecord({ eventName: 'INSERT' }, { OldImage: undefined }))).not.toHaveProperty('before');
});

test('an item that was removed is no change', () => {
  expect(changeOf(aRecord({ eventName: 'REMOVE' }, { NewImage: undefined }))).toBeUndefined();
});

test.each([
  ['id', aRecord({ eventID: undefined })],
  ['new image', aRecord({}, { NewImage: undefined })],
  ['time', aRecord({}, { ApproximateCreationDateTime: undefined })],
  ['content', aRecord({ dynamodb: undefined })],
])('a record without its %s is an error', (_, record) => {
  expect(() => changeOf(record)).toThrow('a record of kind MODIFY lacks its id, new image or time');
});

test('a record without keys is nobody\'s', () => {
  expect(principalOf({})).toBe('');
});

test('changes of one second stay in their order', () => {
  const idOf = (SequenceNumber: string, eventID: string) => changeOf(aRecord({ eventID, dynamodb: { ...aRecord().dynamodb, SequenceNumber } }))!.changeId;
  expect(idOf('99', 'b') < idOf('100', 'a')).toBe(true);
});
