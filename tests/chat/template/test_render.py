"""A conversation stands in a prompt as its model's makers meant it, whatever is said in it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployments.chat.messages import Message, ToolCall
from deployments.chat.prompt import Control, tokenize
from deployments.chat.request import ChatRequest
from deployments.chat.tools import Tool
from tests.chat.template.models import MODELS, model, text

WEATHER = Tool(
    "get_weather",
    'The "weather"',
    {
        "type": "object",
        "properties": {"city": {"type": "string", "description": "Which city"}, "days": {"type": "integer"}},
        "required": ["city"],
    },
)
CALL = ToolCall("call_1", "get_weather", '{"city": "Bergen \\"by\\"", "days": 2}')
CONVERSATION = (
    Message("system", "Be brief."),
    Message("user", "Rain?"),
    Message("assistant", reasoning="I must look.", tool_calls=(CALL,)),
    Message("tool", '{"rain": 1}', tool_call_id="call_1"),
)
PROMPTS = {
    "qwen": """<|im_start|>system
Be brief.

# Tools
<tools>
{"type": "function", "function": {"name": "get_weather", "description": "The \\"weather\\"", "parameters": {"type": \
"object", "properties": {"city": {"type": "string", "description": "Which city"}, "days": {"type": "integer"}}, \
"required": ["city"]}}}
</tools>
Call them as <tool_call>
{"name": <name>, "arguments": <object>}
</tool_call><|im_end|>
<|im_start|>user
Rain?<|im_end|>
<|im_start|>assistant
<think>
I must look.
</think>

<tool_call>
{"name": "get_weather", "arguments": {"city": "Bergen \\"by\\"", "days": 2}}
</tool_call><|im_end|>
<|im_start|>user
<tool_response>
{"rain": 1}
</tool_response><|im_end|>
<|im_start|>assistant
""",
    "llama": """<|begin_of_text|><|start_header_id|>system<|end_header_id|>

Today: 31 Jan 2026

Be brief.<|eot_id|><|start_header_id|>user<|end_header_id|>

{
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The \\"weather\\"",
        "parameters": {
            "type": "object",
            "properties": {
                "city": {
                    "type": "string",
                    "description": "Which city"
                },
                "days": {
                    "type": "integer"
                }
            },
            "required": [
                "city"
            ]
        }
    }
}

Rain?<|eot_id|><|start_header_id|>assistant<|end_header_id|>

{"name": "get_weather", "parameters": {"city": "Bergen \\"by\\"", "days": 2}}<|eot_id|>\
<|start_header_id|>ipython<|end_header_id|>

"{\\"rain\\": 1}"<|eot_id|><|start_header_id|>assistant<|end_header_id|>

""",
    "mistral": """<s>[SYSTEM_PROMPT]Be brief.[/SYSTEM_PROMPT][AVAILABLE_TOOLS][{"type": "function", "function": \
{"name": "get_weather", "description": "The \\"weather\\"", "parameters": {"type": "object", "properties": {"city": \
{"type": "string", "description": "Which city"}, "days": {"type": "integer"}}, "required": ["city"]}}}]\
[/AVAILABLE_TOOLS][INST]Rain?[/INST][THINK]I must look.[/THINK][TOOL_CALLS]get_weather[ARGS]{"city": \
"Bergen \\"by\\"", "days": 2}</s>[TOOL_RESULTS]{"rain": 1}[/TOOL_RESULTS]""",
    "gemma 4": """<bos><|turn>system
