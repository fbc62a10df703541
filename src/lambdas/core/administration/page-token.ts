import * as z from 'zod/mini';
import { digestOf } from '../value-digest';
import { AdministrationError } from './errors';

/** Keys of both tables are shorter. */
const MAX_KEY_LENGTH = 2048;

const TokenShape = z.tuple([z.string(), z.string().check(z.minLength(1), z.maxLength(MAX_KEY_LENGTH))]);

/** Where a page ends. Nobody but this function reads it, and only for the question that was asked before. */
export function pageToken(question: unknown, key: string): string {
  return Buffer.from(JSON.stringify([digestOf(question, 16), key])).toString('base64url');
}

/** @throws AdministrationError for a token that is none, or that belongs to another question */
export function keyOfPage(question: unknown, token: string | undefined): string | undefined {
  if (token === undefined) {
    return undefined;
  }
  const [digest, key] = readToken(token) ?? [];
  if (key === undefined || digest !== digestOf(question, 16)) {
    const problem = key === undefined ? 'none that was given out' : 'of a request with other filters';
    throw new AdministrationError('BadRequest', `nextToken is ${problem}, allowed is that of an answer to the same request`, 'nextToken');
  }
  return key;
}

function readToken(token: string): readonly [string, string] | undefined {
  try {
    return TokenShape.parse(JSON.parse(Buffer.from(token, 'base64url').toString('utf8')));
  } catch {
    return undefined;
  }
}
