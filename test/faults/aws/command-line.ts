import type * as Program from '../../cli/run';

/** The command line, with the clients of this process. Loaded late: it shares modules with the handlers, which are to be loaded first. */
export function budgeteer(args: readonly string[], now: number): Promise<Program.Run> {
  return jest.requireActual<typeof Program>('../../cli/run').run(args, {
    env: { AWS_REGION: 'eu-central-1' },
    credentials: () => Promise.resolve({ accessKeyId: 'AKIATEST', secretAccessKey: 'secret' }),
    now: () => now,
  });
}
