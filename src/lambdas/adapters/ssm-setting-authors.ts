import { GetParameterHistoryCommand, ParameterHistory, SSMClient } from '@aws-sdk/client-ssm';
import { SettingName } from '../../contract';
import { Log, SettingAuthors } from '../core/ports';
import { errorCode } from './aws-errors';

/** Whom SSM has seen set a parameter. */
export class SsmSettingAuthors implements SettingAuthors {
  /** @param path of the settings, without a trailing slash */
  constructor(private readonly client: SSMClient, private readonly path: string, private readonly log: Log) {}

  public async lastAuthor(setting: SettingName): Promise<string | undefined> {
    try {
      let newest: ParameterHistory | undefined;
      let next: string | undefined;
      do {
        // The oldest value comes first.
        const page = await this.client.send(new GetParameterHistoryCommand({ Name: `${this.path}/${setting}`, NextToken: next }));
        newest = page.Parameters?.at(-1) ?? newest;
        next = page.NextToken;
      } while (next);
      return newest?.LastModifiedUser;
    } catch (error) {
      this.log.warn('could not find out who changed a setting', { setting, problem: errorCode(error) });
      return undefined;
    }
  }
}
