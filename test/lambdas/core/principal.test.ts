import * as fc from 'fast-check';
import { PrincipalKindName } from '../../../src/contract';
import { looksLikeApiKeyUser, principalFromArn, principalFromId, UnknownIdentityError } from '../../../src/lambdas/core/principal';
import { attachmentTarget, isAttachable } from '../../../src/lambdas/core/restriction-target';
import { ACCOUNT, errorOf } from './builders';

const OTHER_ACCOUNT = '777788889999';

describe('who made a call', () => {
  test('ten sessions of one role are one principal', () => {
    const ids = Array.from({ length: 10 }, (_, session) => idOf(`arn:aws:sts::${ACCOUNT}:assumed-role/report-writer/session-${session}`));
    expect(new Set(ids)).toEqual(new Set([`iam-role/${ACCOUNT}/report-writer`]));
  });

  test('one session name on two roles is two principals', () => {
    expect(idOf(`arn:aws:sts::${ACCOUNT}:assumed-role/reader/nightly`)).not.toBe(idOf(`arn:aws:sts::${ACCOUNT}:assumed-role/writer/nightly`));
  });

  test('a role in two accounts is two principals', () => {
    expect(idOf(`arn:aws:sts::${ACCOUNT}:assumed-role/reader/x1`)).not.toBe(idOf(`arn:aws:sts::${OTHER_ACCOUNT}:assumed-role/reader/x1`));
  });

  test('a user with a path is the user, whatever the path', () => {
    expect(idOf(`arn:aws:iam::${ACCOUNT}:user/team/search/indexer`)).toBe(`iam-user/${ACCOUNT}/indexer`);
    expect(idOf(`arn:aws:iam::${ACCOUNT}:user/indexer`)).toBe(`iam-user/${ACCOUNT}/indexer`);
  });

  test('a path may have every character that IAM allows, even colons', () => {
    expect(idOf(`arn:aws:iam::${ACCOUNT}:user/a:b!#/(c)~/indexer`)).toBe(`iam-user/${ACCOUNT}/indexer`);
  });

  test('a user whose path looks like a role is a user', () => {
    expect(idOf(`arn:aws:iam::${ACCOUNT}:user/assumed-role/admin/session`)).toBe(`iam-user/${ACCOUNT}/session`);
  });

  test('a user, a role, a session and a federated user of the same name are told apart', () => {
    const ids = [
      idOf(`arn:aws:iam::${ACCOUNT}:user/alice`),
      idOf(`arn:aws:sts::${ACCOUNT}:assumed-role/alice/alice`),
      idOf(`arn:aws:sts::${ACCOUNT}:federated-user/alice`),
      idOf(`arn:aws:sts::${ACCOUNT}:assumed-role/reader/alice`),
    ];
    expect(new Set(ids).size).toBe(4);
  });

  test('a role and its sessions are the same principal, whatever the path of the role', () => {
    expect(idOf(`arn:aws:iam::${ACCOUNT}:role/service-role/kb/reader`)).toBe(idOf(`arn:aws:sts::${ACCOUNT}:assumed-role/reader/kb-session`));
  });

  test('a session of IAM Identity Center is its role, not the person', () => {
    expect(principalFromArn(`arn:aws:sts::${ACCOUNT}:assumed-role/AWSReservedSSO_Dev_0123456789abcdef/jane@example.com`))
      .toEqual({ id: `iam-role/${ACCOUNT}/AWSReservedSSO_Dev_0123456789abcdef`, kind: PrincipalKindName.IAM_ROLE, accountId: ACCOUNT, name: 'AWSReservedSSO_Dev_0123456789abcdef' });
  });

  test('the root user', () => {
    expect(principalFromArn(`arn:aws:iam::${ACCOUNT}:root`)).toEqual({ id: `root/${ACCOUNT}`, kind: PrincipalKindName.ROOT, accountId: ACCOUNT });
  });

  test('a user who is called root is not the root user', () => {
    expect(idOf(`arn:aws:iam::${ACCOUNT}:user/root`)).toBe(`iam-user/${ACCOUNT}/root`);
  });

  test('a federated user', () => {
    expect(principalFromArn(`arn:aws:sts::${ACCOUNT}:federated-user/auditor`).kind).toBe(PrincipalKindName.FEDERATED_USER);
  });

  test.each(['aws', 'aws-cn', 'aws-us-gov', 'aws-iso', 'aws-iso-b', 'aws-iso-e', 'aws-iso-f', 'aws-eusc'])('partition %s', partition => {
    expect(idOf(`arn:${partition}:iam::${ACCOUNT}:user/alice`)).toBe(`iam-user/${ACCOUNT}/alice`);
    expect(idOf(`arn:${partition}:sts::${ACCOUNT}:assumed-role/reader/s-1`)).toBe(`iam-role/${ACCOUNT}/reader`);
    expect(idOf(`arn:${partition}:iam::${ACCOUNT}:root`)).toBe(`root/${ACCOUNT}`);
  });

  test('names may have every character that IAM allows', () => {
    expect(principalFromArn(`arn:aws:iam::${ACCOUNT}:user/A-z_0+=,.@x`).name).toBe('A-z_0+=,.@x');
  });
});

