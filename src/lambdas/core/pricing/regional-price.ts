import { PricingAssumption } from './assumptions';
import { EVERYWHERE, ModelPrices } from './price-table';
import { ListPrice, ONE, Ratio } from './token-prices';

export interface RegionalPrice {
  /** The place whose row holds: modes have rows of the same place. */
  readonly place: string;
  readonly price: ListPrice;
  readonly factor: Ratio;
  readonly assumptions: readonly PricingAssumption[];
}

/** What a call costs more that does not go through a `global.` profile, for models that have this premium. */
export const GEO_PREMIUM: Ratio = { numerator: 11n, denominator: 10n };

const WORLDWIDE = 'global';

/** The regions that list prices without a region are for. */
const UNITED_STATES = /^us-(east|west)-\d$/;

/** GovCloud, the isolated partitions, China and the European Sovereign Cloud have prices of their own. */
const NOT_COMMERCIAL = /^(us-gov|us-iso[a-z]*|eu-iso[a-z]*|eusc|cn)-/;

/** Geographies whose rows hold for a region that has no row of its own. */
const GEOGRAPHY_OF_REGION: readonly (readonly [RegExp, string])[] = [
  [/^us-gov-/, 'us-gov'],
  [/^eu-(?!iso)/, 'eu'],
  [/^ap-/, 'apac'],
];

/**
 * The list price of a model where it was called, or `undefined` where the table has none for that place. A `global.` profile costs the
 * same from everywhere. Otherwise the region's own row comes before that of the profile's geography, since AWS bills by the region that was
 * called, and that before the region's geography.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/cross-region-inference.html
 */
export function regionalPrice(model: ModelPrices, region: string, geography: string | undefined): RegionalPrice | undefined {
  const { list } = model;
  const places = geography === WORLDWIDE
    ? [WORLDWIDE]
    : [region, geography, GEOGRAPHY_OF_REGION.find(([pattern]) => pattern.test(region))?.[1]];
  for (const place of places) {
    const price = place === undefined ? undefined : model.regional.get(place);
    if (price) {
      return { place: place!, price, factor: ONE, assumptions: [] };
    }
  }
  if (!list) {
    return undefined;
  }
  const covered = geography === WORLDWIDE || UNITED_STATES.test(region) || (model.worldwide && !NOT_COMMERCIAL.test(region));
  return {
    place: EVERYWHERE,
    price: list,
    factor: model.geoPremium && geography !== WORLDWIDE ? GEO_PREMIUM : ONE,
    assumptions: covered ? [] : ['regional-price-unknown'],
  };
}
