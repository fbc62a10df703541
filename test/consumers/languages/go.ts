import { Language } from '../support/consumer';
import { goModule } from '../support/packages';

const MODULE = 'github.com/bedrock-budgeteer/cdk-bedrock-budgeteer-go/cdkbedrockbudgeteer';

export const GO_APP: Language = {
  name: 'go',
  example: 'go',
  source: 'main.go',
  fence: 'go',
  around: (imports, lines) => `
package main

import "github.com/aws/aws-cdk-go/awscdk/v2"
import "github.com/aws/jsii-runtime-go"
${imports}

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	stack := awscdk.NewStack(app, jsii.String("Budgeteer"), nil)
	${lines}
	app.Synth(nil)
}
`,
  async install(consumer) {
    await consumer.run('go', 'mod', 'edit', `-replace=${MODULE}=${goModule()}`);
    await consumer.run('go', 'mod', 'tidy');
    await consumer.run('go', 'vet', './...');
  },
};
