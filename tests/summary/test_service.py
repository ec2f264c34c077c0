"""The service brings file, persona and model together, and asks the model no more than it must."""

import asyncio

import pytest

from deployments.config import SummaryConfig
from deployments.errors import ModelNotFound, PersonaNotFound, UpstreamTimeout
from deployments.summary.document import Answer, AtOnce, Document, Instructions, Progress, Usage
from deployments.summary.persona_files import read_personas
from deployments.summary.request import Summary, SummaryRequest
from deployments.summary.service import SummaryService

PERSONAS = read_personas(SummaryConfig())
LOG = "\n".join(f"2023-01-01 10:00:0{i} INFO tick" for i in range(6))


class Parrot:
    """Answers letter by letter with the text it was given, and remembers what it was asked."""

    def __init__(self) -> None:
        self.fingerprint = "a bird"
        self.asked: list[tuple[Document, Instructions]] = []

    async def stream(self, document: Document, instructions: Instructions):
        self.asked.append((document, instructions))
        yield Progress(1, 0, 1)
        if document.text == "fail":
            raise UpstreamTimeout("The model took too long.")
        if document.text == "slow":
            await asyncio.sleep(0.5)  # while others read what they ask for
        for letter in document.text:
            yield letter
        yield Answer(document.text, Usage(3, 4), truncated=document.text == "cut")


class Mute:
    """Says in one piece what it has to say."""

    async def summarize(self, document: Document, instructions: Instructions) -> Answer:
        return Answer("…")


class Gemini:
    default_model = "gemini-2.5-flash"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def backend(self, model: str, payer: str) -> AtOnce:
        self.asked.append(model)
        return AtOnce(Mute())


@pytest.fixture
def parrot():
    return Parrot()


@pytest.fixture
def gemini():
    return Gemini()


@pytest.fixture
def service(parrot, gemini):
    return SummaryService(SummaryConfig(), PERSONAS, {"parrot": parrot, "other": Parrot()}, gemini)


async def test_a_summary_says_how_it_came_about(service):
    """Language, model, persona and the tokens it took."""
    expected = Summary("Python", "x = 1", "parrot", "developer", Usage(3, 4), "computed", truncated=False)

    assert expected == await service.summarize(SummaryRequest("a.py", "x = 1"))
    assert 7 == expected.usage.total_tokens


async def test_what_is_cut_says_so(service):
    """`truncated` comes from the model's side."""
    assert (await service.summarize(SummaryRequest("a.py", "cut"))).truncated


async def test_the_persona_speaks_with_its_placeholders_filled_in(service, parrot):
    """The model is told what the file is and how long the summary may be."""
    await service.summarize(SummaryRequest("a.rs", "fn", persona="Developer", max_tokens=77))
    instructions = parrot.asked[0][1]

    assert "explaining a Rust file" in instructions.system
    assert "within 77 tokens" in instructions.system
    assert 77 == instructions.max_tokens


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (SummaryRequest("a.py", "x"), (300, 0.2)),
        (SummaryRequest("a.py", "x", persona="sdet", max_tokens=1, temperature=0.0), (1, 0.0)),
        (SummaryRequest("a.log", "x"), (300, 0.1)),
        (SummaryRequest("a.log", "x", temperature=1.5), (300, 1.5)),
    ],
)
async def test_what_the_request_leaves_open_is_decided_elsewhere(service, parrot, request_, expected):
    """Request first, then the persona, then the configuration; zero is a value."""
    await service.summarize(request_)

    assert expected == (parrot.asked[0][1].max_tokens, parrot.asked[0][1].temperature)


async def test_a_log_is_condensed_first(service, parrot):
    """The model reads the short text and still has the counts."""
    summary = await service.summarize(SummaryRequest("a.log", LOG))

    assert "log_analyst" == summary.persona
    assert summary.summary.startswith("(Repeated 6 times between 2023-01-01 10:00:00 and 2023-01-01 10:00:05)\n")
    assert 6 == parrot.asked[0][0].log.line_count


