import { compliancePage } from '../../projenrc/tasks/compliance-page';
import { ACKNOWLEDGED_FINDINGS } from '../../src/compliance/acknowledged-findings';
import { ACKNOWLEDGED_WILDCARDS } from '../../src/compliance/acknowledged-wildcards';

test('the page of compliance has the register as it is', () => {
  const { is, shouldBe } = compliancePage();

  expect(is).toBe(shouldBe);
  for (const { reason } of [...ACKNOWLEDGED_FINDINGS, ...ACKNOWLEDGED_WILDCARDS]) {
    expect(is).toContain(reason);
  }
});
