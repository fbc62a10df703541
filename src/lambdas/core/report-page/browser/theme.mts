import type { Mode } from '../palette';

/** Light or dark: as the reader's machine prefers, until the button says otherwise. Nothing is kept beyond the page. */
export class Theme {
  private readonly dark = matchMedia('(prefers-color-scheme: dark)');
  private readonly listeners: (() => void)[] = [];
  private chosen?: Mode;

  public constructor(controls: HTMLElement) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'button';
    button.textContent = 'Dark mode';
    const show = () => button.setAttribute('aria-pressed', String(this.mode === 'dark'));
    show();
    button.addEventListener('click', () => {
      this.chosen = this.mode === 'dark' ? 'light' : 'dark';
      document.documentElement.dataset.theme = this.chosen;
      show();
      this.changed();
    });
    this.dark.addEventListener('change', () => {
      show();
      this.changed();
    });
    controls.append(button);
    controls.hidden = false;
  }

  public get mode(): Mode {
    return this.chosen ?? (this.dark.matches ? 'dark' : 'light');
  }

  public onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  private changed(): void {
    this.listeners.forEach(listener => listener());
  }
}
