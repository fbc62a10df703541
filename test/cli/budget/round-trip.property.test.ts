import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { labelsCell, labelsOfCell } from '../../../src/cli/budget/bulk/cells';
import { formatPeriod } from '../../../src/lambdas/core/calendar';
import { guarded, unguarded } from '../../../src/lambdas/core/cell-guard';
import { formatUsd } from '../../../src/lambdas/core/money';
import { amounts, periods, principalIds } from '../../lambdas/core/arbitraries';
import { FakeBudget } from './fake-manager';
import { budget, withManager } from './with-manager';

const manager = withManager();

/** What spreadsheets, CSV and the cells themselves could trip over. */
const texts = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }),
  fc.stringMatching(/^[=+\-@'";,%\s\u00a0\r\n\taé\uff1d]{1,8}$/),
  fc.constantFrom('=cmd|calc', "'=x", "''", '%3B', '%', 'a=b', ' x ', '__proto__x'),
);

/** As `Object.keys` has them: no label is named like what objects have by themselves. */
const labels = fc.dictionary(texts.filter(key => key !== '__proto__'), fc.oneof(texts, fc.constant('')), { maxKeys: 4 });

const limits = fc.uniqueArray(
  fc.record({ amount: amounts.filter(amount => amount > 0n), period: periods, anchored: fc.boolean() }).map(({ amount, period, anchored }) => ({
    limitUsd: formatUsd(amount), period: formatPeriod(period), ...(anchored && period.unit === 'days' ? { anchorDay: '2026-03-01' } : {}),
  })),
  { maxLength: 3, selector: ({ period }) => period },
);

const budgets: fc.Arbitrary<Partial<FakeBudget>> = fc.record({
  limits: fc.option(limits.filter(({ length }) => length > 0), { nil: undefined }),
  labels,
  enforcement: fc.constantFrom('enforced', 'observe'),
  thresholds: fc.constantFrom({ warningPercent: '70', criticalPercent: '90', own: false }, { warningPercent: '50', criticalPercent: '72.5', own: true }),
});

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'round-trip-'));
});

afterAll(() => rmSync(directory, { recursive: true }));

test.each(['csv', 'json'])('what is exported as %s and imported, with pruning, changes nothing', async format => {
  const path = join(directory, 'budgets');
  await fc.assert(fc.asyncProperty(fc.array(fc.tuple(principalIds, budgets), { maxLength: 5 }), async drawn => {
    manager.reset();
    manager.pageSize = 2;
    drawn.forEach(([id, changes]) => manager.add(id, JSON.parse(JSON.stringify(changes))));
    expect((await budget(manager, ['export', '--format', format, '--output', path])).code).toBe(0);
    const { code, stdout, stderr } = await budget(manager, ['import', path, '--prune', '--yes']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^0 added, 0 changed, 0 removed, \d+ unchanged\n$/);
    expect(manager.changes).toEqual([]);
  }), { numRuns: 60 });
}, 60_000);

test('what is exported of one and imported into nothing makes the same orders', async () => {
  const path = join(directory, 'budgets');
  await fc.assert(fc.asyncProperty(fc.tuple(budgets, limits.filter(({ length }) => length > 0)), async ([changes, own]) => {
    manager.reset();
    manager.add('iam-user/444455556666/alice', JSON.parse(JSON.stringify({ ...changes, limits: own })));
    const { limits: before, labels: labelsBefore, enforcement, thresholds } = manager.budgets.get('iam-user/444455556666/alice')!;
    await budget(manager, ['export', '--output', path]);
    manager.reset();
    expect((await budget(manager, ['import', path, '--yes'])).code).toBe(0);
    expect(manager.budgets.get('iam-user/444455556666/alice')).toMatchObject({ limits: before, enforcement, thresholds });
    expect(manager.budgets.get('iam-user/444455556666/alice')!.labels).toEqual(labelsBefore);
  }), { numRuns: 60 });
}, 60_000);

test('no cell begins like a formula, and each comes back as it was', () => {
  fc.assert(fc.property(texts, text => {
    expect(guarded(text)).not.toMatch(/^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/);
    expect(unguarded(guarded(text))).toBe(text);
  }));
});

test('no label in a cell begins like a formula, wherever a spreadsheet divides it', () => {
  fc.assert(fc.property(labels, drawn => {
    const cell = labelsCell(drawn);
    expect(cell.split(';').filter(part => /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/.test(part))).toEqual([]);
    expect(labelsOfCell(cell)).toEqual(drawn);
  }));
});
