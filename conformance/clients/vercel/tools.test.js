// The AI SDK: tools, forced and in its loop of steps.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { generateText, hasToolCall, stepCountIs, streamText, tool } from "ai";
import { z } from "zod";

import { all, greedy, MODELS } from "./workbench.js";

const prompt = "What is the weather in Rome?";
const inputSchema = z.object({ city: z.enum(["Oslo", "Rome"]), days: z.number().int().min(1).max(3) });
const tools = {
  getWeather: tool({ description: "The weather.", inputSchema, execute: ({ city, days }) => `${city}: sunny for ${days} days` }),
  getTime: tool({ description: "The time of day.", inputSchema: z.object({}), execute: () => "noon" }),
};

for (const [name, model] of Object.entries(MODELS)) {
  describe(name, () => {
    for (const toolChoice of ["required", { type: "tool", toolName: "getWeather" }, { type: "tool", toolName: "getTime" }]) {
      test(`a forced tool is called with its arguments: ${toolChoice.toolName ?? toolChoice}`, async () => {
        const { toolCalls, toolResults, finishReason } = await generateText(greedy(model(), { prompt, tools, toolChoice }));

        assert.equal(finishReason, "tool-calls");
        assert.ok([undefined, toolCalls[0].toolName].includes(toolChoice.toolName));
        assert.ok(!toolCalls[0].invalid);
        assert.equal(toolResults.length, toolCalls.length);
      });
    }

    test("a streamed call is made up of its pieces", async () => {
      const asked = greedy(model(), { prompt, tools, toolChoice: { type: "tool", toolName: "getWeather" } });
      const parts = await all(streamText(asked).fullStream);
      const call = parts.find((part) => part.type === "tool-call");
      const pieces = parts.filter((part) => part.type === "tool-input-delta").map((part) => part.delta);

      assert.deepEqual(JSON.parse(pieces.join("")), call.input);
      assert.deepEqual(call.input, (await generateText(asked)).toolCalls[0].input);
      assert.equal(parts.at(-1).finishReason, "tool-calls");
    });

    test("a result is answered in the next step", async () => {
      const prepareStep = ({ stepNumber }) => ({ toolChoice: stepNumber === 0 ? "required" : "none" });
      const answer = await generateText(greedy(model(), { prompt, tools, prepareStep, stopWhen: stepCountIs(3) }));

      assert.equal(answer.steps.length, 2);
      assert.ok(answer.text);
      assert.equal(answer.totalUsage.totalTokens, answer.totalUsage.inputTokens + answer.totalUsage.outputTokens);
    });

    test("a loop goes on until what it waits for", async () => {
      const asked = greedy(model(), { prompt, tools, toolChoice: { type: "tool", toolName: "getTime" } });
      const answer = streamText({ ...asked, stopWhen: [hasToolCall("getTime"), stepCountIs(3)] });

      assert.equal((await answer.steps).length, 1);
    });

    test("tools need not be called", async () => {
      const answer = await generateText(greedy(model(), { prompt, tools, toolChoice: "none" }));

      assert.equal(answer.finishReason, "stop");
      assert.deepEqual(answer.toolCalls, []);
    });

    test("parallel calls of the past are read with their results", async () => {
      const calls = Object.keys(tools).map((toolName) => ({
        type: "tool-call", toolCallId: `call_${toolName}`, toolName, input: { city: "Rome", days: 1 },
      }));
      const results = calls.map(({ toolCallId, toolName }) => ({
        type: "tool-result", toolCallId, toolName, output: { type: "json", value: { said: "sunny at noon" } },
      }));
      const messages = [
        { role: "user", content: prompt },
        { role: "assistant", content: calls },
        { role: "tool", content: results.reverse() },
      ];

      assert.ok((await generateText(greedy(model(), { messages, tools, toolChoice: "none" }))).text);
    });
  });
}
