const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar of so many cells, to the eighth of a cell, on a track. */
export function bar(share: number, cells: number): { readonly filled: string; readonly track: string } {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * cells * 8);
  const filled = '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8];
  return { filled, track: '░'.repeat(cells - filled.length) };
}
