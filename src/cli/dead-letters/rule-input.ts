import type { EventBridgeClient, InputTransformer } from '@aws-sdk/client-eventbridge';
import { plainText } from '../../lambdas/core/plain-text';

/** Where EventBridge would have brought an event. */
export interface Delivery {
  /** `arn:<partition>:events:<region>:<account>:rule/<bus>/<name>`; on the default bus without the bus. */
  readonly ruleArn: string;
  readonly functionArn: string;
}

/** What a function is invoked with, or why that cannot be known. */
export type Input = { readonly payload: unknown } | { readonly problem: string };

/** The input that a rule makes of an event for a function, as the rule is now. */
export async function handedOver(event: unknown, { ruleArn, functionArn }: Delivery, events: EventBridgeClient): Promise<Input> {
  const { ListTargetsByRuleCommand } = await import('@aws-sdk/client-eventbridge');
  const [, ...path] = (ruleArn.split(':')[5] ?? '').split('/');
  const rule = path.at(-1);
  if (!rule) {
    return { problem: `it names a rule that is none: ${plainText(ruleArn, 200)}` };
  }
  try {
    const bus = path.length > 1 ? { EventBusName: path.slice(0, -1).join('/') } : {};
    const { Targets: targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule: rule, ...bus }));
    const target = targets.find(({ Arn: arn }) => arn === functionArn);
    return target ? inputOf(event, target.InputTransformer) : gone(ruleArn);
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') {
      return gone(ruleArn);
    }
    throw error;
  }
}

function gone(ruleArn: string): Input {
  return { problem: `its rule is no longer there, as after the removal of a channel: ${plainText(ruleArn, 200)}` };
}

/** As EventBridge fills a template: `<name>` stands for what is found at its path. */
function inputOf(event: unknown, transformer: InputTransformer | undefined): Input {
  if (!transformer) {
    return { payload: event };
  }
  const { InputPathsMap: paths = {}, InputTemplate: template = '' } = transformer;
  const text = template.replace(/<([\w-]+)>/g, (placeholder, name: string) => {
    const path = Object.hasOwn(paths, name) ? paths[name] : undefined;
    return path === undefined ? placeholder : JSON.stringify(valueAt(path, event) ?? null);
  });
  try {
    return { payload: JSON.parse(text) };
  } catch {
    return { problem: 'what its rule makes of it is not known to this program' };
  }
}

/** `$.detail.kind`: no other paths are in rules of this system. */
function valueAt(path: string, event: unknown): unknown {
  return path.split('.').slice(1).reduce((value, name) => (
    typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined
  ), event);
}
