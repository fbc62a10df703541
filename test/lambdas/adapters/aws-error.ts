/** An error as an AWS client throws it. */
export function awsError(name: string, { message = `${name} happened`, status, ...more }: { message?: string; status?: number; [field: string]: unknown } = {}): Error {
  return Object.assign(new Error(message), { name, ...(status === undefined ? {} : { $metadata: { httpStatusCode: status } }), ...more });
}
