import { BarChart, CustomChart, LineChart } from 'echarts/charts';
import { AriaComponent, GridComponent, TooltipComponent } from 'echarts/components';
import { use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { PageData } from '../chart-data';
import { showCharts } from './charts.mjs';
import { enhanceTable, filterOf } from './tables.mjs';
import { Theme } from './theme.mjs';

use([LineChart, BarChart, CustomChart, GridComponent, TooltipComponent, AriaComponent, SVGRenderer]);

const said = document.getElementById('_said')!;
const say = (text: string) => {
  said.textContent = text;
};

document.documentElement.classList.add('scripted');
const theme = new Theme(document.getElementById('_controls')!);

// Without this script, data stand open where the charts would be.
document.querySelectorAll<HTMLDetailsElement>('details.data').forEach(details => {
  details.open = false;
  details.addEventListener('toggle', () => details.open && details.querySelectorAll('table').forEach(table => enhanceTable(table, say)));
});

document.querySelectorAll<HTMLTableElement>('.block table').forEach(table => enhanceTable(table, say));

document.querySelectorAll<HTMLElement>('[data-find]').forEach(place => {
  const section = place.closest('section')!;
  const figures = [...section.querySelectorAll<HTMLElement>('.cards .chart')];
  place.append(filterOf(section.querySelector('h2')!.textContent!, figures, 'charts', figure => figure.querySelector('h3')!.textContent!));
  place.hidden = false;
});

showCharts(JSON.parse(document.getElementById('_data')!.textContent!) as PageData, theme, say);
