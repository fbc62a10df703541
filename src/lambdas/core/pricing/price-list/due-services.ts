import { RefreshedPrices } from './price-store';
import { SERVICE_CODES, ServiceCode } from './service-codes';

export const MS_PER_HOUR = 3_600_000;

/** A little less than a day: runs do not come to the second, and a day must not be skipped. */
const FRESH_MS = 23 * MS_PER_HOUR;

/** What is older is read along with what is due, so that services of which one has failed come together again: only all of them show what is gone. */
const READ_ALONG_MS = 12 * MS_PER_HOUR;

/** @param force all of them, however young their prices are */
export function dueServices(readAt: RefreshedPrices['readAt'] = {}, now: number, force = false): readonly ServiceCode[] {
  const olderThan = (ms: number) => SERVICE_CODES.filter(code => {
    const at = readAt[code];
    return at === undefined || at > now || now - at >= ms;
  });
  if (force) {
    return SERVICE_CODES;
  }
  return olderThan(FRESH_MS).length > 0 ? olderThan(READ_ALONG_MS) : [];
}
