import * as z from 'zod/mini';
import { suggestion } from '../../../closest';
import { plainText } from '../../../lambdas/core/plain-text';
import { BudgetAnswer } from '../answers';
import { Page, PageFormat } from '../pages';
import { standingOrdersOf } from './orders';

const LimitShape = z.strictObject({ limitUsd: z.string(), period: z.string(), anchorDay: z.optional(z.string()) });
const ThresholdsShape = z.strictObject({ warningPercent: z.string(), criticalPercent: z.string() });

const EntryShape = z.strictObject({
  principalId: z.string(),
  kind: z.optional(z.string()),
  limits: z.optional(z.array(LimitShape)),
  thresholds: z.optional(z.nullable(ThresholdsShape)),
  enforcement: z.optional(z.string()),
  labels: z.optional(z.record(z.string(), z.string())),
});

export type JsonEntry = z.infer<typeof EntryShape>;

/** Orders as an array of objects, each on a line. */
export class OrdersJson implements PageFormat<BudgetAnswer> {
  private begun = false;

  public write({ items }: Page<BudgetAnswer>): string {
    return items.map(budget => {
      const start = this.begun ? ',\n' : '[\n';
      this.begun = true;
      return `${start}${JSON.stringify({ principalId: budget.principalId, kind: budget.kind, ...standingOrdersOf(budget) })}`;
    }).join('');
  }

  public foot(): string {
    return this.begun ? '\n]\n' : '[]\n';
  }
}

/** An entry, or what keeps it from being one. */
export type JsonRow = { readonly entry: JsonEntry } | { readonly problem: string };

/** Entries of a file, or why it is none. */
export function readJson(text: string): readonly JsonRow[] | string {
  let entries: unknown;
  try {
    entries = JSON.parse(text);
  } catch (error) {
    return `this is no JSON: ${(error as Error).message.slice(0, 200)}`;
  }
  return Array.isArray(entries) ? entries.map(readEntry) : 'this is no list: the file holds [{ "principalId": …, "limits": … }, …]';
}

function readEntry(entry: unknown): JsonRow {
  const parsed = EntryShape.safeParse(entry);
  if (parsed.success) {
    return { entry: parsed.data };
  }
  // A misspelt name is why another one is missing.
  const { issues } = parsed.error;
  return { problem: problemOf(issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0], entry) };
}

/** What was given, what is allowed and what to do. */
function problemOf({ code, path, ...issue }: z.core.$ZodIssue, entry: unknown): string {
  const place = path.map(String).join('.').slice(0, 80) || 'the entry';
  if (code === 'unrecognized_keys') {
    const [unknown] = (issue as Pick<z.core.$ZodIssueUnrecognizedKeys, 'keys'>).keys;
    const known = Object.keys(shapeAt(path).shape);
    return `${place} has ${quotedText(unknown)}, which is no name there: write ${known.join(', ')}${suggestion(unknown, known)}`;
  }
  const given = path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown>)[key], entry);
  const { expected = 'something else' } = issue as Partial<z.core.$ZodIssueInvalidType>;
  if (given === undefined) {
    return `${place} is missing: write it like ${EXAMPLE}`;
  }
  return `${place} is ${shownJson(given)}, and is to be ${NAMES_OF_TYPES[expected] ?? expected}${expected === 'string' && typeof given === 'number' ? `: write "${given}"` : `: write it like ${EXAMPLE}`}`;
}

function shapeAt([first]: readonly PropertyKey[]): z.ZodMiniObject {
  return first === 'limits' ? LimitShape : first === 'thresholds' ? ThresholdsShape : EntryShape;
}

const NAMES_OF_TYPES: Readonly<Record<string, string>> = { string: 'a text', array: 'a list', object: 'an object', record: 'an object' };

const EXAMPLE = '{ "principalId": "iam-user/123456789012/alice", "limits": [{ "limitUsd": "5", "period": "calendar day" }] }';

function shownJson(value: unknown): string {
  return plainText(JSON.stringify(value), 60);
}

function quotedText(text: string): string {
  return `"${plainText(text, 60)}"`;
}
