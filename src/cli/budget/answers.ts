import * as z from 'zod/mini';
import { CommandFailure } from '../command-failure';

/** What budget-manager answers, as far as tables and comparisons read it; see docs/administration.md. */

const LimitShape = z.object({ limitUsd: z.string(), period: z.string(), anchorDay: z.optional(z.string()) });
const ThresholdsShape = z.object({ warningPercent: z.string(), criticalPercent: z.string(), own: z.boolean() });
const WindowShape = z.object({
  period: z.string(), periodStart: z.string(), periodEndsAt: z.string(), spentUsd: z.string(), limitUsd: z.string(), sharePercent: z.string(),
});
const BudgetShape = z.object({
  principalId: z.string(),
  kind: z.string(),
  version: z.optional(z.string()),
  labels: z.optional(z.record(z.string(), z.string())),
  status: z.string(),
  statusSince: z.optional(z.string()),
  reason: z.optional(z.string()),
  enforcement: z.string(),
  windows: z.optional(z.array(WindowShape)),
  limits: z.optional(z.array(LimitShape)),
  thresholds: z.optional(ThresholdsShape),
  topUps: z.optional(z.array(z.object({ amountUsd: z.string(), expiresAt: z.string(), reason: z.optional(z.string()) }))),
  exemption: z.optional(z.object({ until: z.optional(z.string()), reason: z.optional(z.string()) })),
  hold: z.optional(z.object({ by: z.optional(z.string()), reason: z.optional(z.string()) })),
  graceDeadline: z.optional(z.string()),
  suspension: z.optional(z.unknown()),
  failure: z.optional(z.unknown()),
  unenforceable: z.optional(z.unknown()),
  role: z.optional(z.string()),
  runtimes: z.optional(z.array(z.string())),
  removedAt: z.optional(z.string()),
  updatedBy: z.optional(z.string()),
  lastCallAt: z.optional(z.string()),
});
const GetShape = z.object({ budget: BudgetShape });
/** A listed item that somebody broke by hand. */
const UnreadableShape = z.object({ principalId: z.string(), problem: z.string() });
const ListShape = z.object({ budgets: z.array(z.union([BudgetShape, UnreadableShape])), nextToken: z.nullish(z.string()) });
const HistoryShape = z.object({ events: z.array(z.record(z.string(), z.unknown())), nextToken: z.nullish(z.string()) });
const ChangeShape = z.object({
  changed: z.boolean(),
  before: z.nullish(BudgetShape),
  budget: z.nullish(BudgetShape),
  note: z.nullish(z.string()),
  dryRun: z.nullish(z.boolean()),
  replayed: z.nullish(z.boolean()),
});

export type BudgetAnswer = z.infer<typeof BudgetShape>;
export type UnreadableAnswer = z.infer<typeof UnreadableShape>;
export type ListedBudget = BudgetAnswer | UnreadableAnswer;
export type HistoryEvent = Readonly<Record<string, unknown>>;
export type ChangeAnswer = z.infer<typeof ChangeShape>;

export const readBudget = reader(GetShape);
export const readBudgets = reader(ListShape);
export const readHistory = reader(HistoryShape);
export const readChange = reader(ChangeShape);

/** @throws CommandFailure from what it returns, where the answer has another shape */
function reader<T>(shape: z.ZodMiniType<T>): (answer: unknown) => T {
  return answer => {
    const parsed = shape.safeParse(answer);
    if (!parsed.success) {
      const { path, message } = innermost(parsed.error.issues[0]);
      throw new CommandFailure(`the answer of budget-manager cannot be read (${path.map(String).join('.').slice(0, 100)}: ${message.slice(0, 200)}): `
        + 'is the URL right, and is this the version of budgeteer that the stack has?');
    }
    return parsed.data;
  };
}

type Issue = Pick<z.core.$ZodIssue, 'path' | 'message'>;

/** Where a value is none of several shapes, what keeps it from being the first one tells more. */
function innermost(issue: z.core.$ZodIssue): Issue {
  const inner = issue.code === 'invalid_union' ? issue.errors[0]?.[0] : undefined;
  return inner ? { path: [...issue.path, ...inner.path], message: inner.message } : issue;
}
