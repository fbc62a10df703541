import { Budget, Failure } from './budget';

/** How long people remember what they were told. */
const MEMORY_MS = 86_400_000;

/** Whether people should hear of a failure: it is the first one, another one than they were told of, or a day has gone by. */
export function isNews(failure: Failure, told: Failure | undefined): boolean {
  return told === undefined || causeOf(failure) !== causeOf(told) || failure.at - told.at >= MEMORY_MS;
}

/** Whether the failure that a budget has now is one that people have heard of. Budgets of before this was remembered have told of every one. */
export function isToldAlready({ failure, toldFailure }: Pick<Budget, 'failure' | 'toldFailure'>): boolean {
  return failure !== undefined && toldFailure !== undefined && failure.at !== toldFailure.at;
}

/** Ids of requests, times and durations differ from attempt to attempt, and tell nothing new. */
function causeOf({ workflow, step, message }: Failure): string {
  return JSON.stringify([workflow, step, message.replace(/[0-9a-f]*\d[0-9a-f-]*/gi, '#')]);
}
