"""A file's vector over HTTP, as /embed and as OpenAI's embeddings have it."""

import base64
import json

import numpy as np
import pytest

TEXT = {"file": ("a.txt", b"The cat sat on the mat.")}


def unit(vector) -> bool:
    return bool(np.isclose(np.linalg.norm(vector), 1, atol=1e-5))


async def test_a_file_is_embedded_in_each_asked_dimension(client):
    """In the order in which they were asked, each once, each of length 1."""
    answer = await client.post("/embed?dimensions=256&dimensions=128&dimensions=256", files=TEXT)
    vectors = answer.json()

    assert ["embedding_256d", "embedding_128d"] == list(vectors)
    assert [256, 128] == [len(vector) for vector in vectors.values()]
    assert all(map(unit, vectors.values()))


async def test_the_default_is_128_dimensions_of_a_document(client):
    """As the original had it."""
    assert ["embedding_128d"] == list((await client.post("/embed", files=TEXT)).json())


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("dimensions=512", "Valid: 128, 256, 384"),
        ("prompt_name=nonsense", "document"),
        ("title=T", "title"),
        ("dimensions=many", "integer"),
    ],
)
async def test_a_value_the_model_does_not_have_is_422_and_named(client, query, said):
    """In the shape of the framework's own validation."""
    answer = await client.post(f"/embed?{query}", files=TEXT)

    assert 422 == answer.status_code
    assert said in answer.json()["detail"][0]["msg"]


@pytest.mark.parametrize("name", ["QUERY", "retrieval-Document", "sts"])
async def test_prompt_names_are_known_in_any_case(client, name):
    """Clients write them in many ways."""
    assert 200 == (await client.post(f"/embed?prompt_name={name}", files=TEXT)).status_code


async def test_a_text_beyond_the_window_is_refused_unless_asked_otherwise(client):
    """400 with both counts; cut or averaged on demand."""
    long = {"file": ("long.txt", b"word " * 1000)}
    refused = await client.post("/embed", files=long)
    cut = (await client.post("/embed?truncate=true", files=long)).json()["embedding_128d"]
    mean = (await client.post("/embed?chunk=mean", files=long)).json()["embedding_128d"]

    assert 400 == refused.status_code
    assert "1002 tokens" in refused.json()["detail"]
    assert "256" in refused.json()["detail"]
    assert unit(cut)
    assert unit(mean)


@pytest.mark.parametrize(
    ("path", "word"), [("/embed", "embedded"), ("/summarize", "summarized")], ids=["embed", "summarize"]
)
async def test_a_binary_is_refused_in_the_original_s_words(client, path, word):
    """Not UTF-8, or a NUL."""
    answer = await client.post(path, files={"file": ("a.png", b"\x89PNG\0")})

    assert (400, {"detail": f"Uploaded file appears to be binary and cannot be {word}."}) == (
        answer.status_code,
        answer.json(),
    )


