const { statSync } = require('node:fs');
const { default: Sequencer } = require('@jest/test-sequencer');

/** Small test files first: a mutant is given up at the first file that notices it. */
module.exports = class extends Sequencer {
  sort(tests) {
    const cost = ({ path }) => statSync(path).size;
    return [...tests].sort((a, b) => cost(a) - cost(b));
  }
};
