import { PricingAssumption } from './assumptions';
import { EVERYWHERE, ModelPrices, PricingMode } from './price-table';
import { ListPrice, ONE, Ratio } from './token-prices';

/** Where and how a model was called. */
export interface PlaceOfCall {
  readonly region: string;
  /** Of the profile that was called. */
  readonly geography?: string;
  readonly mode?: Exclude<PricingMode, 'long'>;
}

export interface RegionalPrice {
  /** The place whose row holds. */
  readonly place: string;
  readonly price: ListPrice;
  readonly factor: Ratio;
  /** Whether the row is of the call's mode; otherwise it is the standard one. */
  readonly isOfMode: boolean;
  readonly assumptions: readonly PricingAssumption[];
}

/** What a call costs more that does not go through a `global.` profile, for models that have this premium. */
export const GEO_PREMIUM: Ratio = { numerator: 11n, denominator: 10n };

const WORLDWIDE = 'global';

/** The regions that list prices without a region are for. */
const UNITED_STATES = /^us-(east|west)-\d$/;

/** GovCloud, the isolated partitions, China and the European Sovereign Cloud have prices of their own. */
const NOT_COMMERCIAL = /^(us-gov|us-iso[a-z]*|eu-iso[a-z]*|eusc|cn)-/;

export function isCommercial(region: string): boolean {
  return !NOT_COMMERCIAL.test(region);
}

/** Geographies whose rows hold for a region that has no row of its own. */
const GEOGRAPHY_OF_REGION: readonly (readonly [RegExp, string])[] = [
  [/^us-(east|west)-/, 'us'],
  [/^ca-/, 'ca'],
  [/^us-gov-/, 'us-gov'],
  [/^eu-(?!iso)/, 'eu'],
  [/^ap-/, 'apac'],
];

/**
 * The list prices of a model where it was called, the one that holds first; none where the table has none for that place. A `global.`
 * profile costs the same from everywhere. Otherwise the region's own row comes before that of the profile's geography, since AWS bills by
 * the region that was called, and that before the region's geography. A row of the call's mode comes before the standard one of the same
 * place, but not before that of a nearer one.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/cross-region-inference.html
 */
export function regionalPrices(model: ModelPrices, { region, geography, mode }: PlaceOfCall): readonly RegionalPrice[] {
  const isWorldwide = geography === WORLDWIDE;
  const places = isWorldwide ? [WORLDWIDE] : [region, geography, GEOGRAPHY_OF_REGION.find(([pattern]) => pattern.test(region))?.[1]];
  const near = [...new Set(places)].map(place => (place === undefined ? undefined : priceAt(model, place, mode)));
  const everywhere = priceAt(model, EVERYWHERE, mode);
  const covered = UNITED_STATES.test(region) || (isWorldwide ? !model.byRegion : model.worldwide && isCommercial(region));
  return [
    ...near.filter(found => found !== undefined).map((found): RegionalPrice => ({ ...found, factor: ONE, assumptions: [] })),
    ...(everywhere ? [{
      ...everywhere,
      factor: model.geoPremium && !isWorldwide ? GEO_PREMIUM : ONE,
      assumptions: covered ? [] : ['regional-price-unknown' as const],
    }] : []),
  ];
}

function priceAt(model: ModelPrices, place: string, mode: PlaceOfCall['mode']): Pick<RegionalPrice, 'place' | 'price' | 'isOfMode'> | undefined {
  const ofMode = mode && model.modes.get(`${place}@${mode}`);
  const price = ofMode ?? (place === EVERYWHERE ? model.list : model.regional.get(place));
  return price && { place, price, isOfMode: ofMode !== undefined };
}
