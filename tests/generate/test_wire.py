"""Every operation of the document, called on the client: what arrives is what the document says."""

from __future__ import annotations

import inspect
import json
import tomllib
from collections.abc import Iterator
from importlib import import_module
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import attrs
import pytest

from scalr_async import APIError, Config, RetryPolicy, ScalrClient, filters
from scalr_async.jsonapi import Operation
from scalr_async.jsonapi._response import error_class
from scalr_async.pagination import Pager
from scalr_async.resources import Download, _generated
from tests.conftest import CANARY
from tests.servers import Received, ScriptedServer, reply
from tools.generate.__main__ import DOCUMENT, OVERLAY
from tools.generate.overlay import complete, entries

JSONAPI = "application/vnd.api+json"
OVERLAID = tomllib.loads(OVERLAY.read_text())
DATA = complete(json.loads(DOCUMENT.read_bytes()), OVERLAID)


@attrs.frozen
class Source:
    """An operation as the document has it, read without the generator."""

    method: str
    path: str
    node: dict[str, Any]

    @property
    def id(self) -> str:
        return self.node["operationId"]

    @property
    def queries(self) -> set[str]:
        return {p["name"] for p in self.node.get("parameters", ()) if p["in"] == "query"}

    @property
    def body(self) -> tuple[str, str]:
        """The media type and the schema of what is sent; empty when nothing is."""
        for media, content in self.node.get("requestBody", {}).get("content", {}).items():
            return media, content["schema"]["$ref"].rpartition("/")[2]
        return "", ""


OPERATIONS = {
    (method.upper(), path): Source(method.upper(), path, node)
    for path, item in DATA["paths"].items()
    for method, node in item.items()
}
MARKS = list(entries(OVERLAID))
OMITTED = {name for e in MARKS if "x-omitted" in e["set"] for name in e["names"]}
HANDWRITTEN = {name for e in MARKS if "x-handwritten" in e["set"] for name in e["names"]}
BY_HAND = {("GET", "/ping"): "ping", ("GET", "/metrics"): "metrics"}


ON_OTHERS = {"find", "ensure"}
"""Functions that are made of others."""


@attrs.frozen
class Function:
    """A function of a collection, and the operation it is made with."""

    collection: str
    name: str
    operation: Operation[Any]

    @property
    def source(self) -> Source:
        return OPERATIONS[self.operation.method, self.operation.path]

    @property
    def query(self) -> dict[str, Any]:
        """A value for everything that can be asked for."""
        operation = self.operation
        asked: dict[str, Any] = dict.fromkeys((*operation.filters, *operation.params), "x-1")
        asked |= {
            name: filters.raw("x-1")
            for name, kind in operation.filter_types.items()
            if not isinstance(kind, str)
        }
        if operation.include:
            asked["include"] = list(operation.include)
        if operation.sort:
            asked["sort"] = operation.sort[0]
        if operation.fields is not None:
            asked["fields"] = {type_: ["id"] for type_ in operation.fields}
        return asked


def functions() -> Iterator[Function]:
    for name, (module, collection) in _generated.COLLECTIONS.items():
        cls = getattr(import_module(f"scalr_async.resources._generated.{module}"), collection)
        for function, _ in inspect.getmembers(cls, inspect.isfunction):
            if not function.startswith("_") and function not in ON_OTHERS:
                owner = next(base for base in cls.__mro__ if function in vars(base))
                constants = vars(import_module(owner.__module__))
                constant = f"_{function.removesuffix('_csv').upper()}"
                yield Function(name, function, constants[constant])


FUNCTIONS = sorted(functions(), key=lambda function: (function.collection, function.name))
NAMES = [f"{function.collection}.{function.name}" for function in FUNCTIONS]


