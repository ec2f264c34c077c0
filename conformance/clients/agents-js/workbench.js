// The workbench as users of the Agents SDK name it, once for each API that it may speak.

import { OpenAIChatCompletionsModel, OpenAIResponsesModel, setTracingDisabled } from "@openai/agents";
import OpenAI from "openai";

setTracingDisabled(true); // traces would go to OpenAI

export const MODEL = "pocket-chat";

export const client = (changes = {}) => new OpenAI({ maxRetries: 0, timeout: 60_000, ...changes });

// From an API's name to a function that makes its model.
export const MODELS = {
  "chat completions": (changes, id = MODEL) => new OpenAIChatCompletionsModel(client(changes), id),
  responses: (changes, id = MODEL) => new OpenAIResponsesModel(client(changes), id),
};

export const all = async (pieces) => {
  const found = [];
  for await (const piece of pieces) found.push(piece);
  return found;
};