<|think|>
Be brief.<|tool>declaration:get_weather{description:<|"|>The "weather"<|"|>,parameters:{city:{description:<|"|>Which \
city<|"|>,type:<|"|>STRING<|"|>}days:{description:<|"|><|"|>,type:<|"|>INTEGER<|"|>}}}<tool|><turn|>
<|turn>user
Rain?<turn|>
<|turn>model
<|channel>thought
I must look.
<channel|><|tool_call>call:get_weather{city:<|"|>Bergen "by"<|"|>,days:2}<tool_call|><|tool_response>response:\
get_weather{value:<|"|>{"rain": 1}<|"|>}<tool_response|>""",
}


@pytest.mark.parametrize("name", PROMPTS)
def test_a_turn_with_a_call_reads_as_the_template_has_it(name):
    """Instructions, tools, thoughts, calls and results, each in its place."""
    assert PROMPTS[name] == text(model(name)[1].render(ChatRequest(CONVERSATION, 9, tools=(WEATHER,))))


@pytest.mark.parametrize("name", ["gemma 3", "qwq"])
def test_a_template_without_tools_gets_them_as_text(name):
    """Described to the model by us, called and answered in messages that every template knows."""
    vocabulary, dialect = model(name)
    prompt = text(dialect.render(ChatRequest(CONVERSATION, 9, tools=(WEATHER,))))

    assert 'Be brief.\n\nYou can call these functions:\n\n{"type": "function", "function": {"name": "get_we' in prompt
    assert '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Bergen \\"by\\"", "days": 2}}\n</tool' in prompt
    assert 'user\n<tool_response>\n{"rain": 1}\n</tool_response>' in prompt
    turns = "<start_of_turn>" if name == "gemma 3" else "<|im_start|>"
    assert turns in vocabulary.controls
    assert (4 if name == "gemma 3" else 5) == prompt.count(turns)


NASTY = [
    "<|im_end|>",
    "</tool_call>",
    "[/INST]",
    "<turn|>",
    '<|"|>',
    "<end_of_turn>",
    "{{ 1 }}",
    "{% raw %}",
    "\U000f0000",
]
SAID = st.lists(st.one_of(st.sampled_from([*NASTY, *"\\\"'\n", "</think>", "<|eot_id|>", "x"]), st.text())).map("".join)


@given(name=st.sampled_from(list(MODELS)), said=SAID, told=SAID, answer=SAID, word=SAID, result=SAID)
def test_no_text_is_ever_markup(name, said, told, answer, word, result):
    """As many control tokens as where plain words stand, and every text is there, letter by letter."""
    vocabulary, dialect = model(name)
    tokens = [
        tokenize(dialect.render(_holding(*texts)), vocabulary)
        for texts in ((said, told, answer, word, result), "abcde")
    ]
    controls = [[token for token in one if token >= 256] for one in tokens]
    plain = bytes(token for token in tokens[0] if token < 256)

    assert controls[0] == controls[1]
    for held in said, told, answer, result:
        assert _utf8(held) in plain or _utf8(_json(held)) in plain


def _holding(said: str, told: str, answer: str, word: str, result: str) -> ChatRequest:
    """Each text wherever a client may put one. None is empty, for templates may look whether they are."""
    parameters = {
        "type": "object",
        "properties": {"a": {"type": "string", "description": "x" + word, "enum": ["-" + word]}},
    }
    arguments = json.dumps({"a": "-" + word, "b": ["-" + word]})
    messages = (
        Message("system", "x" + told),
        Message("user", "x" + said + "x"),
        Message("assistant", "x" + answer),
        Message("user", "x"),
        Message("assistant", reasoning="x" + answer, tool_calls=(ToolCall("x" + word, "x" + word, arguments),)),
        Message("tool", "x" + result, tool_call_id="x" + word),
    )
    return ChatRequest(messages, 9, tools=(Tool("x" + word, "x" + told, parameters),))


def _json(held: str) -> str:
    return json.dumps(held, ensure_ascii=False)[1:-1]


def _utf8(held: str) -> bytes:
    return held.strip().encode("utf-8", "replace")


@pytest.mark.parametrize("name", MODELS)
def test_neighbours_cannot_spell_a_mark_together(name):
    """Nor can a word that a template puts between brackets."""
    halves = _controls(name, "<|im_", "end|>", "think", "tool_call")

    assert _controls(name, "a", "b", "c", "d") == halves


def _controls(name: str, first: str, second: str, called: str, argument: str) -> list[Control]:
    messages = Message("user", first), Message("assistant", second), Message("user", second)
    tool = Tool(called, first, {"type": "object", "properties": {argument: {"type": "string", "description": second}}})
    parts = model(name)[1].render(ChatRequest(messages, 9, tools=(tool,)))
    return [part for part in parts if isinstance(part, Control)]
