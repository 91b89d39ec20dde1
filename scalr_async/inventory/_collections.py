"""The collections that a crawl can read, and its options, checked before any request."""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import attrs

from scalr_async import _catalog, filters
from scalr_async._text import shown
from scalr_async.errors import InvalidArgumentError
from scalr_async.inventory._secrets import is_secret_name
from scalr_async.jsonapi import is_operator

__all__ = ["DEFAULT", "Collection", "Selection", "collections", "find_collection", "parse_since"]

DEFAULT: Final = ("accounts", "environments", "workspaces", "agent_pools", "agents")
"""The collections of a crawl that names none, in the order in which they are read."""
LABELS: Final = ("name", "username", "full-name", "key", "email")
"""The attributes that may name a resource; the first one that its type has is used."""

_PLAIN: Final = re.compile(r"true|false|\d+")
_PLAIN_LIST: Final = re.compile(r"\d+(,\d+)+")
_TIMES: Final = ("updated_at", "created_at", "triggered_at")
_FUTURE: Final = timedelta(days=36_525)
_AGO: Final = re.compile(r"(\d{1,5})([dhm])")
_UNITS: Final = {"d": "days", "h": "hours", "m": "minutes"}
_SENSITIVE: Final = ("sensitive", "value")
_WORD: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@attrs.frozen(kw_only=True, eq=False)
class Collection:
    """A list of the API: its `name` on the client, and the JSON:API `type` of its items."""

    name: str
    route: _catalog.Route
    schema: _catalog.Schema

    @property
    def type(self) -> str:
        """The JSON:API type."""
        return self.schema.type

    @property
    def filters(self) -> Mapping[str, _catalog.Filter]:
        """The filters by their Python names."""
        return {_python(each.name): each for each in self.route.filters}

    @property
    def includes(self) -> Sequence[str]:
        """The relationships that an answer can include, by their Python names."""
        return [_python(name) for name in self.route.include]

    @property
    def fieldset(self) -> str | None:
        """The key of this type in a call's `fields`; None if it has no fieldsets."""
        return self.name if self.type in self.route.fields else None

    @property
    def time_filter(self) -> str | None:
        """The filter by time of update, or else by time of creation; None if there is neither."""
        return next((name for name in _TIMES if name in self.filters), None)

    @property
    def named_links(self) -> Sequence[str]:
        """The relationships that can be included and whose targets have names.

        Of those to many, only tags: a pool would include all its workspaces.
        """
        found = []
        for name in self.route.include:
            link = self.schema.relationships.get(name)
            if link is None or (link.many and link.target != "tags"):
                continue
            if label_of(link.target) is not None:
                found.append(_python(name))
        return found


@attrs.frozen(kw_only=True)
class Selection:
    """One collection, and the options of its `list` call.

    `includes` are the relationships whose resources are written as well, `names` those whose
    resources are included only for their names.
    """

    collection: Collection
    options: Mapping[str, Any] = attrs.field(factory=dict)
    includes: Sequence[str] = ()
    names: Sequence[str] = ()

    def pager(self, scalr: Any, **more: Any) -> Any:
        """Return the pager of a client's list; the client checks every option."""
        return getattr(scalr, self.collection.name).list(**self.options, **more)


@functools.cache
def collections() -> Mapping[str, Collection]:
    """Return every collection that can be listed by itself, by name."""
    catalog = _catalog.load()
    found: dict[str, Collection] = {}
    for route in catalog.routes:
        if route.operation == "list" and "{" not in route.path and route.schema is not None:
            name = _plural(_WORD.sub("_", route.schema).lower())
            schema = catalog.schemas[route.schema]
            # A second list of one type, such as the queue of runs, is no separate collection.
            found.setdefault(name, Collection(name=name, route=route, schema=schema))
    return found


@functools.cache
def schema_of(type: str) -> _catalog.Schema | None:
    """Return the schema of a JSON:API type; None if it is not in the catalog."""
    listed = [each.schema for each in collections().values() if each.type == type]
    others = [each for each in _catalog.load().schemas.values() if each.type == type]
    return max([*listed[:1], *others], key=_size, default=None)


@functools.cache
def label_of(type: str) -> str | None:
    """Return the attribute that names resources of a type."""
    schema = schema_of(type)
    return next((name for name in LABELS if schema and name in schema.attributes), None)


def find_collection(word: str) -> Collection:
    """Return the collection with a name, a type or a path, such as `vars` or `agent-pools`."""
    every = collections()
    wanted = word.strip("/").replace("_", "-")
    for each in every.values():
        if wanted in (each.name.replace("_", "-"), each.type, each.route.path.strip("/")):
            return each
    close = difflib.get_close_matches(word, every, n=5, cutoff=0.5)
    there = f"closest are {', '.join(close)}" if close else f"there is {', '.join(every)}"
    raise InvalidArgumentError(f"{shown(word)}: no collection that can be listed; {there}")


def may_hold_secrets(types: Iterable[str]) -> bool:
    """Return whether resources of these types have attributes that may contain secrets."""
    return any((schema := schema_of(type)) and _holds(schema.attributes) for type in types)


