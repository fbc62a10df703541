import { ReportBlock, ReportCell, ReportPage } from '../../../../src/lambdas/core/report-page/report-page';

/** All that a page says, as short as it can be read in a snapshot: columns of numbers end in `#`, what a cell is sorted by follows `~`. */
export function pageText({ title, lead, figures, sections, timeZone = 'no time zone', clockFrom, notes, footer }: ReportPage): string {
  return [
    `${title} (${timeZone}${clockFrom === undefined ? '' : `, clock from ${instant(clockFrom)}`})`,
    lead,
    ...figures.map(({ value, label, note }) => `  ${value} ${label}${note === undefined ? '' : ` (${note})`}`),
    ...sections.flatMap(section => ['', `## ${section.title} #${section.id}`, ...(section.text === undefined ? [] : [section.text]), ...section.blocks.flatMap(blockLines)]),
    '',
    ...notes.map(note => `- ${note}`),
    footer,
  ].join('\n');
}

function blockLines(block: ReportBlock): readonly string[] {
  const head = `[${block.kind}] ${block.title}`;
  switch (block.kind) {
    case 'table': return [
      head, ...(block.description === undefined ? [] : [block.description]), `  ${block.columns.map(({ title, isNumber }) => `${title}${isNumber ? '#' : ''}`).join(' | ')}`,
      ...block.rows.map(cells => `  ${cells.map(cellText).join(' | ')}`), `  else: ${block.empty}`,
    ];
    case 'checks': return [head, ...(block.note === undefined ? [] : [block.note]), ...block.checks.map(check => `  ${check}`)];
    case 'spend': return [
      head, block.description, `${block.summary ?? 'no summary'}, in the end ${block.status ?? 'as the last mark'}`,
      `  ${block.points.map(({ at, spentUsd, limitUsd }) => `${instant(at)} ${spentUsd}/${limitUsd ?? 'none'}`).join(', ')}`,
      ...block.marks.map(({ at, status, text }) => `  ${instant(at)} ${status}: ${text}`),
    ];
    case 'states': return [
      head, block.description, ...block.rows.flatMap(({ name, spans }) => [`  ${name}`, ...spans.map(({ from, to, status, text }) => `    ${instant(from)} to ${instant(to)} ${status}: ${text}`)]),
    ];
    case 'cost': return [
      head, block.description, `  ${block.days.join(' ')}`,
      ...block.series.map(({ name, usd, standsFor }) => `  ${name}${standsFor === undefined ? '' : ` (for ${standsFor})`}: ${usd.join(' ')}`),
    ];
  }
}

function cellText(cell: ReportCell): string {
  if (typeof cell === 'string') {
    return cell;
  }
  const { text, status, sortBy } = cell;
  return [...(text === '' ? [] : [text]), ...(status === undefined ? [] : [`(${status})`]), ...(sortBy === undefined ? [] : [`~${sortBy}`])].join(' ');
}

function instant(at: number): string {
  return new Date(at).toISOString().slice(0, -1).replace(/:00\.000$/, '').replace('T', ' ');
}
