"""One operation of the API; the generated modules declare it, the query builder applies it."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, Generic, TypeVar

import msgspec

from scalr_async._http import IDEMPOTENT_METHODS, JSONAPI, RedirectPolicy

__all__ = ["Operation"]

_PARAMETER: Final = re.compile(r"\{([a-z_]+)\}")
_EMPTY: Final[Mapping[str, Any]] = MappingProxyType({})
T_co = TypeVar("T_co", covariant=True)


class Operation(msgspec.Struct, Generic[T_co], frozen=True, dict=True):
    """A method and a path template, the query parameters, and the type of the answer (`T_co`).

    Python names (`agent_pool`) have a wire form in kebab-case.

    Attributes:
        method: the method.
        path: the template of the path.
        ids: the resource types of the path's parameters, in order; None for a parameter that names
            no resource.
        include: the Python names of the relationships that can be included.
        sort: the Python names of the fields by which lists can be sorted.
        fields: the wire name of each type that takes a sparse fieldset, by its Python name; None if
            the endpoint takes no sparse fieldsets.
        filters: the key of each filter on the wire, by its Python name:
            `{"run_status": "filter[run][status]"}`.
        filter_types: the kind of each filter that does not take arbitrary text: a resource type for
            its ids, a tuple of all values, or a class.
        params: the key of each other parameter, by its Python name: `{"query": "query"}`.
        content_type: the media type of the request.
        accept: the media type of the answer.
        result: the wire name of the answer's type, None for the collection's own type.
        value: the type of an answer in plain JSON.
        body: the name of the class of the request's data, None for the class of the answer.
        paginated: whether the answer has pages.
        idempotent: True if a repeat of the request has the same effect; true of every read.
        account: True if the operation creates an object in an account that the caller names.
        redirects: the handling of a redirect.
    """

    method: str
    path: str
    ids: Sequence[str | None] = ()
    include: Sequence[str] = ()
    sort: Sequence[str] = ()
    fields: Mapping[str, str] | None = None
    filters: Mapping[str, str] = _EMPTY
    filter_types: Mapping[str, Any] = _EMPTY
    params: Mapping[str, str] = _EMPTY
    content_type: str = JSONAPI
    accept: str = JSONAPI
    result: str | None = None
    value: Any = None
    body: str | None = None
    paginated: bool = False
    idempotent: bool = False
    account: bool = False
    redirects: RedirectPolicy = "refuse"

    def __post_init__(self) -> None:
        if self.method in IDEMPOTENT_METHODS:
            msgspec.structs.force_setattr(self, "idempotent", True)  # the value

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names in the path template, in order."""
        return tuple(_PARAMETER.findall(self.path))

    @functools.cached_property
    def path_format(self) -> str:
        """The path with `%s` in place of each parameter, for ids that are already encoded."""
        return _PARAMETER.sub("%s", self.path)
