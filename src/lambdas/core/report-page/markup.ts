/** Text that is markup already. */
export class Markup {
  constructor(public readonly text: string) {}

  public toString(): string {
    return this.text;
  }
}

type Part = Markup | string | number | readonly Part[];

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\'': '&#39;' };

/** Template for HTML and SVG: whatever is put in is escaped, unless it is markup. */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(strings.reduce((text, string, index) => text + textOf(parts[index - 1]) + string));
}

function textOf(part: Part): string {
  if (part instanceof Markup) {
    return part.text;
  }
  return typeof part === 'object' ? part.map(textOf).join('') : String(part).replace(/[&<>"']/g, character => ENTITIES[character]);
}
