/** The part of an SDK client that is needed here. */
interface Extensible {
  readonly middlewareStack: { add(middleware: (next: (args: any) => Promise<any>, context: any) => (args: any) => Promise<any>, options: any): void };
}

/** Counts the requests that clients send: each attempt is one. */
export class CountedCalls {
  private readonly counts = new Map<string, number>();

  /** @returns the client, whose requests are counted from now on */
  public of<C extends Extensible>(client: C): C {
    // Behind the retries, so that every attempt passes.
    client.middlewareStack.add((next, context) => args => {
      this.add(context.commandName ?? 'unknown');
      return next(args);
    }, { step: 'deserialize', name: 'countCalls' });
    return client;
  }

  public add(command: string): void {
    const name = command.replace(/Command$/, '');
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }

  public get total(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0);
  }

  public count(name: string): number {
    return this.counts.get(name) ?? 0;
  }

  /** Such as `20 TransactWriteItems, 1 GetItem`. */
  public toString(): string {
    return [...this.counts].map(([name, count]) => `${count} ${name}`).join(', ') || 'none';
  }
}
