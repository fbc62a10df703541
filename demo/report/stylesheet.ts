/** Colours of the statuses have a light and a dark shade; wherever one is used, its name or number stands beside it. */
export const STYLESHEET = `
:root {
  --page: #f6f7f9; --card: #fff; --ink: #16202c; --soft: #566373; --line: #dfe4ea; --spend: #1f5fbf; --area: #1f5fbf1c; --limit: #16202c;
  --active: #17854a; --warning: #a87400; --critical: #c2540a; --exceeded: #a52a78; --grace: #7a45c4; --suspended: #c62828; --restoring: #1273b8; --on: #fff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #10151b; --card: #19212a; --ink: #e8edf3; --soft: #9dabba; --line: #2c3743; --spend: #7fb2ff; --area: #7fb2ff22; --limit: #e8edf3;
    --active: #4fc98a; --warning: #e8b93c; --critical: #ff9757; --exceeded: #f083c4; --grace: #c29bff; --suspended: #ff7b7b; --restoring: #6fc3ff; --on: #10151b;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
header, main, footer { max-width: 1240px; margin: 0 auto; padding: 0 20px; }
header { padding-top: 40px; }
.eyebrow { margin: 0; color: var(--soft); font-weight: 600; }
h1 { margin: 0; font-size: clamp(1.9rem, 5vw, 2.6rem); line-height: 1.15; letter-spacing: -.02em; }
h2 { margin: 48px 0 12px; font-size: 1.35rem; letter-spacing: -.01em; }
h3 { margin: 0; font-size: 1rem; }
.note { max-width: 72ch; margin: -6px 0 12px; color: var(--soft); font-size: .875rem; }
.lead { max-width: 62ch; margin: 10px 0 24px; color: var(--soft); }
code { font: .9em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 0; }
.figure { padding: 14px 16px; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.figure dt { color: var(--soft); font-size: .875rem; }
.figure dd { margin: 2px 0 0; font-size: 1.6rem; font-weight: 650; line-height: 1.2; font-variant-numeric: tabular-nums; }
.figure small { display: block; margin-top: 2px; color: var(--soft); font-size: .8125rem; font-weight: 400; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 0 0 14px; color: var(--soft); font-size: .875rem; }
.key { display: inline-flex; align-items: center; gap: 7px; }
.spend-key::before, .limit-key::before { content: ""; width: 20px; border-top: 2.5px solid var(--spend); }
.limit-key::before { border-top: 2px dashed var(--limit); }
.dot { display: inline-block; flex: none; width: 10px; height: 10px; border-radius: 50%; }
.panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 350px), 1fr)); gap: 16px; }
.panel { display: grid; grid-row: span 4; grid-template-rows: subgrid; row-gap: 0; align-content: start; min-width: 0; padding: 16px; background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
.panel-head { display: flex; align-items: start; justify-content: space-between; gap: 10px; }
.panel-head h3 { min-width: 0; overflow-wrap: anywhere; }
.badge { display: inline-flex; flex: none; align-items: center; gap: 6px; padding: 1px 10px; border: 1px solid var(--line); border-radius: 99px; font-size: .8125rem; }
.about { margin: 4px 0 8px; font-size: .875rem; font-variant-numeric: tabular-nums; }
.about span { display: block; color: var(--soft); }
.chart { display: block; width: 100%; height: auto; overflow: visible; font-size: 10.5px; font-variant-numeric: tabular-nums; }
.chart .grid line { stroke: var(--line); }
.chart .grid text { fill: var(--soft); }
.chart .area { fill: var(--area); }
.chart .spend { fill: none; stroke: var(--spend); stroke-width: 2; stroke-linejoin: round; }
.chart .limit { fill: none; stroke: var(--limit); stroke-width: 1.4; stroke-dasharray: 5 4; }
.chart .mark path { fill: none; stroke-width: 1; stroke-opacity: .55; }
.chart .mark text { fill: var(--on); font-size: 9.5px; font-weight: 700; }
.marks { display: grid; gap: 3px; margin: 8px 0 0; padding: 0; list-style: none; font-size: .8125rem; line-height: 1.4; align-content: start; }
.marks li { display: grid; grid-template-columns: 18px 2.9em 1fr; gap: 6px; }
.number { width: 16px; height: 16px; margin-top: 1px; border-radius: 50%; color: var(--on); font: 700 10px/16px system-ui, sans-serif; text-align: center; }
.time { color: var(--soft); font-weight: 400; font-variant-numeric: tabular-nums; }
.stages { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 220px), 1fr)); gap: 16px; margin: 0; padding: 0; list-style: none; }
.stages > li { padding: 14px 16px; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.stages h3 { display: flex; justify-content: space-between; gap: 10px; }
.stages ul { display: grid; gap: 4px; margin: 8px 0 0; padding: 0; list-style: none; font-size: .875rem; line-height: 1.4; }
.stages ul li { padding-left: 20px; text-indent: -20px; overflow-wrap: anywhere; }
.stages ul li::before { content: "✓"; display: inline-block; width: 20px; color: var(--active); font-weight: 700; text-indent: 0; }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
table { width: 100%; border-collapse: collapse; font-size: .9375rem; }
th, td { padding: 9px 16px; text-align: left; vertical-align: top; }
tr + tr > *, tbody:not(:first-child) tr > * { border-top: 1px solid var(--line); }
thead th { color: var(--soft); font-size: .8125rem; font-weight: 600; }
tbody th { font-weight: 400; }
td.number-cell { white-space: nowrap; }
.number-cell { text-align: right; font-variant-numeric: tabular-nums; }
footer { padding: 36px 20px 44px; color: var(--soft); font-size: .875rem; }
.s-active { --tone: var(--active); } .s-warning { --tone: var(--warning); } .s-critical { --tone: var(--critical); }
.s-exceeded { --tone: var(--exceeded); } .s-grace_period { --tone: var(--grace); } .s-suspended { --tone: var(--suspended); }
.s-restoring { --tone: var(--restoring); } .s-deleted { --tone: var(--soft); }
i[class*="s-"] { background: var(--tone); font-style: normal; }
rect[class*="s-"], circle[class*="s-"] { fill: var(--tone); }
path[class*="s-"] { stroke: var(--tone); }
@media (max-width: 480px) { th, td { padding: 8px 10px; font-size: .875rem; } header { padding-top: 28px; } h2 { margin-top: 36px; } }
@media print { body { background: none; } .panel, .stages > li { break-inside: avoid; } }
`;
