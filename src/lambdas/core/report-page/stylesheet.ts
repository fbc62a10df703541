import { Palette, PALETTES } from './palette';
import { CHART_STATUSES, STATUS_LOOK } from './status-look';

const SERIF = '"Iowan Old Style", "Palatino Linotype", Palatino, Charter, Georgia, "Liberation Serif", serif';
const SANS = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif';

function colours({ page, raised, ink, soft, line, edge, accent, onTone, status, series, decal }: Palette): string {
  return [
    `--page:${page};--raised:${raised};--ink:${ink};--soft:${soft};--line:${line};--edge:${edge};--accent:${accent};--on:${onTone};--decal:${decal};`,
    ...CHART_STATUSES.map(name => `--${name}:${status[name]};`),
    ...series.map((colour, index) => `--series-${index}:${colour};`),
  ].join('');
}

const LIGHT = colours(PALETTES.light);
const DARK = colours(PALETTES.dark);

/** Whatever the reader's machine prefers, until the button says otherwise; paper is always light. */
const THEMES = `
:root{color-scheme:light;${LIGHT}}
@media screen and (prefers-color-scheme:dark){:root:not([data-theme=light]){color-scheme:dark;${DARK}}}
@media screen{:root[data-theme=dark]{color-scheme:dark;${DARK}}}
`;

const STATUSES = CHART_STATUSES.map(status => `.s-${status}{--tone:var(--${status})}.w-${status}{height:${Math.max(2, STATUS_LOOK[status].weight * 0.8)}px${
  STATUS_LOOK[status].isHollow ? ';background:none;border:2px solid var(--tone)' : ''}}`).join('\n');

const BASE = `
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-padding-top:1rem}
body{margin:0;background:var(--page);color:var(--ink);font:1rem/1.55 ${SANS};-webkit-font-smoothing:antialiased}
.page-head,.contents,main,.page-foot{max-width:75rem;margin-inline:auto;padding-inline:clamp(1rem,4vw,2.5rem)}
h1,h2{font-family:${SERIF};font-weight:600;letter-spacing:-.01em;text-wrap:balance;overflow-wrap:anywhere}
h1{margin:0;font-size:clamp(2rem,1.4rem + 2.6vw,3.25rem);line-height:1.1}
h2{margin:0 0 .35rem;font-size:clamp(1.4rem,1.2rem + .8vw,1.85rem);line-height:1.2}
h3{margin:0;font-size:1rem;font-weight:650;line-height:1.35;overflow-wrap:anywhere}
p{margin:0}
a{color:var(--accent);text-underline-offset:.2em}
b{font-weight:650}
code{font:.92em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:3px}
main:focus{outline:none}
.unseen{position:absolute;width:1px;height:1px;margin:-1px;padding:0;overflow:hidden;clip-path:inset(50%);white-space:nowrap;border:0}
[hidden]{display:none!important}
.skip{position:absolute;left:1rem;top:-4rem;z-index:9;padding:.6rem 1rem;background:var(--ink);color:var(--page);border-radius:0 0 6px 6px}
.skip:focus{top:0}
`;

const HEAD = `
.page-head{padding-top:1.25rem}
.bar{display:flex;align-items:center;justify-content:space-between;gap:1rem;min-height:2.5rem;margin-bottom:clamp(1.5rem,5vw,3.5rem)}
.brand{font-size:.875rem;font-weight:650;letter-spacing:.01em}
.brand::before{content:"";display:inline-block;width:.7em;height:.7em;margin-right:.55em;background:var(--accent);border-radius:2px}
.lead{max-width:62ch;margin-top:1rem;color:var(--soft);font-size:1.0625rem;text-wrap:pretty;overflow-wrap:anywhere}
button,input{font:inherit;color:inherit}
.button{display:inline-flex;align-items:center;gap:.5rem;min-height:2.25rem;padding:.3rem .8rem;background:none;border:1px solid var(--edge);border-radius:6px;font-size:.875rem;cursor:pointer}
.button:hover{background:var(--raised)}
.contents{margin-top:1.75rem}
.contents ul{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;margin:0;padding:.65rem 0;list-style:none;border-block:1px solid var(--line);font-size:.9375rem}
.contents a{display:inline-block;padding:.2rem 0;text-decoration:none}
.contents a:hover{text-decoration:underline}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,9.5rem),1fr));column-gap:1.75rem;margin:.5rem 0 0}
.figure{margin-top:1.75rem}
@media (min-width:48rem){.figures.of-1,.figures.of-2,.figures.of-3{grid-template-columns:repeat(4,minmax(0,1fr))}.figures.of-7,.figures.of-8{grid-template-columns:repeat(4,minmax(0,1fr))}}
.figure{display:grid;grid-row:span 3;grid-template-rows:subgrid;gap:0;align-content:start;min-width:0;padding-top:.7rem;border-top:2px solid var(--ink)}
.figure dt{align-self:end;color:var(--soft);font-size:.875rem;overflow-wrap:anywhere}
.figure dd{margin:.1rem 0 0;font-variant-numeric:lining-nums tabular-nums}
.figure .value{font:600 clamp(1.5rem,1.3rem + .8vw,2rem)/1.2 ${SERIF};letter-spacing:-.01em;overflow-wrap:anywhere}
.figure .remark{margin-top:.25rem;color:var(--soft);font-size:.8125rem;line-height:1.4;overflow-wrap:anywhere}
`;

