import { EventType } from '../../../../src/contract';
import { NumberText } from '../../../../src/lambdas/core/budget-item';
import { ACCOUNT } from '../builders';
import { ErasureWorld, OTHER, SMITH, SMITH_ROLE, SMITHSON } from './erasure-world';

/** Whatever names her, as it may stand anywhere. */
const NAMES = [SMITH, 'Alice Example', 'alice@example.com', 'AIDALICE', 'staff/alice', 'Room 101', 'somebody before', 'is ill', 'alice-smith', 'as alice'];

/** What of it is left, with some letters around it. */
export function tracesIn(world: ErasureWorld): readonly string[] {
  const text = world.text.replaceAll(SMITHSON, '');
  return NAMES.flatMap(name => (text.includes(name) ? [text.slice(Math.max(0, text.indexOf(name) - 60), text.indexOf(name) + 100)] : []));
}

/** What must not be mistaken for her. */
export const ALIKE = [SMITHSON, SMITH_ROLE, OTHER];

const ARN = `arn:aws:iam::${ACCOUNT}:user/staff/alice.smith`;

/** A world in which Alice has left traces in every place. */
export function aYearOfAlice(): ErasureWorld {
  const world = new ErasureWorld();
  for (const [index, day] of ['2026-03-08', '2026-03-09', '2026-03-10', '2026-03-10', '2026-03-10'].entries()) {
    world.charge(`call-${index}`, SMITH, day, `0.${index}00000000001`, index % 2 === 0 ? { isEstimate: true } : {});
  }
  world.charge('bob-1', OTHER, '2026-03-10', '7');
  world.charge('smithson-1', SMITHSON, '2026-03-10', '8');
  // A role of the same name, and what she called as somebody else pays for.
  world.charge('role-1', SMITH_ROLE, '2026-03-10', '9');
  world.charge('by-her', OTHER, '2026-03-10', '0.5', { callerId: SMITH });
  // The ledger has forgotten this day; the budget has not.
  world.budget(SMITH, { 'spend#2025-12-01': new NumberText('12.000000000003'), 'labels': { team: 'search', owner: 'Alice Example', contact: 'alice@example.com', site: 'Room 101' } });
  world.budget(OTHER, {
    labels: { team: 'search' }, updatedBy: ARN, change: { at: '2026-03-01T00:00:00Z', reason: 'as alice.smith asked.' }, exemption: { reason: `covers for ${SMITH}` },
  });
  world.budget(SMITHSON, { labels: { team: 'data' } });
  world.items.set('deployment/mantle-guard', { principalId: 'deployment/mantle-guard', told: { [SMITH]: 'quota', [SMITHSON]: 'quota' } });
  const event = (principalId: string | undefined, eventId: string, more: object = {}) => ({
    schemaVersion: '1', deploymentId: 'dep', occurredAt: '2026-03-09T10:00:00.000Z', eventId, actor: 'budget-evaluator', reason: 'x', ...(principalId ? { principalId } : {}), ...more,
  });
  world.event(EventType.PRINCIPAL_SUSPENDED, event(SMITH, 'alice-smith-0a1b2c-r3/confirm', {
    labels: { team: 'search', owner: 'Alice Example' }, reason: '101 % of $25 spent by Alice Example', budget: { spentUsd: '25.3251' }, suspension: { secondsToBlock: 12.5 },
  }));
  world.event(EventType.BUDGET_CHANGED, event(SMITH, 'e-2', {
    actor: ARN, before: { labels: { owner: 'somebody before' } }, after: { labels: { owner: 'Alice Example' }, exemption: { reason: 'Alice is ill' } },
  }));
  world.event(EventType.POLICIES_REMOVED, event(SMITH, 'e-3', { after: { target: 'AIDALICE', managedPolicies: 2 } }));
  world.event(EventType.BUDGET_CHANGED, event(OTHER, 'e-4', { actor: ARN, reason: `changed: limits (for ${SMITH})` }));
  world.event(EventType.DAILY_DIGEST, event(undefined, 'e-5', {
    digest: { topRecent: [{ principalId: SMITH, labels: { team: 'search', site: 'Room 101' }, recentUsd: '3' }, { principalId: SMITHSON, labels: { team: 'data' }, recentUsd: '4' }] },
  }));
  world.event(EventType.MANTLE_DENY_FAILED, event(SMITHSON, `mantle-deny/failed/${SMITHSON}/quota`));
  world.event(EventType.MANTLE_DENY_ATTACHED, event(undefined, `mantle-deny/attached/${SMITH}/1`));
  world.backupRows = [
    { target: 'AIDALICE', state: 'history#2026-01-01', principalId: SMITH, inline: [{ name: 'own', document: '{}' }] },
    { target: 'AIDABOB', state: 'current', principalId: OTHER },
  ];
  world.object('reports/2026-02/chargeback.json', JSON.stringify({
    total: { costUsd: '10.5' },
    byLabel: { team: [{ value: 'search', costUsd: '10.5' }], site: [{ value: 'Room 101', costUsd: '3' }, { value: null, costUsd: '7.5' }] },
    byPrincipal: [{ principalId: SMITH, labels: { team: 'search', site: 'Room 101' }, costUsd: '3' }, { principalId: OTHER, labels: { team: 'search' }, costUsd: '7.5' }],
  }));
  world.object('reports/2026-02/chargeback.csv', `day,principalId,kind,team,site,costUsd\r\n2026-02-01,${SMITH},iam-user,search,Room 101,3\r\n2026-02-01,${OTHER},iam-user,search,,7.5\r\n`);
  world.object('reports/2026-02/chargeback.html', `<td>${SMITH}</td><td>3</td>`);
  world.object('reports/2026-01/chargeback.csv', `day,principalId,kind,team,costUsd\r\n2026-01-01,${OTHER},iam-user,search,7.5\r\n`);
  world.object('reports/2026-02/notes.txt', 'somebody else keeps this here');
  // Written anew once: the former version names her as well.
  world.object('reports/2026-02/chargeback.csv', world.objects.find(({ key }) => key.endsWith('02/chargeback.csv'))!.text);
  return world;
}
