import * as fs from 'node:fs';
import * as path from 'node:path';
import { Language } from '../support/consumer';
import { dotnetProject } from '../support/packages';

export const CSHARP_APP: Language = {
  name: 'csharp',
  example: 'csharp',
  source: 'Program.cs',
  fence: 'csharp',
  around: (imports, lines) => `
using Amazon.CDK;
${imports}

var app = new App();
new BudgeteerStack(app);
app.Synth();

class BudgeteerStack : Stack
{
    public BudgeteerStack(App app) : base(app, "Budgeteer")
    {
        ${lines}
    }
}
`,
  async install(consumer) {
    // compiled beside the app instead of downloaded
    const library = path.join(consumer.directory, '..', 'library');
    fs.cpSync(dotnetProject(), library, { recursive: true });
    const [projectFile] = fs.readdirSync(library).filter(file => file.endsWith('.csproj'));
    await consumer.run('dotnet', 'remove', 'package', 'BedrockBudgeteer.Cdk');
    await consumer.run('dotnet', 'add', 'reference', path.join(library, projectFile));
    await consumer.run('dotnet', 'build', '--nologo', '--verbosity', 'quiet');
  },
};
