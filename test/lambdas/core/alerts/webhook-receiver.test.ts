import * as fs from 'node:fs';
import * as path from 'node:path';
import * as vm from 'node:vm';
import { EventType } from '../../../../src/contract';
import { signed, webhookPayloadOf } from '../../../../src/lambdas/core/alerts/rendering/webhook';
import { NOON } from '../builders';
import { anAlert } from './an-alert';

/** The receiver that docs/alerts.md gives, to the letter. */
const [, source] = /```js\n([^]*?)\n```/.exec(fs.readFileSync(path.resolve(__dirname, '../../../../docs/alerts.md'), 'utf8'))!;
const verifiedAlert = vm.runInNewContext(`${source}\nverifiedAlert`, { require, Buffer, Date, Math, Number, JSON }) as (body: string, secret: string, now?: number) => any;

const SECRET = 'correct horse battery staple';
const payload = webhookPayloadOf(anAlert(EventType.GRACE_PERIOD_STARTED, { labels: { team: 'Such-Ünïcode "quoted" \u2603 😀' } }));
const body = JSON.stringify(signed(payload, SECRET, NOON));

test('takes what was signed', () => {
  expect(verifiedAlert(body, SECRET, NOON)).toMatchObject({ type: 'Grace Period Started', principal: { kind: 'iam-user' }, labels: { team: 'Such-Ünïcode "quoted" ☃ 😀' } });
});

test('takes it also where the JSON around it was written anew, with other escapes and spaces', () => {
  const { payload: text, signature } = JSON.parse(body);
  const escaped = JSON.stringify(text).replace(/[^\x20-\x7e]/g, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
  expect(verifiedAlert(`{ "signature" : "${signature}",\n "payload": ${escaped} }`, SECRET, NOON)).toMatchObject({ severity: 'critical' });
});

test.each<[string, string, string, number]>([
  ['another secret', body, 'another secret of length', NOON],
  ['another payload', body.replace('critical', 'info'), SECRET, NOON],
  ['another time', body.replace(/t=\d/, 't=2'), SECRET, NOON],
  ['an older message', body, SECRET, NOON + 26 * 3_600_000],
  ['no signature', JSON.stringify({ payload, signature: '' }), SECRET, NOON],
  ['a payload that is no text', JSON.stringify({ ...JSON.parse(body), payload: {} }), SECRET, NOON],
])('refuses %s', (_, given, secret, now) => {
  expect(verifiedAlert(given, secret, now)).toBeUndefined();
});
