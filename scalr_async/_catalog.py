"""Every route and every schema of the Scalr API as plain values; facts only, no behavior.

`tools/generate` writes `_catalog.json` from the OpenAPI document and keeps the document's terms.
The first call of `load()` reads the file; importing this module does not.
"""

from __future__ import annotations

import functools
from importlib import resources
from typing import Final, Literal

import msgspec

__all__ = [
    "Catalog",
    "Field",
    "Filter",
    "Kind",
    "Operation",
    "Relationship",
    "Route",
    "Schema",
    "load",
]

Kind = Literal["any", "array", "boolean", "integer", "number", "object", "string"]
"""The JSON type of a value; `any` where the document names none, or several."""

Operation = Literal[
    "action", "create", "delete", "get", "list", "other", "relationship", "singleton", "update"
]
"""The action of a route on its resource; `other` is everything that is not plain JSON:API."""


_SPELLED: Final = {
    "kind": "type",
    "fields": "properties",
    "values": "additionalProperties",
    "read_only": "readOnly",
    "required": "x-required",
    "target": "x-to",
    "many": "x-many",
}
"""The names of a schema's facets: OpenAPI's, or the generator's where OpenAPI has none."""


class Field(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, rename=_SPELLED):
    """One attribute, or one value inside an attribute.

    `items` describes the members of an array, `fields` the known keys of an object and `values`
    the values of an object whose keys are free.
    """

    kind: Kind = "any"
    format: str | None = None
    enum: tuple[str | int, ...] = ()
    nullable: bool = False
    required: bool = False
    read_only: bool = False
    items: Field | None = None
    fields: dict[str, Field] = {}
    values: Field | None = None


class Relationship(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, rename=_SPELLED):
    """One relationship: the JSON:API type of its target, to one or to many."""

    target: str
    many: bool = False
    nullable: bool = False
    required: bool = False
    read_only: bool = False


class Schema(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One resource: its JSON:API type, attributes and relationships, all with wire names."""

    type: str
    attributes: dict[str, Field] = {}
    relationships: dict[str, Relationship] = {}
    links: tuple[str, ...] = ()


class Filter(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, rename=_SPELLED):
    """One filter of a list: `name` is its key path (`run.status` for `filter[run][status]`)."""

    name: str
    kind: Kind = "string"
    enum: tuple[str, ...] = ()

    @property
    def parameter(self) -> str:
        """The query parameter: `filter[run][status]`."""
        return "filter" + "".join(f"[{key}]" for key in self.name.split("."))


class Route(
    msgspec.Struct,
    frozen=True,
    omit_defaults=True,
    kw_only=True,
    rename={"name": "operationId", "resource": "x-resource", "response": "x-response-kind"},
):
    """One operation of the API.

    `path` is the template below the API root (`/agent-pools/{agent_pool}`). `schema` and `body`
    name the schema of the answer's and of the request's primary data; `linkage` is the type of
    the identifiers that a relationship route takes. `statuses` are the documented successes,
    `errors` the documented failures. `fields` are the types that a sparse fieldset may name,
    `query` all parameters that are not part of JSON:API.
    """

    method: str
    path: str
    name: str
    operation: Operation = "other"
    resource: str | None = None
    schema: str | None = None
    body: str | None = None
    linkage: str | None = None
    content_type: str | None = None
    response: str = "jsonapi"
    statuses: tuple[int, ...] = ()
    errors: tuple[int, ...] = ()
    many: bool = False
    paginated: bool = False
    filters: tuple[Filter, ...] = ()
    include: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    query: tuple[str, ...] = ()


class Catalog(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """All routes, sorted by path and method; all resource schemas; all plain request bodies."""

    routes: tuple[Route, ...]
    schemas: dict[str, Schema]
    objects: dict[str, Field]


@functools.cache
def load() -> Catalog:
    """Read the catalog that ships with the package; the same object every time."""
    text = resources.files("scalr_async").joinpath("_catalog.json").read_bytes()
    return msgspec.json.decode(text, type=Catalog)
