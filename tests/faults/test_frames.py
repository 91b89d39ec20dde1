"""Tracebacks that print locals: no frame of ours shows a secret that was given as a plain text."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.pretty import pretty_repr
from yarl import URL

import scalr_async
from scalr_async import (
    Config,
    RetryPolicy,
    ScalrClient,
    ScalrError,
    Timeouts,
    make_converter,
)
from scalr_async._values import Secret
from scalr_async.credentials import Credentials, discover
from tests.conftest import CANARY
from tests.faults.common import client, document, in_virtual_time, ok, refusal, resource
from tests.servers import CLOSE, HANG, RESET, ScriptedServer, Steps, reply

HUSH = CANARY[::-1]
"""Another secret: this one may stand in files."""
OURS = str(Path(scalr_async.__file__).parent)


def all_errors(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error with all that it came from, shown or not."""
    pending, seen = [error], set[int]()
    while pending:
        one = pending.pop()
        if one is not None and id(one) not in seen:
            seen.add(id(one))
            yield one
            pending += [one.__cause__, one.__context__, *getattr(one, "exceptions", ())]


def locals_of(error: BaseException) -> Iterator[tuple[str, str]]:
    """Yield each local of each frame of ours, as the standard library and as rich show it."""
    for one in all_errors(error):
        at = one.__traceback__
        while at is not None:
            code = at.tb_frame.f_code
            if code.co_filename.startswith((OURS, "<attrs generated", "<filler")):
                for name, value in at.tb_frame.f_locals.items():
                    where = f"{code.co_qualname}: {name}"
                    yield where, repr_of(value)
                    yield where, pretty_repr(value, max_length=10, max_string=80)
            at = at.tb_next


def repr_of(value: object) -> str:
    try:
        return repr(value)
    except Exception as error:  # noqa: BLE001  # half-made objects have none
        return type(error).__name__


def shows(text: str) -> bool:
    return HUSH in text or CANARY in text


def leaks(error: BaseException) -> list[str]:
    found = list(locals_of(error))
    assert found, "no frame of ours"
    texts = [text for one in all_errors(error) for text in (str(one), repr(one), repr(one.args))]
    return [*[where for where, text in found if shows(text)], *filter(shows, texts)]


MADE: dict[str, Callable[[], object]] = {
    "token with a space": lambda: ScalrClient("acme.scalr.io", f"{HUSH} x"),
    "token with a line break": lambda: ScalrClient("acme.scalr.io", f"{HUSH}\r\nX: y"),
    "token of bytes": lambda: ScalrClient("acme.scalr.io", HUSH.encode()),
    "tokens": lambda: ScalrClient("acme.scalr.io", [HUSH]),
    "token as a config": lambda: ScalrClient(config=HUSH),
    "token as a hook": lambda: ScalrClient("acme.scalr.io", HUSH, on_event=HUSH),
    "token beside a config": lambda: ScalrClient(
        token=HUSH, config=Config(host="acme.scalr.io", token="t")
    ),
    "host with a query": lambda: ScalrClient(f"https://acme.scalr.io/?token={HUSH}", "t"),
    "host with a fragment": lambda: ScalrClient(f"https://acme.scalr.io/#{HUSH}", "t"),
    "host with a password": lambda: ScalrClient(f"https://u:{HUSH}@acme.scalr.io", "t"),
    "no host, but a query": lambda: ScalrClient(f"ftp://acme/?token={HUSH}", "t"),
    "a host without a token": lambda: ScalrClient(f"https://acme.scalr.io/?token={HUSH}"),
    "a token for a bad host": lambda: ScalrClient("a b", HUSH),
    "an empty host": lambda: ScalrClient("", HUSH),
    "a token without a host": lambda: ScalrClient(token=HUSH),
    "bad timeouts": lambda: Config(host="acme.scalr.io", token=HUSH, timeouts=5),
    "unknown option": lambda: Config(host="acme.scalr.io", tokne=HUSH),
    "header with a line break": lambda: Config(
        host="acme.scalr.io", token="t", headers={"X-Key": f"{HUSH}\n"}
    ),
    "header of bytes": lambda: Config(
        host="acme.scalr.io",
        token="t",
        headers={"X-Key": HUSH.encode()},
    ),
    "header of the client's": lambda: Config(
        host="acme.scalr.io", token="t", headers={"Authorization": HUSH}
    ),
    "headers in a list": lambda: Config(
        host="acme.scalr.io",
        token="t",
        headers=[("X-Key", HUSH)],
    ),
    "proxy of another scheme": lambda: Config(
        host="acme.scalr.io", token="t", proxy=f"socks5://u:{HUSH}@proxy"
    ),
    "proxy as a URL": lambda: Config(
        host="acme.scalr.io",
        token="t",
        proxy=URL(f"http://u:{HUSH}@proxy"),
    ),
    "host as a URL": lambda: Config(host=URL(f"https://u:{HUSH}@acme"), token="t"),
    "bad option beside a proxy": lambda: Config(
        host="acme.scalr.io",
        token="t",
        proxy=f"http://u:{HUSH}@proxy",
        retry=3,
    ),
    "clone with a bad option": lambda: ScalrClient("acme.scalr.io", HUSH).with_options(retry=3),
    "two ways to trust": lambda: Config(
        host="acme.scalr.io",
        token=HUSH,
        headers={"X-Key": HUSH},
        ca_file="/nowhere",
        ssl=5,
    ),
    "no such authority": lambda: ScalrClient(
        config=Config(host="acme.scalr.io", token=HUSH, ca_file="/nowhere")
    ),
}


