// The AI SDK: embeddings.

import assert from "node:assert/strict";
import { test } from "node:test";

import { cosineSimilarity, embed, embedMany } from "ai";

import { compatible, EMBEDDINGS, openai } from "./workbench.js";

const values = ["a cat on a mat", "a kitten on a rug", "interest rates rose"];
const MODELS = {
  "openai-compatible": compatible().embeddingModel(EMBEDDINGS),
  openai: openai().embedding(EMBEDDINGS),
};

for (const [name, model] of Object.entries(MODELS)) {
  test(`${name}: texts have vectors, and usage`, async () => {
    const { embeddings, usage } = await embedMany({ model, values });
    const [cat, kitten, rates] = embeddings;

    assert.ok(cosineSimilarity(cat, kitten) > cosineSimilarity(cat, rates));
    assert.ok(usage.tokens > 0);
    assert.equal(embeddings.length, 3);
  });

  test(`${name}: of the asked length`, async () => {
    const providerOptions = { openai: { dimensions: 128 }, workbench: { dimensions: 128 } };
    const { embedding } = await embed({ model, value: values[0], providerOptions });

    assert.equal(embedding.length, 128);
  });
}
