import { MODES, PALETTES } from '../../../../src/lambdas/core/report-page/palette';
import { CHART_STATUSES, STATUS_LOOK } from '../../../../src/lambdas/core/report-page/status-look';
import { contrast, differenceFor, VISIONS } from './colour';

describe.each(MODES)('the %s palette', mode => {
  const palette = PALETTES[mode];

  test('has texts of a contrast of at least 4.5 to 1, on the page and on what is raised from it', () => {
    for (const background of [palette.page, palette.raised]) {
      for (const text of [palette.ink, palette.soft, palette.accent]) {
        expect(contrast(text, background)).toBeGreaterThanOrEqual(4.5);
      }
    }
    // the names of states, in their bars and beside hollow ones
    for (const status of CHART_STATUSES) {
      expect(contrast(palette.onTone, palette.status[status])).toBeGreaterThanOrEqual(4.5);
      expect(contrast(palette.status[status], palette.page)).toBeGreaterThanOrEqual(4.5);
    }
  });

  test('has marks, bars and borders of controls of a contrast of at least 3 to 1', () => {
    for (const colour of [palette.edge, palette.accent, ...palette.series]) {
      expect(contrast(colour, palette.page)).toBeGreaterThanOrEqual(3);
    }
  });

  test.each(VISIONS)('keeps neighbouring series apart for %s', vision => {
    palette.series.slice(1).forEach((colour, index) => expect(differenceFor(vision, colour, palette.series[index])).toBeGreaterThan(0.08));
  });

  test.each(VISIONS)('keeps suspended apart from active for %s', vision => {
    expect(differenceFor(vision, palette.status.active, palette.status.suspended)).toBeGreaterThan(0.08);
  });
});

test('no two states look alike without their colours: icons differ, and so do the bars', () => {
  const looks = Object.values(STATUS_LOOK);
  expect(new Set(looks.map(({ icon }) => icon)).size).toBe(looks.length);
  expect(new Set(looks.map(({ label }) => label)).size).toBe(looks.length);
  expect(new Set(looks.map(({ weight, isHollow }) => `${weight} ${isHollow ?? false}`)).size).toBe(looks.length);
});
