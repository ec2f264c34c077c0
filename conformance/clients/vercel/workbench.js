// The workbench as users of the AI SDK name it: by the provider for compatible servers, and by OpenAI's own.

import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";

const baseURL = process.env.OPENAI_BASE_URL;
const MODEL = "pocket-chat";

export const EMBEDDINGS = "all-MiniLM-L6-v2";

export const compatible = (changes = {}) =>
  createOpenAICompatible({
    name: "workbench",
    baseURL,
    apiKey: process.env.OPENAI_API_KEY,
    includeUsage: true,
    supportsStructuredOutputs: true,
    ...changes,
  });

export const openai = (changes = {}) => createOpenAI({ baseURL, ...changes });

// From a provider's name to a function that makes its model.
export const MODELS = {
  "openai-compatible": (changes, id = MODEL) => compatible(changes).chatModel(id),
  openai: (changes, id = MODEL) => openai(changes).chat(id),
  "openai, by responses": (changes, id = MODEL) => openai(changes).responses(id),
};

export const greedy = (model, more) => ({ model, temperature: 0, maxRetries: 0, ...more });

export const inForm = (schema) => ({ type: "json_schema", json_schema: { name: "form", strict: true, schema } });

export const all = async (pieces) => {
  const found = [];
  for await (const piece of pieces) found.push(piece);
  return found;
};