def parse_since(text: str, now: datetime) -> datetime:
    """Return a time: ISO 8601 with a zone or a bare date (UTC), or an age such as `36h` or `7d`."""
    if (age := _AGO.fullmatch(text)) is not None:
        return now - timedelta(**{_UNITS[age[2]]: int(age[1])})
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or (moment.tzinfo is None and len(text) > len("2026-01-01")):
        raise InvalidArgumentError(
            f"since {shown(text)}: give a date, a time with its zone as in 2026-01-31T12:00:00Z, "
            "or an age as in 36h or 7d"
        )
    return moment.replace(tzinfo=moment.tzinfo or UTC)


def select(
    words: Sequence[str] = (),
    *,
    include: Sequence[str] = (),
    fields: Sequence[str] = (),
    filter: Mapping[str, str] | None = None,
    names: bool = False,
    since: datetime | None = None,
) -> list[Selection]:
    """Return the selections of a crawl: those of `words`, or of `DEFAULT` if there are none.

    `include` and `fields` apply to the collections that have the name; a name that none of them
    has is refused. All collections must have a given filter, so that none is read whole by
    mistake. `names` includes the targets of links, if they have names. `since` needs collections
    with a filter by time (of update, or else of creation); without `words` it selects those of
    `DEFAULT` that have one.

    Raises `InvalidArgumentError`.
    """
    asked = {find_collection(word).name for word in words or DEFAULT}
    order = [*DEFAULT, *(name for name in collections() if name not in DEFAULT)]
    chosen = [collections()[name] for name in order if name in asked]
    if since is not None:
        chosen = _timed(chosen, named=bool(words))
    wanted = {_python(name): value for name, value in (filter or {}).items()}
    for each in chosen:
        for name in wanted:
            _check_known(name, each.filters, f"{each.name} has no filter")
    includes = _shared("include", include, {each.name: each.includes for each in chosen})
    fieldsets = _shared("fields", fields, {each.name: _fields_of(each) for each in chosen})
    found = []
    for each in chosen:
        options: dict[str, Any] = {name: _filter_value(text) for name, text in wanted.items()}
        named = each.named_links if names else ()
        if linked := list(dict.fromkeys([*includes[each.name], *named])):
            options["include"] = linked
        if fieldsets[each.name]:
            options["fields"] = {each.fieldset: [*fieldsets[each.name]]}
        if since is not None and each.time_filter is not None:
            options.setdefault(each.time_filter, filters.between(since, since + _FUTURE))
        written = includes[each.name]
        found.append(Selection(collection=each, options=options, includes=written, names=named))
    return found


def _timed(chosen: Sequence[Collection], *, named: bool) -> list[Collection]:
    known = [each for each in chosen if each.time_filter]
    if named and len(known) < len(chosen):
        unknown = ", ".join(each.name for each in chosen if not each.time_filter)
        able = ", ".join(each.name for each in collections().values() if each.time_filter)
        raise InvalidArgumentError(f"since: {unknown} cannot be filtered by time; there is {able}")
    return known


def _shared(
    option: str, names: Sequence[str], known: Mapping[str, Sequence[str]]
) -> dict[str, list[str]]:
    """Return the names that each collection has; refuse a name that none has."""
    wanted = [_python(name) for name in names]
    every = list(dict.fromkeys(name for some in known.values() for name in some))
    for name in wanted:
        _check_known(name, every, f"{option}: no collection of this crawl has")
    return {each: [name for name in wanted if name in some] for each, some in known.items()}


def _check_known(name: str, known: Iterable[str], problem: str) -> None:
    every = list(known)
    if name not in every:
        close = difflib.get_close_matches(name, every, n=3, cutoff=0.6) or every
        raise InvalidArgumentError(
            f"{problem} {shown(name)}; there is {', '.join(close) or 'none'}"
        )


def _fields_of(collection: Collection) -> list[str]:
    if collection.fieldset is None:
        return []
    schema = collection.schema
    return [_python(name) for name in (*schema.attributes, *schema.relationships)]


def _filter_value(text: str) -> Any:
    """Return a filter's value: a list for `a,b`, operators such as `like:` as raw text.

    Numbers and booleans have only one spelling, so they are sent as text whatever the filter's
    type; the client checks everything else.
    """
    if is_operator(text) or _PLAIN.fullmatch(text):
        return filters.raw(text)
    if _PLAIN_LIST.fullmatch(text):
        return filters.raw(f"in:{text}")
    return text.split(",") if "," in text else text


def _holds(attributes: Mapping[str, _catalog.Field]) -> bool:
    for name, field in attributes.items():
        inner = {**field.fields, **(field.items.fields if field.items else {})}
        if name in _SENSITIVE or is_secret_name(name) or _holds(inner):
            return True
    return False


def _size(schema: _catalog.Schema) -> int:
    return len(schema.attributes) + len(schema.relationships)


def _python(name: str) -> str:
    return name.replace("-", "_").replace(".", "_")


def _plural(name: str) -> str:
    if re.search("[^aeiou]y$", name):
        return f"{name[:-1]}ies"
    return f"{name}s"
