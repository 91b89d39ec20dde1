"""What an answer means: an error of the tree, or a body to decode.

The status alone decides what is raised; an error body is read as far as it makes sense, whatever
it holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, TypeVar

from scalr_async._phrases import reason, without_phrase
from scalr_async._wire import ErrorObject, Response, outcome_of, printable
from scalr_async.errors import DecodeError, error_class
from scalr_async.jsonapi.document import Body, loads

__all__ = ["check", "decode", "python_name", "unexpected"]

T = TypeVar("T")

_MOST_ERRORS: Final = 100
_LARGEST_ERROR_BODY: Final = 1024 * 1024
_KEY: Final = re.compile(r"\[([^\[\]]*)\]")


def check(response: Response) -> Response:
    """Return a success as it is; raise the `APIError` of any other status.

    Its outcome is that of the response, which knows of earlier attempts too.
    """
    if response.ok:
        return response
    errors = _read_errors(response.body)
    text = "" if errors else printable(response.body[:8192].decode("utf-8", "replace"))
    request_id = response.request_id
    message = _message(response.status, errors, text)
    if response.outcome in ("unknown", "applied") and outcome_of(response.status) == "rejected":
        message += "; an earlier attempt may have been applied"
    raise error_class(response.status)(
        message,
        status=response.status,
        errors=errors,
        text=text,
        request_id=None if request_id is None else printable(request_id, 128),
        method=response.method,
        path=response.path,
        attempts=response.attempts,
        elapsed=response.elapsed,
        retry_after=response.retry_after,
        outcome=response.outcome,
    )


def decode(response: Response, read: Callable[[Body], T]) -> T:
    """Return what `read` makes of a success's body; its `DecodeError` says which call it was."""
    try:
        return read(memoryview(response.body))
    except DecodeError as error:
        came = response.content_type
        if came and came != "application/json" and not came.endswith("+json"):
            why = f"{printable(came, 128)} came where JSON was promised"
        else:
            why = error.message if response.body else "the body is empty"
    raise unexpected(response, why)


def unexpected(response: Response, why: str) -> DecodeError:
    """Return the error of a success that is not what was promised."""
    return DecodeError(
        f"{response.status}: {why}",
        method=response.method,
        path=response.path,
        attempts=response.attempts,
        elapsed=response.elapsed,
        outcome="applied",
    )


def python_name(where: str) -> str | None:
    """Return the Python name of what a pointer or a parameter points at, None when it is nothing.

    `/data/attributes/webhook-headers/0/value` is `webhook_headers[0].value`,
    `/data/relationships/environments` is `environments`, `filter[run][status]` is `run_status`.
    """
    if not where.startswith("/"):
        name, keys = where.partition("[")[0], _KEY.findall(where)
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


def _read_errors(body: bytes) -> tuple[ErrorObject, ...]:
    if len(body) > _LARGEST_ERROR_BODY:
        return ()
    try:
        document = loads(body)
    except DecodeError:
        return ()
    sent = document.get("errors") if isinstance(document, dict) else None
    listed = sent if isinstance(sent, list) else [sent]
    errors = (_read_error(item) for item in listed[:_MOST_ERRORS])
    return tuple(error for error in errors if error is not None)


def _read_error(sent: Any) -> ErrorObject | None:
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
    if not shown and text and not text.startswith("<"):  # a page of HTML says nothing in one line
        shown = [printable(text, 200)]
    return ": ".join([reason(status), *filter(None, ["; ".join(filter(None, shown))])])
