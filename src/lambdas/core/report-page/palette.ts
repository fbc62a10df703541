import { ChartStatus } from './report-page';

/** The colours of a page in one mode. Page and charts have them from here, and a test measures their contrast. */
export interface Palette {
  readonly page: string;
  /** Behind cards, tables' heads and tips. */
  readonly raised: string;
  readonly ink: string;
  readonly soft: string;
  /** Hairlines, which carry no meaning. */
  readonly line: string;
  /** Borders of what can be operated. */
  readonly edge: string;
  readonly accent: string;
  readonly area: string;
  /** Text on a status's tone. */
  readonly onTone: string;
  readonly status: Readonly<Record<ChartStatus, string>>;
  /** Of stacked series, in order; neighbours differ in lightness too, so that they stay apart without hues. */
  readonly series: readonly string[];
  /** Lines across the areas of three in four series. */
  readonly decal: string;
}

export const MODES = ['light', 'dark'] as const;
export type Mode = (typeof MODES)[number];

export const PALETTES: Readonly<Record<Mode, Palette>> = {
  light: {
    page: '#fdfcfa',
    raised: '#f5f3ee',
    ink: '#1c2024',
    soft: '#5a6169',
    line: '#e2dfd8',
    edge: '#85898d',
    accent: '#1d5a97',
    area: '#1d5a9714',
    onTone: '#ffffff',
    status: {
      active: '#1c7a70',
      warning: '#946300',
      critical: '#b84a00',
      exceeded: '#9c2f75',
      grace_period: '#6b49ad',
      suspended: '#a8160f',
      restoring: '#1a6aa8',
      deleted: '#656c74',
    },
    series: ['#1d5a97', '#c77700', '#0b5e4e', '#bd6fab', '#7a3f06', '#4d93d1', '#4d5a12', '#858a90'],
    decal: '#ffffff38',
  },
  dark: {
    page: '#15181b',
    raised: '#1e2226',
    ink: '#eceae5',
    soft: '#a7adb3',
    line: '#30353a',
    edge: '#757b82',
    accent: '#8dbbee',
    area: '#8dbbee1f',
    onTone: '#15181b',
    status: {
      active: '#63cdb8',
      warning: '#e0b040',
      critical: '#f5914d',
      exceeded: '#e888c3',
      grace_period: '#b99cf0',
      suspended: '#ff7468',
      restoring: '#6bb8ee',
      deleted: '#9aa1a8',
    },
    series: ['#8dbbee', '#b9772a', '#7fd6bd', '#b0619a', '#e9c46a', '#4481bd', '#c9dc8a', '#80878e'],
    decal: '#15181b40',
  },
};
