import { Markup, markup } from './markup';
import { ChartStatus, ReportChecks } from './report-page';
import { CHART_STATUSES, STATUS_LOOK } from './status-look';

/** The icons of the statuses, once a page. */
export function statusIcons(): Markup {
  return markup`<svg class="unseen" aria-hidden="true" focusable="false">${CHART_STATUSES.map(status =>
    markup`<symbol id="_icon-${status}" viewBox="0 0 16 16"><path d="${STATUS_LOOK[status].icon}"/></symbol>`)}</svg>`;
}

export function statusIcon(status: ChartStatus): Markup {
  return markup`<svg class="icon s-${status}" aria-hidden="true" focusable="false"><use href="#_icon-${status}"/></svg>`;
}

/** The status in words, with its icon; in colour for those who see it. */
export function statusBadge(status: ChartStatus): Markup {
  return markup`<span class="badge">${statusIcon(status)}${STATUS_LOOK[status].label}</span>`;
}

export function checksMarkup({ title, note, checks }: ReportChecks): Markup {
  return markup`<div class="checklist"><h3>${title}${note ? markup` <span class="note">${note}</span>` : ''}</h3>${checks.length > 0
    ? markup`<ul>${checks.map(check => markup`<li>${check}</li>`)}</ul>`
    : markup`<p class="empty">Nothing was checked.</p>`}</div>`;
}
