"""No exception but a `ScalrError`, or what a caller's own code raises, whatever is passed."""

from __future__ import annotations

import asyncio
import inspect
import os
import pickle
import re
import traceback
import typing
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from scalr_async import (
    Config,
    FileError,
    Headers,
    Limits,
    Pager,
    RetryPolicy,
    ScalrClient,
    ScalrError,
    Timeouts,
    bulk_report,
    filters,
    resources,
    run_bulk,
    run_bulk_iter,
    watch,
)
from scalr_async._http import Request
from scalr_async.credentials import discover
from scalr_async.resources import Download
from scalr_async.webhooks import (
    MemoryDeliveryStore,
    SQLiteDeliveryStore,
    TaskVerifier,
    WebhookReceiver,
    WebhookVerifier,
)
from tests.conftest import CANARY
from tests.laws.answers import fine
from tests.laws.arguments import VALUES, Mine
from tests.laws.calls import Method, drive, methods, what_is_kept
from tests.laws.seam import Reply, scripted
from tests.servers import run_virtually

STRIDE = int(os.environ.get("SCALR_LAWS", "19"))
"""Of the odd values, each option of a generated call is given every so many."""
NAMES = tuple(VALUES)


def plausibly(request: Request, _: int) -> Reply:
    return Reply(fine(request).replace('"status": "x"', '"status": "applied"').encode())


class Law:
    """Counts calls, and what left them that may not."""

    def __init__(self) -> None:
        self.calls = 0
        self.ends: Counter[str] = Counter()
        self.escapes: list[str] = []

    async def holds(self, what: str, call: Callable[[], Any]) -> None:
        """Make a call, and use what it gives."""
        self.calls += 1
        try:
            await drive(call())
            self.ends["no error"] += 1
        except ScalrError as error:
            self.ends[type(error).__name__] += 1
            if not str(error).isprintable() or len(str(error)) > 4000:
                self.escapes.append(f"{what}: a text that is no line")
            if "hush" in str(error) and not isinstance(error, FileError):  # which tells its path
                self.escapes.append(f"{what}: a secret is shown")
            if kept := what_is_kept(error):
                self.escapes.append(f"{what}: {kept} is kept, and pickled with Dask")
            pickle.dumps(error)
        except Mine:
            self.ends["Mine"] += 1
        except Exception as error:  # noqa: BLE001  # the escapes that are looked for
            at = traceback.extract_tb(error.__traceback__)[-1]
            self.escapes.append(f"{what}: {error!r:.200} in {at.filename}:{at.lineno}")


def options_of(method: Method) -> list[str]:
    """Return the keys of what a call takes by `**options: Unpack[X]`."""
    for parameter in method.parameters:
        if parameter.kind is parameter.VAR_KEYWORD:
            (name,) = re.findall(r"Unpack\[(?:\w+\.)*(\w+)\]", str(parameter.annotation))
            module = inspect.getmodule(method.function)
            found = getattr(module, name, None) or getattr(resources, name)
            bases = [found, *getattr(found, "__orig_bases__", ())]
            keys = {**found.__annotations__}
            assert bases
            assert typing.is_typeddict(found), name
            return list(keys)
    return []


CALLABLE = {"an enumeration", "a class", "a resource class"}
"""What can be called, and then raises what it will: the caller's own."""


def is_own(argument: str, value: str) -> bool:
    """Return whether what is raised comes out of the value itself."""
    hooks = argument.startswith("on_") or argument in {"hand_over", "in_use"}
    called = hooks and value in CALLABLE
    called |= argument == "call" and value in {*CALLABLE, "a function"}  # one that is not async
    return called or (value == "a closed file" and argument not in {"archive", "to"})


async def try_method(law: Law, method: Method, values: Iterable[str]) -> None:
    named = [p.name for p in method.parameters if p.kind is not p.VAR_KEYWORD]
    for argument in (*named, *options_of(method)):
        for value in values:
            if is_own(argument, value):
                continue
            with scripted(plausibly) as scalr:
                arguments = {**method.arguments, argument: VALUES[value]()}
                call = method.bound(scalr)
                await law.holds(f"{method}({argument}={value})", lambda: call(**arguments))


def test_calls_written_by_hand_refuse_or_take_whatever_is_passed() -> None:
    async def main() -> None:
        for method in methods():
            if method.handwritten and str(method) not in WAITS:
                await try_method(law, method, NAMES)

    law = Law()
    asyncio.run(main())

    assert law.escapes == []
    assert law.calls > 2800