describe('identities that are none of the known forms are refused', () => {
  test.each([
    ['nothing', ''],
    ['a bare name', 'alice'],
    ['no account', 'arn:aws:iam:::user/alice'],
    ['a short account', 'arn:aws:iam::1:user/alice'],
    ['no name', `arn:aws:iam::${ACCOUNT}:user/`],
    ['a name of spaces', `arn:aws:iam::${ACCOUNT}:user/ `],
    ['a name with a key separator', `arn:aws:iam::${ACCOUNT}:user/a#b`],
    ['a name with a line break', `arn:aws:iam::${ACCOUNT}:user/alice\n`],
    ['a name with a null byte', `arn:aws:iam::${ACCOUNT}:user/alice\0`],
    ['a name in another script', `arn:aws:iam::${ACCOUNT}:user/аlice`],
    ['a name that is markup', `arn:aws:iam::${ACCOUNT}:user/<script>`],
    ['a name longer than IAM allows', `arn:aws:iam::${ACCOUNT}:user/${'a'.repeat(65)}`],
    ['an assumed role without session', `arn:aws:sts::${ACCOUNT}:assumed-role/reader`],
    ['an assumed role with a path', `arn:aws:sts::${ACCOUNT}:assumed-role/path/reader/s-1`],
    ['a group', `arn:aws:iam::${ACCOUNT}:group/readers`],
    ['a service', 'bedrock.amazonaws.com'],
    ['an ARN of another service', `arn:aws:s3::${ACCOUNT}:user/alice`],
    ['a text before the ARN', `x arn:aws:iam::${ACCOUNT}:user/alice`],
    ['a root with a tail', `arn:aws:iam::${ACCOUNT}:root/alice`],
    ['a partition that is none', `arn:evil:iam::${ACCOUNT}:user/alice`],
    ['an ARN longer than an ARN can be', `arn:aws:iam::${ACCOUNT}:user/${'a/'.repeat(2000)}alice`],
  ])('%s', (_, arn) => {
    const error = errorOf(() => principalFromArn(arn));
    expect(error).toBeInstanceOf(UnknownIdentityError);
    expect(String(error)).toBe('UnknownIdentityError: identity.arn is none of the known forms: IAM user, role, assumed role, federated user, root');
  });

  test('the refusal does not repeat what a stranger wrote', () => {
    expect(errorOf(() => principalFromArn('arn:aws:iam::evil')).message).not.toContain('evil');
  });

  test('whatever text there is, the answer is a principal whose id reads back as itself, or a refusal', () => {
    const name = fc.stringMatching(/^[\w+=,.@-]{1,64}$/);
    const arns = fc.oneof(
      fc.string(),
      fc.tuple(fc.constantFrom('user', 'role', 'federated-user'), fc.string()).map(([form, tail]) => `arn:aws:iam::${ACCOUNT}:${form}/${tail}`),
      name.map(user => `arn:aws:iam::${ACCOUNT}:user/${user}`),
      fc.tuple(name, name).map(([role, session]) => `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${session}`),
    );
    fc.assert(fc.property(arns, arn => {
      try {
        const principal = principalFromArn(arn);
        expect(principalFromId(principal.id)).toEqual(principal);
      } catch (error) {
        expect(error).toBeInstanceOf(UnknownIdentityError);
      }
    }));
  });
});

