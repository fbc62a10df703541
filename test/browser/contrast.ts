import { Page } from 'playwright-core';

/** Texts of a page that are seen, with a contrast to what is behind them that is lower than it should be. */
export async function contrastsBelow(page: Page, least: number): Promise<string[]> {
  return page.evaluate<string[]>(`(${FIND})(${least})`);
}

/** Runs in the page. Large texts, that is 24 pixels or bold ones of 18.66, are asked for 3:1 only. */
const FIND = `least => {
  const parse = text => {
    const [r, g, b, a = 1] = (text.match(/[\\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
    return { r, g, b, a };
  };
  const over = (top, below) => ({ r: top.r * top.a + below.r * (1 - top.a), g: top.g * top.a + below.g * (1 - top.a), b: top.b * top.a + below.b * (1 - top.a), a: 1 });
  const luminance = ({ r, g, b }) => {
    const [x, y, z] = [r, g, b].map(channel => {
      const share = channel / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const hex = colour => {
    const probe = document.createElement('i');
    probe.style.color = colour;
    document.body.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return parse(color);
  };
  const behind = element => {
    for (let at = element, layers = []; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.a === 1 || at === document.documentElement) {
        return layers.reduceRight((below, top) => over(top, below), colour.a === 1 ? colour : parse(getComputedStyle(document.body).backgroundColor));
      }
      layers.push(colour);
    }
  };
  // of a text in a drawing: the bar that it stands on
  const drawnBehind = text => {
    const { left, top, width, height } = text.getBoundingClientRect();
    const under = [...text.ownerSVGElement.querySelectorAll('path, rect')].filter(shape => {
      const box = shape.getBoundingClientRect();
      const fill = shape.getAttribute('fill');
      return fill && fill !== 'none' && fill !== 'transparent' && !shape.closest('defs') && box.left <= left + 1 && box.right >= left + width - 1 && box.top <= top + height / 2 && box.bottom >= top + height / 2;
    }).at(-1);
    return under ? over(hex(under.getAttribute('fill')), behind(text.ownerSVGElement)) : behind(text.ownerSVGElement);
  };
  const found = [];
  for (const element of document.querySelectorAll('body *')) {
    const text = [...element.childNodes].filter(node => node.nodeType === 3).map(node => node.textContent.trim()).join(' ').trim();
    if (!text || ['SCRIPT', 'STYLE'].includes(element.tagName) || element.closest('.unseen, [hidden], details:not([open]) > :not(summary)') || element.getClientRects().length === 0) {
      continue;
    }
    const style = getComputedStyle(element);
    const isDrawn = element.ownerSVGElement;
    const background = isDrawn ? drawnBehind(element) : behind(element);
    const colour = over(isDrawn ? hex(element.getAttribute('fill') ?? style.fill) : parse(style.color), background);
    const [high, low] = [luminance(colour), luminance(background)].sort((a, b) => b - a);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const contrast = (high + 0.05) / (low + 0.05);
    if (contrast < (isLarge ? 3 : least)) {
      found.push(text.slice(0, 40) + ': ' + contrast.toFixed(2));
    }
  }
  return found;
}`;
