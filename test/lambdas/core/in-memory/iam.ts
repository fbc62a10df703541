import { ApiKeyDirectory, AttachResult, DenyAttachments, DenyInventory } from '../../../../src/lambdas/core/ports';
import { principalFromId } from '../../../../src/lambdas/core/principal';
import { Attachable, attachmentTarget, isAttachable } from '../../../../src/lambdas/core/restriction-target';
import { Faults } from './faults';

interface Entity extends Attachable {
  attached: boolean;
  /** How many reads still show what was before the last change. */
  staleReads: number;
  full: boolean;
  protected: boolean;
  holdsApiKey: boolean;
}

const PROTECTED = 'UnmodifiableEntity: only modifiable by AWS';
const QUOTA = 'LimitExceeded: Cannot exceed quota for PoliciesPerRole';

/** IAM, as far as the one deny policy is concerned. Users and roles exist once they are added. */
export class InMemoryIam implements DenyAttachments {
  /** Told whom the product attaches the deny policy to, whatever comes of it. */
  public onAttach?: (target: Attachable) => void;
  /** How many reads after a change still show what was before. */
  public lag = 0;
  public readonly groups: string[] = [];
  public readonly inventory: DenyInventory;
  public readonly apiKeys: ApiKeyDirectory;
  private readonly lastAnswers = new Map<string, boolean | undefined>();
  private readonly entities = new Map<string, Entity>();

  constructor(private readonly faults = new Faults()) {
    this.inventory = { list: () => this.faults.around('iam.list', () => this.listShown()) };
    this.apiKeys = {
      holdsApiKey: name => this.faults.around('iam.holdsApiKey', () => this.find({ type: 'user', name })?.holdsApiKey ?? false),
      list: async function* (this: InMemoryIam) {
        yield* [...this.entities.values()].filter(({ holdsApiKey }) => holdsApiKey).map(({ name }) => name);
      }.bind(this),
    };
  }

  public attach(target: Attachable): Promise<AttachResult> {
    return this.faults.around('iam.attach', () => {
      this.onAttach?.(target);
      return this.change(target, true);
    });
  }

  public detach(target: Attachable): Promise<AttachResult> {
    return this.faults.around('iam.detach', () => this.change(target, false));
  }

  public isAttached(target: Attachable): Promise<boolean | undefined> {
    return this.faults.around('iam.isAttached', () => {
      const entity = this.find(target);
      const seen = entity && see(entity);
      this.lastAnswers.set(keyOf(target), seen);
      return seen;
    });
  }

  // What tests do to IAM

  public add(principalId: string, traits: Partial<Pick<Entity, 'attached' | 'full' | 'protected' | 'holdsApiKey'>> = {}): void {
    const target = targetOf(principalId);
    this.entities.set(keyOf(target), {
      ...target, attached: false, staleReads: 0, full: false, protected: false, holdsApiKey: false, ...this.find(target), ...traits,
    });
  }

  public remove(principalId: string): void {
    this.entities.delete(keyOf(targetOf(principalId)));
  }

  public exists(principalId: string): boolean {
    return this.find(targetOf(principalId)) !== undefined;
  }

  public isFull(principalId: string): boolean {
    return this.find(targetOf(principalId))?.full ?? false;
  }

  /** What is really attached, whatever readers see. */
  public denies(principalId: string): boolean {
    return this.find(targetOf(principalId))?.attached ?? false;
  }

  /** What IAM answered last to the question whether the deny is attached. */
  public lastAnswer(principalId: string): boolean | undefined {
    return this.lastAnswers.get(keyOf(targetOf(principalId)));
  }

  /** Somebody attaches or detaches the deny policy by hand. */
  public setByHand(principalId: string, attached: boolean): void {
    const entity = this.find(targetOf(principalId));
    if (entity) {
      entity.attached = attached;
      entity.staleReads = 0;
    }
  }

  /** From now on every reader sees what is. */
  public settle(): void {
    this.lag = 0;
    this.entities.forEach(entity => { entity.staleReads = 0; });
  }

  private change(target: Attachable, attached: boolean): AttachResult {
    const entity = this.find(target);
    if (!entity) {
      return { result: 'gone' };
    }
    if (entity.protected) {
      return { result: 'protected', message: PROTECTED };
    }
    if (entity.attached === attached) {
      return { result: 'done' };
    }
    if (attached && entity.full) {
      return { result: 'quota', message: QUOTA };
    }
    entity.attached = attached;
    entity.staleReads = this.lag;
    return { result: 'done' };
  }

  private listShown(): Awaited<ReturnType<DenyInventory['list']>> {
    return [
      ...[...this.entities.values()].filter(see).map(({ type, name }) => ({ type, name })),
      ...this.groups.map(name => ({ type: 'group' as const, name })),
    ];
  }

  private find(target: Attachable): Entity | undefined {
    return this.entities.get(keyOf(target));
  }
}

function see(entity: Entity): boolean {
  const seen = entity.staleReads > 0 ? !entity.attached : entity.attached;
  entity.staleReads = Math.max(0, entity.staleReads - 1);
  return seen;
}

function keyOf({ type, name }: Attachable): string {
  return `${type}/${name}`;
}

function targetOf(principalId: string): Attachable {
  const principal = principalFromId(principalId)!;
  const target = attachmentTarget(principal, principal.accountId);
  if (!isAttachable(target)) {
    // IAM itself knows protected roles.
    return { type: 'role', name: principal.name ?? principal.kind };
  }
  return target;
}
