// The Agents SDK on what only the Responses API has: conversations that are kept by the server.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Agent, OpenAIConversationsSession, run, tool } from "@openai/agents";
import { z } from "zod";

import { client, MODELS } from "./workbench.js";

const TALK = ["My name is Ada.", "Thank you!", "What is my name?"];

const getTime = tool({ name: "get_time", description: "The time.", parameters: z.object({}), execute: () => "noon" });
const clerk = (more) =>
  new Agent({ name: "Clerk", instructions: "You are a clerk.", model: MODELS.responses(), modelSettings: { temperature: 0 }, ...more });

// What is answered to each question, with the options that come of the last answer.
const talked = async (options) => {
  const answers = [];
  let last;
  for (const question of TALK) {
    last = await run(clerk(), question, options(last));
    answers.push(last.finalOutput);
  }
  return answers;
};

const expected = async () => {
  const answers = [];
  let history = [];
  for (const question of TALK) {
    const result = await run(clerk(), [...history, { role: "user", content: question }]);
    history = result.history;
    answers.push(result.finalOutput);
  }
  return answers;
};

test("responses go on from each other", async () => {
  assert.deepEqual(await talked((last) => ({ previousResponseId: last?.lastResponseId })), await expected());
});

test("a conversation goes on by its id", async () => {
  const { id } = await client().conversations.create({});

  assert.deepEqual(await talked(() => ({ conversationId: id })), await expected());
});

test("a session is kept by the server", async () => {
  const session = new OpenAIConversationsSession({ client: client() });
  const answers = await talked(() => ({ session }));
  const items = await session.getItems();

  assert.deepEqual(answers, await expected());
  assert.deepEqual(items.filter(({ type }) => type === "message").map(({ role }) => role), Array(3).fill(["user", "assistant"]).flat());
  assert.equal((await session.popItem()).id, items.at(-1).id);
  await session.clearSession();
});

test("a loop of tools is kept too", async () => {
  const session = new OpenAIConversationsSession({ client: client() });
  const asked = clerk({ tools: [getTime], modelSettings: { temperature: 0, toolChoice: "required", parallelToolCalls: false } });
  const first = await run(asked, "What time is it?", { session });
  const second = await run(clerk({ tools: [getTime] }), "Thank you!", { session });

  assert.ok(first.newItems.some(({ type }) => type === "tool_call_output_item"));
  assert.ok(second.finalOutput);
});

test("what answers in the background is followed from anywhere in its stream", async () => {
  const told = [];
  for await (const event of await client().responses.create({ model: "pocket-chat", input: "Hello!", background: true, stream: true })) {
    told.push(event);
  }
  const rest = [];
  for await (const event of await client().responses.retrieve(told[0].response.id, { stream: true, starting_after: 2 })) {
    rest.push(event);
  }

  assert.deepEqual(rest, told.slice(3));
});
