import { GiveResult, ManagedPolicyFacts, PrincipalIdentity, PrincipalPolicies, PutResult, RemoveResult } from '../../../../src/lambdas/core/policy-backup/ports';
import { AttachResult, DenyAttachments } from '../../../../src/lambdas/core/ports';
import { Attachable } from '../../../../src/lambdas/core/restriction-target';
import { Faults } from './faults';

interface Policies {
  managed: string[];
  inline: Map<string, string>;
}

interface Readable {
  readonly managed: readonly string[];
  readonly inline: Readonly<Record<string, string>>;
}

interface Entity extends Policies {
  readonly uniqueId: string;
  readonly boundary?: string;
  protected: boolean;
  /** How many managed policies it may carry. */
  managedQuota: number;
  /** How many characters its inline policies may have together. */
  inlineQuota: number;
  /** What readers see for so many reads yet. */
  stale?: { readonly shown: Policies; reads: number };
}

export type EntityTraits = Partial<Pick<Entity, 'managed' | 'boundary' | 'protected' | 'managedQuota' | 'inlineQuota' | 'uniqueId'>> & {
  readonly inline?: Readonly<Record<string, string>>;
};

const PROTECTED = 'UnmodifiableEntity: only modifiable by AWS';

/** IAM, as far as the policies of users and roles go. A managed policy exists once it is published, a user or role once it is added. */
export class InMemoryPrincipalPolicies implements PrincipalPolicies {
  /** How many reads after a change still show what was before. */
  public lag = 0;
  /** Every write that changed something, in order. */
  public readonly writes: string[] = [];
  private readonly entities = new Map<string, Entity>();
  private readonly published = new Map<string, ManagedPolicyFacts>();
  private made = 0;

  constructor(private readonly faults = new Faults()) {}

  public identity(target: Attachable): Promise<PrincipalIdentity | undefined> {
    return this.faults.around('iam.identity', () => {
      const entity = this.find(target);
      return entity && { uniqueId: entity.uniqueId, ...(entity.boundary ? { permissionsBoundary: entity.boundary } : {}) };
    });
  }

  public locate(formerly: Attachable, uniqueId: string): Promise<Attachable | undefined> {
    return this.faults.around('iam.locate', () => {
      const [key] = [...this.entities].find(([, entity]) => entity.uniqueId === uniqueId) ?? [];
      return key === undefined ? undefined : { type: formerly.type, name: key.slice(key.indexOf('/') + 1) };
    });
  }

  public listManaged(target: Attachable): Promise<readonly string[]> {
    return this.faults.around('iam.listManaged', () => [...this.shown(target)?.managed ?? []]);
  }

  public listInline(target: Attachable): Promise<readonly string[]> {
    return this.faults.around('iam.listInline', () => [...this.shown(target)?.inline.keys() ?? []]);
  }

  public readInline(target: Attachable, name: string): Promise<string | undefined> {
    return this.faults.around('iam.readInline', () => this.shown(target)?.inline.get(name));
  }

  public describeManaged(arn: string): Promise<ManagedPolicyFacts | undefined> {
    return this.faults.around('iam.describeManaged', () => this.published.get(arn));
  }

  public attach(target: Attachable, arn: string): Promise<GiveResult> {
    return this.faults.around('iam.attach', () => this.attachNow(target, arn));
  }

  public detach(target: Attachable, arn: string): Promise<RemoveResult> {
    return this.faults.around('iam.detach', () => this.change(target, `detach ${arn}`, entity => {
      entity.managed = entity.managed.filter(attached => attached !== arn);
    }, entity => entity.managed.includes(arn)));
  }

  public putInline(target: Attachable, name: string, document: string): Promise<PutResult> {
    return this.faults.around('iam.putInline', () => {
      const entity = this.find(target);
      if (!entity) {
        return { result: 'gone' };
      }
      const others = [...entity.inline].filter(([other]) => other !== name).reduce((sum, [, { length }]) => sum + length, 0);
      if (others + document.length > entity.inlineQuota) {
        return { result: 'quota', message: `Maximum policy size of ${entity.inlineQuota} bytes exceeded` };
      }
      return this.change(target, `put ${name}`, ({ inline }) => inline.set(name, document), ({ inline }) => inline.get(name) !== document);
    });
  }

  public deleteInline(target: Attachable, name: string): Promise<RemoveResult> {
    return this.faults.around('iam.deleteInline', () => this.change(target, `delete ${name}`, ({ inline }) => inline.delete(name), ({ inline }) => inline.has(name)));
  }

