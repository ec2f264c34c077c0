// The Agents SDK: runs, whole and streamed, answers of a type, and refusals.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { Agent, run } from "@openai/agents";
import { z } from "zod";

import { all, MODELS } from "./workbench.js";

const question = "What is 2 + 2?";
const modelSettings = { temperature: 0 };
const Cat = z.object({ name: z.enum(["Tom", "Kitty"]), lives: z.number().int().min(1).max(9) });

const REFUSED = {
  "a wrong key": [(model) => model({ apiKey: "wrong" }), {}, 401, "invalid_api_key"],
  "an unknown model": [(model) => model({}, "gpt-9"), {}, 404, "model_not_found"],
  "a value out of range": [(model) => model(), { temperature: 3 }, 400, "invalid_request_error"],
};

for (const [name, model] of Object.entries(MODELS)) {
  describe(name, () => {
    const agent = (more) => new Agent({ name: "Calculator", instructions: "You are a calculator.", model: model(), modelSettings, ...more });

    test("a run has an answer and its usage", async () => {
      const result = await run(agent(), question);
      const { usage } = result.rawResponses[0];

      assert.ok(result.finalOutput);
      assert.equal(usage.totalTokens, usage.inputTokens + usage.outputTokens);
    });

    test("a stream says the same", async () => {
      const whole = await run(agent(), question);
      const streamed = await run(agent(), question, { stream: true });
      const text = (await all(streamed.toTextStream())).join("");
      await streamed.completed;

      assert.equal(text, whole.finalOutput);
      assert.equal(streamed.finalOutput, whole.finalOutput);
    });

    test("an answer is of the asked type", async () => {
      const { finalOutput } = await run(agent({ outputType: Cat }), "Describe a cat.");

      assert.deepEqual(Cat.parse(finalOutput), finalOutput);
    });

    test("a turn takes back what was said before, reasoning too", async () => {
      const first = await run(agent(), question);
      const again = await run(agent(), [...first.history, { role: "user", content: "Thank you." }]);

      assert.ok(again.finalOutput);
    });

    for (const [what, [made, more, status, code]] of Object.entries(REFUSED)) {
      test(`${what} is the client's own exception`, () => {
        const asked = agent({ model: made(model), modelSettings: { ...modelSettings, ...more } });

        return assert.rejects(() => run(asked, question), (error) => {
          assert.equal(error.status, status);
          assert.equal(error.code, code);
          return true;
        });
      });
    }
  });
}
