"""The client: its lifecycle, its clones with other options, and a lazy property per collection."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from copy import copy
from functools import partial
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import parse_qsl

import attrs
import msgspec
from cattrs import Converter
from yarl import URL

from scalr_async._guards import BeforeSend, Guards, RecordedRequest
from scalr_async._http import ANY_MEDIA_TYPE, IDEMPOTENT_METHODS, JSONAPI, Request, Response
from scalr_async._text import shown
from scalr_async._values import UNSET, Secret, SecretBytes, UnsetType, conceal, hide_arguments
from scalr_async.config import (
    Config,
    RetryPolicy,
    Timeouts,
    TokenSource,
    header_value,
    merged_headers,
)
from scalr_async.errors import ConfigError, InvalidArgumentError
from scalr_async.jsonapi import Parameter, check, check_hooks, encode_json, encode_parameter
from scalr_async.resources import make_collection
from scalr_async.resources._base import Collection, Context
from scalr_async.resources._generated._client import Collections
from scalr_async.telemetry import EventHook, Telemetry
from scalr_async.tokens import AssumeServiceAccount
from scalr_async.transport import ClientSession, Instrumentation, Transport, same_origin

__all__ = ["ScalrClient"]

_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})

Params = Mapping[str, Parameter]


class ScalrClient(Collections):
    """A client of Scalr: open it with `async with`, then use its collections.

    One client serves one event loop and any number of tasks; its limits apply to all of them
    together.

    Args:
        host: the host, `acme.scalr.io`. A missing host or token is taken from the environment
            (`SCALR_HOSTNAME`, `SCALR_TOKEN`), then from credential files, see
            `scalr_async.credentials`.
        token: a personal, service-account or pool token, or a source of tokens that expire: see
            `Config.token`.
        config: all options, host and token included, in place of `host` and `token`.
        session: an `aiohttp.ClientSession` of yours: the client uses its connector and its traces,
            and never changes or closes it.
        on_event: a function that is called with each event of `scalr_async.telemetry`.
        converter: a cattrs converter whose hooks read and write values.
    """

    @hide_arguments
    def __init__(
        self,
        host: str | None = None,
        token: str | TokenSource | None = None,
        *,
        config: Config | None = None,
        session: ClientSession | None = None,
        on_event: EventHook | None = None,
        converter: Converter | None = None,
    ) -> None:
        if config is not None and (host is not None or token is not None):
            raise ConfigError("give host and token, or config, not both")
        _check("config", config, Config)
        _check("session", session, ClientSession)
        if converter is not None:
            check_hooks(converter)
        config = _configured(host, token) if config is None else config
        telemetry = Telemetry(on_event)
        self._transport = Transport(config, session, telemetry)
        self._converter = converter
        self._pollers: dict[str, Any] = {}
        self._instrumentation: Instrumentation | None = None
        self._guards = Guards()
        self._bind(config, telemetry)
        if isinstance(config.token, AssumeServiceAccount):
            self._exchange_tokens(config.token)

    def _exchange_tokens(self, source: AssumeServiceAccount) -> None:
        """Exchange tokens through this client's connections, in calls that carry no token."""
        from scalr_async.resources._assuming import assume  # noqa: PLC0415  # for this source only

        sender = self._transport.tokenless(self._config, self._telemetry)
        context = msgspec.structs.replace(
            self._context, send=sender.send, open=sender.open, converter=None
        )
        accounts: Any = make_collection("service_accounts", context)
        self._transport.exchange_tokens(partial(assume, source, accounts))

    def _bind(self, config: Config, telemetry: Telemetry) -> None:
        self._config = config
        self._telemetry = telemetry
        self._sender = self._transport.sender(config, telemetry, self._instrumentation)
        guarded = self._guards.around(self._sender)
        origin = str(config.api_root.origin())
        self._context = Context(
            guarded.send,
            telemetry,
            self._converter,
            origin,
            guarded.open,
            config.account,
            self._transport.time_for,
            self._pollers,
            self._guards.record is not None,
        )
        self._collections = _LazyCollections(self._context)

    def _instrumented(self, instrumentation: Instrumentation) -> Self:
        """Return a client that is traced and shares everything else with this one."""
        clone = copy(self)
        clone._instrumentation = instrumentation  # noqa: SLF001  # our own
        clone._bind(self._config, self._telemetry)  # noqa: SLF001  # our own
        return clone

    @property
    def config(self) -> Config:
        """The configuration that this client was built from."""
        return self._config

    def __repr__(self) -> str:
        return f"ScalrClient({self._config.host!r})"

    async def open(self) -> Self:
        """Open the client and return it; for places without `async with`, such as a REPL.

            scalr = await ScalrClient().open()
            ...
            await scalr.close()

        Raises `ClientStateError` if the client was opened before: it can be opened only once.
        """
        await self._transport.open()
        return self

    async def __aenter__(self) -> Self:
        return await self.open()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections; calls under way end with `ClientStateError`.

        Idempotent. A session that was passed in stays open.
        """
        await self._transport.close()

    def with_options(
        self,
        *,
        timeout: float | Timeouts | UnsetType | None = UNSET,
        retry: RetryPolicy | UnsetType = UNSET,
        on_event: EventHook | UnsetType | None = UNSET,
        headers: Mapping[str, str] | UnsetType | None = UNSET,
        read_only: bool = False,
        dry_run: bool = False,
        before_send: BeforeSend | UnsetType | None = UNSET,
    ) -> Self:
        """Return a clone with other options; it shares connections, limits and lifecycle with this.

        `timeout` is the deadline of each call in seconds, None for no deadline, or all `Timeouts`;
        `on_event=None` removes the hook. `headers` are sent in addition to the configured headers
        and replace those of the same name; None removes all of them. Omitted options stay as they
        are. The clone is a shallow copy, which keeps the attributes of a subclass; it need not be
        opened or closed.

        `read_only` refuses every write with a `ClientStateError`; `dry_run` records every write
        (see `recorded`) instead of sending it, while reads are sent. Neither can be switched off
        again in a clone. `before_send` is a plain function that is called with an `OutgoingRequest`
        once before each call, however many attempts the call takes, and returns headers to add, or
        None; an exception from it ends the call before anything is sent. `before_send=None` removes
        it.

        Raises `ConfigError`.
        """
        total: Any = timeout
        hook: Any = on_event
        changes: dict[str, Any] = {}
        if headers is not UNSET:
            headers = conceal(headers)  # a traceback may print what this frame holds
            changes["headers"] = merged_headers(self._config.headers, headers)
        if isinstance(timeout, Timeouts):
            changes["timeouts"] = timeout
        elif total is not UNSET:
            changes["timeouts"] = attrs.evolve(self._config.timeouts, total=total)
        if retry is not UNSET:
            changes["retry"] = retry
        telemetry = self._telemetry if hook is UNSET else Telemetry(hook)
        added = self._guards.before_send if before_send is UNSET else before_send
        clone = copy(self)
        clone._guards = self._guards.with_options(read_only, dry_run, added)  # noqa: SLF001  # our own
        clone._bind(attrs.evolve(self._config, **changes), telemetry)  # noqa: SLF001  # our own
        return clone

    @property
    def recorded(self) -> tuple[RecordedRequest, ...]:
        """The writes that this client and its clones recorded instead of sending: see `dry_run`."""
        return tuple(self._guards.record or ())

    async def ping(self) -> None:
        """Ask whether the API answers: `GET /ping`. Raises what any call raises."""
        await self.request("GET", "/ping", accept=ANY_MEDIA_TYPE)

    async def metrics(self) -> str:
        """Read the metrics of the account as OpenMetrics text: `GET /metrics`.

        Raises `NotFoundError`.
        """
        response = await self.request("GET", "/metrics", accept=ANY_MEDIA_TYPE)
        return response.body.decode("utf-8", "replace")

    async def request(
        self,
        method: str,
        path: str,
        *,
        params: Params | None = None,
        json: Any = None,
        body: bytes | None = None,
        content_type: str = JSONAPI,
        accept: str = JSONAPI,
        idempotent: bool | None = None,
    ) -> Response:
        """Send any request to the API, with the guarantees of every other call.

        `path` is relative to the API root (`/agent-pools`) and percent-encoded, or is a URL of this
        host's API, such as a document's `links.next`; any other host is refused. `params` take the
        same values as the parameters of lists: texts, numbers, booleans, times, and iterables,
        whose members are joined by commas. `json` is encoded into the body, `body` is sent as it
        is. `idempotent=True` declares that a repeat has the same effect, so that the request is
        repeated if its answer is lost.

        Raises `APIError` for an error status, like every typed call, `DecodeError` for an HTML page
        unless `accept` asks for HTML and for a part of a body (206), and `InvalidArgumentError` for
        arguments that cannot be sent.
        """
        try:
            content = _content(json, body)
        finally:
            json = body = None  # a traceback may print what this frame holds
        verb = _text("method", method)
        if verb not in _METHODS:
            raise InvalidArgumentError(f"method {shown(method)}: must be one of {sorted(_METHODS)}")
        if idempotent is not None and not isinstance(idempotent, bool):
            raise InvalidArgumentError(f"idempotent={shown(idempotent)}: must be True or False")
        below, query = self._below_root(path)
        request = Request(
            method=verb,
            path=below,
            params=(*query, *_pairs(params)),
            body=content,
            content_type=_media_type("content_type", content_type),
            accept=_media_type("accept", accept),
            idempotent=verb in IDEMPOTENT_METHODS if idempotent is None else idempotent,
        )
        promised = None if "html" in accept else "text" if accept == ANY_MEDIA_TYPE else "JSON"
        return check(await self._context.send(request), promised)

    def _below_root(self, path: str) -> tuple[str, tuple[tuple[str, str], ...]]:
        """Split a path, or a URL of this API, into the path below the root and the query."""
        root, path = self._config.api_root, _text("path", path)
        if path.startswith("/"):
            below, _, query = path.partition("?")
            return below, tuple(parse_qsl(query, keep_blank_values=True)) if query else ()
        try:
            url = URL(path, encoded=True)
            ours = url.absolute and same_origin(url, root)
        except ValueError:
            url, ours = root, False
        if ours and url.raw_path.startswith(f"{root.raw_path}/"):
            below = url.raw_path.removeprefix(root.raw_path)
            return below, tuple(parse_qsl(url.raw_query_string, keep_blank_values=True))
        raise InvalidArgumentError(
            f"path {shown(path, 200)}: must begin with a slash, or be a URL below {root}"
        )


def _configured(host: str | None, token: str | TokenSource | None) -> Config:
    """Complete host and token from the environment and the credential files."""
    if host is not None and token is not None:
        return Config(host=host, token=token)
    from scalr_async.credentials import discover  # noqa: PLC0415  # for what was not given

    source = token if callable(token) or isinstance(token, AssumeServiceAccount) else None
    given: dict[str, Any] = {
        "SCALR_HOSTNAME": host,
        "SCALR_TOKEN": "provided" if source is not None else token,
    }
    for name, value in given.items():
        if value is not None and (not isinstance(value, str) or not value.strip()):
            argument = "host" if name == "SCALR_HOSTNAME" else "token"
            raise ConfigError(f"{argument}: must be a non-empty str (its value is not shown)")
    known = {name: value for name, value in given.items() if value is not None}
    found = discover({**os.environ, **known})
    return Config(host=found.host, token=source or found.token, account=found.account)


class _LazyCollections(dict[str, Collection[Any]]):
    """Collections by name, each created on its first use."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def __missing__(self, name: str) -> Collection[Any]:
        made = self[name] = make_collection(name, self._context)
        return made


