type Channels = readonly [number, number, number];

/** How colours are seen without one kind of cones (Machado, Oliveira and Fernandes, 2009), in linear light. */
const MATRICES = {
  'full colour vision': [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  'protanopia': [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  'deuteranopia': [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
  'tritanopia': [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
} satisfies Record<string, number[][]>;

export type Vision = keyof typeof MATRICES;
export const VISIONS = Object.keys(MATRICES) as Vision[];

/** As WCAG 2 defines it: 1 to 21. */
export function contrast(a: string, b: string): number {
  const [high, low] = [a, b].map(colour => {
    const [red, green, blue] = linear(colour);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }).sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

/** The distance of two colours in OKLab, where 0.02 is about what is just seen. */
export function differenceFor(vision: Vision, a: string, b: string): number {
  const [x, y] = [a, b].map(colour => oklab(seen(vision, linear(colour))));
  return Math.hypot(...x.map((value, index) => value - y[index]));
}

function seen(vision: Vision, colour: Channels): Channels {
  return MATRICES[vision].map(row => Math.min(1, Math.max(0, row.reduce((sum, factor, index) => sum + factor * colour[index], 0)))) as unknown as Channels;
}

function linear(colour: string): Channels {
  const [, ...channels] = /^#(..)(..)(..)$/.exec(colour)!;
  return channels.map(channel => {
    const share = parseInt(channel, 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as unknown as Channels;
}

function oklab([r, g, b]: Channels): Channels {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s,
  ];
}
