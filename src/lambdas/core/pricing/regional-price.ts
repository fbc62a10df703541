import { PricingAssumption } from './assumptions';
import { ModelPrices } from './price-table';
import { GEO_PREMIUM } from './rate';
import { ListPrice, ONE, Ratio } from './token-prices';

export interface RegionalPrice {
  readonly price: ListPrice;
  readonly factor: Ratio;
  readonly assumptions: readonly PricingAssumption[];
}

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
 * The list price of a model where it was called. A `global.` profile costs the same from everywhere. Otherwise the region's own row
 * comes before that of the profile's geography, since AWS bills by the region that was called, and that before the region's geography.
 */
export function regionalPrice(model: ModelPrices, region: string, geography: string | undefined): RegionalPrice {
  if (geography === 'global') {
    return { price: model.list, factor: ONE, assumptions: [] };
  }
  const geographyOfRegion = GEOGRAPHY_OF_REGION.find(([pattern]) => pattern.test(region))?.[1];
  for (const place of [region, geography, geographyOfRegion]) {
    const price = place === undefined ? undefined : model.regional.get(place);
    if (price) {
      return { price, factor: ONE, assumptions: [] };
    }
  }
  const covered = UNITED_STATES.test(region) || (model.worldwide && !NOT_COMMERCIAL.test(region));
  return {
    price: model.list,
    factor: model.geoPremium ? GEO_PREMIUM : ONE,
    assumptions: covered ? [] : ['regional-price-unknown'],
  };
}
