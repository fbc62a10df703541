import { DenyBeforeMantle } from '../../../../src/lambdas/core/mantle-guard/make-room';
import { AttachResult, DenyAttachments } from '../../../../src/lambdas/core/ports';

/** A user who may carry two policies. */
function aUser(...carried: string[]) {
  const policies = new Set(carried);
  const attachments = (policy: string): DenyAttachments => ({
    attach: async (): Promise<AttachResult> => {
      if (!policies.has(policy) && policies.size >= 2) return { result: 'quota', message: 'full' };
      policies.add(policy);
      return { result: 'done' };
    },
    detach: async () => {
      policies.delete(policy);
      return { result: 'done' };
    },
    isAttached: async () => policies.has(policy),
  });
  return { policies, subject: new DenyBeforeMantle(attachments('deny'), attachments('mantle')) };
}

const ALICE = { type: 'user', name: 'alice' } as const;

test('where there is a place, both stay', async () => {
  const { policies, subject } = aUser('mantle');
  expect(await subject.attach(ALICE)).toEqual({ result: 'done' });
  expect([...policies]).toEqual(['mantle', 'deny']);
  expect(await subject.isAttached(ALICE)).toBe(true);
});

test('where there is none, the deny policy gets that of the other', async () => {
  const { policies, subject } = aUser('own', 'mantle');
  expect(await subject.attach(ALICE)).toEqual({ result: 'done' });
  expect([...policies]).toEqual(['own', 'deny']);
});

test('where the place is not ours to give, it stays full', async () => {
  const { policies, subject } = aUser('own', 'another');
  expect(await subject.attach(ALICE)).toEqual({ result: 'quota', message: 'full' });
  expect([...policies]).toEqual(['own', 'another']);
});

test('detaching is of the deny policy alone', async () => {
  const { policies, subject } = aUser('deny', 'mantle');
  await subject.detach(ALICE);
  expect([...policies]).toEqual(['mantle']);
});

test('where the other cannot be taken off, that it is full is the answer', async () => {
  const deny: DenyAttachments = { attach: async () => ({ result: 'quota', message: 'full' }), detach: jest.fn(), isAttached: jest.fn() };
  const subject = new DenyBeforeMantle(deny, { detach: async () => ({ result: 'protected', message: 'by AWS' }) });
  expect(await subject.attach(ALICE)).toEqual({ result: 'quota', message: 'full' });
});
