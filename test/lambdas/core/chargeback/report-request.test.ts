import { ReportAction } from '../../../../src/contract';
import { reportRequest, ReportRequestError } from '../../../../src/lambdas/core/chargeback/report-request';
import { errorOf } from '../builders';

const PERIOD = { key: '2026-11', from: '2026-11-01', to: '2026-11-30' };
const WORK = { run: 'r', period: PERIOD, segment: { index: 0, of: 8 }, parts: ['a'], after: '', done: false };
const PLAN = { action: ReportAction.PLAN, asked: {}, run: 'r', startedAt: '2026-12-02T06:00:00Z' };
const READ = { action: ReportAction.READ, work: WORK };
const WRITE = { action: ReportAction.WRITE, run: 'r', startedAt: '2026-12-02T08:00:00+02:00', period: PERIOD, read: [WORK] };

const at = Date.parse('2026-12-02T06:00:00Z');

test.each<[string, object, object]>([
  ['a plan', PLAN, { ...PLAN, startedAt: at }],
  ['a plan of a month', { ...PLAN, asked: { month: '2026-11' } }, { ...PLAN, asked: { month: '2026-11' }, startedAt: at }],
  ['a plan of days', { ...PLAN, asked: { from: '2026-11-01', to: '2026-11-02' } }, { ...PLAN, asked: { from: '2026-11-01', to: '2026-11-02' }, startedAt: at }],
  ['reading', READ, READ],
  ['reading, by a name as long as an execution may have', { ...READ, work: { ...WORK, run: 'r'.repeat(80) } }, { ...READ, work: { ...WORK, run: 'r'.repeat(80) } }],
  ['writing', WRITE, { ...WRITE, startedAt: at }],
])('%s is taken as it is', (_, request, expected) => {
  expect(reportRequest(request)).toEqual(expected);
});

const without = (object: object, name: string) => Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));

test.each<[string, unknown]>([
  ['asked', without(PLAN, 'asked')],
  ['asked', { ...PLAN, asked: { Month: '2026-11' } }],
  ['asked.month', { ...PLAN, asked: { month: 11 } }],
  ['asked.from', { ...PLAN, asked: { from: null } }],
  ['asked.to', { ...PLAN, asked: { to: 1 } }],
  ['run', { ...PLAN, run: '' }],
  ['startedAt', { ...PLAN, startedAt: '2026-12-02' }],
  ['startedAt', { ...PLAN, startedAt: at }],
  ['work', without(READ, 'work')],
  ['work.run', { ...READ, work: { ...WORK, run: '' } }],
  ['work.run', { ...READ, work: { ...WORK, run: 'r'.repeat(81) } }],
  ['work.period', { ...READ, work: without(WORK, 'period') }],
  ['work.period.key', { ...READ, work: { ...WORK, period: without(PERIOD, 'key') } }],
  ['work.period.from', { ...READ, work: { ...WORK, period: without(PERIOD, 'from') } }],
  ['work.period.to', { ...READ, work: { ...WORK, period: without(PERIOD, 'to') } }],
  ['work.segment.index', { ...READ, work: { ...WORK, segment: { of: 8 } } }],
  ['work.segment.of', { ...READ, work: { ...WORK, segment: { index: 8 } } }],
  ['work.parts.0', { ...READ, work: { ...WORK, parts: [1] } }],
  ['work.after', { ...READ, work: without(WORK, 'after') }],
  ['work.done', { ...READ, work: { ...WORK, done: 'no' } }],
  ['run', without(WRITE, 'run')],
  ['startedAt', without(WRITE, 'startedAt')],
  ['period', without(WRITE, 'period')],
  ['read.0.after', { ...WRITE, read: [without(WORK, 'after')] }],
])('a request that is wrong at %s is refused with where it is wrong: %j', (path, request) => {
  const error = errorOf(() => reportRequest(request));
  expect(error).toBeInstanceOf(ReportRequestError);
  expect([error.name, error.message.split(': ')[0]]).toEqual(['ReportRequestError', `the request of the state machine cannot be read at "${path}"`]);
  expect(error.message).toMatch(/": \S/);
});