async def asked(function: Function) -> Received:
    """Call a function, and return what arrived at the server."""
    async with ScriptedServer(reply(418)) as server:
        config = Config(host=server.url, token=CANARY, retry=RetryPolicy(max_attempts=1))
        async with ScalrClient(config=config) as scalr:
            call = getattr(getattr(scalr, function.collection), function.name)
            parameters = inspect.signature(call).parameters.values()
            needed = [p for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
            ids = len(function.operation.ids)
            values = [f"id-{n}" if n < ids else ["id-9"] for n in range(len(needed))]
            with pytest.raises(APIError):
                called = call(*values, **function.query)
                if isinstance(called, Download):
                    await anext(aiter(called))
                else:
                    await called
                    assert isinstance(called, Pager)
    (request,) = server.requests
    return request


@pytest.mark.parametrize("function", FUNCTIONS, ids=NAMES)
async def test_what_arrives_is_what_the_document_says(function: Function) -> None:
    request = await asked(function)

    source, operation = function.source, function.operation
    target = urlsplit(request.target)
    path = operation.path
    for n, parameter in enumerate(operation.parameters):
        path = path.replace(f"{{{parameter}}}", f"id-{n}")
    assert (request.method, target.path) == (source.method, f"/api/iacp/v3{path}")
    pairs = parse_qsl(target.query, strict_parsing=bool(target.query))
    sent = {"fields" if name.startswith("fields[") else name for name, _ in pairs}
    wanted = source.queries
    if function.name.endswith("_csv"):
        assert ("format", "csv") in pairs
        assert sent == wanted - {"page[number]", "page[size]"}
    else:
        assert sent == {name for name in wanted if f"{source.id}?{name}" not in OMITTED}
    check_body(function, request)


def check_body(function: Function, request: Received) -> None:
    source = function.source
    media, document = source.body
    assert request.headers.get("content-type", "") == media
    if not media:
        assert request.body == b""
        return
    body = json.loads(request.body)
    if media != JSONAPI:
        assert body == {}
        return
    schemas = DATA["components"]["schemas"]
    data = schemas[document]["properties"]["data"]
    schema = schemas[data.get("items", data)["$ref"].rpartition("/")[2]]
    (type_,) = schema["properties"]["type"]["enum"]
    if data.get("type") == "array":
        assert body == {"data": [{"type": type_, "id": "id-9"}]}
    elif source.method == "PATCH" and function.operation.ids:
        assert body == {"data": {"type": type_, "id": f"id-{len(function.operation.ids) - 1}"}}
    else:
        assert body == {"data": {"type": type_}}


@pytest.mark.parametrize(("key", "name"), BY_HAND.items())
async def test_what_is_of_the_client_itself_arrives_too(key: tuple[str, str], name: str) -> None:
    async with ScriptedServer(reply(200, b"up 1\n")) as server:
        async with ScalrClient(config=Config(host=server.url, token=CANARY)) as scalr:
            assert await getattr(scalr, name)() == ("up 1\n" if name == "metrics" else None)

    (request,) = server.requests
    assert (request.method, request.target) == (key[0], f"/api/iacp/v3{key[1]}")


def test_every_operation_has_one_function_and_every_report_one_for_csv() -> None:
    own = [f for f in FUNCTIONS if not f.name.endswith("_csv")]
    found = [(f.operation.method, f.operation.path) for f in own] + list(BY_HAND)

    assert len(found) == len(set(found)) == 345
    assert set(found) == set(OPERATIONS)
    assert {OPERATIONS[key].id for key in BY_HAND} == HANDWRITTEN
    reports = [key for key, source in OPERATIONS.items() if source.node.get("x-csv-format")]
    csv = [f for f in FUNCTIONS if f not in own]
    assert sorted((f.operation.method, f.operation.path) for f in csv) == sorted(reports)
    assert len(reports) == 12


@pytest.mark.parametrize("function", FUNCTIONS, ids=NAMES)
def test_what_is_declared_is_what_is_done(function: Function) -> None:
    source, operation = function.source, function.operation
    assert operation.content_type == (source.body[0] or JSONAPI)
    assert operation.paginated is ("page[number]" in source.queries)


@pytest.mark.parametrize("function", FUNCTIONS, ids=NAMES)
def test_a_docstring_says_what_is_done_where_and_what_is_raised(function: Function) -> None:
    module, collection = _generated.COLLECTIONS[function.collection]
    cls = getattr(import_module(f"scalr_async.resources._generated.{module}"), collection)
    text = " ".join(str(inspect.getdoc(getattr(cls, function.name))).split())
    source = function.source
    statuses = [int(s) for s in source.node["responses"] if s.isdigit() and int(s) >= 400]

    sentence, _, rest = text.partition(". ")

    assert sentence[0].isupper()
    place = f"`{source.method} {source.path}"
    assert rest.startswith(
        f"{place}?format=csv`" if function.name.endswith("_csv") else f"{place}`"
    )
    assert {f"`{error_class(status).__name__}`" for status in statuses} == {
        word.strip(",.") for word in rest.split() if word.strip(",.").endswith("Error`")
    }
    assert ("Raises" in rest) is bool(statuses)
