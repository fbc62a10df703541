import * as fs from 'node:fs';
import * as path from 'node:path';
import { Language } from '../support/consumer';
import { mavenRepository, VERSION } from '../support/packages';
import { MAVEN_REPOSITORY } from '../support/places';

export const JAVA_APP: Language = {
  name: 'java',
  example: 'java',
  source: 'src/main/java/com/example/BudgeteerExample.java',
  fence: 'java',
  around: (imports, lines) => `
package com.example;

${imports}
import software.amazon.awscdk.App;
import software.amazon.awscdk.Stack;

public class BudgeteerExample extends Stack {
    private BudgeteerExample(App app) {
        super(app, "Budgeteer");
        ${lines}
    }

    public static void main(String[] args) {
        App app = new App();
        new BudgeteerExample(app);
        app.synth();
    }
}
`,
  async install(consumer) {
    // a file of the local repository is what a download leaves there
    fs.cpSync(mavenRepository(), MAVEN_REPOSITORY, { recursive: true });
    const configuration = path.join(consumer.directory, '.mvn');
    fs.mkdirSync(configuration);
    fs.writeFileSync(path.join(configuration, 'maven.config'), `-Dmaven.repo.local=${MAVEN_REPOSITORY}\n-Dbudgeteer.version=${VERSION}\n`);
    // `exec:help` downloads what `exec:java` needs
    await consumer.run('mvn', '--quiet', '--batch-mode', 'compile', 'exec:help');
  },
};
