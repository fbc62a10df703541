/** The machine lacks what the local cloud needs. The message says what, and how to get it. */
export class LocalCloudUnavailable extends Error {
  public readonly name = 'LocalCloudUnavailable';
}

/** The local cloud did not come up, or a stack on it could not be deployed or removed. */
export class LocalCloudError extends Error {
  public readonly name = 'LocalCloudError';
}