const SECTIONS = `
section{margin-top:clamp(3rem,6vw,4.5rem)}
.text{max-width:68ch;margin-top:.15rem;color:var(--soft);font-size:.9375rem;text-wrap:pretty;overflow-wrap:anywhere}
.empty{margin-top:.75rem;padding:1rem 1.15rem;border:1px dashed var(--edge);border-radius:8px;color:var(--soft);font-size:.9375rem}
.notes ul{max-width:72ch;margin:.75rem 0 0;padding-left:1.15rem;color:var(--soft);font-size:.9375rem;overflow-wrap:anywhere}
.notes li+li{margin-top:.4rem}
.page-foot{margin-top:clamp(3rem,6vw,4.5rem);padding-block:1.25rem 3rem;color:var(--soft);font-size:.8125rem;overflow-wrap:anywhere}
.page-foot p{padding-top:1.25rem;border-top:1px solid var(--line)}
.block,.chart{margin:1.75rem 0 0}
.block .scroll{margin-top:.75rem}
.icon{flex:none;width:.8em;height:.8em;fill:var(--tone)}
.badge{display:inline-flex;align-items:center;gap:.4em;white-space:nowrap}
.checks{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,17rem),1fr));gap:1.75rem 2.5rem;margin-top:1.5rem}
.checklist{min-width:0;padding-top:.7rem;border-top:1px solid var(--line)}
.checklist .note{margin-left:.35em;color:var(--soft);font-weight:400;font-variant-numeric:tabular-nums}
.checklist ul{margin:.5rem 0 0;padding:0;list-style:none;font-size:.9375rem;line-height:1.45;overflow-wrap:anywhere}
.checklist li{padding-left:1.5rem;text-indent:-1.5rem}
.checklist li+li{margin-top:.3rem}
.checklist li::before{content:"✓";content:"✓"/"";display:inline-block;width:1.5rem;color:var(--active);font-weight:700;text-indent:0}
`;

const CHARTS = `
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,21.5rem),1fr));gap:2.5rem 2.5rem;margin-top:1.75rem}
.cards .chart{min-width:0;margin:0;padding-top:.8rem;border-top:1px solid var(--line)}
.cards.many .chart{content-visibility:auto;contain-intrinsic-size:auto 26rem}
.chart-head{display:flex;align-items:baseline;justify-content:space-between;gap:1rem}
.chart-head h3{min-width:0}
.chart-head .badge{flex:none;font-size:.875rem}
.summary{color:var(--soft);font-size:.875rem;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.plot{position:relative;margin-top:.75rem;border-radius:4px}
.plot:focus-visible{outline-offset:4px}
.plot.tall{max-height:min(85vh,60rem);overflow:auto;overscroll-behavior:auto}
.scripted .spend .plot{min-height:13.5rem}.scripted .cost .plot{min-height:21rem}
.canvas svg{display:block}
.tip{max-width:min(20rem,80vw);font:.8125rem/1.45 ${SANS};white-space:normal;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
.tip b{display:block}
.tip span{display:block}
.legend{display:flex;flex-wrap:wrap;gap:.35rem 1.25rem;margin:.75rem 0 0;padding:0;list-style:none;font-size:.875rem}
.legend li,.legend button{display:inline-flex;align-items:center;gap:.45rem;min-width:0}
.legend button{min-height:1.75rem;padding:.1rem .45rem;margin-left:-.45rem;background:none;border:1px solid transparent;border-radius:5px;text-align:left;cursor:pointer;overflow-wrap:anywhere}
.legend button:hover{border-color:var(--edge)}
.legend button[aria-pressed=false]{color:var(--soft);text-decoration:line-through}
.legend button[aria-pressed=false] .swatch{opacity:.25}
.lines{margin-top:1rem;color:var(--soft)}
.lines+.cards{margin-top:1.25rem}
.stroke{flex:none;width:1.6rem;border-top:2px solid var(--accent)}
.stroke.dashed{border-top:2px dashed var(--ink)}
.swatch{flex:none;display:inline-block;width:1.6rem;height:12px;background:var(--tone);border-radius:2px}
.swatch.square{width:14px;height:14px}
.marks{display:grid;gap:.3rem;margin:.6rem 0 0;padding:0;list-style:none;font-size:.875rem;line-height:1.4}
.marks li{display:grid;grid-template-columns:.85rem auto minmax(0,1fr);gap:.5rem;overflow-wrap:anywhere}
.marks .icon{margin-top:.25rem}
.time{color:var(--soft);white-space:nowrap;font-variant-numeric:tabular-nums}
.data{margin-top:.6rem;font-size:.875rem}
.data summary{display:inline-block;padding:.15rem 0;color:var(--accent);cursor:pointer}
.data summary::before{content:"▸";content:"▸"/"";display:inline-block;width:1.1em}
.data[open]>summary::before{transform:rotate(90deg)}
.data summary::-webkit-details-marker{display:none}
.data .scroll{margin-top:.5rem;max-height:24rem;overflow:auto}
.find{margin-top:1.25rem}
.field{display:inline-flex;flex-wrap:wrap;align-items:center;gap:.35rem .6rem;font-size:.875rem}
.field input{width:16rem;max-width:100%;min-height:2.25rem;padding:.3rem .65rem;background:var(--page);border:1px solid var(--edge);border-radius:6px;font-size:1rem}
.field output{color:var(--soft);font-variant-numeric:tabular-nums}
`;

