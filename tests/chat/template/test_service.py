"""A file from anywhere is served by the template that it carries."""

import json

import jsonschema
import pytest

from deployments.chat.completion import Collector
from deployments.chat.load import load_chat
from deployments.chat.messages import Message
from deployments.chat.request import ChatRequest
from deployments.chat.tools import Tool
from deployments.config import GeneratorConfig
from deployments.engine.sampling import Sampling
from deployments.errors import InvalidField
from tests.chat.template.models import FOLDER, MODELS
from tests.engine.llama.gemma import write_gemma

GET = Tool("get", "Gets.", {"type": "object", "properties": {"x": {"enum": [1, "a"]}}, "required": ["x"]})
ASKED = Message("user", "Hi")


@pytest.fixture(scope="module", params=["gemma3", "gemma4"])
def service(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    marks = [mark for mark in MODELS["gemma 4"][1] if mark != "<bos>"]
    template = (FOLDER / f"{request.param}.jinja").read_text()
    path = write_gemma(folder / "gemma.gguf", marks=marks if request.param == "gemma4" else (), template=template)
    service = load_chat(
        GeneratorConfig(model=str(path), context_tokens=2048, slots=1, threads=1), path, cache_dir=folder
    )
    yield service
    service.close()


async def answered(service, request: ChatRequest):
    collector = Collector()
    async for _, deltas in service.chat(request):
        collector.add(deltas)
    return collector.completion


async def test_a_tool_is_called_and_its_result_read(service):
    """By a model that must, and knows nothing else."""
    demanded = {"tools": (GET,), "tool_choice": "required", "parallel_tool_calls": False, "reasoning_effort": "low"}
    asked = ChatRequest((ASKED,), 200, Sampling(1.5, seed=1), **demanded)
    completion = await answered(service, asked)
    (call,) = completion.message.tool_calls
    told = (ASKED, completion.message, Message("tool", "It is there.", tool_call_id=call.id))
    later = await answered(service, ChatRequest(told, 200, Sampling(1.5, seed=1), **demanded))

    assert "tool_calls" == completion.finish_reason == later.finish_reason
    assert "get" == call.name
    jsonschema.validate(json.loads(call.arguments), GET.parameters)
    assert later.usage.prompt_tokens > completion.usage.prompt_tokens + completion.usage.completion_tokens


async def test_words_come_without_any_form(service):
    """As many as are asked for."""
    completion = await answered(service, ChatRequest((ASKED,), 20, Sampling(1.5, seed=2)))

    assert completion.finish_reason in ("stop", "length")
    assert not completion.message.tool_calls


async def test_what_cannot_be_enforced_is_refused(service):
    """With the field at fault."""
    odd = Tool("odd", "", {"type": "object", "properties": {"x": {"type": "string", "pattern": "a(?=b)"}}})
    with pytest.raises(InvalidField) as caught:
        await answered(service, ChatRequest((ASKED,), 20, tools=(odd,)))

    assert "tools" == caught.value.param
