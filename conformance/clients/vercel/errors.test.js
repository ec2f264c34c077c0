// The AI SDK: our errors are its users' exceptions.

import assert from "node:assert/strict";
import { test } from "node:test";

import { APICallError, generateText, streamText } from "ai";

import { MODELS } from "./workbench.js";

const prompt = "Hello!";
const REFUSED = {
  "a wrong key": [(model) => model({ apiKey: "wrong" }), {}, 401, "invalid_api_key"],
  "an unknown model": [(model) => model({}, "gpt-9"), {}, 404, "model_not_found"],
  "a value out of range": [(model) => model(), { temperature: 3 }, 400, "invalid_request_error"],
};

for (const [name, model] of Object.entries(MODELS)) {
  for (const [what, [made, more, status, code]] of Object.entries(REFUSED)) {
    const asked = { model: made(model), prompt, maxRetries: 0, ...more };
    const refuses = (error) => {
      assert.ok(APICallError.isInstance(error));
      assert.equal(error.statusCode, status);
      assert.equal(error.data.error.code, code);
      assert.equal(error.message, error.data.error.message);
      return true;
    };

    test(`${name}: ${what}, whole`, () => assert.rejects(() => generateText(asked), refuses));

    test(`${name}: ${what}, streamed`, async () => {
      const seen = [];
      await streamText({ ...asked, onError: ({ error }) => seen.push(error) }).consumeStream();

      assert.ok(refuses(seen[0]));
    });
  }
}