const TABLES = `
.scroll{position:relative;overflow-x:auto;border-block:1px solid var(--line)}
.scroll.long{max-height:min(75vh,44rem);overflow:auto}
.table-tools{margin-top:.75rem}
table{width:100%;border-collapse:separate;border-spacing:0;font-size:.9375rem;line-height:1.4;font-variant-numeric:lining-nums tabular-nums}
.data table{font-size:.8125rem}
th,td{padding:.5rem .9rem;text-align:left;vertical-align:top;overflow-wrap:break-word}
th:first-child,td:first-child{padding-left:.15rem}
th:last-child,td:last-child{padding-right:.15rem}
tbody tr+tr>*{border-top:1px solid var(--line)}
thead th{position:sticky;top:0;z-index:1;background:var(--page);color:var(--soft);font-size:.8125rem;font-weight:600;vertical-align:bottom;white-space:nowrap;box-shadow:inset 0 -1px var(--edge)}
tbody th{min-width:8rem;max-width:26rem;font-weight:400;overflow-wrap:anywhere}
.data tbody th{min-width:0;white-space:nowrap;overflow-wrap:normal}
.states .data tbody th{white-space:normal;min-width:8rem}
td{min-width:5rem;max-width:32rem}
.n{text-align:right;white-space:nowrap}
.sort{display:inline-flex;gap:.35em;align-items:baseline;padding:0;background:none;border:0;color:inherit;font:inherit;cursor:pointer}
.n .sort{flex-direction:row-reverse}
.sort:hover{color:var(--ink);text-decoration:underline;text-underline-offset:.2em}
.sort::after{content:"↕";content:"↕"/"";opacity:.55}
[aria-sort=ascending] .sort::after{content:"↑";content:"↑"/"";opacity:1}
[aria-sort=descending] .sort::after{content:"↓";content:"↓"/"";opacity:1}
`;

const SERIES = PALETTES.light.series.map((_, index) => `.series-${index}{--tone:var(--series-${index})}`).join('')
  + '.series-1,.series-5{background-image:repeating-linear-gradient(-45deg,var(--decal) 0 2px,transparent 2px 6px)}'
  + '.series-2,.series-6{background-image:repeating-linear-gradient(90deg,var(--decal) 0 2px,transparent 2px 5px)}'
  + '.series-3{background-image:radial-gradient(var(--decal) 1.5px,transparent 2px);background-size:5px 5px}';

const NARROW = `
@media (max-width:34rem){
.figures{grid-template-columns:repeat(2,minmax(0,1fr));column-gap:1.25rem}
th,td{padding:.45rem .6rem}
.marks li{grid-template-columns:.85rem minmax(0,1fr)}
.marks .what{grid-column:2;margin-top:-.4rem}
.field,.field input{width:100%}
}
@media (prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}.skip{transition:top .12s}.data summary::before{transition:transform .12s}}
@media (forced-colors:active){.swatch,.icon{forced-color-adjust:none}}
`;

const PRINT = `
@media print{
@page{margin:16mm 14mm}
html{font-size:10.5pt}
.controls,.contents,.skip,.find,.table-tools,.sort::after,.data>summary{display:none!important}
.page-head,main,.page-foot{max-width:none;padding-inline:0}
.page-head{padding-top:0}.bar{margin-bottom:1rem;min-height:0}
.figures{grid-template-columns:repeat(4,1fr);column-gap:1.25rem}
.cards{grid-template-columns:repeat(2,minmax(0,1fr));gap:1.5rem}
.cards.many .chart{content-visibility:visible}
.scroll,.scroll.long,.plot.tall,.data .scroll{max-height:none;overflow:visible}
section{margin-top:2rem}
h2,h3,figcaption{break-after:avoid}
.figure,.spend,.cost,.plot,.checklist,tr,.marks li{break-inside:avoid}
thead th{position:static;white-space:normal}
a{color:inherit;text-decoration:none}
.canvas,.canvas>div:first-child,.canvas svg{width:100%!important;height:auto!important}
.canvas svg{position:static!important}
.plot{min-height:0!important}
.swatch,.icon,.plot{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
`;

/** Everything that a page looks like. */
export const STYLESHEET = [THEMES, BASE, HEAD, SECTIONS, CHARTS, TABLES, STATUSES, SERIES, NARROW, PRINT].join('');
