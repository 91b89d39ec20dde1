"""The embedded Scalr server's public class."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import itertools
import math
import os
import ssl
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Literal, Self, get_args

from scalr_async import _catalog
from scalr_async._values import Secret
from scalr_async.emulator._settings import Settings
from scalr_async.emulator._thread import await_in, run_in_thread, thread_safe
from scalr_async.emulator.engine.api import Api
from scalr_async.emulator.engine.arguments import (
    check_choice,
    check_kind,
    check_number,
    check_secret,
)
from scalr_async.emulator.engine.bodies import Changes
from scalr_async.emulator.engine.faults import Cut, Failure, RateLimit
from scalr_async.emulator.engine.members import (
    check_members,
    check_owner,
    check_present,
    check_values,
)
from scalr_async.emulator.engine.patterns import check_pattern
from scalr_async.emulator.engine.request_log import LoggedRequest, RequestLog
from scalr_async.emulator.engine.server import UNLISTED, Server
from scalr_async.emulator.engine.service import Service
from scalr_async.emulator.engine.sparse import Sparse
from scalr_async.emulator.engine.store import Ids, Record, Store
from scalr_async.emulator.scalr.access import PUBLIC, authenticate
from scalr_async.emulator.scalr.bootstrap import bootstrap
from scalr_async.emulator.scalr.courier import Courier
from scalr_async.emulator.scalr.demo import add_demo
from scalr_async.emulator.scalr.inventory import Loaded, load, read_inventory
from scalr_async.emulator.scalr.rulebook import ACTIONS, RULEBOOK
from scalr_async.emulator.scalr.runs.control import SUBSETS
from scalr_async.emulator.scalr.runs.lifecycle import RunLifecycle
from scalr_async.emulator.scalr.seed import Seeded, churn, seed

__all__ = ["Emulator"]

Answers = Literal["generous", "sparse"]
"""The extent of answers: everything, or as little as JSON:API allows."""


@thread_safe
class Emulator(Settings):
    """A Scalr server in this process, for tests of programs that talk to Scalr.

    It is a real HTTP server. Its functions and attributes may be used from any thread and any event
    loop: they run in the loop in which the server was started.

    Args:
        accounts: a name for each account; the first has the id that Scalr's documentation uses.
        seed: the same seed gives the same ids and tokens.
        token: the bearer token that it accepts; None for a generated one.
        host: the address that it listens on.
        port: the port, 0 for any free one.
        tls: an SSL context for HTTPS, for clients that require it (Terraform, scalr-cli).
        answers: `"sparse"` leaves out members that JSON:API makes optional, and adds members and
            types that only a later version of the API could have; the seed decides which.
        demo: starts with the account of the documentation's examples: 250 workspaces, two pools
            with six agents.
        inventory: a file with the objects to start with, see `load`.
    """

    def __init__(
        self,
        *,
        accounts: Sequence[str] = ("mainiacp",),
        seed: int = 0,
        token: str | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: ssl.SSLContext | None = None,
        answers: Answers = "generous",
        demo: bool = False,
        inventory: str | os.PathLike[str] | None = None,
    ) -> None:
        check_kind("accounts", accounts, list | tuple, "a list of names")
        if not accounts:
            raise ValueError("an emulator needs at least one account")
        for name in accounts:
            check_kind("accounts", name, str, "a name")
        check_number("seed", seed, least=-math.inf, whole=True)
        if token is not None:
            check_secret("token", token)
        check_kind("host", host, str, "an address")
        check_number("port", port, most=65_535, whole=True)
        check_kind("tls", tls, ssl.SSLContext | None, "an SSL context")
        check_choice("answers", answers, get_args(Answers))
        self._accounts = tuple(accounts)
        self._seed = seed
        self._answers = answers
        if demo and inventory is not None:
            raise ValueError("demo, inventory: choose one of them")
        self._demo = demo
        self._resources = None if inventory is None else read_inventory(inventory)
        self._loaded: Loaded | None = None
        self._host = host
        self._port = port
        self._tls = tls
        self._given_token = token
        self._loop: asyncio.AbstractEventLoop | None = None
        self._changes = itertools.count()
        self._begin()
        self._server = Server(self._api)
        self._courier = Courier(lambda: self._service)

    def _begin(self) -> None:
        """Replace all objects by those of a new start."""
        sparse = Sparse(self._seed) if self._answers == "sparse" else None
        self._service = Service(_catalog.load(), RULEBOOK, seed=self._seed, sparse=sparse)
        self._runs = self._service.part(RunLifecycle)
        self._token = Secret(self._given_token or f"at-{self._service.text(15)}.emulator")
        if self._resources is None:
            self._actor = bootstrap(self._service, self._accounts)
        else:
            self._actor, self._loaded = load(self._service, self._resources)
        self._service.owner = self._actor
        self._api = Api(
            self._service,
            authenticate=functools.partial(authenticate, self._service, self._token),
            actions=ACTIONS,
            public=PUBLIC,
            subsets=SUBSETS,
            refresh=self._runs.catch_up,
        )
        if self._demo:
            add_demo(self._service, self._actor)

    @classmethod
    def load(cls, file: str | os.PathLike[str], **options: Any) -> Self:
        """Create an emulator from an inventory, as `scalr-async crawl` writes it (NDJSON).

        Ids, names, attributes and links are those of the file, which contains no secrets. `loaded`
        describes the result. `options` are those of the class except `accounts` and `demo`. This
        is the same as the option `inventory`, which `in_thread` takes too.

        Raises `OSError` when the file cannot be read, `ValueError` naming a line that is not a
        resource.
        """
        return cls(inventory=file, **options)

    @property
    def loaded(self) -> Loaded | None:
        """The result of loading an inventory: counts, stand-ins, links to missing objects."""
        return self._loaded

    @property
    def url(self) -> str:
        """Scheme, host and port, without a path; raises `RuntimeError` before the start.

        A client on this machine reaches it there, whatever address it listens at.
        """
        if not self._server.root:
            raise RuntimeError("the emulator is not running: use `async with Emulator() as emu`")
        return self._server.root

    @property
    def store(self) -> Store:
        """The stored objects, for reading: `store.get(type, id)`, `store.all(type)`."""
        self._runs.catch_up()
        return self._service.store

    @property
    def requests(self) -> RequestLog:
        """The latest 100 000 requests, at most 64 MiB of them, oldest first."""
        return self._server.requests

    async def settle_deliveries(self) -> None:
        """Wait until every webhook and pool task was accepted or given up, held ones too.

        Runs that move by themselves may cause more later.
        """
        await self._courier.settle()

    def advance(self, run: str | Record, status: str | None = None) -> None:
        """Move a run by one step, or until it has a status; `run` may be its id.

        Raises `ValueError` when the run cannot move: it has ended, or waits for a decision.
        """
        record = run if isinstance(run, Record) else self._service.store.get("runs", run)
        if record is None:
            raise ValueError(f"run: there is no run {run!r}")
        if status is not None:
            statuses = self._service.types["runs"].attributes["status"].enum
            check_choice("status", status, map(str, statuses))
        self._runs.advance(record, status)

    @classmethod
    def in_thread(cls, **options: Any) -> AbstractContextManager[Self]:
        """Create an emulator that runs in a thread of its own until the end of a `with` block.

        For programs and tests that are not asynchronous, and for suites whose event loops come and
        go while the server stays. `options` are those of the class.
        """
        return run_in_thread(cls(**options))

    async def start(self) -> None:
        """Listen for requests; raises `RuntimeError` when it is running already."""
        await self._server.start(self._host, self._port, self._tls)
        self._courier.start()
        self._loop = asyncio.get_running_loop()

    async def stop(self) -> None:
        """Close every connection and stop listening; the stored objects stay readable."""
        await self._courier.stop()
        await self._server.stop()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()

    def reset(self) -> None:
        """Restore the initial objects and settings, and empty the log; `token` stays the same."""
        self._server.requests.clear()
        self._server.failures.clear()
        self._server.limit = None
        self._server.latency = 0.0
        self._courier.forget()
        self._begin()
        self._server.backend = self._api

    def seed(
        self,
        *,
        environments: int = 3,
        workspaces: int = 0,
        pools: int = 0,
        agents: int = 0,
        tags: int = 8,
    ) -> Seeded:
        """Add realistic objects to the first account; returns their ids.

        Args:
            environments: the number of environments; the first gets most of the workspaces.
            workspaces: the number of workspaces in them; every third is on a pool of this call.
            pools: the number of agent pools.
            agents: the number of agents in them; those of one pool are offline.
            tags: the number of tags, which the workspaces get.

        Raises `ValueError` for a number below 0, and for objects without a place.
        """
        return seed(
            self._service,
            self._actor,
            environments=environments,
            workspaces=workspaces,
            pools=pools,
            agents=agents,
            tags=tags,
        )

    def create(
        self,
        type: str,
        attributes: Mapping[str, Any] | None = None,
        relationships: Mapping[str, Ids] | None = None,
        *,
        owner: str | None = None,
    ) -> Record:
        """Create one object under the rules of its type; read-only attributes may be set.

        This also creates objects that no client can create, such as agents. `owner` is the id in
        the path of an object below another: `/policy-group-checks/{owner}/policy-check-results`.
        """
        check_members(self._service, type, attributes or {}, relationships or {})
        check_values(self._service, type, attributes or {})
        if owner is not None:
            check_owner(self._service, owner)
        changes = Changes(
            attributes=dict(attributes or {}), relationships=dict(relationships or {})
        )
        return self._service.create(type, changes, self._actor, owner=owner)

    def update(
        self,
        record: Record,
        attributes: Mapping[str, Any] | None = None,
        relationships: Mapping[str, Ids] | None = None,
    ) -> None:
        """Change an object without the rules of its type: make an agent busy, for example."""
        check_present(self._service, record)
        check_members(self._service, record.type, attributes or {}, relationships or {})
        self._service.store.change(record, attributes or {}, relationships or {})

    def delete(self, record: Record) -> None:
        """Delete an object and the objects that depend on it, without the rules of their types."""
        check_present(self._service, record)
        self._service.delete(record, forced=True)

    def limit_rate(
        self, requests: float | None, *, per: float = 1.0, retry_after: bool = True
    ) -> None:
        """Allow this many requests in `per` seconds, answer 429 to others; None lifts the limit.

        With `retry_after`, the 429 has a `Retry-After` header.
        """
        limit = None
        if requests is not None:
            limit = RateLimit(requests, per=per, retry_after=retry_after)
        self._server.limit = limit

    def fail(
        self,
        method: str,
        path: str,
        *,
        status: int | None = 503,
        times: int | None = 1,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        cut: Cut | None = None,
        delay: float = 0.0,
        every: int = 1,
        match: Callable[[LoggedRequest], bool] | None = None,
    ) -> Failure:
        """Make the next requests that match `method` and `path` fail.

        Args:
            method: their method, `*` for any.
            path: their path below the API root, without the query; it may have wildcards
                (`/workspaces/*`), and `*` stands for slashes, too.
            status: the status of the answer; None for the answer that they get otherwise.
            times: the number of requests that fail, None for all.
            headers: the header fields of the answer.
            body: the body of the answer; by default, that of an error from 400 on.
            cut: breaks the connection instead of answering, at this moment.
            delay: the seconds before the answer or the cut, beside `latency`.
            every: fails only each nth matching request.
            match: a further condition on a request.

        Returns the failure, whose `seen` counts the requests that matched. Raises `ValueError` for
        an argument with which no request could fail.
        """
        failure = Failure(
            method=method,
            path=path,
            status=status,
            headers=headers or {},
            body=body,
            cut=cut,
            delay=delay,
            left=times,
            every=every,
            match=match,
        )
        listed = ((route.method, route.path) for route in self._service.catalog.routes)
        check_pattern(method, path, (*listed, *UNLISTED))
        self._server.failures.append(failure)
        return failure

    @contextlib.asynccontextmanager
    async def churn(self, type: str, *, per_second: float) -> AsyncIterator[None]:
        """Create and delete objects of a type during the block, `per_second` changes a second."""
        check_choice("type", type, self._service.types)
        check_number("per_second", per_second, least=0.001, most=1_000_000)

        async def begin() -> asyncio.Task[None]:
            return asyncio.create_task(
                churn(lambda: self._service, self._changes, type, per_second)
            )

        async def end() -> None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

        task = await await_in(self._loop, begin())
        try:
            yield
        finally:
            await await_in(self._loop, end())
