import { Run, run, Surroundings } from '../run';
import { FakeManager, SECRET, SIGNED_REGION } from './fake-manager';

/** A manager that listens while the tests of a file run, and has forgotten everything before each. */
export function withManager(): FakeManager {
  const manager = new FakeManager();
  beforeAll(() => manager.start());
  beforeEach(() => manager.reset());
  afterAll(() => manager.stop());
  return manager;
}

/** Runs `budgeteer budget` against it. */
export async function budget(manager: FakeManager, args: readonly string[], surroundings: Surroundings = {}): Promise<Run> {
  return run(['budget', ...args], {
    env: { BUDGETEER_URL: manager.url, AWS_REGION: SIGNED_REGION },
    credentials: async () => SECRET,
    ...surroundings,
  });
}
