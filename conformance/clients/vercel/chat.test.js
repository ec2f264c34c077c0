// The AI SDK: text, whole and streamed, with its usage and reasoning.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { generateText, streamText } from "ai";

import { all, compatible, greedy, inForm, MODELS } from "./workbench.js";

const TALK = {
  system: "You are a calculator.",
  messages: [
    { role: "user", content: "My name is Ada." },
    { role: "assistant", content: "Hello, Ada." },
    { role: "user", content: [{ type: "text", text: "What is 2 + 2?" }] },
  ],
};

const addsUp = ({ inputTokens, outputTokens, totalTokens }) => outputTokens > 0 && totalTokens === inputTokens + outputTokens;

for (const [name, model] of Object.entries(MODELS)) {
  describe(name, () => {
    test("an answer has text, usage and an end", async () => {
      const answer = await generateText(greedy(model(), TALK));

      assert.ok(answer.text);
      assert.equal(answer.finishReason, "stop");
      assert.ok(addsUp(answer.usage));
      assert.ok(answer.usage.outputTokenDetails.reasoningTokens > 0);
    });

    test("a stream says the same, with the same usage", async () => {
      const whole = await generateText(greedy(model(), TALK));
      const streamed = streamText(greedy(model(), TALK));
      const pieces = await all(streamed.textStream);

      assert.equal(pieces.join(""), whole.text);
      assert.equal(await streamed.finishReason, "stop");
      assert.equal((await streamed.usage).outputTokens, whole.usage.outputTokens);
      assert.ok(addsUp(await streamed.usage));
    });

    test("a limit is told as the reason of the end", async () => {
      const answer = await generateText(greedy(model(), { ...TALK, maxOutputTokens: 3 }));

      assert.equal(answer.finishReason, "length");
      assert.equal(answer.usage.outputTokens, 3);
    });

    const skip = name === "openai, by responses" && "there the SDK sends no seed, no penalties and no stops";
    test("what may be asked of a model is understood", { skip }, async () => {
      const asked = {
        ...TALK, temperature: 1.5, topP: 0.9, seed: 7, presencePenalty: 0.5, frequencyPenalty: 0.5, stopSequences: ["\n\n"],
      };
      const [first, again] = [await generateText({ model: model(), ...asked }), await generateText({ model: model(), ...asked })];

      assert.equal(first.text, again.text);
      assert.deepEqual(first.warnings ?? [], []);
    });
  });
}

test("reasoning is a part of its own, where the request asks to see it", async () => {
  const shown = { providerOptions: { workbench: { include_thinking: true, reasoningEffort: "low" } } };
  const model = MODELS["openai-compatible"]();
  const whole = await generateText(greedy(model, { ...TALK, ...shown }));
  const streamed = streamText(greedy(model, { ...TALK, ...shown }));
  const again = await generateText(
    greedy(model, { messages: [...TALK.messages, ...whole.response.messages, { role: "user", content: "Thank you." }] }),
  );

  assert.ok(whole.reasoningText);
  assert.equal(await streamed.reasoningText, whole.reasoningText);
  assert.ok(again.text);
});

test("who leaves frees their place: a fifth answer need not wait for four long ones", async () => {
  const form = inForm({ type: "array", items: { const: "again" }, minItems: 2000 });
  const transform = (body) => ({ ...body, response_format: form });
  const model = compatible({ transformRequestBody: transform }).chatModel("pocket-chat");
  const leave = async () => {
    const leaving = new AbortController();
    for await (const part of streamText(greedy(model, { ...TALK, abortSignal: leaving.signal })).fullStream) {
      if (part.type === "text-delta") leaving.abort();
    }
  };
  await Promise.all([leave(), leave(), leave(), leave()]);
  const begun = performance.now();
  await generateText(greedy(MODELS.openai(), TALK));

  assert.ok(performance.now() - begun < 5000);
});
