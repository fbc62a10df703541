import * as fc from 'fast-check';
import { AUDIENCES, SEVERITIES } from '../../../../src/lambdas/core/alerts/alert';
import { hears, Route } from '../../../../src/lambdas/core/alerts/routing';

const KEYS = ['team', 'owner', 'constructor', '__proto__', 'toString'];
const word = fc.constantFrom('search', 'ads', '', 'Search');
const labels = fc.uniqueArray(fc.tuple(fc.constantFrom(...KEYS), word), { selector: ([key]) => key })
  .map(entries => Object.fromEntries(entries) as Record<string, string>);
const alert = fc.record({ audience: fc.constantFrom(...AUDIENCES), severity: fc.constantFrom(...SEVERITIES), labels });
const route: fc.Arbitrary<Route> = fc.record({
  audience: fc.constantFrom(...AUDIENCES),
  minimumSeverity: fc.constantFrom(...SEVERITIES),
  labels: fc.dictionary(fc.constantFrom('team', 'owner', 'toString'), fc.uniqueArray(word, { minLength: 1 }), { maxKeys: 3 }),
}, { requiredKeys: [] });

test('a channel that narrows nothing hears everything', () => {
  fc.assert(fc.property(alert, told => hears({}, told)));
});

test('each part of a route narrows by itself: together they let pass what each lets pass', () => {
  fc.assert(fc.property(route, alert, (wanted, told) => {
    const { audience, minimumSeverity, labels: wantedLabels = {} } = wanted;
    const alone = [{ audience }, { minimumSeverity }, ...Object.entries(wantedLabels).map(([key, values]) => ({ labels: { [key]: values } }))];
    expect(hears(wanted, told)).toBe(alone.every(part => hears(part, told)));
  }));
});

test('whoever hears of something hears of the same when it is worse', () => {
  fc.assert(fc.property(route, alert, fc.constantFrom(...SEVERITIES), (wanted, told, severity) => {
    fc.pre(hears(wanted, told) && SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(told.severity));
    expect(hears(wanted, { ...told, severity })).toBe(true);
  }));
});

test('further values of a label let more pass, further labels of the principal change nothing', () => {
  fc.assert(fc.property(route, alert, word, word, (wanted, told, value, other) => {
    fc.pre(hears(wanted, told));
    const wider = Object.fromEntries(Object.entries(wanted.labels ?? {}).map(([key, values]) => [key, [...values, value]]));
    expect(hears({ ...wanted, labels: wider }, { ...told, labels: { ...told.labels, unrelated: other } })).toBe(true);
  }));
});

test.each<[string, Route, boolean]>([
  ['the team', { labels: { team: ['search'] } }, true],
  ['one of several teams', { labels: { team: ['ads', 'search'] } }, true],
  ['another team', { labels: { team: ['ads'] } }, false],
  ['a label that it lacks', { labels: { toString: ['search'] } }, false],
  ['the team, in capitals', { labels: { team: ['SEARCH'] } }, false],
  ['warnings', { minimumSeverity: 'warning' }, true],
  ['what is critical', { minimumSeverity: 'critical' }, false],
  ['its audience', { audience: 'alerts' }, true],
  ['the other audience', { audience: 'operations' }, false],
])('a warning about a principal of the team search, for who wants %s', (_, wanted, heard) => {
  expect(hears(wanted, { audience: 'alerts', severity: 'warning', labels: { team: 'search' } })).toBe(heard);
});

test('what is about no principal is not heard by who wants labels', () => {
  expect(hears({ labels: { team: ['search'] } }, { audience: 'operations', severity: 'critical', labels: {} })).toBe(false);
});

test('a label that is not the principal\'s own is none', () => {
  const inherited = Object.create({ team: 'search' }) as Record<string, string>;
  expect(hears({ labels: { team: ['search'] } }, { audience: 'alerts', severity: 'warning', labels: inherited })).toBe(false);
});
