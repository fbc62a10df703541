import { parse } from 'csv-parse/sync';
import { Person } from '../../../../src/lambdas/core/erasure/person-text';
import { erasable, pseudonymOf } from '../../../../src/lambdas/core/erasure/pseudonym';
import { eraseInReport } from '../../../../src/lambdas/core/erasure/report-text';
import { ACCOUNT, ALICE, ROLE } from '../builders';

const PRINCIPAL = erasable(ALICE);
const PSEUDONYM = pseudonymOf(PRINCIPAL, '0123456789abcdef0123456789abcdef');
const LABEL = 'erased-01234567';
const PERSON: Person = { principal: PRINCIPAL, pseudonym: PSEUDONYM, keptLabels: { 'team': '=search', '+site': 'x' }, groupNames: ['R&D <1>'], also: ['Ally'] };

const erased = (key: string, text: string) => eraseInReport(key, text, PERSON, { cells: async csv => parse(csv) as string[][] });
const csv = (...lines: readonly string[]) => lines.map(line => `${line}\r\n`).join('');

const HEAD = 'day,principalId,kind,team,owner,modelId,calls,costUsd,estimatedUsd';

test('lines of others stay as they are', async () => {
  expect(await erased('a/chargeback.csv', csv(HEAD, `2026-02-01,${ROLE},iam-role,search,bob,m,1,3,0`))).toEqual({ outcome: 'untouched' });
  expect(await erased('a/chargeback.csv', '')).toEqual({ outcome: 'untouched' });
  expect(await erased('a/chargeback.csv', csv(HEAD))).toEqual({ outcome: 'untouched' });
});

test('the lines of the person have the pseudonym, its label in place of the labels, and the same figures', async () => {
  const text = csv(
    HEAD, `2026-02-01,${ALICE},iam-user,'=search,Alice,m,1,3,0`, `2026-02-02,${ALICE},iam-user,other,,"m, too",2,-4,0`, `2026-02-02,${ROLE},iam-role,"of Ally, or ""so""",for Ally,Ally,1,5,0`,
  );
  expect(await erased('a/chargeback.csv', text)).toEqual({
    outcome: 'rewritten',
    text: csv(
      HEAD, `2026-02-01,${PSEUDONYM},iam-user,'=search,${LABEL},m,1,3,0`, `2026-02-02,${PSEUDONYM},iam-user,${LABEL},,"m, too",2,-4,0`,
      `2026-02-02,${ROLE},iam-role,"of erased, or ""so""",for erased,Ally,1,5,0`,
    ),
  });
});

test('a label whose name would be a formula is known by its own name', async () => {
  const text = csv("day,principalId,'+site,costUsd", `2026-02-01,${ALICE},x,3`);
  expect(await erased('a/chargeback.csv', text)).toEqual({ outcome: 'rewritten', text: csv("day,principalId,'+site,costUsd", `2026-02-01,${PSEUDONYM},x,3`) });
});

test.each(['day', 'kind', 'modelId', 'calls', 'inputTokens', 'outputTokens', 'cacheReadTokens', 'cacheWriteTokens', 'costUsd', 'estimatedUsd'])('the column "%s" is no label: it stays in lines of the person too', async column => {
  const text = csv(`principalId,${column}`, `${ALICE},of Ally`);
  expect(await erased('a/chargeback.csv', text)).toEqual({ outcome: 'rewritten', text: csv(`principalId,${column}`, `${PSEUDONYM},of Ally`) });
});

test('JSON is written anew, with a line\'s end, where somebody is named in it', async () => {
  expect(await erased('a/chargeback.json', '{ "byPrincipal": [] }')).toEqual({ outcome: 'untouched' });
  expect(await erased('a/chargeback.json', `{"byPrincipal":[{"principalId":"${ALICE}","costUsd":"3"}]}`)).toEqual({ outcome: 'rewritten', text: `{"byPrincipal":[{"principalId":"${PSEUDONYM}","costUsd":"3"}]}\n` });
});

test.each([
  ['somebody else', `<td>${ROLE}</td>`, 'untouched'], ['the person', `<td>${ALICE}</td>`, 'removed'], ['the ARN of the person', `<td>arn:aws:iam::${ACCOUNT}:user/x/alice</td>`, 'removed'],
  ['another text that names the person', '<td>for Ally</td>', 'removed'], ['a group of one, as markup has it', '<td>R&amp;D &lt;1&gt;</td>', 'removed'], ['what looks like it', '<td>R&D <1></td>', 'untouched'],
])('a page that names %s', async (_, text, outcome) => {
  expect(await erased('a/chargeback.html', text)).toEqual({ outcome });
});
