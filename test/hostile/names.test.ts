import { execFileSync } from 'node:child_process';
import { EventType } from '../../src/contract';
import { S3ReportStore } from '../../src/lambdas/adapters/s3-report-store';
import { readRequest } from '../../src/lambdas/core/administration/requests';
import { labelsOf } from '../../src/lambdas/core/agents/runtime-labels';
import { chatNotificationOf } from '../../src/lambdas/core/alerts/rendering/chat';
import { mailOf } from '../../src/lambdas/core/alerts/rendering/mail';
import { shellQuoted, shellWord } from '../../src/lambdas/core/alerts/shell';
import { Budget } from '../../src/lambdas/core/budget';
import { chargebackOf } from '../../src/lambdas/core/chargeback/chargeback';
import { chargebackCsv } from '../../src/lambdas/core/chargeback/chargeback-csv';
import { chargebackPage } from '../../src/lambdas/core/chargeback/chargeback-page';
import { LedgerSums } from '../../src/lambdas/core/chargeback/ledger-sums';
import { parseInvocationRecord } from '../../src/lambdas/core/invocation-record';
import { embeddedCatalog } from '../../src/lambdas/core/pricing/embedded-catalog';
import { principalFromArn, principalFromId } from '../../src/lambdas/core/principal';
import { renderReportPage } from '../../src/lambdas/core/report-page/render-report-page';
import { workflowFor } from '../../src/lambdas/core/workflow-start';
import { anAlert } from '../lambdas/core/alerts/an-alert';
import { aBudgetInGrace, ACCOUNT, aRecordLine, at, NOON, REGION } from '../lambdas/core/builders';
import { budget, NOVEMBER, OPTIONS, principals, row, USER } from '../lambdas/core/chargeback/ledger';
import { provesHostileInputs } from './register';

const PROTOTYPE_NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype', 'valueOf'];
/** Turns text around, is not seen, or begins a line. */
const INVISIBLE = ['\u202e', '\u2066', '\u200b', '\u200d', '\u2060', '\ufeff', '\u00ad', '\u2028', '\u2029', '\u0085', '\u0007', '\ud800'];

function reportWith(labels: Readonly<Record<string, string>>) {
  const sums = new LedgerSums();
  sums.addRow(row(), NOVEMBER);
  return chargebackOf(NOVEMBER, sums, principals(NOVEMBER, budget(USER, labels)), at('2026-12-02T06:00:00Z'), { ...OPTIONS, groupBy: ['team'] });
}