async def test_the_same_request_is_answered_from_memory(service, parrot):
    """The model is asked once; whoever asks at the same time shares the answer."""
    request = SummaryRequest("a.py", "slow")
    together = await asyncio.gather(*(service.summarize(request) for _ in range(3)))
    later = await service.summarize(request)

    assert ["computed", "shared", "shared", "known"] == [summary.origin for summary in (*together, later)]
    assert 1 == len(parrot.asked)


async def test_a_fresh_answer_is_computed_anew_and_kept(service, parrot):
    """Whoever asks for one does not even share a computation under way."""
    request, fresh = SummaryRequest("a.py", "x"), SummaryRequest("a.py", "x", fresh=True)
    together = await asyncio.gather(*(service.summarize(one) for one in (request, fresh, fresh)))

    assert ["computed"] * 3 == [summary.origin for summary in together]
    assert 3 == len(parrot.asked)
    assert "known" == (await service.summarize(request)).origin


async def test_another_file_under_the_model_s_name_is_another_model(service, parrot):
    """What the old one said is not what the new one says."""
    request = SummaryRequest("a.py", "x")
    await service.summarize(request)
    parrot.fingerprint = "another bird"

    assert "computed" == (await service.summarize(request)).origin


async def test_a_streamed_summary_is_told_as_it_comes(service):
    """Progress, pieces of the text, all of it; what is known comes in one piece."""
    request = SummaryRequest("a.py", "xyz")
    first, again = [[event async for event in service.stream(request)] for _ in range(2)]

    assert [Progress(1, 0, 1), "x", "y", "z"] == first[:-1]
    assert ["xyz"] == again[:-1]
    assert ("xyz", "computed", "known") == (first[-1].summary, first[-1].origin, again[-1].origin)


async def test_gemini_s_own_name_means_the_configured_model(service, gemini):
    """Any other that begins like it is asked for as it stands."""
    asked = [SummaryRequest("a.py", "x", model=name) for name in ("gemini", "gemini-9")]
    models = [(await service.summarize(request)).model for request in asked]

    assert ["gemini-2.5-flash", "gemini-9"] == models == gemini.asked
    assert [True, True, False, False] == [
        request.is_paid for request in (*asked, SummaryRequest("a", "x"), SummaryRequest("a", "", model="other"))
    ]


@pytest.mark.parametrize(
    "different",
    [
        SummaryRequest("a.js", "x"),
        SummaryRequest("a.py", "y"),
        SummaryRequest("a.py", "x", persona="sdet"),
        SummaryRequest("a.py", "x", model="other"),
        SummaryRequest("a.py", "x", max_tokens=301),
        SummaryRequest("a.py", "x", temperature=0.3),
    ],
)
async def test_a_request_that_differs_in_anything_is_another(service, different):
    """Nobody gets the answer to somebody else's question."""
    await service.summarize(SummaryRequest("a.py", "x"))

    assert "computed" == (await service.summarize(different)).origin


async def test_a_failure_reaches_the_client_and_is_forgotten(service, parrot):
    """The next request asks the model again."""
    for _ in range(2):
        with pytest.raises(UpstreamTimeout):
            await service.summarize(SummaryRequest("a.py", "fail"))

    assert 2 == len(parrot.asked)


@pytest.mark.parametrize(
    ("text", "expected"), [("", "The file is empty."), (" \n\t\u2003", "The file holds nothing but whitespace.")]
)
async def test_a_file_of_nothing_is_not_given_to_a_model(service, parrot, text, expected):
    """It would make something up."""
    assert expected == (await service.summarize(SummaryRequest("a.md", text))).summary
    assert [] == parrot.asked


async def test_an_unknown_model_is_an_error_that_names_the_served_ones(service):
    """Also for an empty file."""
    with pytest.raises(ModelNotFound, match=r"'gpt-9' is not served for summaries\. Served: parrot, other"):
        await service.summarize(SummaryRequest("a.py", "", model="gpt-9"))


async def test_an_unknown_persona_is_an_error(service):
    """It is never replaced in silence."""
    with pytest.raises(PersonaNotFound):
        await service.summarize(SummaryRequest("a.py", "x", persona="nobody"))