@pytest.mark.parametrize("how", MADE)
def test_security_what_cannot_be_made_shows_nothing_of_it(
    how: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("SCALR_HOSTNAME", raising=False)
    monkeypatch.setenv("SCALR_TOKEN", "" if "host without" in how else HUSH)
    with pytest.raises((ScalrError, TypeError)) as caught:
        MADE[how]()

    assert leaks(caught.value) == []


FILES: dict[str, tuple[str, str]] = {
    "no JSON": (".scalr/scalr.conf", f'{{"token": "{HUSH}"'),
    "a list": (".scalr/scalr.conf", f'["{HUSH}"]'),
    "no such profile": (".scalr/scalr.conf", f'{{"default": {{"token": "{HUSH}"}}}}'),
    "a token that is a list": (".scalr/scalr.conf", f'{{"hostname": "a", "token": ["{HUSH}"]}}'),
    "a host that is a list": (".scalr/scalr.conf", f'{{"hostname": [], "token": "{HUSH}"}}'),
    "no host": (".scalr/scalr.conf", f'{{"token": "{HUSH}"}}'),
    "not UTF-8": (".scalr/scalr.conf", f"\udcff{HUSH}"),
    "too large": (".scalr/scalr.conf", HUSH * 100_000),
    "terraform, of another host": (
        ".terraform.d/credentials.tfrc.json",
        f'{{"credentials": {{"other": {{"token": "{HUSH}"}}, "more": {{}}}}}}',
    ),
    "terraform, a list": (
        ".terraform.d/credentials.tfrc.json",
        f'{{"credentials": {{"acme": {{"token": ["{HUSH}"]}}}}}}',
    ),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("variable", ["SCALR_PROFILE", "SCALR_TOKEN", "OTHER", "SCALR_HOSTNAME"])
def test_security_credentials_that_are_not_found_show_nothing_of_others(
    name: str, variable: str, tmp_path: Path
) -> None:
    place, content = FILES[name]
    (tmp_path / place).parent.mkdir(mode=0o700)
    (tmp_path / place).write_bytes(content.encode("utf-8", "surrogateescape"))
    (tmp_path / place).chmod(0o600)
    value = {"SCALR_PROFILE": "x", "SCALR_HOSTNAME": f"https://x/?{HUSH}"}.get(variable, HUSH)
    failed: ScalrError | None = None
    try:
        discover({"SECRET": HUSH, variable: value}, home=tmp_path)
    except ScalrError as error:
        failed = error

    found = name in {"no such profile", "no host"} and variable == "SCALR_HOSTNAME"
    assert (failed is None) is found
    assert failed is None or leaks(failed) == []


FAILURES: dict[str, Steps] = {
    "closed": CLOSE,
    "reset": RESET,
    "silent": HANG,
    "cut": (reply(201, headers={"Content-Length": "9"}, length=False) + b"{", CLOSE),
    "not HTTP": (b"SSH-2.0\r\n", CLOSE),
    "redirect": reply(302, headers={"Location": f"https://x.example/?t={HUSH}"}),
    "broken gzip": reply(201, b"xxxx", {"Content-Encoding": "gzip"}),
    "no JSON": reply(201, f'{{"token": "{HUSH}"'.encode()),
    "another document": reply(201, f'{{"data": "{HUSH}"}}'.encode()),
    "login page": reply(201, f"<html>{HUSH}".encode(), {"Content-Type": "text/html"}),
    **{str(status): refusal(status) for status in (400, 401, 404, 409, 422, 429, 500, 503)},
}  # fmt: skip

Call = Callable[[ScalrClient], Coroutine[Any, Any, Any]]
HEADERS: Any = [{"name": "X-Key", "value": HUSH, "sensitive": True}]
CALLS: dict[str, Call] = {
    "get": lambda scalr: scalr.variables.get("var-1"),
    "create": lambda scalr: scalr.variables.create(key="k", value=HUSH, category="shell"),
    "update": lambda scalr: scalr.variables.update("var-1", value=HUSH),
    "headers": lambda scalr: scalr.agent_pools.update("apool-1", webhook_headers=HEADERS),
    "key": lambda scalr: scalr.ssh_keys.create(name="k", private_key=HUSH),
    "password": lambda scalr: scalr.users.create(email="a@b.c", password=HUSH),
    "assume": lambda scalr: scalr.service_accounts.assume(
        service_account_email="a@b.c", id_token=HUSH
    ),
    "inputs": lambda scalr: scalr.runs.create(
        workspace="ws-1",
        variables=[{"key": "k", "value": HUSH, "category": "shell"}],
        inputs=[{"name": "n", "value": {"deep": [HUSH]}}],
    ),
    "reconcile": lambda scalr: scalr.variables.create(
        key="k", value=HUSH, category="shell", reconcile=scalr.variables.list(key="k")
    ),
    "request, json": lambda scalr: scalr.request("POST", "/vars", json={"value": [HUSH]}),
    "request, body": lambda scalr: scalr.request("POST", "/vars", body=HUSH.encode()),
    "upload": lambda scalr: scalr.configuration_versions.upload("cv-1", HUSH.encode()),
    "download": lambda scalr: _downloaded(scalr),
}


async def _downloaded(scalr: ScalrClient) -> Any:
    return await scalr.state_versions.download("sv-1")


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("failure", FAILURES)
@in_virtual_time
async def test_security_a_call_that_fails_shows_nothing_of_what_it_was_given(
    failure: str, call: str
) -> None:
    options: dict[str, Any] = {
        "timeouts": Timeouts(read=0.01),
        "retry": RetryPolicy(max_attempts=2, base=0.001, throttled_base=0.001),
        "headers": {"X-Secret": HUSH},
    }
    async with ScriptedServer(FAILURES[failure]) as server, client(server.url, **options) as scalr:
        failed: ScalrError | None = None
        try:
            await CALLS[call](scalr)
        except ScalrError as error:
            failed = error

    plain = {"assume", "upload", "download", "request, json", "request, body"}
    if call in plain and failed is None:
        assert failure in {"no JSON", "another document", "login page"}
    else:
        assert failed is not None
        assert leaks(failed) == []


REFUSED: dict[str, Call] = {
    "unknown field": lambda scalr: scalr.variables.create(keyy=HUSH),
    "unknown field of a header": lambda scalr: scalr.agent_pools.create(
        name="x",
        webhook_headers=[{"nmae": "X", "valeu": HUSH}],
    ),
    "a field beside it": lambda scalr: scalr.variables.update("var-1", value=HUSH, workspace=5),
    "no JSON": lambda scalr: scalr.variables.update("var-1", value=[HUSH, object()]),
    "no JSON in a request": lambda scalr: scalr.request("POST", "/v", json={"v": HUSH, "x": {5}}),
    "both in a request": lambda scalr: scalr.request("POST", "/v", json=HUSH, body=HUSH.encode()),
    "a text as a body": lambda scalr: scalr.request("POST", "/v", body=HUSH),
    "a bad id": lambda scalr: scalr.variables.update("a/b", value=HUSH),
}


@pytest.mark.parametrize("how", REFUSED)
async def test_security_a_call_that_is_refused_shows_nothing_of_what_it_was_given(
    how: str,
) -> None:
    async with client("http://127.0.0.1:9") as scalr:
        with pytest.raises(ScalrError) as caught:
            await REFUSED[how](scalr)

    assert leaks(caught.value) == []


@pytest.mark.parametrize(
    "given", [HUSH + " x", HUSH.encode(), f"{HUSH}\n\n\0"], ids=["space", "bytes", "null"]
)
@pytest.mark.parametrize("waits", [False, True])
async def test_security_a_token_that_a_provider_gives_wrongly_is_not_shown(
    given: Any, waits: bool
) -> None:
    async def later() -> Any:
        await asyncio.sleep(0)
        return given

    provider: Any = later if waits else lambda: given
    async with client("http://127.0.0.1:9", token=provider) as scalr:
        with pytest.raises(ScalrError) as caught:
            await scalr.variables.get("var-1")

    assert leaks(caught.value) == []


class Interrupt(BaseException):
    """What Ctrl-C raises, wherever the program is."""


TOKEN = resource("access-tokens", "at-1", {"token": HUSH, "created-at": "2026-01-01T00:00:00Z"})
VARIABLE = resource(
    "vars", "var-1", {"value": HUSH, "key": "k", "updated-at": "2026-01-01T00:00:00Z"}
)
HOOKED: dict[str, tuple[Any, Call]] = {
    "one": (TOKEN, lambda scalr: scalr.agent_pools.create_token("apool-1")),
    "one with others": (VARIABLE, lambda scalr: scalr.variables.get("var-1")),
    "a page": ([VARIABLE] * 3, lambda scalr: scalr.variables.list().collect()),
}


@pytest.mark.parametrize("of", ["datetime", "Secret"])
@pytest.mark.parametrize("odd", [False, True], ids=["fast", "leniently"])
@pytest.mark.parametrize("name", HOOKED)
async def test_security_an_answer_that_is_being_read_shows_nothing_of_itself(
    name: str, odd: bool, of: str
) -> None:
    from datetime import datetime

    def fail(value: Any, _: Any) -> Any:
        raise Interrupt

    converter = make_converter()
    converter.register_structure_hook(datetime if of == "datetime" else Secret, fail)
    data, call = HOOKED[name]
    body = document(data)
    if odd:
        body = body.replace(b'"attributes": {', b'"attributes": {"description": [5], ')
    answer = reply(200, body, {"Content-Type": "application/vnd.api+json"})
    async with ScriptedServer(answer) as server:
        config = Config(host=server.url, token="t")
        async with ScalrClient(config=config, converter=converter) as scalr:
            with pytest.raises(Interrupt) as caught:
                await call(scalr)

    assert leaks(caught.value) == []


async def test_security_nothing_inside_a_resource_shows_its_secret() -> None:
    async with ScriptedServer(ok(VARIABLE)) as server, client(server.url) as scalr:
        found = await scalr.variables.get("var-1")
    async with ScriptedServer(ok([VARIABLE])) as server, client(server.url) as scalr:
        (listed,) = await scalr.variables.list().collect()

    for one in (found, listed):
        inside = [getattr(one, name) for name in ("_raw", "_loader")]
        texts = [show(value) for value in (one, *inside, one.raw()) for show in (repr, pretty_repr)]
        assert not [text for text in texts if HUSH in text]
    assert found.value == HUSH


def test_security_credentials_do_not_show_a_token() -> None:
    found = Credentials(host="acme.scalr.io", token=HUSH)

    assert HUSH not in repr(found) + pretty_repr(found)
    assert json.dumps(found.token) == f'"{HUSH}"'


def test_security_the_look_at_frames_sees_what_they_show() -> None:
    source = f"def tells(token):\n    raise ValueError('x')\ntells({HUSH!r})"
    with pytest.raises(ValueError, match="x") as caught:
        exec(compile(source, f"{OURS}/resources/_generated/x.py", "exec"), {})

    assert leaks(caught.value) == ["tells: token"] * 2
