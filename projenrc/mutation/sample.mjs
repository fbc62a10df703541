/**
 * Tries a share of the mutants, so that a run takes minutes instead of hours: MUTATION_SHARE=0.1 tries every tenth, evenly over all files and kinds, so that the
 * score is an estimate of the whole. Which ones depends on where they are: a run can be repeated, and MUTATION_SEED=2 takes others. MUTATION_SLICE=3/12 tries the
 * third of twelve parts, which are all of them together, for as many machines. The rest counts as "compile error" in the report, which Stryker keeps out of the
 * score.
 */
import { createHash } from 'node:crypto';
import { relative } from 'node:path';
import { CheckStatus } from '@stryker-mutator/api/check';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';

class Sample {
  async init() {
    const { MUTATION_SHARE: share, MUTATION_SLICE: slice, MUTATION_SEED: seed = '1' } = process.env;
    if (share !== undefined && slice !== undefined) {
      throw new Error('MUTATION_SHARE and MUTATION_SLICE are both given: a share is a sample of all, a slice a part of all; give one of them');
    }
    this.range = slice === undefined ? [0, shareOf(share ?? '1')] : sliceOf(slice);
    this.seed = seed;
  }

  async check(mutants) {
    return Object.fromEntries(mutants.map((mutant) => [
      mutant.id,
      this.has(mutant) ? { status: CheckStatus.Passed } : { status: CheckStatus.CompileError, reason: 'not in the sample of this run' },
    ]));
  }

  group(mutants) {
    return [mutants.map(({ id }) => id)];
  }

  has({ fileName, location: { start, end }, mutatorName, replacement }) {
    const file = relative(process.cwd(), fileName).replace(/^\.stryker-tmp\/[^/]*\//, '');
    const key = JSON.stringify([this.seed, file, start, end, mutatorName, replacement]);
    const place = createHash('sha256').update(key).digest().readUInt32BE(0) / 2 ** 32;
    const [from, to] = this.range;
    return place >= from && place < to;
  }
}

function shareOf(text) {
  const share = Number(text);
  if (!(share > 0 && share <= 1)) {
    throw new Error(`MUTATION_SHARE is '${text}': give a number above 0 and up to 1, such as 0.1`);
  }
  return share;
}

function sliceOf(text) {
  const [, part, parts] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number);
  if (!(part >= 1 && part <= parts)) {
    throw new Error(`MUTATION_SLICE is '${text}': give a part and their number, such as 3/12`);
  }
  return [(part - 1) / parts, part / parts];
}

export const strykerPlugins = [declareClassPlugin(PluginKind.Checker, 'sample', Sample)];
