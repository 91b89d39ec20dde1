"""Every generated function, called: what it asks for is the operation of the document."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

from scalr_async._wire import Request, Response
from scalr_async.errors import ScalrError
from scalr_async.jsonapi.operation import Operation
from scalr_async.pagination import Pager
from scalr_async.resources import _generated
from scalr_async.resources._base import Context
from scalr_async.telemetry import Telemetry
from tools.generate.__main__ import DOCUMENT

assert DOCUMENT.exists()


class SentError(ScalrError):
    """Stands for the answer: the request is all that is looked at."""


def functions() -> Iterator[tuple[str, str, str]]:
    for name, (module, collection) in _generated.COLLECTIONS.items():
        cls = getattr(import_module(f"scalr_async.resources._generated.{module}"), collection)
        for function, _ in inspect.getmembers(cls, inspect.isfunction):
            if not function.startswith("_"):
                yield name, collection, function


FUNCTIONS = sorted(functions())


def declared(cls: type, function: str) -> Operation[Any]:
    """Return the operation that a function is made with, in the module that defines it."""
    owner = next(base for base in cls.__mro__ if function in vars(base))
    operation = vars(import_module(owner.__module__))[f"_{function.upper()}"]
    assert isinstance(operation, Operation)
    return operation


async def asked(name: str, function: str) -> tuple[Request, Operation[Any]]:
    sent: list[Request] = []

    async def send(request: Request) -> Response:
        sent.append(request)
        raise SentError

    module, collection = _generated.COLLECTIONS[name]
    cls = getattr(import_module(f"scalr_async.resources._generated.{module}"), collection)
    made = cls(Context(send, Telemetry(None), None, "https://acme.scalr.io"))
    parameters = inspect.signature(getattr(cls, function)).parameters.values()
    needed = [p for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD][1:]
    operation = declared(cls, function)
    values = [f"id-{n}" if n < len(operation.ids) else ["id-9"] for n in range(len(needed))]
    with pytest.raises(SentError):
        called = getattr(made, function)(*values)
        await (called.first() if isinstance(called, Pager) else called)
    (request,) = sent
    return request, operation


@pytest.mark.parametrize(("name", "collection", "function"), FUNCTIONS)
async def test_a_function_sends_its_operation(name: str, collection: str, function: str) -> None:
    request, operation = await asked(name, function)

    path = operation.path
    for n, parameter in enumerate(operation.parameters):
        path = path.replace(f"{{{parameter}}}", f"id-{n}")
    assert (request.method, request.path) == (operation.method, path)
    assert request.content_type == operation.content_type
    assert request.idempotent is operation.idempotent
    paging = [key for key, _ in request.params]
    assert paging == (["page[number]", "page[size]"] if operation.paginated else [])


def test_every_operation_has_a_function() -> None:
    assert len(FUNCTIONS) == len({(name, function) for name, _, function in FUNCTIONS}) == 327
