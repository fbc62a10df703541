import { EventType, SettingName } from '../../../../contract';
import { EventDetail } from '../../events';
import { plainText } from '../../plain-text';
import { firstOf, modelOf, reasonOf } from '../texts';
import { steps, Writer } from './writer';

const MAX_PRICES = 20;

/** What calls cost. */
export const PRICE_WRITERS = {
  [EventType.MODEL_PRICE_UNKNOWN]: (detail, { settingsPath }) => ({
    audience: 'operations',
    severity: 'warning',
    headline: 'The price of a Bedrock model is not known',
    lines: [
      'A model is called whose price is not known. Its calls are charged by an estimate on the safe side, which counts against budgets.',
      `Model: ${modelOf(detail)}`,
      `What: ${reasonOf(detail)}`,
    ],
    nextSteps: [
      {
        text: `Write its price, in USD per million tokens, as a line of the SSM parameter ${plainText(settingsPath, 300)}/${SettingName.PRICE_OVERRIDES}:`,
        command: `${modelOf(detail)} in=3 out=15`,
      },
      ...steps(
        'Or deploy a newer version of the library, which may know it.',
        'Either way its calls are charged anew within half an hour, and whoever was suspended by the estimate alone is restored.',
      ),
    ],
  }),
  [EventType.PRICES_HELD_BACK]: (detail, { settingsPath }) => ({
    audience: 'operations',
    severity: 'warning',
    headline: 'Prices of the AWS Price List are held back',
    lines: ['The AWS Price List has prices that contradict the known ones. They are not used.', `What: ${reasonOf(detail)}`, ...priceChanges(detail)],
    nextSteps: steps(
      'Compare them with https://aws.amazon.com/bedrock/pricing/.',
      `Where the new price is right, write it into the SSM parameter ${plainText(settingsPath, 300)}/${SettingName.PRICE_OVERRIDES}, or deploy a newer version of the library.`,
    ),
  }),
} satisfies Partial<Record<EventType, Writer>>;

function priceChanges({ before, after }: EventDetail): string[] {
  return firstOf(Object.keys(after ?? {}), MAX_PRICES, name => `${plainText(name, 200)}: ${plainText(before?.[name], 40) || 'none'} -> ${plainText(after?.[name], 160)}`);
}
