"""What a template has no place for finds one, or is refused in words. Nothing is dropped in silence."""

import json

import pytest

from deployments.chat.messages import Message, ToolCall
from deployments.chat.request import ChatRequest
from deployments.chat.template.dialect import TemplateDialect
from deployments.chat.template.jinja import ChatTemplate
from deployments.chat.tools import Tool
from deployments.errors import InvalidRequest
from tests.chat.template.models import Letters, model, text

ASKED = Message("user", "Rain?")
CALLED = Message("assistant", "Let me see.", "I must look.", (ToolCall("call_1", "get_weather", '{"city": "Oslo"}'),))
TOLD = Message("tool", "Yes.", tool_call_id="call_1")
WEATHER = Tool("get_weather")


def rendered(name: str, *messages: Message, **more) -> str:
    return text(model(name)[1].render(ChatRequest(messages, 9, **more)))


def plainly(source: str, *messages: Message) -> str:
    vocabulary = Letters(["<end>"])
    return text(TemplateDialect(vocabulary, ChatTemplate(source, vocabulary, {})).render(ChatRequest(messages, 9)))


def test_all_that_leads_a_conversation_is_one_system_message():
    """Whether it is called system or developer: most templates know one, at the beginning."""
    prompt = rendered("gemma 3", Message("system", "Be brief."), Message("developer", "Be kind."), ASKED)

    assert "<bos><start_of_turn>user\nBe brief.\n\nBe kind.\n\nRain?<end_of_turn>\n<start_of_turn>model\n" == prompt


def test_instructions_stand_before_the_question_where_they_have_no_other_place():
    """As in this template, which forgets them while a call is answered, and in one that refuses them."""
    strict = "{% for m in messages %}{{ raise_exception('no!') if m.role == 'system' }}{{ m.content }}{% endfor %}"

    assert "[INST]Be brief.\n\nRain?[/INST]" in rendered(
        "mistral list", Message("system", "Be brief."), ASKED, CALLED, TOLD
    )
    assert "Be brief.\n\nRain?" == plainly(strict, Message("system", "Be brief."), ASKED)
    with pytest.raises(InvalidRequest, match="refuses this: no!"):
        plainly(strict, Message("system", "Be brief."))


@pytest.mark.parametrize(
    ("message", "what"),
    [
        (Message("assistant", "Hello."), "a message from the assistant"),
        (Message("system", "Be brief."), "a message from the system"),
        (TOLD, "a message from the tool"),
        (CALLED, 'a call to "get_weather"'),
    ],
)
def test_a_message_that_a_template_would_drop_is_refused(message, what):
    """By name."""
    with pytest.raises(InvalidRequest, match=f"no place for {what}") as caught:
        plainly("{{ messages[0].content }}", ASKED, message)
    assert "messages" == caught.value.param


def test_what_is_empty_needs_no_place():
    """Nor does whitespace."""
    assert "Rain?" == plainly("{{ messages[0].content }}", ASKED, Message("assistant", " \n"))


def test_what_a_template_refuses_is_refused_in_its_words():
    """Here two calls at once, there two questions in a row."""
    twice = Message("assistant", tool_calls=CALLED.tool_calls * 2)

    with pytest.raises(InvalidRequest, match="Only one call at once!"):
        rendered("llama", ASKED, twice, TOLD)
    with pytest.raises(InvalidRequest, match="must alternate"):
        rendered("gemma 3", ASKED, ASKED)


@pytest.mark.parametrize("name", ["qwen", "gemma 3"])
@pytest.mark.parametrize("arguments", ["[1]", '"x"', '{"city": ', "7", "{" * 100_000])
def test_a_call_with_arguments_that_are_no_object_is_refused(name, arguments):
    """As the conversation's mistake."""
    call = ToolCall("call_1", "get_weather", arguments)
    with pytest.raises(InvalidRequest, match="not a JSON object"):
        rendered(name, ASKED, Message("assistant", tool_calls=(call,)), TOLD)


def test_what_is_nested_too_deeply_is_refused():
    """Arguments, and schemas."""
    arguments = '{"a":' * 900 + "1" + "}" * 900
    call = ToolCall("call_1", "get_weather", arguments)
    with pytest.raises(InvalidRequest, match="nested too deeply"):
        rendered("qwen", ASKED, Message("assistant", tool_calls=(call,)), TOLD)
    with pytest.raises(InvalidRequest, match="nested too deeply"):
        rendered("qwen", ASKED, tools=(Tool("f", "", json.loads(arguments)),))


def test_a_call_without_arguments_is_a_call():
    """Clients send an empty text, or an empty object."""
    prompts = {
        rendered("qwen", ASKED, Message("assistant", tool_calls=(ToolCall("call_1", "now", arguments),)), TOLD)
        for arguments in ("", "{}")
    }

    assert 1 == len(prompts)
    assert '{"name": "now", "arguments": {}}' in prompts.pop()


def test_thoughts_belong_to_the_turn_that_is_under_way():
    """Where a template leaves those of former turns out, nobody objects."""
    under_way = rendered("qwen", ASKED, CALLED, TOLD)
    former = rendered("qwen", ASKED, CALLED, TOLD, Message("assistant", "Yes."), Message("user", "Snow?"))

    assert "<think>\nI must look.\n</think>\n\nLet me see.\n<tool_call>" in under_way
    assert "I must look." not in former


@pytest.mark.parametrize("of", ["message.reasoning_content", "message.reasoning", "message.thinking"])
def test_thoughts_are_known_by_any_of_their_names(of):
    """To a template whose content is a text, though others of its family take blocks."""
    said = "{{ '[THINK]' + " + of + " + '[/THINK]' if " + of + " }}{{ '' + message.content }}"
    prompt = plainly("{% for message in messages %}" + said + "{% endfor %}", ASKED, Message("assistant", "No.", "hm"))

    assert "Rain?[THINK]hm[/THINK]No." == prompt


def test_who_asks_for_little_effort_gets_no_thoughts():
    """Where a template can only choose between these two."""
    efforts = {effort: rendered("qwen", ASKED, reasoning_effort=effort) for effort in ("low", "medium", "high")}

    assert efforts["low"] == efforts["medium"] + "<think>\n\n</think>\n\n"
    assert efforts["medium"] == efforts["high"]


def test_an_effort_has_the_name_that_it_was_asked_for_by():
    """Medium is whatever a template does of itself."""
    source = "{{ messages[0].content }} {{ reasoning_effort | default('as usual') }}"
    vocabulary = Letters(["<end>"])
    dialect = TemplateDialect(vocabulary, ChatTemplate(source, vocabulary, {}))

    prompts = [text(dialect.render(ChatRequest((ASKED,), 9, reasoning_effort=effort))) for effort in ("high", "medium")]
    assert ["Rain? high", "Rain? as usual"] == prompts


def test_tools_that_may_not_be_called_are_seen_all_the_same():
    """So that an answer may speak of them."""
    assert "get_weather" in rendered("qwen", ASKED, tools=(WEATHER,), tool_choice="none")


def test_an_id_has_nine_letters_and_is_the_same_in_call_and_result():
    """As some models were trained."""
    prompt = rendered("mistral list", ASKED, CALLED, TOLD)
    called, answered = prompt.split('"id": "')[1][:10], prompt.split('"call_id": "')[1][:10]

    assert called == answered
    assert called[:9].isalnum()
    assert '"' == called[9]
