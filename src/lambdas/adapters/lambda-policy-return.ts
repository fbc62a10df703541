import { InvokeCommand, InvokeCommandOutput, LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod/mini';
import { DetacherAction } from '../../contract';
import { NotReturned, PolicyReturn } from '../core/removal';

/** Thrown where the policy-detacher did not answer as it should: nobody knows then whether everything was put back. */
export class PolicyReturnError extends Error {
  public readonly name = 'PolicyReturnError';
}

/** No function of Lambda runs for longer. */
const LONGEST_MS = 15 * 60 * 1000;

const AnswerShape = z.object({ restored: z.array(z.string()), failed: z.array(z.object({ target: z.string(), problem: z.string() })) });

/** Asks the one function that has rights over policies. */
export class LambdaPolicyReturn implements PolicyReturn {
  constructor(private readonly client: LambdaClient, private readonly functionArn: string, private readonly clock: () => number = Date.now) {}

  public async returnAll(milliseconds: number): Promise<readonly NotReturned[]> {
    const { FunctionError: problem, Payload: payload } = await this.invoke(Math.max(1, Math.min(milliseconds, LONGEST_MS)));
    const text = new TextDecoder().decode(payload);
    if (problem) {
      throw new PolicyReturnError(`the policy-detacher failed (${problem}): ${text.slice(0, 300)}; see its log, and try again`);
    }
    const answer = AnswerShape.safeParse(parsed(text));
    if (!answer.success) {
      throw new PolicyReturnError(`the policy-detacher gave an answer that cannot be read: ${text.slice(0, 300)}`);
    }
    return answer.data.failed;
  }

  private async invoke(milliseconds: number): Promise<InvokeCommandOutput> {
    const request = { action: DetacherAction.RESTORE_ALL, now: new Date(this.clock()).toISOString() };
    const abortSignal = AbortSignal.timeout(milliseconds);
    try {
      const payload = new TextEncoder().encode(JSON.stringify(request));
      return await this.client.send(new InvokeCommand({ FunctionName: this.functionArn, Payload: payload }), { abortSignal });
    } catch (error) {
      if (abortSignal.aborted) {
        const seconds = Math.round(milliseconds / 1000);
        const message = `the policy-detacher is still putting policies back after ${seconds} seconds, and goes on with it: nothing else was changed. Wait some minutes, then try again`;
        throw new PolicyReturnError(message, { cause: error });
      }
      throw error;
    }
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
