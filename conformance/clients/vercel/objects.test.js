// The AI SDK: answers of a schema, whole and as they grow.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { generateObject, generateText, Output, streamObject } from "ai";
import { z } from "zod";

import { all, greedy, MODELS } from "./workbench.js";

const prompt = "Describe a cat.";
const Cat = z.object({
  name: z.enum(["Tom", "Kitty"]),
  lives: z.number().int().min(1).max(9),
  owner: z.object({ city: z.enum(["Oslo", "Rome"]) }).nullable(),
});

for (const [name, model] of Object.entries(MODELS)) {
  describe(name, () => {
    test("an object is of its schema", async () => {
      const { object, usage } = await generateObject(greedy(model(), { prompt, schema: Cat, schemaName: "cat" }));

      assert.ok(Cat.parse(object));
      assert.equal(usage.totalTokens, usage.inputTokens + usage.outputTokens);
    });

    test("it grows while it is streamed, and ends the same", async () => {
      const asked = greedy(model(), { prompt, schema: Cat });
      const streamed = streamObject(asked);
      const grown = await all(streamed.partialObjectStream);

      assert.ok(Cat.parse(await streamed.object));
      assert.deepEqual(grown.at(-1), await streamed.object);
      assert.deepEqual(await streamed.object, (await generateObject(asked)).object);
    });

    test("a choice is one of its values", async () => {
      const { object } = await generateObject(greedy(model(), { prompt, output: "enum", enum: ["calm", "wild"] }));

      assert.ok(["calm", "wild"].includes(object));
    });

    test("a list may be asked for", async () => {
      const element = z.object({ mood: z.enum(["calm", "wild"]) });
      const streamed = streamObject(greedy(model(), { prompt, output: "array", schema: element, maxOutputTokens: 500 }));
      for await (const one of streamed.elementStream) {
        assert.ok(element.parse(one));
        break;
      }
    });

    test("a text may have a form", async () => {
      const output = Output.object({ schema: Cat });

      assert.ok(Cat.parse((await generateText(greedy(model(), { prompt, output }))).output));
    });
  });
}
