import { addDays, Day, dayOf, startOfDay } from '../calendar';

/** Days in a time zone, for instants that come in order: the calendar is asked once a day, not once a call. */
export class Days {
  private current: Day = '';
  private from = Infinity;
  private until = -Infinity;
  private readonly starts = new Map<Day, number>();

  constructor(private readonly timeZone: string) {}

  /** The day of an instant. */
  public of(instant: number): Day {
    if (instant < this.from || instant >= this.until) {
      this.current = dayOf(instant, this.timeZone);
      this.from = this.startOf(this.current);
      this.until = this.startOf(addDays(this.current, 1));
    }
    return this.current;
  }

  /** The instant at which a day begins. */
  public startOf(day: Day): number {
    const known = this.starts.get(day);
    if (known !== undefined) {
      return known;
    }
    const start = startOfDay(day, this.timeZone);
    this.starts.set(day, start);
    return start;
  }
}
