import { OptionSpecs } from '../options';
import { REMEMBERED_CALLS } from './recent-calls';

export const EXPLAIN_OPTIONS = {
  'logs': { value: '<file or ->', isInput: true },
  'format': { value: '<json or table>', choices: ['json', 'table'], default: 'json' },
  'details': {},
  'catalog': { value: '<file>' },
  'assume-cache-write-ttl': { value: '<5m or 1h>', choices: ['5m', '1h'], default: '5m' },
} satisfies OptionSpecs;

export const EXPLAIN_HELP = `budgeteer explain: say what recorded calls cost, and why

  budgeteer explain --logs <file or -> [--format json|table] [--details]
                    [--catalog <file>] [--assume-cache-write-ttl 5m|1h]

Prices the records of Amazon Bedrock's model-invocation log as the meter does.
Needs no AWS account and sends nothing anywhere, so it knows only the prices of
the package and of --catalog: not what the meter has read from AWS since, such
as newer prices and the models behind application inference profiles.

  --logs <file>   the records, one a line, gzipped or not; - is standard input.
                  Lines may be bare records, lines of an export of CloudWatch
                  Logs, log events (objects with "message", or "@message"), or
                  objects with "events" or "logEvents".
  --format        json: one object a line (the default); table: for people
  --details       more in each object: costs and prices by kind, units, and the
                  version of the prices
  --catalog       a file of prices and discounts that come before those of the
                  package, in the format of the setting "price-overrides":
                    discount anthropic 12.5%
                    anthropic.claude-opus-5 in=4 out=20 read=0.4
  --assume-cache-write-ttl
                  for how long the cache was written where a record does not
                  tell: 5m (the default) or 1h
  --help, -h      this text

Standard output has an object for each record:
  requestId, timestamp, principalId, modelId, pricedAs, tokens, costUsd, source,
  assumptions
and { line, error } for each line that cannot be read. Blank lines and Bedrock's
notice that logging was switched on are skipped. A summary goes to standard
error. Every record is explained and is in the total, also where a call is
recorded twice; the summary says how many of the calls are repetitions, as far
as the last ${REMEMBERED_CALLS.toLocaleString('en-US')} calls tell.

Ends with 0 if everything was read, 1 if something was not, 2 if the arguments
are wrong.

Examples:
  budgeteer explain --logs records.jsonl --format table
  aws logs filter-log-events --log-group-name <name> --output json |
    jq -c '.events[]' | budgeteer explain --logs -
`;
