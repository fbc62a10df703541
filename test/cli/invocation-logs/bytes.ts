/** Bytes as a slow pipe delivers them. */
export async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) {
    yield bytes.subarray(start, start + size);
  }
}

export async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const value of values) {
    collected.push(value);
  }
  return collected;
}

/** What arrived, and the error with which it ended. */
export async function untilError<T>(values: AsyncIterable<T>): Promise<{ readonly values: T[]; readonly error: unknown }> {
  const collected: T[] = [];
  try {
    for await (const value of values) {
      collected.push(value);
    }
    return { values: collected, error: undefined };
  } catch (error) {
    return { values: collected, error };
  }
}
