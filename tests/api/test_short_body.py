"""A body that travels with its request arrives as it was sent, and a client that leaves is still noticed."""

import pytest

from deployments.api.short_body import KEY, SHORT_BYTES, SendShortBody, TakeShortBody

DISCONNECT = {"type": "http.disconnect"}


def scope_of(length):
    return {"type": "http", "headers": [(b"content-length", str(length).encode())] if length is not None else []}


def client(*messages):
    waiting = list(messages)

    async def receive():
        return waiting.pop(0) if waiting else DISCONNECT

    return receive


def part(body, more=False):
    return {"type": "http.request", "body": body, "more_body": more}


async def send(_):
    raise AssertionError("nothing is answered here")


async def carried(length, *messages):
    """What the replica's application receives, and the scope that it was sent."""
    received, scopes = [], []

    async def application(scope, receive, send):
        while not received or received[-1] != DISCONNECT:
            received.append(await receive())

    async def proxy(scope, receive, send):
        scopes.append(dict(scope))
        await TakeShortBody(application)(scope, receive, send)

    await SendShortBody(proxy)(scope_of(length), client(*messages), send)
    return received, scopes[0]


async def test_a_short_body_is_in_the_scope_and_comes_once():
    """However many parts it had."""
    received, scope = await carried(5, part(b"he", more=True), part(b"llo"))

    assert b"hello" == scope[KEY]
    assert [part(b"hello"), DISCONNECT] == received


@pytest.mark.parametrize("length", [None, 0, SHORT_BYTES + 1])
async def test_any_other_body_comes_as_ever(length):
    """Long, empty, or of unknown length."""
    received, scope = await carried(length, part(b"a", more=True), part(b"b"))

    assert KEY not in scope
    assert [part(b"a", more=True), part(b"b"), DISCONNECT] == received


async def test_a_client_that_leaves_before_the_end_has_sent_nothing():
    """What came of the body is not taken for all of it."""
    received, scope = await carried(9, part(b"half", more=True))

    assert KEY not in scope
    assert [part(b"half", more=True), DISCONNECT] == received