provesHostileInputs('names', {
  'prototype-names': () => {
    const before = Object.getOwnPropertyNames(Object.prototype).length;
    for (const name of PROTOTYPE_NAMES) {
      const records = [
        { modelId: name }, { modelId: `us.${name}` }, { modelId: `arn:aws:bedrock:${REGION}::foundation-model/${name}` }, { operation: name }, { errorCode: name },
        { region: 'constructor' }, { inferenceRegion: 'constructor' }, { identity: { arn: `arn:aws:iam::${ACCOUNT}:user/${name}` } },
        { output: { outputTokenCount: 1, outputBodyJson: { serviceTier: { type: 'constructor' }, trace: { promptRouter: { invokedModelId: name } } } } },
        { modelId: 'amazon.nova-canvas-v1:0', input: { inputBodyJson: { taskType: name, imageGenerationConfig: { quality: name, numberOfImages: 1 }, [name]: { x: 1 } } } },
      ];
      for (const record of records) {
        const usage = parseInvocationRecord(aRecordLine(record), NOON)!;
        expect({ record, cost: typeof embeddedCatalog().priceOf(usage).cost }).toEqual({ record, cost: 'bigint' });
      }
      expect(embeddedCatalog().priceOf(parseInvocationRecord(aRecordLine({ modelId: name }), NOON)!)).toMatchObject({ known: false });
      expect(principalFromId(`iam-user/${ACCOUNT}/${name}`)?.name).toBe(name);
    }
    expect(Object.getOwnPropertyNames(Object.prototype)).toHaveLength(before);
    expect(reportWith({ team: 'a' }).byLabel[0].values.map(({ name }) => name)).toEqual(['a']);
  },

  'prototype-tags': () => {
    expect(Object.keys(labelsOf({ name: 'support', tags: JSON.parse('{"__proto__":"x","constructor":"y","team":"a"}') }))).toEqual(['constructor', 'team', 'name']);
  },

  'prototype-request': () => {
    const refusedBodies = [
      '{"operation":"__proto__"}', '{"operation":"constructor"}', '{"operation":"toString"}', `{"operation":"getBudget","principalId":"${USER}","__proto__":{"a":1}}`,
      `{"operation":"getBudget","principalId":"${USER}","constructor":1}`,
      `{"operation":"setBudget","principalId":"${USER}","limits":[{"limitUsd":"1","period":"calendar day"}],"labels":{"__proto__":"x"}}`,
    ];
    for (const body of refusedBodies) {
      expect(() => readRequest(JSON.parse(body))).toThrow(expect.objectContaining({ code: 'BadRequest' }));
    }
  },

  'invisible-text': () => {
    for (const mark of INVISIBLE) {
      const text = `a${mark}b`;
      const alert = anAlert(EventType.PRINCIPAL_SUSPENDED, { labels: { team: text }, reason: text });
      for (const said of [mailOf(alert).body, mailOf(alert).subject, JSON.parse(chatNotificationOf(alert, 'slack')).content.description]) {
        expect({ mark: mark.codePointAt(0), found: said.includes(mark) }).toEqual({ mark: mark.codePointAt(0), found: false });
      }
      expect(Object.values(labelsOf({ tags: { team: text } }))).toEqual(['a b']);
      const request = { operation: 'topUp', principalId: USER, amountUsd: '1', expiresAt: '2026-12-01T00:00:00Z' };
      expect(() => readRequest({ ...request, reason: text })).toThrow('reason is');
    }
  },

  'look-alikes': () => {
    for (const name of ['аlice', 'ａlice', 'álice', 'alice\u200b', 'alice\u0301', 'ALICE\u212a']) {
      expect(principalFromId(`iam-user/${ACCOUNT}/${name}`)).toBeUndefined();
      expect(() => principalFromArn(`arn:aws:iam::${ACCOUNT}:user/${name}`)).toThrow('none of the known forms');
      expect(() => readRequest({ operation: 'getBudget', principalId: `iam-user/${ACCOUNT}/${name}` })).toThrow('principalId is');
    }
  },

  'csv-formulas': () => {
    for (const text of ['=HYPERLINK("https://evil.example","x")', '+1', '-1+2', '@SUM(A1)', '\t=1', '\r=1', '＝1', '＠x', '\'=1']) {
      const [, line] = chargebackCsv(reportWith({ team: text })).split(/\r\n(?=20)/);
      const cell = /^[^,]*,[^,]*,[^,]*,("(?:[^"]|"")*"|[^,]*),/.exec(line)![1];
      const unquoted = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
      expect(unquoted).toBe(`'${text}`);
    }
  },

  'html-and-script': () => {
    const evil = '</script><script>alert(1)</script><img src=x onerror="alert(1)">';
    const report = reportWith({ team: evil });
    const html = renderReportPage(chargebackPage(report), { chartsScript: 'document.title' });
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(html).not.toContain('<img');
    expect(html).toContain('&lt;script&gt;');
    expect(html).toContain('default-src &#39;none&#39;');
  },

  'chat-mentions': () => {
    const evil = '<!channel> <@U123> <https://evil.example|click> [click](https://evil.example) *bold* ~x~ `code` @here http://evil.example &lt;!here&gt;';
    const alert = anAlert(EventType.PRINCIPAL_SUSPENDED, { labels: { team: evil }, reason: evil });
    for (const platform of ['slack', 'teams'] as const) {
      const { content, metadata } = JSON.parse(chatNotificationOf(alert, platform));
      const said = JSON.stringify([content.title, content.description, content.nextSteps, metadata.summary]);
      for (const mark of ['<!channel', '<@U123', '<https://evil', '[click]', '@here', 'http://evil', 'https://evil', '&lt;!here&gt;"', '*bold*']) {
        expect({ platform, mark, said: said.includes(mark) }).toEqual({ platform, mark, said: false });
      }
    }
  },

  'mail-headers': () => {
    const alert = anAlert(EventType.PRINCIPAL_SUSPENDED, { principalId: 'x\r\nBcc: everybody@example.com\r\n\r\nbody', environmentName: 'prod\r\nSubject: other' });
    const { subject } = mailOf(alert);
    expect(subject).toMatch(/^[\x20-\x7e]{1,100}$/);
    expect(subject).toContain('Bcc');
  },

  'shell-commands': () => {
    for (const text of ['$(touch /tmp/x)', '`id`', "'; id; '", '"; id; "', 'a b', '\n id', '\\', '!x', '~', '*']) {
      expect(execFileSync('/bin/sh', ['-c', `printf %s ${shellQuoted(text)}`], { encoding: 'utf8' })).toBe(text);
      expect(execFileSync('/bin/sh', ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' })).toBe(text);
    }
    // For what is no id there is no command at all; what is one is quoted.
    const commandsFor = (principalId: string) => anAlert(EventType.PRINCIPAL_SUSPENDED, { principalId }, { administrationUrl: undefined }).nextSteps
      .flatMap(({ command }) => command ?? []);
    expect(commandsFor("x'; id; '")).toEqual([]);
    expect(commandsFor(`iam-user/${ACCOUNT}/alice`).join()).toContain(`'{"principalId":{"S":"iam-user/${ACCOUNT}/alice"}}'`);
  },

  'state-machine-paths': () => {
    for (const name of ['$.x', 'States.Format(\'{}\', $)', '{}', '$$.Execution.Id', 'a/../b', '../../x', '𝒳'.repeat(60)]) {
      const start = workflowFor({ ...aBudgetInGrace(), principalId: `iam-user/${ACCOUNT}/${name}`, workflowRevision: 3 } as Budget)!;
      expect(start.executionName).toMatch(/^[A-Za-z0-9-]{1,80}$/);
      expect(start.input.principalId).toBe(`iam-user/${ACCOUNT}/${name}`);
    }
  },

  'path-traversal': async () => {
    const keys: string[] = [];
    const store = new S3ReportStore({ send: async ({ input }: any) => { keys.push(input.Key); } } as never, 'bucket', '');
    await store.keepPart('../../reports/2026-11', '0-0', '{}');
    expect(keys).toEqual(['report-work/..%2F..%2Freports%2F2026-11/0-0.json']);
    for (const id of [`iam-user/${ACCOUNT}/../root`, `iam-user/${ACCOUNT}/a/b`, `../iam-user/${ACCOUNT}/a`, `iam-user/${ACCOUNT}/`, 'iam-user/..', `root/${ACCOUNT}/x`, `agent-runtime/${ACCOUNT}/../x`]) {
      expect({ id, principal: principalFromId(id) }).toEqual({ id, principal: undefined });
    }
    // a path of IAM is no part of who somebody is
    expect(principalFromArn(`arn:aws:iam::${ACCOUNT}:user/../../alice`).id).toBe(`iam-user/${ACCOUNT}/alice`);
  },

  'arn-injection': () => {
    const arns = [
      `arn:aws:iam::${ACCOUNT}:user/*`, 'arn:aws:iam::*:user/alice', `arn:aws:iam::${ACCOUNT}:user/alice:root`, `arn:aws:iam::${ACCOUNT}:group/alice`, 'arn:aws:s3:::alice',
      `arn:aws:sts::${ACCOUNT}:assumed-role/a/b/c`, `arn:evil:iam::${ACCOUNT}:user/alice`, `arn:aws:iam::${ACCOUNT}:user/${'a/'.repeat(1100)}b`, `x arn:aws:iam::${ACCOUNT}:root`, '*', '',
    ];
    for (const arn of arns) {
      expect(() => principalFromArn(arn)).toThrow('none of the known forms');
    }
  },
});
