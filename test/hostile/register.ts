/**
 * What somebody could send to do harm, and what becomes of it. `docs/hostile-inputs.md` is this table; `test/hostile/<group>.test.ts` has a case for
 * each row, by its id: a row without one does not compile.
 */
export const HOSTILE_INPUTS = {
  logs: {
    'newline-in-name': ['a line feed, carriage return or `U+2028` in a name, an error code or a label', 'what stays a text stands escaped in one JSON line; what names a principal is refused before it is logged'],
    'ansi-in-name': ['ANSI escapes and other control characters in a caller, a label or a tag', 'no control character reaches a log line, a message or an alert'],
    'json-in-name': ['JSON in a name, made to look like fields of the log or like a metric (`_aws`)', 'it stays the value of one field: no field and no metric comes of it'],
    'prompt-in-bodies': ['a prompt and an answer in the bodies, metadata and unknown fields of a record, readable or not', 'in no log line, metric, ledger row, budget, event or error; an unreadable record itself is kept in its encrypted queue, its reason never quotes it'],
    'prompt-in-delivery': ['a delivery whose text is no JSON', 'it fails without a word of the text, in its cause as well, since Lambda logs both'],
    'prompt-in-command-line': ['the same records in a file that `explain` and `simulate` read', 'in nothing that is printed: not on standard output, not among the errors'],
    'prompt-in-failure': ['a table that refuses, while prompts are in the batch', 'the error tells what AWS said, and nothing of the batch'],
  },
  sizes: {
    'record-of-a-megabyte': ['a record of 1 MB, readable', 'charged like any other'],
    'unreadable-megabyte': ['a record of 1 MB that cannot be read', 'kept packed, or as an excerpt with its place in the log; never above what SQS takes'],
    'decompression-bomb': ['a subscription payload of 1 MB that unpacks to 1 GB', 'unpacking stops at 128 MiB; the delivery fails, is tried again, stands in the queue of failures, and an alarm tells'],
    'deep-nesting': ['a body that is nested 200,000 deep', 'charged by its envelope'],
    'bomb-in-a-file': ['a gzipped file of records that unpacks to 80 MB of one line', 'unpacked a step at a time; a line above 64 MiB is told of and left out, the others are read'],
    'huge-labels': ['labels and texts that make an event larger than EventBridge takes', 'the event goes out without labels and details of the change'],
    'huge-alert': ['an alert of 100,000 characters', 'cut to what each channel takes'],
    'huge-request': ['a request of more than 64 KiB to the administration URL', 'refused with 413, unread'],
    'absurd-counts': ['token counts that are negative, fractional, infinite, texts, or above 100 million', 'unreadable; nothing is charged'],
  },
  names: {
    'prototype-names': ['`__proto__`, `constructor`, `toString` as a user, model, region, operation, tier or body key', 'names like any others: charged, or by the estimate for unknown models; no object changes for others'],
    'prototype-tags': ['a runtime\'s tag called `__proto__`', 'left out of the labels, so that the runtime does not seem changed at every look'],
    'prototype-request': ['a request with `__proto__` or `constructor` as operation, argument or label', 'refused'],
    'invisible-text': ['marks that turn text around, zero-width characters and line separators in labels, tags and reasons', 'spaces in messages; refused in requests'],
    'look-alikes': ['principals whose names look like another\'s: Cyrillic letters, full-width forms, combining marks', 'refused where a principal is named: IAM has none; two ids are one only if their characters are'],
    'csv-formulas': ['labels such as `=HYPERLINK(…)`, `+1`, `-1`, `@SUM`, a tab or full-width forms at the beginning', 'an apostrophe in front in every CSV; quoted where there are commas, quotes and line ends'],
    'html-and-script': ['`<script>`, attributes and entities in names and labels of a report', 'escaped; the page\'s own policy allows no other script'],
    'chat-mentions': ['`<!channel>`, `<@U1>`, links, `@here` and Markdown in labels and reasons', 'look-alikes without a meaning: nobody is mentioned, nothing is linked or set off'],
    'mail-headers': ['carriage return and line feed with `Bcc:` in what becomes a subject', 'one line of at most 100 printable ASCII characters'],
    'shell-commands': ['`$(…)`, backticks, quotes and semicolons in what alerts put into a command to copy', 'quoted: a shell takes it literally'],
    'state-machine-paths': ['`$.x`, `States.Format(…)`, `{}` and other characters in what starts a workflow', 'an input is data and no path; the execution\'s name has letters, digits and hyphens alone'],
    'path-traversal': ['`../` and slashes in names from which keys of objects or ids are made', 'reports have keys of their own; a run\'s name is encoded; an id with more slashes is none'],
    'arn-injection': ['ARNs with more parts, wildcards, other services or accounts in the wrong place', 'unreadable; a wildcard is never a principal'],
  },
  addresses: {
    'webhook-to-private-host': ['a webhook that is no https, has credentials, or names loopback, link-local, private or metadata addresses in any notation', 'refused at synthesis, without repeating what may be a secret'],
    'webhook-by-dns': ['a public name that resolves to a private address, or a redirect', 'our functions never call the endpoint: the notifier puts a message on the bus and EventBridge calls it, from outside of the account\'s networks'],
    'webhook-token': ['a URL that is known at deployment only', 'taken as it is: whoever deploys answers for it, and EventBridge takes nothing but https'],
    'channel-in-detail': ['an event that names a channel, topic or secret of its own in its detail', 'ignored: the channel comes from the rule'],
    'answer-elsewhere': ['a custom resource\'s event with a `ResponseURL` of somebody\'s own', 'trusted: whoever may invoke the function is the deployment; no other than CloudFormation may, and nothing but the outcome is sent'],
  },
  requests: {
    'replayed-top-up': ['the same signed top-up within the five minutes of its signature', 'with a key (the command line always sends one) answered as carried out; without one a top-up that says the same and is running is not added once more'],
    'replayed-order': ['another signed order a second time, after somebody changed the budget', 'with a key, or with `ifVersion`, nothing is changed; without either it is carried out anew, as any request of that caller'],
    'key-for-another': ['a known idempotency key with another request, or by another caller', 'refused with 409'],
    'unsigned': ['a request without a signature, or with a caller in its body', 'refused with 403: who asks is what AWS says'],
    'own-budget': ['a principal that raises its own budget, in any case of its letters', 'refused with 403'],
  },
  events: {
    'other-account': ['an event of ours from another account on a shared bus', 'no rule of ours matches: neither told, nor recorded, nor acted upon'],
    'other-deployment': ['an event of another deployment on a shared bus', 'as above'],
    'spoofed-source': ['an event on the bus whose source or type is none of ours', 'as above'],
    'spoofed-status': ['a forged event of ours from the account itself that says somebody was suspended, restored or has no limit', 'told and recorded (SECURITY.md says who can), but nobody is suspended or restored: no workflow starts, and IAM is changed by what the table says alone'],
    'spoofed-cloudtrail': ['an event that claims to be CloudTrail\'s, with names of others', 'only a hint: what is registered is what IAM and AgentCore show, and names that IAM cannot have are refused'],
    'spoofed-workflow': ['a request to the enforcer with an invented principal, revision or instant', 'refused, or nothing to do: it decides anew from the table'],
    'spoofed-custom-resource': ['a custom resource\'s event of a form that CloudFormation does not send', 'refused; nothing is written'],
    'forged-record': ['a record in the invocation log that nobody\'s call has made', 'charged: who may write there is trusted (SECURITY.md); no forged record can make a call cheaper or lift a suspension'],
    'malformed-stream': ['stream records without keys, images or times, or with items that somebody broke by hand', 'the record is tried again alone and stands in a queue in the end; a broken item is told (metric, alarm) and waits to be mended; others are decided on'],
  },
  values: {
    'hostile-settings': ['parameters with `NaN`, `Infinity`, `0x10`, digits of other scripts, letters, or 8 KB', 'refused and told; the last good value stays in force. An amount may have an exponent, a sign and spaces around it, and is still at most a billion'],
    'hostile-overrides': ['price overrides that are negative, too fine, no numbers, or HTML', 'refused as a whole; the former ones stay in force'],
    'hostile-price-list': ['items of the AWS Price List with prices that are negative, `NaN`, huge, HTML, or no JSON', 'no price: the item is an error or ignored with a reason; the known price stays. A huge one is held back by `maxPriceChangeFactor`'],
    'hostile-amounts': ['amounts in requests that are negative, zero, exponents, too long, of other scripts, or numbers instead of texts', 'refused with what is allowed'],
    'hostile-dates': ['instants and days that are no dates, far away, or without a zone', 'refused with what is allowed'],
    'hostile-limits-in-code': ['budgets in code with such amounts and periods', 'refused at synthesis'],
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, readonly [input: string, outcome: string]>>>>;

export type Group = keyof typeof HOSTILE_INPUTS;
export type IdOf<G extends Group> = keyof (typeof HOSTILE_INPUTS)[G];

/** Bombs take their time on a busy machine. */
const PATIENCE_MS = 60_000;

/** A test for each row of a group, named after it. */
export function provesHostileInputs<G extends Group>(group: G, cases: Readonly<Record<IdOf<G>, () => void | Promise<void>>>): void {
  describe(`hostile ${group}`, () => {
    for (const [id, prove] of Object.entries<() => void | Promise<void>>(cases)) {
      const [input, outcome] = (HOSTILE_INPUTS[group] as Readonly<Record<string, readonly [string, string]>>)[id];
      test(`${id}: ${input}: ${outcome}`, async () => {
        expect.hasAssertions();
        await prove();
      }, PATIENCE_MS);
    }

    test('every row has its case', () => {
      expect(Object.keys(cases).sort()).toEqual(Object.keys(HOSTILE_INPUTS[group]).sort());
    });
  });
}
