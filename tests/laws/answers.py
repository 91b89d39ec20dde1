"""Answers that a server may give and nobody expects: legal ones, and what is no answer at all.

Documents are made of a plausible one for the operation, with an odd value at one place.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator
from typing import Any

from scalr_async import _catalog
from scalr_async._http import Request
from tests.laws.seam import Reply

_ODD = "@odd@"
_DEEP = 150

VALUES: dict[str, str] = {
    "null": "null",
    "true": "true",
    "false": "false",
    "zero": "0",
    "minus one": "-1",
    "a fraction": "1.5",
    "1e999": "1e999",
    "2**64": str(2**64),
    "5000 digits": "7" * 5000,
    "an empty text": '""',
    "a text": '"x"',
    "a path": '"../x/?y#z"',
    "a lone surrogate": '"\\ud800"',
    "an escaped NUL": '"a\\u0000b"',
    "a long text": json.dumps("x" * 3000),
    "an empty list": "[]",
    "a list of null": "[null]",
    "a list in a list": '[["x"], [1]]',
    "an empty object": "{}",
    "an object": '{"a": {"b": 1}}',
    "a link object": '{"href": "https://acme.scalr.io/api/iacp/v3/x", "meta": null}',
    "another linkage": '{"data": {"type": "tags", "id": 5}}',
    "duplicate keys": '{"a": 1, "a": [2]}',
    "a deep list": "[" * _DEEP + "]" * _DEEP,
    "NaN": "NaN",
    "nothing": "",
    "a stray comma": "[1,]",
}
"""JSON values by what they are, and a few texts that are none."""


def _set(*path: str) -> Callable[[dict[str, Any]], Any]:
    """Return what puts the odd value to a place of the document; `*` is every key there."""

    def change(document: dict[str, Any]) -> Any:
        nodes: list[Any] = [document]
        for key in path[:-1]:
            nodes = [inner for node in nodes for inner in _inside(node, key)]
        for node in nodes:
            for key in [*node] if path[-1] == "*" else [path[-1]]:
                node[key] = _ODD
        return document

    return change


def _inside(node: Any, key: str) -> list[Any]:
    if key == "*":
        return [value for value in node.values() if isinstance(value, dict)]
    if key == "data" and isinstance(node.get("data"), list):
        return node["data"][:1]
    return [node.setdefault(key, {})]


def _linkage(made: Any) -> Callable[[dict[str, Any]], Any]:
    def change(document: dict[str, Any]) -> Any:
        for item in _inside(document, "data"):
            item["relationships"] = dict.fromkeys(item.get("relationships", {}), made)
        return document

    return change


def _member(name: str, made: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda document: {**document, name: made}


_LINKED = {"type": "environments", "id": "env-1"}

PLACES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "the document": lambda _: _ODD,
    "data": _set("data"),
    "the only item": _member("data", [_ODD]),
    "an item beside others": lambda document: {
        **document,
        "data": [_ODD, *(d if isinstance(d := document.get("data"), list) else [d])],
    },
    "id": _set("data", "id"),
    "type": _set("data", "type"),
    "attributes": _set("data", "attributes"),
    "every attribute": _set("data", "attributes", "*"),
    "relationships": _set("data", "relationships"),
    "every relationship": _set("data", "relationships", "*"),
    "every linkage": _linkage({"data": _ODD}),
    "every linkage's only item": _linkage({"data": [_ODD]}),
    "every linked type": _linkage({"data": {"type": _ODD, "id": "x-1"}}),
    "every linked id": _linkage({"data": {"type": "environments", "id": _ODD}}),
    "relationships without data": _linkage({"links": _ODD, "meta": _ODD}),
    "links of an item": _set("data", "links"),
    "every link of an item": _set("data", "links", "*"),
    "the link to upload to": _set("data", "links", "upload"),
    "meta of an item": _set("data", "meta"),
    "included": _member("included", _ODD),
    "the only included item": _member("included", [_ODD]),
    "an included id": _member("included", [{**_LINKED, "id": _ODD}]),
    "an included type": _member("included", [{**_LINKED, "type": _ODD}]),
    "what is included": _member(
        "included", [{**_LINKED, "attributes": _ODD, "relationships": _ODD}]
    ),
    "links": _member("links", _ODD),
    "every link": _member("links", dict.fromkeys(("self", "next", "last"), _ODD)),
    "meta": _member("meta", _ODD),
    "pagination": _member("meta", {"pagination": _ODD}),
    "every number": _set("meta", "pagination", "*"),
    "errors": _member("errors", _ODD),
    "an error": _member("errors", [_ODD]),
    "a source": _member("errors", [{"detail": _ODD, "source": _ODD}]),
    "a pointer": _member("errors", [{"title": "x", "source": {"pointer": _ODD}}]),
}
"""Where an odd value is put, and what does it."""

BODIES: dict[str, bytes] = {
    "no body": b"",
    "a space": b" ",
    "a mark and nothing": "\N{BYTE ORDER MARK}".encode(),
    "a mark and a document": "\N{BYTE ORDER MARK}".encode() + b'{"data": []}',
    "UTF-16": '{"data": []}'.encode("utf-16"),
    "UTF-32": '{"data": []}'.encode("utf-32"),
    "bytes that are no text": b"\xff\xfe\x00\x80" * 9,
    "a document with bytes that are no text": b'{"data": {"id": "\xff", "type": "\xc3"}}',
    "NUL": b"\0",
    "HTML": b"<!doctype html><html><form action=/login></form></html>",
    "half a document": b'{"data": {"id": "x-1", "attri',
    "two documents": b'{"data": []}{"data": []}',
    "a very deep list": b"[" * 100_000,
    "very deep objects": b'{"data":' * 20_000,
    "very deep data": b'{"data":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "many errors": json.dumps({"errors": [{"detail": "x"}] * 5000}).encode(),
    "a large item": json.dumps(
        {"data": [{"id": "x", "type": "y", "meta": "z" * 400_000}]}
    ).encode(),
    "a large odd item": json.dumps({"data": [5, {"id": None, "meta": "z" * 400_000}]}).encode(),
    "a number": b"5",
    "a JSON text": b'"x"',
    "JSON lines": b'{"a": 1}\n{"a": 2}\n',
}

STATUSES = (
    *(200, 201, 202, 203, 204, 205, 206, 207, 226, 299, 300, 301, 302, 303, 304, 307, 308, 399),
    *(400, 401, 402, 403, 404, 405, 406, 408, 409, 410, 412, 413, 418, 422, 425, 428, 429, 431),
    *(451, 499, 500, 501, 502, 503, 504, 507, 511, 520, 530, 599, 600, 999, 0, -1, 100, 199),
)

_JSONAPI = ("Content-Type", "application/vnd.api+json")
HEADERS: dict[str, tuple[tuple[str, str], ...]] = {
    "no header": (),
    "an empty content type": (("Content-Type", ""),),
    "text/html": (("Content-Type", "text/html; charset=x"),),
    "an odd charset": (("Content-Type", "application/json; charset=utf-16"),),
    "an odd content type": (("Content-Type", "\x00\ud800;;=,"),),
    "odd waits": (("Retry-After", "soon"), ("Retry-After", "-5"), ("Date", "\x00")),
    "a date to wait for": (("Retry-After", "Fri, 31 Dec 9999 23:59:59 GMT"), ("Date", "today")),
    "a wait of many digits": (("Retry-After", "9" * 5000),),
    "odd limits": (("X-RateLimit-Limit", "9" * 5000), ("X-RateLimit-Reset", "\u0661")),
    "odd notices": (("Deprecation", "\x00"), ("Sunset", "never"), ("Deprecation", "@" + "9" * 99)),
    "odd names": (("X-Request-Id", "\ud800\r\n" + "x" * 9999), ("Preference-Applied", "\x00")),
    "odd lengths": (_JSONAPI, ("Content-Length", "9" * 5000), ("Content-Encoding", "\x00")),
    "two types": (_JSONAPI, ("Content-Type", "text/html")),
}

LOCATIONS = (
    *("", " ", "/", "//", "x", "?", "#", "\x00", "\ud800", "http://[", "https://[::1", "https://"),
    *("https://a..b/x", f"https://{'a' * 64}.b/x", "https://.b/x", "https://b./x", "http://b/x"),
    *("https://b:99999/x", "https://b:x/", "https://u:p@b/x", "ftp://b/x", "https://\u00e4.b/x"),
    *("mailto:x@y", "javascript:1", "https://b/\ud800", "https://b/%zz%", "/api/iacp/v3/../../x"),
    *("https://a%2eb/", "https://1.2.3.4.5/", "https://b/" + "x" * 9000, "https://acme.scalr.io/x"),
)
"""Places a redirect, or a link to upload to, may name."""


def fine(request: Request) -> str:
    """Return what Scalr answers to a request: about the object in its path."""
    text = plausible(request.method, request.operation)
    if request.operation.endswith("}"):
        text = text.replace('"id": "x-1"', json.dumps({"id": request.path.split("/")[-1]})[1:-1], 1)
    return text


@functools.cache
def plausible(method: str, operation: str) -> str:
    """Return what Scalr answers to an operation, made of its schema; the text is JSON."""
    route = _routes().get((method, operation))
    if route is None or route.schema is None:
        many = route is not None and route.many
        item: Any = {"type": "tags", "id": "x-1"}
        return json.dumps({"data": [item, {**item, "id": "x-2"}] if many else item, "meta": _META})
    schema = _catalog.load().schemas[route.schema]
    items = [_resource(schema, f"x-{number}") for number in (1, 2)]
    included = [_resource(_catalog.load().schemas["Environment"], "env-1")]
    return json.dumps(
        {"data": items if route.many else items[0], "included": included, "meta": _META}
    )


_META = {
    "pagination": {
        "current-page": 1, "page-size": 100, "prev-page": None, "next-page": 2,
        "total-pages": 1, "total-count": 2,
    }
}  # fmt: skip
_PLAIN = {
    "any": 1, "array": [], "boolean": True, "integer": 7, "number": 1.5, "object": {},
    "string": "x",
}  # fmt: skip


@functools.cache
def _routes() -> dict[tuple[str, str], _catalog.Route]:
    return {(route.method, route.path): route for route in _catalog.load().routes}


def _resource(schema: _catalog.Schema, id_: str) -> dict[str, Any]:
    attributes = {
        name: "2026-01-05T08:00:00Z" if field.format == "date-time" else _PLAIN[field.kind]
        for name, field in schema.attributes.items()
    }
    linked = {name: {"type": rel.target, "id": "x-1"} for name, rel in schema.relationships.items()}
    relationships = {
        name: {"data": [linked[name]] if rel.many else linked[name]}
        for name, rel in schema.relationships.items()
    }
    links = {"self": f"https://acme.scalr.io/api/iacp/v3/x/{id_}", "upload": "https://blob/x"}
    return {
        "type": schema.type,
        "id": id_,
        "attributes": attributes,
        "relationships": relationships,
        "links": links,
    }


@functools.lru_cache(maxsize=4096)
def changed(fine: str, place: str, value: str) -> bytes:
    """Return a plausible document with an odd value at a place."""
    document = PLACES[place](json.loads(fine))
    return json.dumps(document).replace(json.dumps(_ODD), VALUES[value]).encode()


Odd = tuple[str, Callable[[str], Reply]]
"""What is odd, and the answer, made of the plausible document."""


def odd_answers() -> Iterator[Odd]:
    """Yield every odd answer."""
    for place in PLACES:
        for value in VALUES:
            yield (
                f"{place}: {value}",
                lambda fine, place=place, value=value: Reply(changed(fine, place, value)),
            )
    for name, body in BODIES.items():
        for status in (200, 422):
            yield (
                f"{status} with {name}",
                lambda _, body=body, status=status: Reply(body, status),
            )
    for status in STATUSES:
        yield f"{status}", lambda fine, status=status: Reply(fine.encode(), status)
        yield f"{status} without a body", lambda _, status=status: Reply(b"", status, ())
    for name, headers in HEADERS.items():
        for status in (200, 302, 404, 503):
            yield (
                f"{status} with {name}",
                lambda fine, h=headers, status=status: Reply(fine.encode(), status, h),
            )
    for location in LOCATIONS:
        for status in (201, 302, 307):
            yield (
                f"{status} to {location[:20]!r}",
                lambda fine, to=location, status=status: Reply(
                    fine.encode(), status, (("Location", to),)
                ),
            )
        yield (
            f"a link to {location[:20]!r}",
            lambda fine, to=location: Reply(
                json.dumps(PLACES["the link to upload to"](json.loads(fine)))
                .replace(json.dumps(_ODD), json.dumps(to))
                .encode()
            ),
        )
