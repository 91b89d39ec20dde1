"""The HTTP server: one handler for every request, with latency, faults and log."""

from __future__ import annotations

import asyncio
import functools
import ipaddress
import logging
import re
import ssl
import time
from collections.abc import Callable, Mapping
from importlib import resources
from typing import Any, Final, Protocol

import msgspec
from aiohttp import StreamReader, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.http_parser import RawRequestMessage
from aiohttp.web_protocol import RequestHandler

from scalr_async._http import JSONAPI, Headers
from scalr_async.emulator.engine.blobs import BLOBS
from scalr_async.emulator.engine.errors import ApiError
from scalr_async.emulator.engine.faults import Cut, Failure, RateLimit
from scalr_async.emulator.engine.http import BASE_PATH, Answer, download, read_body, refusal
from scalr_async.emulator.engine.request_log import LoggedRequest, RequestLog

__all__ = ["UNLISTED", "Server", "openapi"]

_DISCOVERY: Final = "/.well-known/terraform.json"
"""The path where Terraform looks for a host's services (Remote Service Discovery)."""
_OPENAPI: Final = ("/openapi-public.yml", "/openapi-preview.yml")
"""The paths of the OpenAPI document below the API root; JSON is YAML too.

`scalr-cli` builds its commands from it; older releases request the second path.
"""
UNLISTED: Final = (
    ("GET", _DISCOVERY),
    *(("GET", path) for path in _OPENAPI),
    ("GET", f"{BLOBS}{{blob}}"),
    ("PUT", f"{BLOBS}{{blob}}"),
)
"""The methods and paths beside those of the catalog."""
_LOGGED: Final = 100_000
_LOGGED_BYTES: Final = 64 * 1024 * 1024
_HOST: Final = re.compile(r"[\w.-]+(:\d+)?|\[[\da-fA-F:.]+\](:\d+)?")
_PROFILE: Final = re.compile(r"(?<![^\s,])profile=[^\s,;]+", re.IGNORECASE)
"""The only preference that is applied (RFC 7240); others are ignored."""
_REDACTED: Final = "<redacted>"
_sleep = asyncio.sleep


class Backend(Protocol):
    """Handles requests; `authorization` is the value of the `Authorization` header."""

    def admits(self, request: LoggedRequest, *, authorization: str) -> bool:
        """Return whether to read the body of a request whose head has arrived."""
        ...

    def answer(self, request: LoggedRequest, *, authorization: str) -> Answer:
        """Answer a request whose path is below the API root."""
        ...

    def transfer(self, request: LoggedRequest) -> Answer:
        """Answer a download or an upload of a blob."""
        ...

    def set_root(self, root: str) -> None:
        """Set the scheme and host with which the links in answers begin."""
        ...


def _is_server_fault(record: logging.LogRecord) -> bool:
    """Return whether to log a record; bytes that are not HTTP are only answered with 400."""
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


_LOGGER: Final = logging.getLogger("scalr_async.emulator")
_LOGGER.addFilter(_is_server_fault)


class _Connections(web.Server):
    """Numbers the connections, and leaves bodies compressed for `read_body`."""

    def __init__(self, handler: Any) -> None:
        super().__init__(
            handler,
            request_factory=_request,
            access_log=None,
            auto_decompress=False,
            logger=_LOGGER,
        )
        self._numbers: dict[Any, int] = {}
        self._opened = 0

    def connection_made(self, handler: RequestHandler, transport: asyncio.Transport) -> None:
        super().connection_made(handler, transport)
        self._opened += 1
        self._numbers[handler] = self._opened

    def connection_lost(self, handler: RequestHandler, exc: BaseException | None = None) -> None:
        super().connection_lost(handler, exc)
        self._numbers.pop(handler, None)

    def number(self, handler: Any) -> int:
        """Return the number of a connection, 0 if it is closed."""
        return self._numbers.get(handler, 0)


def _request(
    message: RawRequestMessage,
    payload: StreamReader,
    protocol: RequestHandler,
    writer: AbstractStreamWriter,
    task: asyncio.Task[None],
) -> web.BaseRequest:
    """Return a request without the parts that only aiohttp's applications need."""
    return web.BaseRequest(message, payload, protocol, writer, task, asyncio.get_running_loop())


