// The Agents SDK: tools in its loop, and hand-offs to other agents.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { Agent, run, tool } from "@openai/agents";
import { z } from "zod";

import { all, MODELS } from "./workbench.js";

const question = "What is the weather in Rome?";

for (const [name, model] of Object.entries(MODELS)) {
  describe(name, () => {
    const seen = [];
    const tools = [
      tool({
        name: "get_weather",
        description: "The weather.",
        parameters: z.object({ city: z.enum(["Oslo", "Rome"]), days: z.number().int().min(1).max(3) }),
        execute: ({ city, days }) => (seen.push("get_weather"), `${city}: sunny for ${days} days`),
      }),
      tool({ name: "get_time", description: "The time.", parameters: z.object({}), execute: () => (seen.push("get_time"), "noon") }),
    ];
    const agent = (toolChoice, more) =>
      new Agent({ name: "Weather", model: model(), tools, modelSettings: { temperature: 0, toolChoice, parallelToolCalls: false }, ...more });

    for (const toolChoice of ["required", "get_weather", "get_time"]) {
      for (const stream of [false, true]) {
        test(`a forced tool runs and its result is answered: ${toolChoice}, ${stream ? "streamed" : "whole"}`, async () => {
          seen.length = 0;
          const result = await run(agent(toolChoice), question, { stream });
          if (stream) {
            await all(result);
            await result.completed;
          }

          assert.equal(seen.length, 1);
          assert.ok(["required", seen[0]].includes(toolChoice));
          assert.ok(result.finalOutput);
        });
      }
    }

    test("an agent hands over to another", async () => {
      const poet = new Agent({ name: "Poet", instructions: "You are a poet.", model: model() });
      const result = await run(agent("required", { tools: [], handoffs: [poet] }), question);

      assert.equal(result.lastAgent.name, "Poet");
      assert.ok(result.finalOutput);
    });
  });
}
