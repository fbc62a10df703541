/** Page after page of something that is read in pages, one at a time. */
export async function* allPages<T>(
  pageAfter: (after?: string) => Promise<{ readonly items: readonly T[]; readonly more?: string }>,
): AsyncIterable<readonly T[]> {
  let after: string | undefined;
  do {
    const { items, more } = await pageAfter(after);
    yield items;
    after = more;
  } while (after !== undefined);
}
