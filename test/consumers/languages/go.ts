import { Language } from '../support/consumer';
import { goModule } from '../support/packages';

const MODULE = 'github.com/bedrock-budgeteer/cdk-bedrock-budgeteer-go/cdkbedrockbudgeteer';

export const GO_APP: Language = {
  name: 'go',
  example: 'go',
  source: 'main.go',
  fence: 'go',
  async install(consumer) {
    await consumer.run('go', 'mod', 'edit', `-replace=${MODULE}=${goModule()}`);
    await consumer.run('go', 'mod', 'tidy');
    await consumer.run('go', 'vet', './...');
  },
};
