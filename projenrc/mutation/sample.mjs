/**
 * Tries a share of the mutants, so that a run takes minutes instead of hours: MUTATION_SHARE=0.1 tries every tenth, evenly over all files and kinds, so that the
 * score is an estimate of the whole. Which ones depends on where they are: a run can be repeated, and MUTATION_SEED=2 takes others. The rest counts as "compile
 * error" in the report, which Stryker keeps out of the score.
 */
import { createHash } from 'node:crypto';
import { relative } from 'node:path';
import { CheckStatus } from '@stryker-mutator/api/check';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';

class Sample {
  async init() {
    this.share = Number(process.env.MUTATION_SHARE ?? '1');
    if (!(this.share > 0 && this.share <= 1)) {
      throw new Error(`MUTATION_SHARE is '${process.env.MUTATION_SHARE}': give a number above 0 and up to 1, such as 0.1`);
    }
    this.seed = process.env.MUTATION_SEED ?? '1';
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
    return createHash('sha256').update(key).digest().readUInt32BE(0) / 2 ** 32 < this.share;
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.Checker, 'sample', Sample)];
