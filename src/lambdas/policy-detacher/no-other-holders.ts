import { TargetHolders } from '../core/policy-backup/ports';

/** Where every budget has a user or role of its own, nobody else holds it. */
export const NO_OTHER_HOLDERS: TargetHolders = { holderOf: async () => undefined };
