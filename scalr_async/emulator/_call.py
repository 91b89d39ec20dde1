"""One request on its way to an operation, and what the operation answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import attrs
import msgspec

from scalr_async._catalog import Field, Route
from scalr_async.emulator._bodies import parse_object
from scalr_async.emulator._errors import ApiError

if TYPE_CHECKING:
    from scalr_async.emulator._service import Actor, Service

__all__ = [
    "BASE_PATH",
    "Action",
    "Answer",
    "Call",
    "download",
    "json",
    "redirect",
    "refusal",
    "text",
]

BASE_PATH: Final = "/api/iacp/v3"
"""The path that the API begins with."""

_ANYTHING: Final = Field(kind="object")


@attrs.frozen(kw_only=True)
class Answer:
    """A response: its body is a JSON:API document unless its headers say otherwise."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class Call:
    """One request whose route is known and whose token is good."""

    route: Route
    parameters: Mapping[str, str]
    pairs: Sequence[tuple[str, str]]
    body: bytes
    actor: Actor

    @property
    def path(self) -> str:
        """The path below the API root, as asked for."""
        return self.route.path.format_map(self.parameters)

    @property
    def target(self) -> str:
        """The first id in the path."""
        return next(iter(self.parameters.values()))

    def query(self, name: str) -> str:
        """Return a query parameter, empty when it was not sent."""
        return dict(self.pairs).get(name, "")

    def object(self, objects: Mapping[str, Field]) -> dict[str, Any]:
        """Read the plain JSON body that the route takes."""
        return parse_object(objects.get(str(self.route.body), _ANYTHING), self.body)


Action = Callable[["Service", Call], Answer]
"""Do what an operation does; answers, or raises `ApiError`."""


def json(value: Any, status: int = 200) -> Answer:
    """Answer with plain JSON."""
    return download(msgspec.json.encode(value), "application/json", status)


def text(value: str) -> Answer:
    """Answer with plain text."""
    return download(value.encode(), "text/plain; charset=utf-8")


def download(body: bytes, content_type: str, status: int = 200) -> Answer:
    """Answer with bytes of any kind."""
    return Answer(status=status, body=body, headers={"Content-Type": content_type})


def redirect(url: str) -> Answer:
    """Send the client elsewhere."""
    return Answer(status=302, headers={"Location": url})


def refusal(error: ApiError) -> Answer:
    """Return the answer that an error is."""
    return Answer(status=error.status, body=msgspec.json.encode({"errors": error.errors}))
