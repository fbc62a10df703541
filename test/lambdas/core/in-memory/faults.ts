/** When a call fails: before it takes effect, or after, so that the caller cannot know that it did. */
export type Moment = 'before' | 'after';

export class InjectedFault extends Error {
  public readonly name = 'InjectedFault';
}

interface PlannedFault {
  readonly call: string;
  readonly moment: Moment;
  readonly error: Error;
}

/** Makes calls of in-memory adapters fail: those that a test has named, and those that it draws. */
export class Faults {
  private readonly planned: PlannedFault[] = [];
  /** Asked before every call; lets a property draw faults. */
  public draw: (call: string) => { readonly moment: Moment; readonly error?: Error } | undefined = () => undefined;
  /** Awaited before every call; lets a property interleave callers. */
  public gate: (call: string) => Promise<unknown> = async () => undefined;

  /** The next call of this name fails. */
  public plan(call: string, moment: Moment = 'before', error: Error = new InjectedFault(`${call} failed`)): void {
    this.planned.push({ call, moment, error });
  }

  public async around<T>(call: string, effect: () => T): Promise<T> {
    await this.gate(call);
    const fault = this.next(call);
    if (fault?.moment === 'before') {
      throw fault.error;
    }
    const result = effect();
    if (fault) {
      throw fault.error;
    }
    return result;
  }

  private next(call: string): { readonly moment: Moment; readonly error: Error } | undefined {
    const index = this.planned.findIndex(fault => fault.call === call);
    if (index >= 0) {
      return this.planned.splice(index, 1)[0];
    }
    const drawn = this.draw(call);
    return drawn && { moment: drawn.moment, error: drawn.error ?? new InjectedFault(`${call} failed ${drawn.moment} taking effect`) };
  }
}
