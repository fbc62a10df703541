import { UsageError } from '../../usage-error';

/** @throws UsageError where an option that must be given is not */
export function required(option: string, placeholder: string, value: string | undefined): string {
  if (value === undefined) {
    throw new UsageError(`--${option} is missing: write --${option} ${placeholder}`);
  }
  return value;
}
