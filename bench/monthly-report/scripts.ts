/** What the state machine does, in one process: the parts of the ledger one after another, and then the report. Tells what both took of a processor. */
export const REPORT = `
import { writeFileSync } from 'node:fs';
const { handler } = await import(process.env.BUNDLE);
const cpu = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1e6; };
const run = { run: 'bench', startedAt: process.env.STARTED_AT };
const loaded = cpu();
const { period, work } = await handler({ action: 'plan-report', asked: {}, ...run });
const read = [];
for (let part of work) {
  while (!part.done) {
    part = await handler({ action: 'read-ledger', work: part });
  }
  read.push(part);
}
const added = cpu();
const { totalUsd, calls } = await handler({ action: 'write-report', period, read, ...run });
writeFileSync(process.env.ANSWER_FILE, JSON.stringify({ totalUsd, calls, period: period.key, reading: added - loaded, writing: cpu() - added }));
process.exit();
`;

/** The least that anybody has to do with the same pages: fetch each and parse it. */
export const BARE = `
import { Agent, request } from 'node:http';
import { writeFileSync } from 'node:fs';
const agent = new Agent({ keepAlive: true });
const scan = input => new Promise((resolve, reject) => {
  const body = JSON.stringify(input);
  const headers = { 'x-amz-target': 'DynamoDB_20120810.Scan', 'content-length': Buffer.byteLength(body) };
  request(process.env.AWS_ENDPOINT_URL, { method: 'POST', agent, headers }, response => {
    const chunks = [];
    response.on('data', chunk => chunks.push(chunk)).on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString('utf8')))).on('error', reject);
  }).on('error', reject).end(body);
});
let calls = 0;
for (let segment = 0; segment < 8; segment += 1) {
  let key;
  do {
    const page = await scan({ TableName: 'ledger', Segment: segment, TotalSegments: 8, ...(key ? { ExclusiveStartKey: key } : {}) });
    calls += page.Items.length;
    key = page.LastEvaluatedKey;
  } while (key);
}
writeFileSync(process.env.ANSWER_FILE, JSON.stringify({ calls }));
process.exit();
`;
