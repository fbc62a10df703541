import { regionOfItem, regionOfUsageType } from '../../../../../src/lambdas/core/pricing/price-list/item-region';
import { guardrailUnit, listedUnit } from '../../../../../src/lambdas/core/pricing/price-list/listed-units';
import { isMarketplace, isOtherModality, marketplaceCount, readTokenUsageType } from '../../../../../src/lambdas/core/pricing/price-list/usage-type';

/** `cacheRead of NovaPro, mantle, global, tier=batch`, or nothing. */
function tokens(usageType: string): string | undefined {
  const read = readTokenUsageType(usageType);
  if (!read) {
    return undefined;
  }
  const { kind, modelToken, mantle, qualifiers: { tier, ...flags } } = read;
  const said = Object.entries(flags).filter(([, is]) => is).map(([flag]) => flag);
  return [modelToken === undefined ? kind : `${kind} of ${modelToken}`, ...(mantle ? ['mantle'] : []), ...said, ...(tier ? [tier] : [])].join(', ');
}

test.each<[string, string | undefined]>([
  ['USE1-NovaPro-input-tokens', 'input of NovaPro'],
  ['NovaPro-output-tokens', 'output of NovaPro'],
  ['USE1-NovaPro-text-input-tokens-batch', 'input of NovaPro, batch'],
  ['USE1-NovaPro-output-text-token-count', 'output of NovaPro'],
  ['USE1-NovaPro-cache-read-input-token-count', 'cacheRead of NovaPro'],
  ['USE1-NovaPro-cache-write-tokens', 'cacheWrite5m of NovaPro'],
  ['USE1-NovaPro-cache-write-input-tokens-1-hour-flex', 'cacheWrite1h of NovaPro, hour, flex'],
  ['USE1-NovaPro-LatencyOptimized-input-tokens', 'input of NovaPro, optimized'],
  ['USE1-zai.glm-5-mantle-output-tokens-global-flex', 'output of zai.glm-5, mantle, global, flex'],
  ['USE1-TitanEmbeddingV2-Text-input-tokens', 'input of TitanEmbeddingV2-Text'],
  ['USE1-NovaPro-cache-read-input-tokens-1h', undefined],
  ['USE1-NovaPro-input-tokens-1h', undefined],
  ['USE1-NovaPro-input-tokens-turbo', undefined],
  ['USE1-NovaPro-thought-tokens', undefined],
  ['USE1-NovaPro-input', undefined],
  ['USE1-MP:USE1_InputTokenCount-Units', 'input'],
  ['USE1-MP:OutputTokenCount_Global_Batch-Units', 'output, global, batch'],
  ['USE1-MP:USE1_CacheReadInputTokenCount-Units', 'cacheRead'],
  ['USE1-MP:USE1_CacheWrite1hInputTokenCount_Global-Units', 'cacheWrite1h, global, hour'],
  ['USE1-MP:USE1_CacheWrite5mInputTokenCount-Units', 'cacheWrite5m'],
  ['USE1-MP:USE1_CacheWrite30mInputTokenCount-Units', 'cacheWrite5m'],
  ['USE1-MP:USE1_CacheRead1hInputTokenCount-Units', undefined],
  ['USE1-MP:USE1_CacheWrite2hInputTokenCount-Units', undefined],
  ['USE1-MP:USE1_MillionInputTokens-Units', 'input'],
  ['USE1-MP:USE1_MillionBatchOutputTokens-Units', 'output, batch'],
  ['USE1-MP:USE1_input_tokens_global_standard-Units', 'input, global, standard'],
  ['USE1-MP:USE1_cache_write_tokens_1h_standard-Units', 'cacheWrite1h, hour, standard'],
  ['USE1-MP:USE1_cache_read_tokens_lctx-Units', 'cacheRead, long'],
  ['USE1-MP:USE1_cached_input_tokens-Units', undefined],
  ['USE1-MP:USE1_input_tokens_turbo-Units', undefined],
  ['USE1-MP:USE1_search_units-Units', undefined],
])('%s counts %s', (usageType, counted) => {
  expect(tokens(usageType)).toBe(counted);
});

test.each([
  ['USE1-MP:USE1_x-Units', 'x'], ['USE1-MP:x_y-Units', 'x_y'], ['EU-MP:EU_x-Units', 'x'], ['USE1-MP:USE1_-Units', 'USE1_'],
  ['USE1-MP:USE1_x-Unit', undefined], ['MP:USE1_x-Units', undefined], ['USE1-x-Units', undefined], ['xUSE1-MP:x-Units', undefined], ['USE1-MP:x-Units-y', undefined],
])('%s is of the marketplace, and counts %s', (usageType, count) => {
  expect([isMarketplace(usageType), marketplaceCount(usageType)]).toEqual([count !== undefined, count]);
});

test.each([
  ['USE1-x-speech-input-tokens', true], ['Audio input token', true], ['video_tokens', true], ['tokens image', true], ['SpeechInputTokens', true], ['ImageTokenCount', true], ['AudioOutput tokens', true],
  ['USE1-NovaPro-input-tokens', false], ['imagery tokens', false], ['Stable-Images-tokens', false], ['USE1-x-input-image', false], ['Video', false], ['token', false],
])('%s counts tokens that are no text: %s', (text, other) => {
  expect(isOtherModality(text)).toBe(other);
});