WAITS = {"runs.wait", "agent_pools.wait_for_agents", "agent_pools.delete"}
"""Calls that sleep until a server says otherwise: in virtual time."""


def test_waits_refuse_or_take_whatever_is_passed() -> None:
    async def main() -> None:
        for method in methods():
            if str(method) in WAITS:
                await try_method(law, method, NAMES)

    law = Law()
    run_virtually(main())

    assert law.escapes == []
    assert law.calls > 500


@pytest.mark.unmeasured
def test_generated_calls_refuse_or_take_whatever_is_passed() -> None:
    async def main() -> None:
        for place, method in enumerate(methods()):
            if not method.handwritten:
                await try_method(law, method, NAMES[place % STRIDE :: STRIDE])

    law = Law()
    asyncio.run(main())

    assert law.escapes == []
    assert law.calls > 7_000


async def _nothing(_: Any) -> None: ...


CONSTRUCTORS: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "Config": (Config, {"host": "acme.scalr.io", "token": CANARY}),
    "Timeouts": (Timeouts, {}),
    "Limits": (Limits, {}),
    "RetryPolicy": (RetryPolicy, {}),
    "ScalrClient": (ScalrClient, {"host": "acme.scalr.io", "token": CANARY}),
    "like": (filters.like, {"text": "x"}),
    "between": (filters.between, {"low": 1, "high": 5}),
    "raw": (filters.raw, {"text": "x"}),
    "Headers": (Headers, {}),
    "Pager": (Pager, {"source": ScalrClient("acme.scalr.io", CANARY).workspaces.list().source}),
    "bulk_report": (bulk_report, {"error": ValueError()}),
    "run_bulk": (run_bulk, {"items": [1, 2], "call": _nothing}),
    "run_bulk_iter": (run_bulk_iter, {"items": [1, 2], "call": _nothing}),
    "watch": (watch, {"pager": ScalrClient("acme.scalr.io", CANARY).workspaces.list()}),
    "WebhookVerifier": (WebhookVerifier, {"secret": CANARY}),
    "TaskVerifier": (TaskVerifier, {"header": "X-Key", "secret": CANARY}),
    "WebhookReceiver": (
        WebhookReceiver,
        {"verifier": WebhookVerifier(CANARY), "handler": _nothing},
    ),
    "MemoryDeliveryStore": (MemoryDeliveryStore, {}),
    "SQLiteDeliveryStore": (SQLiteDeliveryStore, {"path": "deliveries.db"}),
    "verify": (WebhookVerifier(CANARY).verify, {"body": b"{}", "headers": {}}),
    "discover": (discover, {"env": {"SCALR_HOSTNAME": "h", "SCALR_PROFILE": "x"}}),
}


def test_what_is_made_refuses_or_takes_whatever_is_passed() -> None:
    async def main() -> None:
        for name, (make, needed) in CONSTRUCTORS.items():
            for argument in inspect.signature(make).parameters:
                for value, odd in VALUES.items():
                    if not is_own(argument, value):
                        arguments = {**needed, argument: odd()}
                        what = f"{name}({argument}={value})"
                        await law.holds(what, lambda: make(**arguments))

    law = Law()
    asyncio.run(main())

    assert law.escapes == []


def test_requests_and_options_of_a_client_refuse_or_take_whatever_is_passed() -> None:
    async def main() -> None:
        for name in ("request", "with_options"):
            needed = {"method": "POST", "path": "/x"} if name == "request" else {}
            function = getattr(ScalrClient, name)
            _, *parameters = inspect.signature(function).parameters
            for argument in parameters:
                for value, odd in VALUES.items():
                    if not is_own(argument, value):
                        with scripted(plausibly) as scalr:
                            arguments = {**needed, argument: odd()}
                            call = getattr(scalr, name)
                            what = f"{name}({argument}={value})"
                            await law.holds(what, lambda: call(**arguments))

    law = Law()
    asyncio.run(main())

    assert law.escapes == []


def test_pagers_and_downloads_refuse_or_take_whatever_is_passed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        for value, odd in VALUES.items():
            with scripted(plausibly) as scalr:
                pager = scalr.workspaces.list()
                await law.holds(f"pages({value})", lambda: pager.pages(odd()))
                await law.holds(f"collect({value})", lambda: pager.collect(odd()))
                download = scalr.state_versions.download
                await law.holds(f"to={value}", lambda: _saved(download("sv-1", to=odd())))

    law = Law()
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    asyncio.run(main())

    assert law.escapes == []
    assert law.ends["no error"] > 10


async def _saved(download: Download) -> None:
    assert await download > 0
