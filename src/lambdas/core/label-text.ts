/**
 * Labels as one text: `name=value`, as the command line and searches read them. The first equals sign ends the name; one within a name is written `%3D`, and a
 * percent sign `%25` where it could be taken for the beginning of either.
 */
const RESERVED = /=|%(?=25|3D)/gi;
const WRITTEN = /%(25|3D)/gi;

export interface LabelText {
  readonly name: string;
  /** Without one where there is no equals sign. */
  readonly value?: string;
}

export function labelText(name: string, value: string): string {
  return `${name.replace(RESERVED, character => (character === '=' ? '%3D' : '%25'))}=${value}`;
}

export function readLabelText(text: string): LabelText {
  const [name, ...value] = text.split('=');
  return { name: name.replace(WRITTEN, (_, code: string) => (code === '25' ? '%' : '=')), ...(value.length > 0 ? { value: value.join('=') } : {}) };
}
