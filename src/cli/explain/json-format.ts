import { Outcome } from '../invocation-logs/explainer';
import { detailsOf, explanationOf } from './explanation';
import { Format } from './format';

/** One JSON object a line, for programs. */
export class JsonFormat implements Format {
  public readonly head = '';

  constructor(private readonly withDetails: boolean) {}

  public write(outcome: Outcome): string {
    switch (outcome.kind) {
      case 'call': {
        const { usage, charge } = outcome;
        return lineOf({ ...explanationOf(usage, charge), ...(this.withDetails ? detailsOf(usage, charge) : {}) });
      }
      case 'unreadable': return lineOf({ line: outcome.line, error: outcome.error });
      case 'skipped': return '';
    }
  }

  public foot(): string {
    return '';
  }
}

function lineOf(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
