"""Look-ups by name: the only object with a name, all objects with it, and similar names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, Generic, TypeVar

from scalr_async._text import printable, shown
from scalr_async._values import Secret, plain_value
from scalr_async.errors import (
    InvalidArgumentError,
    MultipleResultsError,
    NoResultError,
    ScalrError,
)
from scalr_async.jsonapi import Operation, Ref, Resource, encode_filter, is_like_an_id
from scalr_async.pagination import Pager

__all__ = ["Names", "can_be_asked", "check_name"]

M = TypeVar("M", bound=Resource)

_SEEN: Final = 1_000
"""The largest number of names to read in the search for similar names."""
_CLOSE: Final = 5
_CANDIDATES: Final = 20
"""The largest number of objects with the same name that an error lists."""
_QUERY: Final = 6_000
"""The largest name in a query, in bytes; servers accept about 8 000 for the whole URL."""
_SCOPES: Final = ("workspace", "environment", "account")
"""Relationships that distinguish objects with the same name."""


def check_name(field: str, value: Any) -> str:
    """Return a name as a plain `str`; raises `InvalidArgumentError` if it cannot be a name."""
    value = plain_value(value)
    if not isinstance(value, str) or isinstance(value, Secret):
        raise InvalidArgumentError(f"{field}: must be a str, not {type(value).__name__}")
    text = str.__str__(value)
    if not text.strip():
        raise InvalidArgumentError(f"{field}={text!r}: must not be empty")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InvalidArgumentError(f"{field}={shown(text)}: not encodable as UTF-8") from None
    return text


class Names(Generic[M]):
    """The objects of one list by their names, or by another attribute (`field`).

    `pages` returns the list for a query.
    """

    def __init__(
        self,
        operation: Operation[M],
        type_: str,
        pages: Callable[[Mapping[str, Any]], Pager[M]],
        field: str = "name",
    ) -> None:
        self._operation = operation
        self._type = type_
        self._pages = pages
        self._field = field

    async def one(self, name: Any, query: Mapping[str, Any]) -> M:
        """Return the only object with a name.

        Raises `NoResultError`, which lists similar names, and `MultipleResultsError`, which lists
        the objects with this name.
        """
        name = check_name(self._field, name)
        found = await self.all(name, query)
        if not found:
            raise await self.none(name, query)
        return self.only(name, found)

    async def all(self, name: str, query: Mapping[str, Any]) -> list[M]:
        """Return all objects with exactly this name.

        The whole list is read if the endpoint has no filter by name, or if a filter cannot express
        the name, such as `null`, `in:a` or a very long one.
        """
        can_filter = self._field in self._operation.filters and can_be_asked(name)
        asked = {self._field: name} if can_filter else {"on_drift": "verify"}
        pager = self._pages({**query, **asked})
        return [item async for item in pager if getattr(item, self._field) == name]

    def only(self, name: str, found: list[M]) -> M:
        """Return the only one of the objects with a name; raise an error that lists several."""
        if len(found) == 1:
            return found[0]
        among = ", ".join(map(_described, found[:_CANDIDATES]))
        more = ", ..." if len(found) > _CANDIDATES else ""
        raise MultipleResultsError(
            f"{len(found)} {self._type} have the {self._field} {shown(name)}: {among}{more}",
            **self._asked,
        )

    async def none(self, name: str, query: Mapping[str, Any]) -> NoResultError:
        """Return the error for a name that no object has; it lists similar names."""
        sparse = self._operation.fields
        own = next((key for key, type_ in (sparse or {}).items() if type_ == self._type), None)
        rest = {key: value for key, value in query.items() if key != "include"}
        if own is not None:
            rest["fields"] = {own: [self._field]}
        names: list[str] = []
        try:
            async for item in self._pages({**rest, "limit": _SEEN, "on_drift": "ignore"}):
                names += [text for text in [getattr(item, self._field)] if isinstance(text, str)]
        except ScalrError:
            pass  # the error only lacks similar names then
        hints = [f"{self._type}: none has the {self._field} {shown(name)}"]
        if close := list(_close(name, names)):
            hints.append(f"close: {', '.join(shown(text, 80) for text in close)}")
        if is_like_an_id(name, self._type):
            hints.append("it looks like an id: use get()")
        return NoResultError("; ".join(hints), **self._asked)

    @property
    def _asked(self) -> dict[str, Any]:
        method, path = self._operation.method, self._operation.path
        return {"method": method, "path": path, "attempts": 1, "outcome": "applied"}


def can_be_asked(name: str) -> bool:
    """Return whether a filter can express a name and the server reads it as nothing else."""
    if "," in name or 3 * len(name.encode()) > _QUERY:
        return False
    try:
        encode_filter(name, None)
    except InvalidArgumentError:
        return False
    return True


def _close(name: str, names: Iterable[str]) -> Iterator[str]:
    """Yield the names that are similar to one: in another case, nearly equal, or longer."""
    import difflib  # noqa: PLC0415  # for errors only

    folded: dict[str, str] = {}
    for text in names:
        folded.setdefault(text.casefold(), text)
    wanted = name.casefold()
    close = difflib.get_close_matches(wanted, folded, n=_CLOSE)
    longer = (key for key in folded if wanted in key and key not in close)
    for _, key in zip(range(_CLOSE), [*close, *longer], strict=False):
        yield folded[key]


def _described(item: Resource) -> str:
    """Return an id with its scopes, for an error: `ws-1 (environment production)`."""
    places = []
    for scope in _SCOPES:
        ref = getattr(item, scope, None)
        if isinstance(ref, Ref):
            name = getattr(ref.resource, "name", None)
            place = name if isinstance(name, str) else ref.id
            places.append(f"{scope} {printable(str(place), 80)}")
    where = f" ({', '.join(places)})" if places else ""
    return f"{printable(str(item.id), 128)}{where}"
