/** What models are billed by that are not billed by the token. */
export enum BilledUnit {
  /** An image that was made or edited. */
  IMAGE = 'image',
  /** A second of video that was made. */
  SECOND = 'second',
  /** An image that was looked at or embedded. */
  INPUT_IMAGE = 'image-in',
  /** A second of video or audio that was looked at, listened to or embedded. */
  INPUT_SECOND = 'second-in',
  /** A query by which up to 100 documents were reranked. */
  QUERY = 'query',
}
