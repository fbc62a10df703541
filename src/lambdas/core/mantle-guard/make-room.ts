import { AttachResult, DenyAttachments } from '../ports';
import { Attachable } from '../restriction-target';

/**
 * The deny policy comes first: where IAM allows no more policies at a principal, that which denies the mantle endpoint alone gives up its place. The deny
 * policy covers that endpoint, and the guard comes back when the principal is restored.
 */
export class DenyBeforeMantle implements DenyAttachments {
  constructor(private readonly deny: DenyAttachments, private readonly mantle: Pick<DenyAttachments, 'detach'>) {}

  public async attach(target: Attachable): Promise<AttachResult> {
    const first = await this.deny.attach(target);
    if (first.result !== 'quota') {
      return first;
    }
    const room = await this.mantle.detach(target);
    return room.result === 'done' ? this.deny.attach(target) : first;
  }

  public detach(target: Attachable): Promise<AttachResult> {
    return this.deny.detach(target);
  }

  public isAttached(target: Attachable): Promise<boolean | undefined> {
    return this.deny.isAttached(target);
  }
}
