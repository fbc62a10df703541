import { compactRows } from '../../projenrc/prices/price-row';
import { rows } from './rows';

test('a row is taken apart', () => {
  expect(rows('amazon.x-v1:0  eu,ap-south-1@batch  in=0.40 out=1.600 second:720p=10 geo+10% long>200000 assumed-second=6 ~L,S')).toEqual([{
    id: 'amazon.x-v1:0',
    places: ['eu', 'ap-south-1'],
    mode: 'batch',
    prices: { 'in': '0.4', 'out': '1.6', 'second:720p': '10' },
    traits: ['geo+10%', 'long>200000', 'assumed-second=6'],
    sources: ['L', 'S'],
  }]);
});

test.each(['worldwide', 'superseded'])('"%s" is no place', (word) => {
  expect(rows(`amazon.x ${word} ~G`)).toMatchObject([{ places: ['*'], traits: [word] }]);
});

test('comments and empty lines are no rows, and a dash stands for the id before', () => {
  expect(rows('# Amazon', '', 'amazon.x in=1 out=2', '- eu in=2 out=3').map(({ id }) => id)).toEqual(['amazon.x', 'amazon.x']);
});

describe('as short as it goes', () => {
  const compact = (...lines: string[]) => compactRows(rows(...lines)).split('\n');

  test('places with the same price and source share a row', () => {
    expect(compact('a.x in=1 out=2 ~L', 'a.x  eu  in=2 out=3 ~S', 'a.x  ap-south-1 in=2.0 out=3 ~S', 'a.x sa-east-1 in=2 out=3 ~L')).toEqual([
      'a.x in=1 out=2 ~L', '- ap-south-1,eu in=2 out=3 ~S', '- sa-east-1 in=2 out=3 ~L',
    ]);
  });

  test('what holds everywhere stands alone, since the grammar has no list with a star', () => {
    expect(compact('a.x in=1 out=2 ~L', 'a.x eu in=1 out=2 ~L')).toEqual(['a.x in=1 out=2 ~L', '- eu in=1 out=2 ~L']);
  });

  test('modes stay apart', () => {
    expect(compact('a.x *@batch in=1 out=2 ~L', 'a.x *@flex in=1 out=2 ~L')).toEqual(['a.x *@batch in=1 out=2 ~L', '- *@flex in=1 out=2 ~L']);
  });

  test('rows of a model come together, prices in one order', () => {
    expect(compact('a.x out=2 in=1 ~L', 'b.y image:512=2 image=1 ~L', 'a.x eu read=1 out=2 in=1 ~L')).toEqual([
      'a.x in=1 out=2 ~L', '- eu in=1 out=2 read=1 ~L', 'b.y image=1 image:512=2 ~L',
    ]);
  });

  test('the text reads back to the same prices', () => {
    const some = rows('a.x in=1 out=2 worldwide ~L', 'a.x eu,us-gov in=2 out=3 ~S', 'b.y second=0.08 assumed-second=6 ~S');
    expect(rows(compactRows(some))).toEqual(some);
  });
});
