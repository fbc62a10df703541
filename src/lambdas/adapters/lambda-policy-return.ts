import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod/mini';
import { DetacherAction } from '../../contract';
import { NotReturned, PolicyReturn } from '../core/removal';

/** Thrown where the policy-detacher did not answer as it should: nobody knows then whether everything was put back. */
export class PolicyReturnError extends Error {
  public readonly name = 'PolicyReturnError';
}

const AnswerShape = z.object({ restored: z.array(z.string()), failed: z.array(z.object({ target: z.string(), problem: z.string() })) });

/** Asks the one function that has rights over policies. */
export class LambdaPolicyReturn implements PolicyReturn {
  constructor(private readonly client: LambdaClient, private readonly functionArn: string, private readonly clock: () => number = Date.now) {}

  public async returnAll(): Promise<readonly NotReturned[]> {
    const request = { action: DetacherAction.RESTORE_ALL, now: new Date(this.clock()).toISOString() };
    const { FunctionError: problem, Payload: payload } = await this.client.send(new InvokeCommand({
      FunctionName: this.functionArn,
      Payload: new TextEncoder().encode(JSON.stringify(request)),
    }));
    const text = new TextDecoder().decode(payload);
    if (problem) {
      throw new PolicyReturnError(`the policy-detacher failed (${problem}): ${text.slice(0, 300)}`);
    }
    const answer = AnswerShape.safeParse(parsed(text));
    if (!answer.success) {
      throw new PolicyReturnError(`the policy-detacher gave an answer that cannot be read: ${text.slice(0, 300)}`);
    }
    return answer.data.failed;
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
