/** The services under which AWS lists prices of Bedrock: its own models, models of the marketplace, and what came later. */
export const SERVICE_CODES = ['AmazonBedrock', 'AmazonBedrockFoundationModels', 'AmazonBedrockService'] as const;
export type ServiceCode = (typeof SERVICE_CODES)[number];
