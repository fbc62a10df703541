import * as fs from 'node:fs';
import * as path from 'node:path';
import { Language } from '../support/consumer';
import { wheel } from '../support/packages';

/** What the example's requirements bring with them, pinned: two runs on two machines build the same. */
const CONSTRAINTS = path.join(__dirname, 'python-constraints.txt');

export const PYTHON_APP: Language = {
  name: 'python',
  example: 'python',
  source: 'app.py',
  fence: 'python',
  binaries: '.venv/bin',
  around: (imports, lines) => `
from aws_cdk import App, Stack
${imports}


class Budgeteer(Stack):
    def __init__(self, app):
        super().__init__(app, "Budgeteer")
        ${lines}


app = App()
Budgeteer(app)
app.synth()
`,
  async install(consumer) {
    const constraints = path.join(consumer.directory, 'constraints.txt');
    fs.writeFileSync(constraints, `${fs.readFileSync(CONSTRAINTS, 'utf8')}cdk-bedrock-budgeteer @ file://${wheel()}\n`);
    await consumer.run('python3', '-m', 'venv', '.venv');
    await consumer.run('python', '-m', 'pip', 'install', '--quiet', '--no-input', '--no-compile', '--requirement', 'requirements.txt', '--constraint', constraints);
  },
};
