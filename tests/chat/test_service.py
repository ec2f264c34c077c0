"""Answers side by side: to one conversation, or to texts that go on."""

from contextlib import aclosing

import pytest

from deployments.chat.completion import Collector, total_usage
from deployments.chat.deltas import Content, Finished
from deployments.chat.harmony.dialect import HarmonyDialect
from deployments.chat.messages import Message
from deployments.chat.plain import TextRequest
from deployments.chat.request import ChatRequest
from deployments.engine.llama.weights import Weights
from deployments.engine.model import DecodeError
from deployments.engine.sampling import Sampling
from deployments.errors import ContextLengthExceeded, InvalidField, InvalidRequest, ModelNotReady, Overloaded

LONG = (Message("user", " ".join(f"Fact {i} is as good as any." for i in range(26)) + " Hello!"),)
WARM = Sampling(temperature=1.0, seed=7)  # hotter, a draw depends on last bits, which differ between batches


@pytest.fixture
def service(speaking):
    return speaking(HarmonyDialect)


async def answered(groups, count):
    collectors = [Collector() for _ in range(count)]
    async with aclosing(groups):
        async for number, deltas in groups:
            collectors[number].add(deltas)
    return [collector.completion for collector in collectors]


async def test_choices_differ_and_repeat(service):
    """Each has a seed of its own, and the first has the request's."""
    asked = [ChatRequest(LONG, max_tokens=20, sampling=WARM, choices=choices) for choices in (3, 3, 1)]
    three, again, one = [await answered(service.chat(request), request.answers) for request in asked]

    assert [item.message for item in three] == [item.message for item in again]
    assert 3 == len({item.message for item in three})
    assert one[0].message == three[0].message


async def test_their_prompt_is_computed_once(service):
    """And counted once."""
    request = ChatRequest(LONG, max_tokens=8, sampling=WARM, choices=4)
    completions = await answered(service.chat(request), 4)
    usage = total_usage(completions, choices=4)
    counted = await service.count_prompt_tokens(request)

    assert counted > 200
    assert (counted, 32, 0) == (usage.prompt_tokens, usage.completion_tokens, usage.cached_tokens)
    assert service.runner.load.counters.prompt_tokens < 1.2 * counted


async def test_who_leaves_stops_all_of_them(service):
    """None is still computed."""
    stream = service.chat(ChatRequest(LONG, max_tokens=200, sampling=WARM, choices=4))
    await anext(stream)
    await stream.aclose()

    assert 0 == service.runner.ongoing


async def test_more_than_fit_the_queue_are_refused_together(service):
    """None of them is begun for nothing."""
    with pytest.raises(Overloaded):
        await anext(service.chat(ChatRequest(LONG, max_tokens=5, choices=13)))

    assert 0 == service.runner.ongoing


async def test_texts_go_on_in_the_order_in_which_they_came(service):
    """All answers of the first, then all of the second."""
    request = TextRequest(("One is", (65, 66, 67)), max_tokens=4, choices=2, echo=True, sampling=WARM)
    completions = await answered(service.text(request), request.answers)
    alone = await answered(service.text(TextRequest(("One is",), max_tokens=4, sampling=WARM)), 1)
    texts = [item.message.content for item in completions]

    assert ["One is", "One is"] == [text[:6] for text in texts[:2]]
    assert texts[0] == "One is" + alone[0].message.content
    assert texts[2][:1] == texts[3][:1] != "O"
    assert {"length"} == {item.finish_reason for item in completions}


async def test_nothing_is_said_before_it_is_sure_to_go_on(service):
    """So that an error is the first thing heard, even of an echo."""
    with pytest.raises(Overloaded):
        await anext(service.text(TextRequest(("a",), max_tokens=5, choices=13, echo=True)))


@pytest.mark.parametrize(("prompt", "error"), [((10**6,), InvalidField), ("word " * 999, ContextLengthExceeded)])
async def test_a_text_that_cannot_be_read_is_refused(service, prompt, error):
    """With the field it came in."""
    with pytest.raises(error) as refused:
        await anext(service.text(TextRequest((prompt,), max_tokens=5)))

    assert "prompt" == refused.value.param


async def test_text_spells_no_control_token_but_tokens_may_be_any(service, pocket_path):
    """Who sends tokens means them."""
    weights = Weights(pocket_path)
    start = weights.vocabulary.control("<|start|>")
    weights.close()
    spelled = await answered(service.text(TextRequest(("<|start|>",), max_tokens=1)), 1)
    meant = await answered(service.text(TextRequest(((start,),), max_tokens=1)), 1)

    assert spelled[0].usage.prompt_tokens > 1 == meant[0].usage.prompt_tokens


async def test_tokens_after_a_stop_string_are_not_counted(service):
    """However many of them came with it."""
    groups = [group async for group in service.text(TextRequest(("Hello",), max_tokens=40))]
    whole = "".join(delta.text for _, deltas in groups for delta in deltas if isinstance(delta, Content))
    stop = whole[3:6]
    (stopped,) = await answered(service.text(TextRequest(("Hello",), max_tokens=40, stop=(stop,))), 1)

    assert isinstance(groups[-1][1][-1], Finished)
    assert (whole.partition(stop)[0], "stop") == (stopped.message.content, stopped.finish_reason)
    assert stopped.usage.completion_tokens <= 6


async def test_an_answer_on_which_the_model_fails_may_be_tried_again(service, monkeypatch):
    """503, for the model goes on."""

    async def refused(sequence):
        raise DecodeError("no room", fatal=False)
        yield []

    monkeypatch.setattr(service.runner, "generate", refused)
    with pytest.raises(ModelNotReady, match="no room"):
        await anext(service.chat(ChatRequest(LONG, max_tokens=5)))


class Mute(HarmonyDialect):
    """A dialect without words for tools."""

    def render(self, request):
        if request.tools:
            raise InvalidRequest("No words for tools.", param="tools")
        return super().render(request)


@pytest.mark.parametrize(("dialect", "supports"), [(HarmonyDialect, True), (Mute, False)])
async def test_it_is_known_whether_tools_can_be_offered(speaking, dialect, supports):
    """Before anybody tries."""
    assert supports == speaking(dialect).supports_tools