async def test_a_file_over_its_limit_is_413(client, services):
    """One byte is enough."""
    at_limit = b"a " * (services.config.http.max_file_bytes // 2)
    answers = [await client.post("/embed", files={"file": ("a", data)}) for data in (at_limit, at_limit + b"a")]

    assert [400, 413] == [answer.status_code for answer in answers]  # the first is only too long for the model


async def test_openai_s_client_gets_what_embed_gives(sdk, client):
    """It asks for base64 by itself; floats are the same numbers."""
    ours = (await client.post("/embed?dimensions=128", files=TEXT)).json()["embedding_128d"]
    text = TEXT["file"][1].decode()
    coded = await sdk.embeddings.create(input=text, model="all-MiniLM-L6-v2", dimensions=128)
    plain = await sdk.embeddings.create(input=[text], model="all-MiniLM-L6-v2", dimensions=128, encoding_format="float")

    np.testing.assert_allclose(ours, coded.data[0].embedding, atol=1e-7)
    np.testing.assert_allclose(ours, plain.data[0].embedding, atol=1e-7)
    assert (coded.usage.prompt_tokens, coded.usage.total_tokens) == (9, 9)


async def test_many_texts_come_back_in_their_order(sdk):
    """At full length, where no dimension is asked for."""
    texts = [f"text number {i} " * (1 + i % 7) for i in range(40)]
    together = await sdk.embeddings.create(input=texts, model="all-MiniLM-L6-v2")
    one = await sdk.embeddings.create(input=texts[17], model="all-MiniLM-L6-v2")

    assert list(range(40)) == [item.index for item in together.data]
    assert {384} == {len(item.embedding) for item in together.data}
    np.testing.assert_allclose(one.data[0].embedding, together.data[17].embedding, atol=1e-5)


async def test_token_lists_are_texts_too(client):
    """Of the model's own vocabulary, one list or several."""
    one = (await client.post("/v1/embeddings", json={"input": [7592, 2088]})).json()
    many = (await client.post("/v1/embeddings", json={"input": [[7592, 2088], [2088]]})).json()
    text = (await client.post("/v1/embeddings", json={"input": "hello world"})).json()

    assert one["data"][0]["embedding"] == many["data"][0]["embedding"]
    np.testing.assert_allclose(text["data"][0]["embedding"], one["data"][0]["embedding"], atol=1e-6)


async def test_openai_s_client_may_send_tokens(sdk):
    """One list or several, counted; and the model's own extras."""
    create = sdk.embeddings.create
    text = await create(input="hello world", model="all-MiniLM-L6-v2", dimensions=256, user="me")
    many = await create(input=[[7592, 2088], [2088]], model="all-MiniLM-L6-v2", dimensions=256)
    one = await create(input=[7592, 2088], model="all-MiniLM-L6-v2", dimensions=256, encoding_format="float")
    extra = await create(input="hello world", model="all-MiniLM-L6-v2", extra_body={"prompt_name": "query"})

    assert [256, 256] == [len(item.embedding) for item in many.data]
    np.testing.assert_allclose(text.data[0].embedding, many.data[0].embedding, atol=1e-6)
    np.testing.assert_allclose(one.data[0].embedding, many.data[0].embedding, atol=1e-6)
    assert ("list", "embedding", "all-MiniLM-L6-v2") == (many.object, many.data[0].object, many.model)
    assert many.usage.prompt_tokens > text.usage.prompt_tokens == one.usage.total_tokens
    assert 384 == len(extra.data[0].embedding)


async def test_null_is_as_good_as_absent(client):
    """For all that may be left out."""
    names = ("model", "dimensions", "encoding_format", "user", "prompt_name", "title", "truncate", "chunk")
    absent = await client.post("/v1/embeddings", json={"input": "a"})
    null = await client.post("/v1/embeddings", json={"input": "a", **dict.fromkeys(names)})

    assert absent.json() == null.json()


async def test_base64_is_little_endian_float32(client):
    """Four bytes a number."""
    answer = await client.post("/v1/embeddings", json={"input": "a", "encoding_format": "base64"})
    vector = np.frombuffer(base64.b64decode(answer.json()["data"][0]["embedding"]), "<f4")

    assert 384 == len(vector)
    assert unit(vector)


@pytest.mark.parametrize(
    "body",
    [
        {"input": ""},
        {"input": []},
        {"input": [""]},
        {"input": ["a", 1]},
        {"input": [[]]},
        {"input": [-1]},
        {"input": [10**7]},
        {"input": ["a"] * 2049},
        {"input": "a", "dimensions": 7},
        {"input": "a", "encoding_format": "int8"},
        {"input": "a", "unknown": 1},
        {"input": "\ud83d"},
        {},
    ],
    ids=repr,
)
async def test_what_cannot_be_embedded_is_400(client, body):
    """With OpenAI's error object."""
    headers = {"Content-Type": "application/json"}
    answer = await client.post("/v1/embeddings", content=json.dumps(body), headers=headers)

    assert 400 == answer.status_code
    assert answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ([""], "input.0: String should have at least 1 character"),
        (["a", None], "input.1: Input should be a valid string"),
        (["a"] * 2049, "input: List should have at most 2048 items after validation, not 2049"),
        ([1, "a"], "input.1: Input should be a valid integer"),
        ([["a"]], "input.0.0: Input should be a valid integer"),
        (5, "input: Input should be a text, a list of texts, a list of tokens, or a list of lists of tokens"),
    ],
    ids=lambda value: str(value)[:20],
)
async def test_a_wrong_input_is_told_about_what_was_meant(client, sent, message):
    """Not about the other kinds that it might have been."""
    answer = await client.post("/v1/embeddings", json={"input": sent})

    assert (400, message) == (answer.status_code, answer.json()["error"]["message"])


async def test_what_is_too_long_is_cut_or_averaged_here_too(client):
    """As the error of a text that is too long advises."""
    long = "the cat sat on the mat " * 100
    refused = await client.post("/v1/embeddings", json={"input": long})
    ways = [{"truncate": True}, {"chunk": "mean"}]
    answers = [await client.post("/v1/embeddings", json={"input": ["a", long]} | way) for way in ways]
    [cut, mean] = [answer.json() for answer in answers]
    both = await client.post("/v1/embeddings", json={"input": long, "truncate": True, "chunk": "mean"})

    assert 400 == refused.status_code
    assert "Set truncate=true to cut it there, or chunk=mean" in refused.json()["error"]["message"]
    assert cut["data"][1]["embedding"] != mean["data"][1]["embedding"]
    assert cut["usage"]["prompt_tokens"] < mean["usage"]["prompt_tokens"]
    assert ["1", None] == [answer.headers.get("X-Truncated-Inputs") for answer in answers]
    assert 400 == both.status_code
