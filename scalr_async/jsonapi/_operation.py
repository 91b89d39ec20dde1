"""One operation of the API, as the generated modules declare it and the query builder obeys it."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, Generic, TypeVar

import attrs

from scalr_async._http import IDEMPOTENT_METHODS, JSONAPI, RedirectPolicy

__all__ = ["Operation"]

_PARAMETER: Final = re.compile(r"\{([a-z_]+)\}")
_EMPTY: Final[Mapping[str, Any]] = MappingProxyType({})
T_co = TypeVar("T_co", covariant=True)


@attrs.frozen
class Operation(Generic[T_co]):
    """A method and a path template, the query it understands, and what it answers (`T_co`).

    Names in `include`, `sort` and `fields` are Python names (`agent_pool`); their wire form is
    the kebab-case of it. `filters` and `params` map a Python name to its key on the wire:
    `{"run_status": "filter[run][status]"}`, `{"query": "query"}`. `fields` maps the Python name
    of each type that takes a sparse fieldset to its wire name (`{"agent_pools": "agent-pools"}`),
    and is None where the endpoint has none. `ids` are the resource types of the path's
    parameters, in order, None where a parameter names no resource. `filter_types` says what the
    values of a filter are, where they are no text: the resource type that they identify, all that
    there are, or a class. `result` is the wire name of
    the type that is answered, None for the collection's own; `value` the type of an answer in
    plain JSON.
    """

    method: str
    path: str
    ids: Sequence[str | None] = attrs.field(default=(), kw_only=True)
    include: Sequence[str] = attrs.field(default=(), kw_only=True)
    sort: Sequence[str] = attrs.field(default=(), kw_only=True)
    fields: Mapping[str, str] | None = attrs.field(default=None, kw_only=True)
    filters: Mapping[str, str] = attrs.field(default=_EMPTY, kw_only=True)
    filter_types: Mapping[str, Any] = attrs.field(default=_EMPTY, kw_only=True)
    params: Mapping[str, str] = attrs.field(default=_EMPTY, kw_only=True)
    content_type: str = attrs.field(default=JSONAPI, kw_only=True)
    accept: str = attrs.field(default=JSONAPI, kw_only=True)
    result: str | None = attrs.field(default=None, kw_only=True)
    value: Any = attrs.field(default=None, kw_only=True)
    body: str | None = attrs.field(default=None, kw_only=True)
    """The name of the class that a write is made of, None for the one that is answered."""
    paginated: bool = attrs.field(default=False, kw_only=True)
    idempotent: bool = attrs.field(
        default=attrs.Factory(lambda self: self.method in IDEMPOTENT_METHODS, takes_self=True),
        kw_only=True,
    )
    """True if a repeat of the request has the same effect."""
    account: bool = attrs.field(default=False, kw_only=True)
    """True if it creates an object that belongs to an account named by the caller."""
    redirects: RedirectPolicy = attrs.field(default="refuse", kw_only=True)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names in the path template, in order."""
        return tuple(_PARAMETER.findall(self.path))

    @functools.cached_property
    def path_format(self) -> str:
        """The path with `%s` in place of each parameter, for ids that are encoded already."""
        return _PARAMETER.sub("%s", self.path)
