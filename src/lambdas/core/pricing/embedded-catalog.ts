import { ListedPriceCatalog } from './listed-price-catalog';
import { PriceCatalog } from './price-catalog';
import { parsePriceTable, PriceTable } from './price-table';

/**
 * List prices that ship with the package; `price-table.ts` explains the columns.
 *
 * Sources:
 * - LiteLLM's public price table (MIT), figures of August 2026: everything that no comment says otherwise of.
 * - `@pydantic/genai-prices` 0.1.8 (MIT), figures of 2026-09-23: Claude Opus 5.5 and Fable 5.1, GPT-5.6, cache reads of Nova,
 *   and the rows marked [g], where it has a newer price than LiteLLM.
 * - AWS Price List, items of October 2026: the rows marked [p]; the premium of 10 %; Sonnet 5.5.
 * Figures that follow from a ratio instead: cache reads of Nova are a quarter of the input everywhere; cache writes of Claude for
 * an hour are twice the input since 3.5, read and 5-minute write of Sonnet 5.5 a tenth and 1.25 times the input.
 *
 * Left out: prices by image, second or query (image and video models, rerank, Marengo, Pegasus, Sonic's speech); models without
 * a price (Claude Mythos); and rows that contradict themselves or their neighbours: LiteLLM's `eu.` prices of Claude 3.5
 * Haiku (3 Haiku's) and Opus 4.5 (no premium), and in GovCloud Llama 3 8B (the 70B's input as output), Titan Embeddings V2 (tenfold)
 * and Titan Text (its launch prices), and Mistral Large 2402 in Paris (on the launch price of Virginia).
 */
