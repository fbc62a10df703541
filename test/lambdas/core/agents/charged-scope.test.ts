import { PrincipalKindName } from '../../../../src/contract';
import { chargedScope } from '../../../../src/lambdas/core/agents/charged-scope';
import { Principal, principalFromId, runtimePrincipalId, sharedRolePrincipalId } from '../../../../src/lambdas/core/principal';
import { ACCOUNT } from '../builders';

const REGION = 'eu-central-1';
const ROLE: Principal = principalFromId(`${PrincipalKindName.IAM_ROLE}/${ACCOUNT}/agents`)!;
const FIRST = runtimePrincipalId(ACCOUNT, REGION, 'booking-a1B2c3D4e5');
const SECOND = runtimePrincipalId(ACCOUNT, REGION, 'search-f6G7h8I9j0');

describe('whose budget pays for what an execution role does', () => {
  test('the role itself where no runtime is registered with it', () => {
    expect(chargedScope(ROLE, [], REGION)).toBe(ROLE);
  });

  test('the runtime whose own role it is', () => {
    expect(chargedScope(ROLE, [FIRST], REGION)).toEqual({
      id: FIRST, kind: PrincipalKindName.AGENT_RUNTIME, accountId: ACCOUNT, region: REGION, name: 'booking-a1B2c3D4e5',
    });
  });

  test.each([
    ['two', [FIRST, SECOND]],
    ['three', [FIRST, SECOND, runtimePrincipalId(ACCOUNT, REGION, 'third-k1L2m3N4o5')]],
  ])('the shared role where %s runtimes have it', (_, runtimeIds) => {
    expect(chargedScope(ROLE, runtimeIds, REGION)).toEqual({
      id: sharedRolePrincipalId(ROLE, REGION), kind: PrincipalKindName.AGENT_ROLE, accountId: ACCOUNT, region: REGION, name: 'agents',
    });
  });

  test('an id that is none of ours is refused, and repeated in part alone', () => {
    expect(() => chargedScope(ROLE, [`agent-runtime/${'x'.repeat(500)}`], REGION)).toThrow(/^"agent-runtime\/x{106}" is no principal id/);
  });
});
