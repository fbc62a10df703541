/** Makes something when it is first asked for, and keeps it for the life of the container. What fails is tried again. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