const PRICES = `
# id                                              where      input    output  read      write5m  write1h  traits

# Anthropic
anthropic.claude-fable-5-1                        *          10       50      0.25      12.5     20       geo+10%
anthropic.claude-fable-5                          *          10       50      1         12.5     20       geo+10%
anthropic.claude-opus-5-5                         *          4        20      0.2       5        8        geo+10%
anthropic.claude-opus-5                           *          5        25      0.5       6.25     10       geo+10%
anthropic.claude-opus-4-8                         *          5        25      0.5       6.25     10       geo+10%
anthropic.claude-opus-4-7                         *          5        25      0.5       6.25     10       geo+10%
anthropic.claude-opus-4-6-v1                      *          5        25      0.5       6.25     10       geo+10%
anthropic.claude-opus-4-5-20251101-v1:0           *          5        25      0.5       6.25     10       geo+10%
anthropic.claude-opus-4-1-20250805-v1:0           *          15       75      1.5       18.75    30       worldwide superseded
anthropic.claude-opus-4-20250514-v1:0             *          15       75      1.5       18.75    30       worldwide superseded
anthropic.claude-sonnet-5-5                       *          2        10      0.2       2.5      4        geo+10%
anthropic.claude-sonnet-5                         *          2        10      0.2       2.5      4        geo+10%
anthropic.claude-sonnet-4-6                       *          3        15      0.3       3.75     6        geo+10%
anthropic.claude-sonnet-4-5-20250929-v1:0         *          3        15      0.3       3.75     6        geo+10% long>200000
anthropic.claude-sonnet-4-5-20250929-v1:0         us-gov     3.6      18      0.36      4.5      7.2
anthropic.claude-sonnet-4-20250514-v1:0           *          3        15      0.3       3.75     6        worldwide superseded long>200000
anthropic.claude-haiku-4-5-20251001-v1:0          *          1        5       0.1       1.25     2        geo+10%
anthropic.claude-haiku-4-5-20251001-v1:0          us-gov     1.2      6       0.12      1.5      2.4
anthropic.claude-3-7-sonnet-20250219-v1:0         *          3        15      0.3       3.75     6        worldwide superseded
anthropic.claude-3-7-sonnet-20250219-v1:0         us-gov     3.6      18      0.36      4.5      7.2
anthropic.claude-3-5-sonnet-20241022-v2:0         *          3        15      0.3       3.75     6        worldwide superseded
anthropic.claude-3-5-sonnet-20240620-v1:0         *          3        15      0.3       3.75     6        worldwide superseded
anthropic.claude-3-5-sonnet-20240620-v1:0         us-gov     3.6      18      0.36      4.5      7.2
anthropic.claude-3-5-haiku-20241022-v1:0          *          0.8      4       0.08      1        1.6      worldwide superseded
anthropic.claude-3-opus-20240229-v1:0             *          15       75      1.5       18.75    -        worldwide superseded
anthropic.claude-3-sonnet-20240229-v1:0           *          3        15      0.3       3.75     -        worldwide superseded
anthropic.claude-3-haiku-20240307-v1:0            *          0.25     1.25    0.025     0.3125   -        worldwide superseded
anthropic.claude-3-haiku-20240307-v1:0            us-gov     0.3      1.5     0.03      0.375    -
anthropic.claude-v2:1                             *          8        24      -         -        -        worldwide superseded
anthropic.claude-v1                               *          8        24      -         -        -        worldwide superseded
anthropic.claude-instant-v1                       *          0.8      2.4     -         -        -        superseded
anthropic.claude-instant-v1                       ap-northeast-1  2.23  7.55  -         -        -
anthropic.claude-instant-v1                       eu-central-1    2.48  8.38  -         -        -

# Amazon Nova
amazon.nova-premier-v1:0                          *          2.5      12.5    0.625     -        -
amazon.nova-pro-v1:0                              *          0.8      3.2     0.2       -        -
amazon.nova-pro-v1:0                              eu         1.05     4.2     0.2625    -        -
amazon.nova-pro-v1:0                              apac       0.84     3.36    0.21      -        -
amazon.nova-pro-v1:0                              us-gov     0.96     3.84    0.24      -        -
# [p]
amazon.nova-pro-v1:0                              ap-northeast-1  0.96  3.84  0.24      -        -
amazon.nova-lite-v1:0                             *          0.06     0.24    0.015     -        -
amazon.nova-lite-v1:0                             eu         0.078    0.312   0.0195    -        -
amazon.nova-lite-v1:0                             apac       0.063    0.252   0.01575   -        -
amazon.nova-micro-v1:0                            *          0.035    0.14    0.00875   -        -
amazon.nova-micro-v1:0                            eu         0.046    0.184   0.0115    -        -
amazon.nova-micro-v1:0                            apac       0.037    0.148   0.00925   -        -
amazon.nova-2-lite-v1:0                           *          0.3      2.5     0.075     -        -        geo+10%
amazon.nova-2-pro-preview-20251202-v1:0           *          2.1875   17.5    0.546875  -        -        worldwide
amazon.nova-2-multimodal-embeddings-v1:0          *          0.135    0       -         -        -

# Amazon Titan
amazon.titan-text-premier-v1:0                    *          0.5      1.5     -         -        -        superseded
amazon.titan-text-premier-v1:0                    us-gov     0.5      1.5     -         -        -
# [g] LiteLLM: 1.3 and 1.7, 0.3 and 0.4
amazon.titan-text-express-v1                      *          0.2      0.6     -         -        -        superseded
amazon.titan-text-lite-v1                         *          0.15     0.2     -         -        -        superseded
amazon.titan-embed-text-v2:0                      *          0.02     0       -         -        -
amazon.titan-embed-text-v1                        *          0.1      0       -         -        -
amazon.titan-embed-text-v1                        us-gov     0.1      0       -         -        -
amazon.titan-embed-g1-text-02                     *          0.1      0       -         -        -
amazon.titan-embed-image-v1                       *          0.8      0       -         -        -

# Meta
meta.llama4-maverick-17b-instruct-v1:0            *          0.24     0.97    -         -        -
meta.llama4-scout-17b-instruct-v1:0               *          0.17     0.66    -         -        -
meta.llama3-3-70b-instruct-v1:0                   *          0.72     0.72    -         -        -
# [g] LiteLLM: 2 and 2, 0.35 and 0.35
meta.llama3-2-90b-instruct-v1:0                   *          0.72     0.72    -         -        -
meta.llama3-2-11b-instruct-v1:0                   *          0.16     0.16    -         -        -
meta.llama3-2-3b-instruct-v1:0                    *          0.15     0.15    -         -        -
meta.llama3-2-3b-instruct-v1:0                    eu         0.19     0.19    -         -        -
meta.llama3-2-1b-instruct-v1:0                    *          0.1      0.1     -         -        -
meta.llama3-2-1b-instruct-v1:0                    eu         0.13     0.13    -         -        -
meta.llama3-1-405b-instruct-v1:0                  *          5.32     16      -         -        -
# [g] LiteLLM: 0.99 and 0.99
meta.llama3-1-70b-instruct-v1:0                   *          0.72     0.72    -         -        -
meta.llama3-1-8b-instruct-v1:0                    *          0.22     0.22    -         -        -
meta.llama3-70b-instruct-v1:0                     *          2.65     3.5     -         -        -        superseded
meta.llama3-70b-instruct-v1:0                     us-gov     2.65     3.5     -         -        -
meta.llama3-70b-instruct-v1:0                     ap-south-1    3.18  4.2     -         -        -
meta.llama3-70b-instruct-v1:0                     ca-central-1  3.05  4.03    -         -        -
meta.llama3-70b-instruct-v1:0                     eu-west-1     2.86  3.78    -         -        -
meta.llama3-70b-instruct-v1:0                     eu-west-2     3.45  4.55    -         -        -
meta.llama3-70b-instruct-v1:0                     sa-east-1     4.45  5.88    -         -        -
meta.llama3-8b-instruct-v1:0                      *          0.3      0.6     -         -        -        superseded
meta.llama3-8b-instruct-v1:0                      ap-south-1    0.36  0.72    -         -        -
meta.llama3-8b-instruct-v1:0                      ca-central-1  0.35  0.69    -         -        -
meta.llama3-8b-instruct-v1:0                      eu-west-1     0.32  0.65    -         -        -
meta.llama3-8b-instruct-v1:0                      eu-west-2     0.39  0.78    -         -        -
meta.llama3-8b-instruct-v1:0                      sa-east-1     0.5   1.01    -         -        -
meta.llama2-70b-chat-v1                           *          1.95     2.56    -         -        -        superseded
meta.llama2-13b-chat-v1                           *          0.75     1       -         -        -        superseded

# Mistral
mistral.mistral-large-3-675b-instruct             *          0.5      1.5     -         -        -
mistral.mistral-large-2407-v1:0                   *          3        9       -         -        -
# [g] LiteLLM: 8 and 24
mistral.mistral-large-2402-v1:0                   *          4        12      -         -        -        superseded
mistral.mistral-small-2402-v1:0                   *          1        3       -         -        -        superseded
mistral.mixtral-8x7b-instruct-v0:1                *          0.45     0.7     -         -        -        superseded
mistral.mixtral-8x7b-instruct-v0:1                eu-west-3  0.59     0.91    -         -        -
mistral.mistral-7b-instruct-v0:2                  *          0.15     0.2     -         -        -        superseded
mistral.mistral-7b-instruct-v0:2                  eu-west-3  0.2      0.26    -         -        -
mistral.pixtral-large-2502-v1:0                   *          2        6       -         -        -
mistral.pixtral-large-2502-v1:0                   eu         2        6       -         -        -
mistral.magistral-small-2509                      *          0.5      1.5     -         -        -
mistral.devstral-2-123b                           *          0.4      2       -         -        -
mistral.ministral-3-14b-instruct                  *          0.2      0.2     -         -        -
mistral.ministral-3-8b-instruct                   *          0.15     0.15    -         -        -
mistral.ministral-3-3b-instruct                   *          0.1      0.1     -         -        -
mistral.voxtral-small-24b-2507                    *          0.1      0.3     -         -        -
mistral.voxtral-mini-3b-2507                      *          0.04     0.04    -         -        -

# Cohere; rerank is paid by query
cohere.command-r-plus-v1:0                        *          3        15      -         -        -
cohere.command-r-v1:0                             *          0.5      1.5     -         -        -
cohere.command-text-v14                           *          1.5      2       -         -        -        superseded
cohere.command-light-text-v14                     *          0.3      0.6     -         -        -        superseded
cohere.embed-v4:0                                 *          0.12     0       -         -        -
cohere.embed-english-v3                           *          0.1      0       -         -        -
cohere.embed-multilingual-v3                      *          0.1      0       -         -        -

# OpenAI; GPT-5.6 writes its cache for 30 minutes
openai.gpt-5.6-sol                                *          4        20      0.4       5        -        geo+10% long>271999
openai.gpt-5.6-terra                              *          2        12      0.2       2.5      -        geo+10% long>271999
openai.gpt-5.6-luna                               *          0.2      1.2     0.02      0.25     -        geo+10% long>271999
openai.gpt-5.5                                    *          5.5      33      0.55      -        -
openai.gpt-5.4                                    *          2.75     16.5    0.275     -        -
openai.gpt-oss-120b-1:0                           *          0.15     0.6     -         -        -
openai.gpt-oss-120b                               *          0.15     0.6     -         -        -
openai.gpt-oss-20b-1:0                            *          0.07     0.3     -         -        -
openai.gpt-oss-20b                                *          0.075    0.3     -         -        -
openai.gpt-oss-safeguard-120b                     *          0.15     0.6     -         -        -
openai.gpt-oss-safeguard-20b                      *          0.07     0.2     -         -        -

# DeepSeek
deepseek.v3.2                                     *          0.62     1.85    -         -        -
deepseek.v3.2                                     eu,ap-northeast-1,ap-south-1,ap-southeast-3,sa-east-1  0.74  2.22
deepseek.v3-v1:0                                  *          0.58     1.68    -         -        -
deepseek.r1-v1:0                                  *          1.35     5.4     -         -        -

# Qwen
qwen.qwen3-coder-next                             *          0.5      1.2     -         -        -
qwen.qwen3-coder-next                             ap-northeast-1,ap-south-1,ap-southeast-3,eu-central-1,eu-south-1,eu-west-1,sa-east-1  0.6  1.44
qwen.qwen3-coder-next                             eu-west-2  0.78     1.86    -         -        -
# [g] LiteLLM: 0.22 and 1.8
qwen.qwen3-coder-480b-a35b-v1:0                   *          0.45     1.8     -         -        -
qwen.qwen3-coder-30b-a3b-v1:0                     *          0.15     0.6     -         -        -
qwen.qwen3-vl-235b-a22b                           *          0.53     2.66    -         -        -
qwen.qwen3-235b-a22b-2507-v1:0                    *          0.22     0.88    -         -        -
qwen.qwen3-next-80b-a3b                           *          0.15     1.2     -         -        -
qwen.qwen3-32b-v1:0                               *          0.15     0.6     -         -        -

# MiniMax
minimax.minimax-m2.5                              *          0.3      1.2     -         -        -
minimax.minimax-m2.5                              ap-northeast-1,ap-south-1,ap-southeast-3,eu-central-1,eu-north-1,eu-south-1,eu-west-1,sa-east-1  0.36  1.44
minimax.minimax-m2.5                              ap-southeast-2  0.309  1.236
minimax.minimax-m2.5                              eu-west-2  0.47     1.86    -         -        -
minimax.minimax-m2.1                              *          0.3      1.2     -         -        -
minimax.minimax-m2.1                              ap-northeast-1,ap-south-1,ap-southeast-3,eu-central-1,eu-north-1,eu-south-1,eu-west-1,sa-east-1  0.36  1.44
minimax.minimax-m2.1                              eu-west-2  0.47     1.86    -         -        -
minimax.minimax-m2                                *          0.3      1.2     -         -        -

# Moonshot; the sources spell the provider of K2 Thinking both ways
moonshotai.kimi-k2.5                              *          0.6      3       -         -        -
moonshotai.kimi-k2.5                              ap-northeast-1,ap-south-1,ap-southeast-3,eu-north-1,sa-east-1  0.72  3.6
moonshotai.kimi-k2-thinking                       *          0.6      2.5     -         -        -
moonshotai.kimi-k2-thinking                       ap-northeast-1,sa-east-1  0.73  3.03
moonshotai.kimi-k2-thinking                       ap-south-1  0.71  2.94
moonshot.kimi-k2-thinking                         *          0.6      2.5     -         -        -
moonshot.kimi-k2-thinking                         ap-northeast-1,sa-east-1  0.73  3.03
moonshot.kimi-k2-thinking                         ap-south-1  0.71  2.94

# Z.AI
zai.glm-5                                         *          1        3.2     -         -        -
# [p]
zai.glm-5                                         ap-northeast-1  1.2  3.84
zai.glm-4.7                                       *          0.6      2.2     -         -        -
zai.glm-4.7-flash                                 *          0.07     0.4     -         -        -

# Others
ai21.jamba-1-5-large-v1:0                         *          2        8       -         -        -
ai21.jamba-1-5-mini-v1:0                          *          0.2      0.4     -         -        -
ai21.jamba-instruct-v1:0                          *          0.5      0.7     -         -        -        superseded
ai21.j2-ultra-v1                                  *          18.8     18.8    -         -        -        superseded
ai21.j2-mid-v1                                    *          12.5     12.5    -         -        -        superseded
google.gemma-4-31b                                *          0.14     0.4     -         -        -
google.gemma-4-26b-a4b                            *          0.13     0.4     -         -        -
google.gemma-4-e2b                                *          0.04     0.08    -         -        -
google.gemma-3-27b-it                             *          0.23     0.38    -         -        -
google.gemma-3-12b-it                             *          0.09     0.29    -         -        -
google.gemma-3-4b-it                              *          0.04     0.08    -         -        -
nvidia.nemotron-super-3-120b                      *          0.15     0.65    -         -        -
nvidia.nemotron-nano-3-30b                        *          0.06     0.24    -         -        -
nvidia.nemotron-nano-12b-v2                       *          0.2      0.6     -         -        -
nvidia.nemotron-nano-9b-v2                        *          0.06     0.23    -         -        -
writer.palmyra-x5-v1:0                            *          0.6      6       -         -        -        worldwide
writer.palmyra-x4-v1:0                            *          2.5      10      -         -        -        worldwide
xai.grok-4.3                                      *          1.25     2.5     0.2       -        -
`;

/** The prices that ship with the package. */
export const EMBEDDED_PRICES: PriceTable = parsePriceTable('2026-10', PRICES);

/** A catalog of the prices that ship with the package. */
export function embeddedCatalog(): PriceCatalog {
  return new ListedPriceCatalog(EMBEDDED_PRICES);
}
