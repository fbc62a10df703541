import * as z from 'zod/mini';

const ForcedShape = z.object({ force: z.literal(true) });

/** Whether somebody asked for all prices to be read, whatever their age. */
export function isForced(event: unknown): boolean {
  return ForcedShape.safeParse(event).success;
}
