"""The meaning of an answer: an exception, or a body to decode.

The status alone decides the class of an exception; an error's body is read as far as possible.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeVar

from scalr_async._http import IDEMPOTENT_METHODS, Response, outcome_of
from scalr_async._phrases import with_phrase, without_phrase
from scalr_async._text import printable, redacted, scrub, scrub_value
from scalr_async.errors import (
    APIError,
    BadRequestError,
    ConflictError,
    DecodeError,
    ErrorObject,
    ForbiddenError,
    NotFoundError,
    RateLimitError,
    ServerError,
    UnauthorizedError,
    UnprocessableEntityError,
)
from scalr_async.jsonapi._json import Body, loads

__all__ = [
    "STATUS_ERRORS",
    "another_object",
    "check",
    "decode",
    "decode_in_steps",
    "error_class",
    "html_type",
    "may_be_html",
    "python_name",
    "unexpected_answer",
]

T = TypeVar("T")
_MAX_ERRORS: Final = 100
_MAX_ERROR_BODY: Final = 1024 * 1024

_MAX_TEXT: Final = 8192
"""The largest number of bytes of an error's body to keep as text if it is not JSON."""

_JSON: Final = b"{["
"""The first bytes of JSON documents, whatever their media type."""
_HTML: Final = frozenset({"text/html", "application/xhtml+xml"})

_MAX_PROLOG: Final = 64
"""The number of bytes within which an HTML page usually has its `<html>` or doctype."""

_HEAD: Final = 1024
"""The number of bytes that are searched for the `<html>` or doctype of a page."""

_HTML_START: Final = (
    rb"(?is)(?:<!--.*?-->\s*|<\?xml[^>]*>\s*)*"
    rb"<(?:(?:!doctype\s+)?html|head|title|meta|script|style|body|iframe|h1)[\s/>]"
)
"""The elements with which a page may begin (WHATWG MIME Sniffing, section 7.1), without those that
may begin a line of a log.
"""
STATUS_ERRORS: Final[dict[int, type[APIError]]] = {
    400: BadRequestError, 401: UnauthorizedError, 403: ForbiddenError, 404: NotFoundError,
    409: ConflictError, 422: UnprocessableEntityError, 429: RateLimitError,
}  # fmt: skip

_KEY: Final = r"\[([^\[\]]*)\]"


def error_class(status: int) -> type[APIError]:
    """Return the error class for a status: its own, `ServerError` for 5xx, otherwise `APIError`."""
    return STATUS_ERRORS.get(status) or (ServerError if status >= 500 else APIError)


def check(response: Response, promised: str | None = "JSON") -> Response:
    """Return a success unchanged; raise the `APIError` of any other status.

    The error's outcome is that of the response, which covers earlier attempts. An HTML page is no
    success unless `promised` is None: something else answered in the API's place, and the API may
    never have received the request. Nor is a part of a body, because no call asks for a range
    (RFC 9110, section 15.3.7). Then `DecodeError` is raised.
    """
    if 200 <= response.status < 300 or response.already_absent:
        if response.status == 206:
            raise unexpected_answer(response, "received a part instead of all", foreign=True)
        if promised and (came := html_type(response, response.body)):
            raise unexpected_answer(
                response, f"received {came} instead of {promised}", foreign=True
            )
        return response
    raise _api_error(response)


def _api_error(response: Response) -> APIError:
    secrets = response.headers.secrets
    errors = _read_errors(response.body, secrets)
    body = response.body[:_MAX_TEXT].decode("utf-8", "replace")
    text = "" if errors else redacted(body, secrets)
    request_id = response.request_id
    message = _message(response.status, errors, text)
    if response.outcome in ("unknown", "applied") and outcome_of(response.status) == "rejected":
        message += "; an earlier attempt may have been applied"
    return error_class(response.status)(
        message,
        status=response.status,
        errors=errors,
        text=text,
        request_id=None if request_id is None else redacted(request_id, secrets, 128),
        method=response.method,
        path=response.path,
        attempts=response.attempts,
        elapsed=response.elapsed,
        retry_after=response.retry_after,
        outcome=response.outcome,
    )


def html_type(response: Response, body: bytes) -> str:
    """Return the type of a body that is HTML, which the API never sends; otherwise an empty text.

    `body` may be only the beginning. HTML, such as the page of a login, a captive portal or a
    proxy, is recognized by its media type or by its first characters. JSON is not HTML, and nor is
    an empty body, because frameworks call everything `text/html`.
    """
    if not body or body[0] in _JSON:
        return ""
    begun = _without_blanks(body)
    if not begun or begun[0] in _JSON:
        return ""
    if response.content_type in _HTML:
        return response.content_type
    return "HTML" if re.match(_HTML_START, begun[:_HEAD]) else ""


def may_be_html(beginning: bytes) -> bool:
    """Return whether more of a body is needed to recognize HTML."""
    begun = _without_blanks(beginning)
    return len(begun) < _MAX_PROLOG and begun[:1] in (b"", b"<")