class Server:
    """Listens, and passes each request through latency, faults and rate limit to `backend`."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.root = ""
        self.latency = 0.0
        self.limit: RateLimit | None = None
        self.failures: list[Failure] = []
        self.requests = RequestLog(_LOGGED, _LOGGED_BYTES)
        self._descriptions: Mapping[str, Callable[[str], bytes]] = {
            _DISCOVERY: lambda _: msgspec.json.encode({"iacp.v3": f"{BASE_PATH}/"}),
            **dict.fromkeys((BASE_PATH + path for path in _OPENAPI), openapi),
        }
        self._connections: _Connections | None = None
        self._runner: web.ServerRunner | None = None

    async def start(self, host: str, port: int, tls: ssl.SSLContext | None) -> None:
        """Listen; `root` is then the URL for clients on this machine.

        Raises `RuntimeError` if it listens already, `OSError` if the address is not free.
        """
        if self._runner is not None:
            raise RuntimeError("the emulator is running already")
        self._connections = _Connections(self._handle)
        self._runner = web.ServerRunner(self._connections, shutdown_timeout=0.1)
        try:
            await self._runner.setup()
            await web.TCPSite(self._runner, host, port, ssl_context=tls).start()
        except BaseException:
            await self.stop()
            raise
        bound, number, *_ = self._runner.addresses[0]
        scheme = "http" if tls is None else "https"
        self.root = f"{scheme}://{_url_host(host, bound)}:{number}"
        self.backend.set_root(self.root)

    async def stop(self) -> None:
        """Stop listening, and close every connection."""
        runner, self._runner = self._runner, None
        self.root = ""
        if runner is not None:
            await runner.cleanup()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        logged = self._log(request)
        try:
            await self._take_body(request, logged)
        except ApiError as error:
            return _response(logged, refusal(error), request.headers)
        except ConnectionError:  # the client has disconnected, and nobody reads an answer
            return _cut(request)
        failure = next((f for f in self.failures if f.takes(logged)), None)
        is_lost = failure is not None and failure.cut == "before"
        pause = (failure.delay if failure is not None else 0) + (0 if is_lost else self.latency)
        if pause:
            await _sleep(pause)
        if is_lost:
            return _cut(request)
        if failure is not None and failure.cut is None and failure.status is not None:
            return _response(logged, _scripted(failure, failure.status))
        answer = self._answer(request, logged)
        if failure is not None and failure.cut is not None:
            return _cut_answer(request, answer, failure.cut)
        return _response(logged, answer, request.headers)

    def _log(self, request: web.BaseRequest) -> LoggedRequest:
        url = request.rel_url
        path = url.raw_path
        assert self._connections is not None
        logged = LoggedRequest(
            method=request.method,
            path=path.removeprefix(BASE_PATH) or "/" if _is_api_path(path) else path,
            query=tuple(url.query.items()),
            headers=Headers(
                (k, _REDACTED if k.lower() == "authorization" else v)
                for k, v in request.headers.items()
            ),
            connection=self._connections.number(request.protocol),
            at=time.monotonic(),
        )
        self.requests.append(logged)
        return logged

    async def _take_body(self, request: web.BaseRequest, logged: LoggedRequest) -> None:
        """Read and log the body of a request that is admitted; other bodies are not kept."""
        if not request.can_read_body:
            return
        if not self.backend.admits(logged, authorization=_authorization(request)):
            return
        if logged.path.startswith(BLOBS):  # of any size
            body = b"".join([piece async for piece in request.content.iter_any()])
        else:
            body = await read_body(request)
        self.requests.attach(logged, body)

    def _answer(self, request: web.BaseRequest, logged: LoggedRequest) -> Answer:
        refused = None if self.limit is None else self.limit.refuse()
        if refused is not None:
            return Answer(status=429, body=_error(429, "Too Many Requests"), headers=refused)
        host = request.headers.get("Host", "")
        root = f"{request.scheme}://{host}" if _HOST.fullmatch(host) else self.root
        self.backend.set_root(root)
        described = self._descriptions.get(request.rel_url.raw_path)
        if described is not None:
            return download(described(root + BASE_PATH), "application/json")
        if logged.path.startswith(BLOBS):
            return self.backend.transfer(logged)
        if not _is_api_path(request.rel_url.raw_path):
            return Answer(status=404, body=_error(404, "Not Found"))
        return self.backend.answer(logged, authorization=_authorization(request))


def _is_api_path(path: str) -> bool:
    return path == BASE_PATH or path.startswith(BASE_PATH + "/")


def _authorization(request: web.BaseRequest) -> str:
    return request.headers.get("Authorization", "")


def _url_host(host: str, bound: str) -> str:
    """Return the host of the URL: the loopback address if it listens on all addresses."""
    address = ipaddress.ip_address(bound)
    if address.is_unspecified:
        return "127.0.0.1" if address.version == 4 else "[::1]"
    return f"[{host}]" if ":" in host else host


def _error(status: int, title: str) -> bytes:
    return msgspec.json.encode({"errors": [{"status": str(status), "title": title}]})


def _scripted(failure: Failure, status: int) -> Answer:
    body = failure.body
    if not body and status >= 400:
        body = _error(status, "Scripted failure")
    return Answer(status=status, body=body, headers=failure.headers)


def _response(
    logged: LoggedRequest, answer: Answer, sent: Mapping[str, str] | None = None
) -> web.Response:
    logged.status = answer.status
    headers = dict(answer.headers)
    if answer.body and not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = JSONAPI
    applied = _PROFILE.search(sent.get("Prefer", "")) if sent is not None else None
    if applied is not None:
        headers["Preference-Applied"] = applied[0]
    return web.Response(status=answer.status, body=answer.body or None, headers=headers)


def _cut(request: web.BaseRequest) -> web.Response:
    """Break the connection; aiohttp cannot send the returned response any more."""
    if request.transport is not None:  # else the client has disconnected
        request.transport.abort()
    return web.Response()


def _cut_answer(request: web.BaseRequest, answer: Answer, cut: Cut) -> web.Response:
    transport = request.transport
    if transport is not None and cut != "after-apply":
        body = answer.body or b"{}"
        head = (
            f"HTTP/1.1 {answer.status} Cut\r\nContent-Type: {JSONAPI}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        sent = body[: len(body) // 2] if cut == "body" else b""
        transport.write(head.encode() + sent)
        transport.close()
        return web.Response()
    return _cut(request)


def openapi(url: str) -> bytes:
    """Return an OpenAPI 3.0 document of all operations; its only server is `url`."""
    members = dict(_members())
    members["servers"] = msgspec.Raw(msgspec.json.encode([{"url": url}]))
    return msgspec.json.encode(members)


@functools.cache
def _members() -> dict[str, msgspec.Raw]:
    """Read the members of the document that ships with the package."""
    text = resources.files("scalr_async.emulator").joinpath("_openapi.json").read_bytes()
    return msgspec.json.decode(text, type=dict[str, msgspec.Raw])
