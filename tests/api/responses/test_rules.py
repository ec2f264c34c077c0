"""What holds for any answer and any item, whatever a model writes and a client sends."""

import json
from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from deployments.api.openai.responses.events import apart, last_response, pieces, read
from deployments.api.openai.responses.input_items import WireItem
from deployments.api.openai.responses.items import item_object
from deployments.api.openai.responses.lists import lasting
from deployments.api.openai.responses.parts import Shown
from deployments.api.openai.responses.writer import ResponseForm
from deployments.chat.deltas import CallArguments, CallStarted, Content, Finished, Reasoning, Truncated, Usage
from deployments.sessions.items import (
    FunctionCallItem,
    FunctionCallOutputItem,
    Item,
    MessageItem,
    ReasoningItem,
    from_json,
    to_json,
)
from deployments.sessions.said import grouped, positions
from tests.api.responses.ask import EVENT

READER = TypeAdapter(WireItem)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
words = texts.filter(bool)
names = st.from_regex(r"[a-zA-Z0-9_.-]{1,64}", fullmatch=True)
contents = st.one_of(
    st.builds(
        MessageItem,
        st.sampled_from(["user", "assistant", "system", "developer"]),
        st.lists(texts, max_size=3).map(tuple),
    ),
    st.builds(ReasoningItem, st.lists(texts, max_size=2).map(tuple), st.lists(texts, max_size=2).map(tuple)),
    st.builds(FunctionCallItem, texts, names, texts),
    st.builds(FunctionCallOutputItem, texts, texts),
)


@st.composite
def answers(draw):
    """Groups of deltas, as a model's dialect gives them."""
    deltas, calls = [], 0
    for kind in draw(st.lists(st.sampled_from(["reasoning", "content", "call"]), max_size=8)):
        if kind == "call":
            deltas.append(CallStarted(calls, f"call_{calls}", draw(names)))
            deltas += [CallArguments(calls, piece) for piece in draw(st.lists(words, max_size=3))]
            calls += 1
        else:
            deltas.append((Reasoning if kind == "reasoning" else Content)(draw(words)))
    if draw(st.booleans()):
        deltas.insert(0, Truncated(2))
    deltas.append(Finished(draw(st.sampled_from(["stop", "length"])), Usage(3, 4)))
    sizes = draw(st.lists(st.integers(1, 3), min_size=len(deltas), max_size=len(deltas)))
    return [deltas[sum(sizes[:n]) : sum(sizes[: n + 1])] for n in range(len(sizes)) if deltas[sum(sizes[:n]) :]]


def form(**more):
    response = {"id": "resp_" + "0" * 32, "output": [], "status": "in_progress"}
    return ResponseForm(response, **{"shown": Shown(summary=True), **more})


def written(groups, form):
    writer = form.writer()
    return "".join(writer.write(0, group) for group in groups)


@given(answers())
def test_events_are_numbered_from_the_beginning_to_the_end(groups):
    """Without a gap; who comes later numbers on from where others stopped."""
    told = [read(event) for event in apart(written(groups, form()))]
    later = [read(event) for event in apart(written(groups, form(first_number=7)))]

    assert list(range(len(told))) == [event["sequence_number"] for event in told]
    assert list(range(7, 7 + len(told))) == [event["sequence_number"] for event in later]


@given(answers())
def test_who_waits_for_the_end_is_told_what_the_stream_tells(groups):
    """In one event."""
    whole = written(groups, form(is_followed=False))

    assert 1 == len(apart(whole))
    assert without_time(last_response(written(groups, form()))) == without_time(last_response(whole))


def without_time(response):
    return response | {"completed_at": None}


@given(answers())
def test_events_make_up_the_items_of_the_end(groups):
    """Put together from their deltas alone."""
    told = written(groups, form())
    rebuilt = form().writer().broken_off(pieces(apart(told)))

    assert without_status(last_response(told)["output"]) == without_status(rebuilt)


def without_status(output):
    return [item | {"status": None} for item in output]


@given(answers(), st.integers(0, 60))
def test_a_stream_may_break_off_anywhere(groups, place):
    """What was told until then makes up items; those that were done are done."""
    told = apart(written(groups, form()))[:place]
    rebuilt = form().writer().broken_off(pieces(told))
    done = [event["item"] for event in map(read, told) if event["type"] == "response.output_item.done"]

    assert without_status(done) == without_status(rebuilt[: len(done)])
    assert all("completed" == item["status"] for item in rebuilt[:-1])


@given(answers())
def test_what_was_answered_is_read_back_as_it_was(groups):
    """But for a call that was cut."""
    output = last_response(written(groups, form()))["output"]
    kept = [item for item in output if item["type"] != "function_call" or item["status"] == "completed"]
    shown = [item_object(Item(item_id, 1, 0.0, content), with_sealed=False) for item_id, content in lasting(output)]

    assert without_status(kept) == without_status(shown)


@given(contents)
def test_an_item_that_is_shown_may_be_sent_again(content):
    """It is read as what it was, and so is what the store wrote down."""
    shown = item_object(Item("id", 1, 0.0, content), with_sealed=True)

    assert content == READER.validate_python(json.loads(json.dumps(shown))).read()
    assert content == from_json(shown["type"], to_json(content))


@given(st.lists(contents, max_size=12), st.integers(1, 100))
def test_items_of_one_message_share_a_position(items, first):
    """None is lost, and none changes its place."""
    groups = grouped(items)
    places = positions(items, first)

    assert items == [item for group in groups for item in group]
    assert [len(group) for group in groups] == [len(list(alike)) for _, alike in groupby(places)]
    assert sorted(places) == places
    assert all(1 == len(group) or all(is_assistants(item) for item in group) for group in groups)


def is_assistants(item):
    return isinstance(item, ReasoningItem | FunctionCallItem) or getattr(item, "role", None) == "assistant"


@given(answers())
def test_every_event_is_one_that_clients_know(groups):
    """Those that hold no response; of these, there is but an outline here."""
    for event in map(read, apart(written(groups, form()))):
        if "response" not in event:
            EVENT.validate_python(event, strict=True)
