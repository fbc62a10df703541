import { ConservativeDefault } from '../../../../src/lambdas/core/pricing/conservative-default';
import { parseModelId } from '../../../../src/lambdas/core/pricing/model-id';
import { parsePriceTable } from '../../../../src/lambdas/core/pricing/price-table';
import { errorOf } from '../builders';

const tableOf = (...rows: readonly string[]) => parsePriceTable('2026-01', rows.join('\n'));
const standIns = (...rows: readonly string[]) => {
  const found = new ConservativeDefault(tableOf(...rows));
  return { text: (id: string) => found.forText(parseModelId(id)).model.id, image: (id: string) => found.forImage(parseModelId(id))?.model.id };
};
const ARN = 'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abcdefghij12';

describe('the text model that stands in', () => {
  const text = (id: string) => standIns(
    'a.cheap in=1 out=2', 'a.dear in=3 out=15', 'a.old in=30 out=150 superseded', 'a.local eu in=50 out=50', 'b.most in=5 out=25', 'b.embed in=40 out=0', 'c.embed in=1 out=0', 'd.pic image=70',
  ).text(id);

  test.each([
    ['a.new', 'a.dear'], ['eu.a.new', 'a.dear'], ['b.new', 'b.most'],
    // Of a provider that has no text model, or that nobody knows: of all.
    ['c.new', 'b.most'], ['d.new', 'b.most'], ['newcomer.model', 'b.most'], ['nonsense', 'b.most'], [ARN, 'b.most'],
  ])('for %s is %s', (id, model) => {
    expect(text(id)).toBe(model);
  });

  test.each([
    ['input and output count together', ['a.one in=1 out=10', 'a.two in=6 out=6'], 'a.two'],
    ['a premium counts', ['a.one in=10 out=10', 'a.two in=9.5 out=9.5 geo+10%'], 'a.two'],
    ['among equals the dearer cache read', ['a.one in=5 out=5 read=0.5', 'a.two in=5 out=5 read=1', 'a.three in=5 out=5 read=0.1'], 'a.two'],
    ['where a missing one is that of input', ['a.one in=5 out=5 read=4', 'a.two in=5 out=5'], 'a.two'],
    ['among equals in all the first of the table', ['a.one in=5 out=5', 'a.two in=5 out=5'], 'a.one'],
  ])('%s', (_, rows, model) => {
    expect(standIns(...rows).text('a.new')).toBe(model);
    expect(standIns(...rows).text('z.new')).toBe(model);
  });

  test.each([['no rows', []], ['embeddings alone', ['a.embed in=1 out=0']], ['superseded models alone', ['a.old in=1 out=1 superseded']], ['prices of regions alone', ['a.local eu in=1 out=1']]])(
    'has to be there: %s are refused', (_, rows) => {
      expect(errorOf(() => new ConservativeDefault(tableOf(...rows))).message).toBe('price table 2026-01: has no current text model whose price could stand in for an unknown one');
    });
});

describe('the image model that stands in', () => {
  const TEXT = 'a.text in=1 out=1';

  test.each([
    ['the dearest size counts', ['a.one image:512=0.01 image:2048=0.09', 'a.two image=0.05'], 'a.one'],
    ['whichever comes first', ['a.one image:2048=0.09 image:512=0.01', 'a.two image=0.05'], 'a.one'],
    ['wherever it stands', ['a.two image=0.05', 'a.one image:1024=0.06'], 'a.one'],
    ['images to look at do not count', ['a.one image=0.05', 'a.two image-in=9', 'a.three image=0.01 image-in=9'], 'a.one'],
    ['videos do not either', ['a.one image=0.05', 'a.two second=9'], 'a.one'],
    ['nor what is superseded', ['a.one image=0.05', 'a.two image=9 superseded'], 'a.one'],
    ['one of the provider before a dearer one', ['b.one image=9', 'a.two image=0.05'], 'a.two'],
    ['one of all where the provider has none', ['b.one image=9', 'c.two image=0.05'], 'b.one'],
    ['none where there is none', ['b.one image-in=9'], undefined],
  ])('%s', (_, rows, model) => {
    expect(standIns(TEXT, ...rows).image('a.new')).toBe(model);
  });
});
