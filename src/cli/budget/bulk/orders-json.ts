import * as z from 'zod/mini';
import { BudgetAnswer } from '../answers';
import { Page, PageFormat } from '../pages';
import { standingOrdersOf } from './orders';

const EntryShape = z.strictObject({
  principalId: z.string(),
  kind: z.optional(z.string()),
  limits: z.optional(z.array(z.strictObject({ limitUsd: z.string(), period: z.string(), anchorDay: z.optional(z.string()) }))),
  thresholds: z.optional(z.nullable(z.strictObject({ warningPercent: z.string(), criticalPercent: z.string() }))),
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
  const { path, message } = parsed.error.issues[0];
  return { problem: `${path.map(String).join('.').slice(0, 80) || 'the entry'}: ${message.slice(0, 200)}` };
}
