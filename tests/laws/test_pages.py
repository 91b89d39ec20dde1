"""A page of HTML is no success, whatever was called: somebody else answered in the API's place."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import Any

import pytest

from scalr_async import BulkResult, DecodeError, Outcome, Pager, ScalrClient, ScalrError
from scalr_async._http import Request
from scalr_async.resources import Download
from scalr_async.resources._generated import COLLECTIONS
from tests.laws.answers import fine
from tests.laws.calls import Method, methods
from tests.laws.seam import Reply, requests_of, scripted
from tests.servers import run_virtually

PAGES = {
    "a login page": ("text/html; charset=utf-8", b"<!doctype html><html><form action=/login></html>"),
    "a login page without a type": ("", b"\n <!DOCTYPE html>\n<html lang=en>"),
    "a login page that says it is JSON": ("application/vnd.api+json", b"<HTML><body>Sign in</body>"),
    "a login page that says it is a file": ("application/octet-stream", b"<!-- x --> <html><p>"),
    "a login page that says it is text": ("text/plain", b"\xef\xbb\xbf<html>"),
    "XHTML": ("application/xhtml+xml", b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C//">'),
    "blanks before a login page": ("text/plain", b" \n" * 2500 + b"<!DOCTYPE html><html>Log in"),
    "a page without its first tags": ("text/plain", b"<head><title>Log in</title></head><body>"),
    "a page that is only a title": ("", b"<title>Log in</title>"),
    "a page that is only a body": ("application/octet-stream", b'<body class="x">Log in</body>'),
    "a page that leads elsewhere": ("text/plain", b"<script>location = '/login'</script>"),
    "a page of a proxy": ("", b"<h1>Please wait</h1>"),
    "a few words of HTML": ("TEXT/HTML", b"Please sign in"),
}  # fmt: skip


def page(name: str, status: int) -> Reply:
    kind, body = PAGES[name]
    return Reply(body, status, (("Content-Type", kind),) if kind else ())


async def said_of(made: Any) -> list[ScalrError | None]:
    """Use what a call gives; return what was said of it, None for a success."""
    try:
        if isinstance(made, Pager):
            await made
        elif isinstance(made, Download):
            async for _ in made:
                pass
        elif isinstance(made, AsyncGenerator):
            async with aclosing(made) as outcomes:
                return [outcome.error async for outcome in outcomes]
        else:
            result = await made if isinstance(made, Awaitable) else made
            if isinstance(result, BulkResult):
                assert all(isinstance(outcome, Outcome) for outcome in result.outcomes)
                return [outcome.error for outcome in result.outcomes]
    except ScalrError as error:
        return [error]
    return [None]


@pytest.mark.parametrize("status", [200, 202])
@pytest.mark.parametrize("name", PAGES)
def test_every_call_says_that_a_page_came(name: str, status: int) -> None:
    every_call_refuses(lambda _: page(name, status))


def test_every_call_refuses_a_part_of_a_body() -> None:
    """The part is a whole answer by itself, so that only its status tells."""
    every_call_refuses(lambda request: Reply(fine(request).encode(), 206))


def every_call_refuses(answer: Callable[[Request], Reply]) -> None:
    """Assert that every call raises `DecodeError`, after which the outcome of a write is unknown."""

    async def main() -> None:
        for method in methods():
            if str(method) == "runs.wake":  # asks for nothing
                continue
            with scripted(lambda request, _: answer(request)) as scalr:
                errors = await said_of(method.bound(scalr)(**method.arguments))
                writes = {request.method for request in requests_of(scalr)} - {"GET"}
            if not errors or not all(isinstance(error, DecodeError) for error in errors):
                wrong.append(f"{method}: {errors}")
            elif writes and not {error.outcome for error in errors if error} <= {"unknown"}:
                wrong.append(f"{method}: said to be {errors[0]!r}")
            seen.append(method)

    wrong, seen = list[str](), list[Method]()
    run_virtually(main())

    assert wrong == []
    assert {method.collection for method in seen} >= {"", *COLLECTIONS}


async def request(scalr: ScalrClient, method: str, **options: Any) -> int:
    return (await scalr.request(method, "/x", **options)).status


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("options", [{}, {"accept": "*/*"}, {"accept": "application/json"}])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_request_of_ones_own_says_so_too(method: str, options: Any, name: str) -> None:
    async def main() -> None:
        with scripted(lambda *_: page(name, 200)) as scalr:
            with pytest.raises(
                DecodeError, match=r"(?i)received .*(ht|x)ml instead of (JSON|text)"
            ):
                await request(scalr, method, **options)

    run_virtually(main())


def test_unless_it_asks_for_html() -> None:
    async def main() -> int:
        with scripted(lambda *_: page("a login page", 200)) as scalr:
            return await request(scalr, "GET", accept="text/html, */*")

    assert run_virtually(main()) == 200


@pytest.mark.parametrize("body", [b"", b" \n", b'{"data": null}', b"[]", b"\n {}"])
def test_the_type_alone_is_no_page(body: bytes) -> None:
    """Frameworks call everything text/html, also what is empty or JSON."""

    async def main() -> None:
        with scripted(lambda *_: Reply(body, 202, (("Content-Type", "text/html"),))) as scalr:
            await scalr.agent_pools.delete("apool-1")
            await scalr.runs.cancel("run-1")

    run_virtually(main())


@pytest.mark.parametrize(
    "log", [b"Terraform v1.5.7\n<html> is in it", b"<1> started", b"<!-- a remark"]
)
def test_a_log_may_hold_anything_else(log: bytes) -> None:
    async def main() -> str | None:
        with scripted(lambda *_: Reply(log, 200, (("Content-Type", "text/plain"),))) as scalr:
            return await scalr.plans.log("plan-1")

    assert run_virtually(main()) == log.decode()


def test_a_file_may_begin_with_a_few_bytes_of_markup() -> None:
    """What cannot be a page is handed on at once, the rest as soon as that is known."""

    async def main() -> list[bytes]:
        with scripted(lambda *_: Reply(b"<state> of things", 200, ())) as scalr:
            return [piece async for piece in scalr.state_versions.download("sv-1")]

    assert run_virtually(main()) == [b"<state> of things"]
