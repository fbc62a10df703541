import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { REPORTS_FOLDER, REPORT_WORK_FOLDER } from '../../contract';
import { ReportPeriod } from '../core/chargeback/report-period';
import { ReportStore } from '../core/chargeback/run-report';
import { CONTENT_TYPES, ReportFormat } from '../core/chargeback/written-report';

/** A bucket with reports; what is needed until they are written lies in a folder of its own. */
export class S3ReportStore implements ReportStore {
  /** @param prefix of every key: empty, or with a slash at its end */
  constructor(private readonly client: S3Client, private readonly bucket: string, private readonly prefix: string) {}

  public async keepPart(run: string, name: string, text: string): Promise<void> {
    await this.put(this.partKey(run, name), text, CONTENT_TYPES.json);
  }

  public async part(run: string, name: string): Promise<string> {
    const { Body: body } = await this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key: this.partKey(run, name) }));
    return body!.transformToString('utf-8');
  }

  public async write({ key: period }: ReportPeriod, format: ReportFormat, text: string): Promise<string> {
    const key = `${this.prefix}${REPORTS_FOLDER}/${period}/chargeback.${format}`;
    await this.put(key, text, CONTENT_TYPES[format]);
    return `s3://${this.bucket}/${key}`;
  }

  private async put(key: string, text: string, type: string): Promise<void> {
    await this.client.send(new PutObjectCommand({ Bucket: this.bucket, Key: key, Body: text, ContentType: type }));
  }

  /** Names of executions may have letters in them that keys had better not have. */
  private partKey(run: string, name: string): string {
    return `${this.prefix}${REPORT_WORK_FOLDER}/${encodeURIComponent(run)}/${name}.json`;
  }
}