def _check(name: str, value: object, kind: Any) -> None:
    """Refuse an argument that is neither None nor of this type."""
    if value is not None and not isinstance(value, kind):
        raise ConfigError(f"{name}: must be a {kind.__name__}, not {type(value).__name__}")


def _text(name: str, value: Any) -> str:
    """Return an argument as a plain `str`; members of a string enumeration are accepted."""
    if isinstance(value, str) and not isinstance(value, Secret):
        return str.__str__(value)
    raise InvalidArgumentError(f"{name}: must be a str, not {type(value).__name__}")


def _pairs(params: Any) -> Iterable[tuple[str, str]]:
    if params is None:
        return
    if not isinstance(params, Mapping):
        raise InvalidArgumentError(f"params: must be a mapping, not {type(params).__name__}")
    for name, value in params.items():
        try:
            yield _text("a name", name), encode_parameter(value)
        except InvalidArgumentError as error:
            raise InvalidArgumentError(f"params: {shown(name)}: {error.message}") from None


def _media_type(name: str, value: str) -> str:
    try:
        return header_value(name, value)
    except ConfigError as refused:
        raise InvalidArgumentError(refused.message) from None


@hide_arguments
def _content(json: Any, body: Any) -> bytes | None:
    """Return the body of a request."""
    if json is None:
        if body is None or isinstance(body, bytes):
            return body if body is None else SecretBytes(body)
        raise InvalidArgumentError(f"body: must be bytes, not {type(body).__name__}")
    if body is not None:
        raise InvalidArgumentError("give json or body, not both")
    try:
        return encode_json(json)
    except InvalidArgumentError as error:
        raise InvalidArgumentError(f"json: {error.message}") from None
