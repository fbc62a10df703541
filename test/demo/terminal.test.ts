import { bar } from '../../demo/terminal/bar';
import { Screen, Terminal } from '../../demo/terminal/screen';
import { Show } from '../../demo/terminal/show';
import { UNSTYLED } from '../../demo/terminal/style';
import { renderTable, shorten } from '../../demo/terminal/table';
import { Standing } from '../../demo/watch/standing';
import { usd } from '../../src/lambdas/core/money';

const NOW = Date.parse('2026-11-22T14:30:00Z');

describe('the live table', () => {
  test('shows who spent what of which limit, how that stands, and since when', () => {
    expect(renderTable([
      standing({ name: 'BedrockAPIKey-k7f2', spent: usd('9.3171'), limit: usd('10'), status: 'critical' }),
      standing({ name: 'nightly-etl', spent: usd('2.28') }),
      standing({ name: 'chat-backend', spent: usd('12.8'), limit: usd('12'), status: 'suspended', since: Date.parse('2026-11-29T00:05:00Z') }),
    ], 80, UNSTYLED, NOW)).toEqual([
      'principal             spend    limit  used             status          since',
      'BedrockAPIKey-k7f2    $9.32   $10.00  █████████▍  93%  ● critical      14:12:03',
      'nightly-etl           $2.28        -  metered only     ● active        14:12:03',
      'chat-backend         $12.80   $12.00  ██████████ 106%  ● suspended     26-11-29',
    ]);
  });

  test.each([74, 80, 100, 200])('keeps within %i columns', width => {
    const rows = [standing({ name: 'AWSReservedSSO_Developer_0123456789abcdef', spent: usd('999.5'), limit: usd('900'), status: 'grace_period' })];

    expect(Math.max(...renderTable(rows, width, UNSTYLED, NOW).map(line => line.length))).toBeLessThanOrEqual(width);
  });

  test('never says 100 % before the limit is reached', () => {
    expect(renderTable([standing({ name: 'a', spent: usd('9.9999'), limit: usd('10') })], 80, UNSTYLED, NOW)[1]).toContain(' 99%');
  });

  test('shortens names in the middle', () => {
    expect(shorten('AWSReservedSSO_Developer_0123456789abcdef', 18)).toBe('AWSReservedS…bcdef');
    expect(shorten('short', 18)).toBe('short');
  });
});

describe('a bar', () => {
  test.each([
    [0, '', '░░░░'], [0.5, '██', '░░'], [0.53, '██▏', '░'], [1, '████', ''], [7, '████', ''], [-1, '', '░░░░'],
  ])('of %d', (share, filled, track) => {
    expect(bar(share, 4)).toEqual({ filled, track });
  });
});

describe('the screen', () => {
  test('draws its block in place on a terminal, clipped to the width', () => {
    const terminal = new FakeTerminal({ isTTY: true, columns: 10, rows: 24 });
    const screen = new Screen(terminal);

    screen.redraw(['one', 'a line that is too long']);
    terminal.output = '';
    screen.redraw(['two']);

    expect(terminal.output).toBe('\u001b[2A\rtwo\u001b[K\n\u001b[0J');
  });

  test('keeps what is printed above the block', () => {
    const terminal = new FakeTerminal({ isTTY: true, columns: 80, rows: 24 });
    const screen = new Screen(terminal);

    screen.redraw(['block']);
    terminal.output = '';
    screen.print('stays');

    expect(terminal.output).toBe('\u001b[1A\rstays\u001b[K\nblock\u001b[K\n\u001b[0J');
  });

  test('gives the cursor back, once', () => {
    const terminal = new FakeTerminal({ isTTY: true, columns: 80, rows: 24 });
    const screen = new Screen(terminal);

    screen.redraw(['block']);
    screen.close();
    screen.close();

    expect(terminal.output.match(/\u001b\[\?25l/g)).toHaveLength(1);
    expect(terminal.output.match(/\u001b\[\?25h/g)).toHaveLength(1);
  });

  test('writes plain lines where there is no terminal', () => {
    const terminal = new FakeTerminal({});
    const screen = new Screen(terminal);

    screen.redraw(['block']);
    screen.print('line');
    screen.close();

    expect(terminal.output).toBe('line\n');
  });
});

describe('the show', () => {
  test('tells steps, changes and quarters of the progress where there is no terminal', async () => {
    const terminal = new FakeTerminal({});
    const show = new Show(new Screen(terminal), UNSTYLED);

    await show.step('replaying', async () => {
      [10, 50, 60, 100].forEach(done => show.progress(done, 100, 'lines'));
      show.standings([], standing({ name: 'indexer', spent: usd('4.3'), limit: usd('6'), status: 'warning' }));
    }, () => 'replayed');
    show.verified('IAM denies nobody');

    expect(terminal.output.replace(/\(.* s\)/, '(0 s)').split('\n')).toEqual([
      '▸ replaying …', '  50 of 100 lines', '  100 of 100 lines', '  indexer: warning, $4.30 of $6.00', '✔ replayed (0 s)', '  ✔ IAM denies nobody', '',
    ]);
  });

  test('begins nothing and tells nothing after its end', async () => {
    const terminal = new FakeTerminal({ isTTY: true });
    const show = new Show(new Screen(terminal), UNSTYLED);
    let finish = () => {};
    const step = show.step('working', () => new Promise<void>(resolve => {
      finish = resolve;
    }), () => 'worked');

    show.close();
    terminal.output = '';
    finish();
    await step;

    expect(terminal.output).toBe('');
    await expect(show.step('more', async () => {}, () => 'done')).rejects.toThrow('over');
  });
});

class FakeTerminal implements Terminal {
  public output = '';
  public readonly isTTY?: boolean;
  public readonly columns?: number;
  public readonly rows?: number;

  constructor(looks: Pick<Terminal, 'isTTY' | 'columns' | 'rows'>) {
    Object.assign(this, looks);
  }

  public write(text: string): boolean {
    this.output += text;
    return true;
  }
}

function standing(facts: Partial<Standing> & Pick<Standing, 'name' | 'spent'>): Standing {
  return { principalId: `iam-user/000000000000/${facts.name}`, status: 'active', since: Date.parse('2026-11-22T14:12:03Z'), ...facts };
}