test.each<[string, string, string | undefined]>([
  ['USE1-x', 'T2I 512 Standard', 'image:512'], ['USE1-x', 'I2I 2048 Premium', 'image:2048-premium'], ['USE1-x-batch', 'T2I 1024 Premium', 'image:1024-premium batch'],
  ['USE1-x', 'T2I 256 Standard', undefined], ['USE1-x', 'T2I 1024 Deluxe', undefined], ['USE1-x', 'T2V 1024 Standard', undefined], ['USE1-x', 'a T2I 1024 Standard', undefined],
  ['USE1-AmazonRerank-v1-searchunits', '', 'query of AmazonRerank-v1'], ['USE1-x-search-units', '', 'query of x'], ['x-search-units-batch', '', 'query of x batch'],
  ['USE1-x-input-standard-image', '', 'image-in of x'], ['USE1-TitanEmbeddingsG1-Image-input-image-flex', '', 'image-in of TitanEmbeddingsG1-Image flex'], ['USE1-Other-input-image', '', undefined],
  ['USE1-x-input-document-image', '', 'image-in:document of x'],
  ['USE1-x-input-audio-second', '', 'second-in:audio of x'], ['USE1-x-input-audio-seconds', '', 'second-in:audio of x'], ['USE1-x-input-video-seconds-global', '', 'second-in:video of x global'],
  ['USE1-Ray-V2-Medfps-StandardRes', '', 'second:540p of Ray-V2'], ['USE1-Ray-V2-Medfps-HDRes', '', 'second:720p of Ray-V2'], ['USE1-Ray-V3-Medfps-HDRes', '', undefined],
  ['USE1-NovaReel-T2V-Medfps-HDRes', '', 'second of NovaReel'], ['USE1-NovaReel-I2V-Medfps-HDRes', '', 'second of NovaReel'], ['USE1-NovaReel-V2V-Medfps-HDRes', '', undefined],
  ['USE1-MP:USE1_search_units-Units', '', 'query'], ['USE1-MP:USE1_created_image-Units', '', 'image'], ['USE1-MP:USE1_created_image_large_2-Units', '', 'image'], ['USE1-MP:USE1_created_images-Units', '', undefined],
  ['USE1-MP:USE1_InputImageCount-Units', '', 'image-in'], ['USE1-MP:USE1_InputVideoSeconds_Global_Batch-Units', '', 'second-in:video global batch'], ['USE1-MP:USE1_InputAudioSecond-Units', '', 'second-in:audio'],
  ['USE1-MP:USE1_InputVideoMinutes-Units', '', undefined], ['USE1-MP:USE1_x-Units', 'T2I 1024 Standard', undefined], ['USE1-x-search-units-batch-flex', '', undefined],
])('%s, "%s" is counted in %s', (usageType, inferenceType, counted) => {
  const found = listedUnit(usageType, inferenceType);
  const shown = found && `${found.key}${found.modelToken ? ` of ${found.modelToken}` : ''}${found.qualifiers.global ? ' global' : ''}${found.qualifiers.tier ? ` ${found.qualifiers.tier}` : ''}`;
  expect(shown).toBe(counted);
});

test.each([
  ['USE1-Guardrail-TopicPolicyUnitsConsumed', 'guardrail-topic'], ['Guardrail-ContentPolicyUnitsConsumed', 'guardrail-content'], ['EU-Guardrail-ContentPolicyImageUnitsConsumed', 'guardrail-content-image'],
  ['USE1-Guardrail-SensitiveInformationPolicyPaidUnitsConsumed', 'guardrail-sensitive-information'], ['USE1-Guardrail-ContextualGroundingPolicyUnitsConsumed', 'guardrail-grounding'],
  ['USE1-Guardrail-AutomatedReasoningPolicyUnitsConsumed', 'guardrail-automated-reasoning'],
  ['USE1-Guardrail-WordPolicyUnitsConsumed', 'free'], ['USE1-Guardrail-', undefined], ['USE1-x-Guardrail-TopicPolicyUnitsConsumed', undefined], ['USE1-NovaPro-input-tokens', undefined],
])('%s is the guardrail\'s unit %s', (usageType, unit) => {
  expect(guardrailUnit(usageType)).toBe(unit);
});

test.each([
  ['eu-west-3', 'USE1-x', ['a|eu-central-1|b'], 'eu-west-3'], ['', 'USE1-x', ['a|eu-central-1|b'], 'us-east-1'], ['', 'XYZ1-x', ['a', 'a|ap-southeast-5|b', 'a|eu-central-1|b'], 'ap-southeast-5'],
  ['', 'XYZ1-x', ['a|us-gov-west-1|b'], 'us-gov-west-1'], ['', 'XYZ1-x', ['eu-central-1', '|eu-central-12|', '|Europe|', '|e-central-1|'], undefined], ['', 'use1-x', [], undefined], ['', 'x-USE1', [], undefined],
])('"%s", %s, %j: %s', (regionCode, usageType, descriptions, region) => {
  expect(regionOfItem(regionCode, usageType, descriptions)).toBe(region);
});

test('a usage type that is its region alone tells it', () => {
  expect([regionOfUsageType('EUC1'), regionOfUsageType('EUC1-x-y'), regionOfUsageType('')]).toEqual(['eu-central-1', 'eu-central-1', undefined]);
});
