/** Divides items into packs, in order, so that none has more items or bytes than a request may have. An item that is too big alone goes alone. */
export function packBySize<T>(items: readonly T[], sizeOf: (item: T) => number, limits: { readonly maxItems: number; readonly maxBytes: number }): T[][] {
  const packs: T[][] = [];
  let bytes = 0;
  for (const item of items) {
    const size = sizeOf(item);
    const pack = packs.at(-1);
    if (pack && pack.length < limits.maxItems && bytes + size <= limits.maxBytes) {
      pack.push(item);
      bytes += size;
    } else {
      packs.push([item]);
      bytes = size;
    }
  }
  return packs;
}
