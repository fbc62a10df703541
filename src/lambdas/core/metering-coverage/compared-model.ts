import { parseModelId } from '../pricing/model-id';

/** What a model is called while both sides are compared. */
export interface ComparedModel {
  /** The same for every id by which either side may name the model. */
  readonly key: string;
  /** Whether the id stands for a model without naming it: a profile of one's own, provisioned throughput and the like. */
  readonly opaque: boolean;
}

/**
 * AWS counts a call under the id that was called or under the model's own; the log has what was called, or an ARN of it. The model's own id without
 * geography is what they have in common. What names no model is known by the last part of its ARN, by which CloudWatch may name it alone.
 */
export function comparedModel(modelId: string): ComparedModel {
  const reference = parseModelId(modelId);
  if (reference.kind === 'opaque') {
    return { key: modelId.slice(modelId.lastIndexOf('/') + 1), opaque: true };
  }
  return { key: reference.id, opaque: !reference.id.includes('.') };
}
