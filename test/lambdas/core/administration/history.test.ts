import { getHistory } from '../../../../src/lambdas/core/administration/history';
import { pageToken } from '../../../../src/lambdas/core/administration/page-token';
import { Item, NumberText } from '../../../../src/lambdas/core/budget-item';
import { ALICE, ROLE } from '../builders';

type Request = Parameters<typeof getHistory>[0];

/** An audit trail of one page, which notes what it is asked for. */
function given(rows: readonly Item[], more?: string) {
  const asked: unknown[][] = [];
  const page = async (...question: unknown[]) => {
    asked.push(question);
    return { rows, ...(more === undefined ? {} : { more }) };
  };
  return { asked, read: (request: Partial<Request> = {}) => getHistory({ operation: 'getHistory', principalId: ALICE, ...request } as Request, { page }) };
}

test('an event is told without the keys of the table, its numbers as numbers however deep they stand', async () => {
  const { read } = given([{
    subject: ALICE,
    eventKey: '2026-03-10#1',
    type: 'Budget Changed',
    calls: new NumberText('7'),
    before: null,
    dryRun: false,
    after: { limits: [{ limitUsd: '100', days: new NumberText('30') }, 'none'], ratio: new NumberText('0.5') },
  }]);
  expect(await read()).toEqual({
    events: [{ type: 'Budget Changed', calls: 7, before: null, dryRun: false, after: { limits: [{ limitUsd: '100', days: 30 }, 'none'], ratio: 0.5 } }],
  });
});

test('a page has 50 events where nothing is said, and as many as are asked for', async () => {
  const { read, asked } = given([]);
  await read();
  await read({ limit: 3 });
  expect(asked).toEqual([[ALICE, 50, undefined], [ALICE, 3, undefined]]);
});

test('a page that is not the last has a token, which leads on and belongs to this principal alone', async () => {
  const { read, asked } = given([], '2026-03-10#1');
  const { nextToken } = await read();
  expect(nextToken).toBe(pageToken(['getHistory', ALICE], '2026-03-10#1'));
  await read({ nextToken });
  expect(asked[1]).toEqual([ALICE, 50, '2026-03-10#1']);
  await expect(read({ nextToken, principalId: ROLE })).rejects.toMatchObject({ code: 'BadRequest', field: 'nextToken' });
});