def _without_blanks(body: bytes) -> bytes:
    return body.removeprefix(b"\xef\xbb\xbf").lstrip()


def decode(response: Response, read: Callable[[Body], T]) -> T:
    """Return the result of `read` for the body of a success; a `DecodeError` names the call."""
    try:
        return read(memoryview(response.body))
    except DecodeError as error:
        undecodable = _undecodable(response, error)
    raise undecodable


def decode_in_steps(response: Response, steps: Iterator[T]) -> Iterator[T]:
    """Yield the steps in which the body of a success is read, with the errors of `decode`."""
    try:
        yield from steps
    except DecodeError as error:
        undecodable = _undecodable(response, error)
    else:
        return
    raise undecodable


def _undecodable(response: Response, error: DecodeError) -> DecodeError:
    came = response.content_type
    if came and came != "application/json" and not came.endswith("+json"):
        came = redacted(came, response.headers.secrets, 128)
        return unexpected_answer(response, f"received {came} instead of JSON")
    return unexpected_answer(response, error.message if response.body else "the body is empty")


def unexpected_answer(response: Response, why: str, *, foreign: bool = False) -> DecodeError:
    """Return the error for a success with the wrong body; `foreign` if the API did not send it."""
    reads = response.method in IDEMPOTENT_METHODS
    return DecodeError(
        scrub(f"{response.status}: {why}", response.headers.secrets),
        method=response.method,
        path=response.path,
        attempts=response.attempts,
        elapsed=response.elapsed,
        outcome="unknown" if foreign and not reads else "applied",
    )


def another_object(response: Response, came: object, asked: str) -> DecodeError:
    """Return the error for an answer about another object than the one with the id `asked`."""
    described = redacted(str(came), response.headers.secrets, 128)
    return unexpected_answer(response, f"describes {described}, not {asked}", foreign=True)


def python_name(where: str) -> str | None:
    """Return the Python name for a pointer or a query parameter, None if it names no field.

    `/data/attributes/webhook-headers/0/value` is `webhook_headers[0].value`,
    `/data/relationships/environments` is `environments`, `filter[run][status]` is `run_status`.
    """
    if not where.startswith("/"):
        name, keys = where.partition("[")[0], re.findall(_KEY, where)
        parts = {"filter": keys, "fields": [name], "page": [name, *keys]}.get(name, [name])
        return "_".join(parts).replace("-", "_") or None
    path = where[1:].split("/")
    if path[0] == "data":
        path = path[1:]
        if path[:1] == ["attributes"]:
            path = path[1:]
        elif path[:1] == ["relationships"]:
            path = [part for part in path[1:] if part not in ("data", "id", "type")]
    return _join(path) or None


def _join(path: list[str]) -> str:
    joined = ""
    for part in path:
        key = part.replace("~1", "/").replace("~0", "~").replace("-", "_")
        if key.isdecimal():
            joined += f"[{key}]"
        else:
            joined += f".{key}" if joined else key
    return joined


def _read_errors(body: bytes, secrets: Sequence[str]) -> tuple[ErrorObject, ...]:
    if len(body) > _MAX_ERROR_BODY:
        return ()
    try:
        document = loads(body)
    except DecodeError:
        return ()
    sent = document.get("errors") if isinstance(document, dict) else None
    listed = sent if isinstance(sent, list) else [sent]
    errors = (_read_error(item, secrets) for item in listed[:_MAX_ERRORS])
    return tuple(error for error in errors if error is not None)


def _read_error(sent: Any, secrets: Sequence[str]) -> ErrorObject | None:
    sent = scrub_value(sent, secrets)
    if isinstance(sent, str) and sent:
        return ErrorObject(detail=printable(sent))
    if not isinstance(sent, dict):
        return None
    source, meta = sent.get("source"), sent.get("meta")
    source = source if isinstance(source, dict) else {}
    pointer, parameter = _text(source.get("pointer")), _text(source.get("parameter"))
    where = pointer or parameter
    return ErrorObject(
        status=_text(sent.get("status")),
        code=_text(sent.get("code")),
        title=_text(sent.get("title")),
        detail=_text(sent.get("detail")),
        pointer=pointer,
        parameter=parameter,
        field=python_name(where) if where else None,
        meta=meta if isinstance(meta, dict) else None,
    )


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, list | dict):
        return None
    return printable(str(value))


def _message(status: int, errors: tuple[ErrorObject, ...], text: str) -> str:
    shown = [without_phrase(status, str(error)) for error in errors[:3]]
    if len(errors) > len(shown):
        shown.append(f"and {len(errors) - len(shown)} more")
    if not shown and text and not text.startswith("<"):  # one line of HTML would say nothing
        shown = [printable(text, 200)]
    return ": ".join([with_phrase(status), *filter(None, ["; ".join(filter(None, shown))])])