describe('reading an id', () => {
  test.each([
    `iam-user/${ACCOUNT}/alice`, `iam-role/${ACCOUNT}/reader`, `federated-user/${ACCOUNT}/auditor`, `root/${ACCOUNT}`,
  ])('%s', id => {
    expect(principalFromId(id)).toMatchObject({ id, accountId: ACCOUNT });
  });

  test.each([
    '', 'alice', 'deployment/settings', `group/${ACCOUNT}/readers`, `iam-user/${ACCOUNT}`, `iam-user/${ACCOUNT}/`, 'iam-user/123/alice',
    `iam-user/${ACCOUNT}/a/b`, `root/${ACCOUNT}/alice`, `iam-user/${ACCOUNT}/a b`,
  ])('%p is none of ours', id => {
    expect(principalFromId(id)).toBeUndefined();
  });

  test('a user who holds an API key has one id, that of the IAM user', () => {
    expect(principalFromId(`api-key-user/${ACCOUNT}/alice`)).toBeUndefined();
  });

  test('a runtime has an id of four parts, not of three', () => {
    expect(principalFromId(`agent-runtime/${ACCOUNT}/runtime`)).toBeUndefined();
  });
});

describe('users made for API keys', () => {
  test.each([
    [`arn:aws:iam::${ACCOUNT}:user/BedrockAPIKey-a1b2`, true],
    [`arn:aws:iam::${ACCOUNT}:user/alice`, false],
    [`arn:aws:iam::${ACCOUNT}:user/MyBedrockAPIKey-a1b2`, false],
    [`arn:aws:sts::${ACCOUNT}:assumed-role/BedrockAPIKey-a1b2/s-1`, false],
    [`arn:aws:iam::${ACCOUNT}:root`, false],
  ])('%s: %p', (arn, expected) => {
    expect(looksLikeApiKeyUser(principalFromArn(arn))).toBe(expected);
  });
});

describe('where the deny policy goes', () => {
  test.each([
    [`iam-user/${ACCOUNT}/alice`, { type: 'user', name: 'alice' }],
    [`iam-role/${ACCOUNT}/reader`, { type: 'role', name: 'reader' }],
    [`iam-role/${ACCOUNT}/my-AWSReservedSSO_x`, { type: 'role', name: 'my-AWSReservedSSO_x' }],
  ])('%s can be restricted', (id, target) => {
    const answer = attachmentTarget(principalFromId(id)!, ACCOUNT);
    expect(answer).toEqual(target);
    expect(isAttachable(answer)).toBe(true);
  });

  test('a user known to hold an API key is restricted as a user', () => {
    const principal = { ...principalFromId(`iam-user/${ACCOUNT}/alice`)!, kind: PrincipalKindName.API_KEY_USER };
    expect(attachmentTarget(principal, ACCOUNT)).toEqual({ type: 'user', name: 'alice' });
  });

  test.each([
    [`iam-user/${OTHER_ACCOUNT}/alice`, 'other-account'],
    [`root/${OTHER_ACCOUNT}`, 'other-account'],
    [`root/${ACCOUNT}`, 'root'],
    [`federated-user/${ACCOUNT}/auditor`, 'federated-user'],
    [`iam-role/${ACCOUNT}/AWSReservedSSO_Dev_0123456789abcdef`, 'protected-role'],
    [`iam-role/${ACCOUNT}/AWSServiceRoleForBedrock`, 'protected-role'],
  ])('%s cannot: %s', (id, code) => {
    const answer = attachmentTarget(principalFromId(id)!, ACCOUNT);
    expect(answer).toMatchObject({ code, message: expect.any(String) });
    expect(isAttachable(answer)).toBe(false);
  });

  test('nor can a kind that this version does not know how to restrict', () => {
    expect(attachmentTarget({ id: 'x', kind: PrincipalKindName.AGENT_RUNTIME, accountId: ACCOUNT, name: 'x' }, ACCOUNT)).toMatchObject({ code: 'unknown-kind' });
  });
});

function idOf(arn: string): string {
  return principalFromArn(arn).id;
}