  /** The same IAM, as the enforcer sees it. */
  public denyAttachments(denyPolicyArn: string): DenyAttachments {
    return {
      attach: target => this.faults.around('deny.attach', () => this.attachNow(target, denyPolicyArn) as AttachResult),
      detach: target => this.faults.around('deny.detach', () => {
        const existed = this.find(target) !== undefined;
        const detached = this.change(target, `detach ${denyPolicyArn}`, entity => {
          entity.managed = entity.managed.filter(arn => arn !== denyPolicyArn);
        }, entity => entity.managed.includes(denyPolicyArn));
        return existed ? detached : { result: 'gone' as const };
      }),
      isAttached: target => this.faults.around('deny.isAttached', () => this.shown(target)?.managed.includes(denyPolicyArn)),
    };
  }

  // What tests and others do to IAM

  /** A policy that exists keeps its id. */
  public publish(arn: string, facts: Partial<ManagedPolicyFacts> = {}): void {
    this.made += 1;
    this.published.set(arn, { policyId: this.published.get(arn)?.policyId ?? `ANPA${this.made}`, attachable: true, defaultVersionId: 'v1', ...facts });
  }

  public unpublish(arn: string): void {
    this.published.delete(arn);
  }

  public add(target: Attachable, traits: EntityTraits = {}): void {
    this.made += 1;
    this.entities.set(keyOf(target), {
      uniqueId: `${target.type === 'user' ? 'AIDA' : 'AROA'}${this.made}`,
      protected: false,
      managedQuota: 10,
      inlineQuota: 10_240,
      ...traits,
      managed: [...traits.managed ?? []],
      inline: new Map(Object.entries(traits.inline ?? {})),
    });
  }

  public delete(target: Attachable): void {
    this.entities.delete(keyOf(target));
  }

  /** What no role can be. */
  public rename(target: Attachable & { readonly type: 'user' }, name: string): void {
    const entity = this.find(target)!;
    this.delete(target);
    this.entities.set(keyOf({ ...target, name }), entity);
  }

  public limit(target: Attachable, quotas: Partial<Pick<Entity, 'managedQuota' | 'inlineQuota' | 'protected'>>): void {
    Object.assign(this.find(target)!, quotas);
  }

  /** Somebody attaches, detaches, writes or deletes by hand. */
  public byHand(target: Attachable, change: (entity: Policies) => void): void {
    change(this.find(target)!);
  }

  /** Readers see this for so many reads, changes or no changes. */
  public show(target: Attachable, { managed, inline }: Readable, reads: number): void {
    this.lag = reads;
    this.find(target)!.stale = { shown: { managed: [...managed], inline: new Map(Object.entries(inline)) }, reads };
  }

  /** What is, whatever readers see. */
  public peek(target: Attachable): Readable & { readonly uniqueId: string; readonly boundary?: string } | undefined {
    const entity = this.find(target);
    return entity && {
      ...{ uniqueId: entity.uniqueId, managed: [...entity.managed], inline: Object.fromEntries(entity.inline) },
      ...(entity.boundary ? { boundary: entity.boundary } : {}),
    };
  }

  private attachNow(target: Attachable, arn: string): GiveResult {
    const entity = this.find(target);
    const policy = this.published.get(arn);
    if (!entity) {
      return { result: 'gone' };
    }
    if (!policy) {
      return { result: 'missing' };
    }
    if (!policy.attachable) {
      return { result: 'unattachable' };
    }
    if (!entity.managed.includes(arn) && entity.managed.length >= entity.managedQuota) {
      return { result: 'quota', message: `Cannot exceed quota for PoliciesPerRole: ${entity.managedQuota}` };
    }
    return this.change(target, `attach ${arn}`, ({ managed }) => managed.push(arn), ({ managed }) => !managed.includes(arn));
  }

  private change(target: Attachable, write: string, effect: (entity: Entity) => unknown, changes: (entity: Entity) => boolean): RemoveResult {
    const entity = this.find(target);
    if (entity?.protected) {
      return { result: 'protected', message: PROTECTED };
    }
    if (entity && changes(entity)) {
      const shown = entity.stale?.shown ?? { managed: [...entity.managed], inline: new Map(entity.inline) };
      effect(entity);
      entity.stale = this.lag > 0 ? { shown, reads: this.lag } : undefined;
      this.writes.push(write);
    }
    return { result: 'done' };
  }

  private shown(target: Attachable): Policies | undefined {
    const entity = this.find(target);
    if (entity?.stale && entity.stale.reads > 0) {
      entity.stale.reads -= 1;
      return entity.stale.shown;
    }
    if (entity) {
      entity.stale = undefined;
    }
    return entity;
  }

  private find(target: Attachable): Entity | undefined {
    return this.entities.get(keyOf(target));
  }
}

function keyOf({ type, name }: Attachable): string {
  return `${type}/${name}`;
}
