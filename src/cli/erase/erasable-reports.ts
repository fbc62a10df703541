import type { GetObjectCommandOutput, ListObjectVersionsCommandOutput, S3Client } from '@aws-sdk/client-s3';
import { REPORTS_FOLDER } from '../../contract';
import { CONTENT_TYPES, REPORT_FORMATS } from '../../lambdas/core/chargeback/written-report';
import { ErasableReports, ReportVersion } from '../../lambdas/core/erasure/ports';

/** The bucket with reports, with all versions of its objects. */
export class ReportsOfInstance implements ErasableReports {
  /** @param prefix of every key: empty, or with a slash at its end */
  constructor(private readonly client: S3Client, private readonly bucket: string, private readonly prefix: string) {}

  /** A bucket without versions answers with one of each, without an id. */
  public async* versions(): AsyncGenerator<ReportVersion> {
    const { ListObjectVersionsCommand } = await import('@aws-sdk/client-s3');
    let marker: Pick<ListObjectVersionsCommandOutput, 'NextKeyMarker' | 'NextVersionIdMarker'> | undefined;
    do {
      const page: ListObjectVersionsCommandOutput = await this.client.send(new ListObjectVersionsCommand({
        Bucket: this.bucket, Prefix: `${this.prefix}${REPORTS_FOLDER}/`, KeyMarker: marker?.NextKeyMarker, VersionIdMarker: marker?.NextVersionIdMarker,
      }));
      for (const { Key: key, VersionId: versionId, IsLatest: isLatest } of page.Versions ?? []) {
        yield { key: key!, isLatest: isLatest === true, ...(versionId === undefined ? {} : { versionId }) };
      }
      marker = page.IsTruncated ? page : undefined;
    } while (marker);
  }

  public async read({ key, versionId }: ReportVersion): Promise<string> {
    const { GetObjectCommand } = await import('@aws-sdk/client-s3');
    const { Body: body }: GetObjectCommandOutput = await this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key: key, VersionId: versionId }));
    return body!.transformToString('utf-8');
  }

  public async write(key: string, text: string): Promise<void> {
    const { PutObjectCommand } = await import('@aws-sdk/client-s3');
    const format = REPORT_FORMATS.find(candidate => key.endsWith(`.${candidate}`))!;
    await this.client.send(new PutObjectCommand({ Bucket: this.bucket, Key: key, Body: text, ContentType: CONTENT_TYPES[format] }));
  }

  /**
   * Deleting the latest version alone would bring the one before it back: a delete marker goes before it. Where there are no versions (any more), the object
   * or marker just written has the same id as what it has replaced, and must not be deleted.
   */
  public async remove({ key, versionId, isLatest }: ReportVersion, isReplaced: boolean): Promise<void> {
    const { DeleteObjectCommand } = await import('@aws-sdk/client-s3');
    const isMarked = isLatest && !isReplaced;
    if (isMarked) {
      await this.client.send(new DeleteObjectCommand({ Bucket: this.bucket, Key: key }));
    }
    if ((isMarked || isReplaced) && (versionId === undefined || versionId === 'null')) {
      return;
    }
    await this.client.send(new DeleteObjectCommand({ Bucket: this.bucket, Key: key, VersionId: versionId }));
  }

  public async cells(csv: string): Promise<readonly (readonly string[])[]> {
    const { parse } = await import('csv-parse/sync');
    return parse(csv) as string[][];
  }
}
