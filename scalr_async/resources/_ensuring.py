"""Idempotent steps: ensure that an object exists and has the given values.

The steps are safe because the server keeps names unique: of two concurrent creates one is refused.
A step that is refused, or loses its answer, reads again and continues from the state it finds. Only
the given fields are compared and written.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Final, Generic, TypeVar, get_origin

import attrs

from scalr_async._text import shown
from scalr_async._value_class import value_class
from scalr_async._values import (
    REDACTED_BY_SERVER,
    UNSET,
    conceal,
    hide_init_arguments,
    plain_value,
)
from scalr_async.errors import (
    ConflictError,
    InvalidArgumentError,
    NotFoundError,
    ScalrError,
    UnprocessableEntityError,
    VerificationError,
)
from scalr_async.jsonapi import (
    NOT_A_LIST,
    Ref,
    Resource,
    identify,
    is_like_an_id,
    loads,
    schema_of,
)
from scalr_async.resources._ensured import Action, Ensured, FieldChange
from scalr_async.resources._finding import Names, check_name
from scalr_async.resources._poller import spread

__all__ = ["Calls", "Ensuring"]

M = TypeVar("M", bound=Resource)

_TRIES: Final = 10
"""The number of attempts, each a read and perhaps a write, before the last error is raised."""
_PAUSE: Final = 0.25
"""Seconds after the first write whose outcome is unknown; doubled after each further one."""
_LONGEST_PAUSE: Final = 8.0

_ABSENT: Final = object()


@value_class
@attrs.frozen(eq=False, repr=False)
class Calls(Generic[M]):
    """The calls of the collection that a step uses."""

    names: Names[M]
    write: Callable[[Mapping[str, Any]], bytes]
    """Creates a request document from fields; raises `InvalidArgumentError` for invalid values."""
    read: Callable[[M, Iterable[str]], Awaitable[M]]
    """Reads an object again, with fields that the list left out."""
    create: Callable[[dict[str, Any]], Awaitable[M]]
    update: Callable[[M, dict[str, Any]], Awaitable[M]]
    seconds_left: Callable[[], float]
    """Returns the time until the deadline of the step."""


@hide_init_arguments
class Ensuring(Generic[M]):
    """One step: ensure an object of `model` with some values, found by its keys.

    Values for `keys` are required, the name first. `scopes` are relationships within which the name
    is unique, the narrowest first; an object with a narrower scope may also state a wider one.
    """

    def __init__(
        self,
        model: type[M],
        calls: Calls[M],
        *,
        keys: tuple[str, ...],
        scopes: tuple[str, ...],
        values: Mapping[str, Any],
        query: Mapping[str, Any],
    ) -> None:
        self._schema = schema_of(model)
        self._calls = calls
        self._keys = (*keys, *scopes)
        given = {name: plain_value(value) for name, value in values.items() if value is not UNSET}
        self._values = {name: self._reiterable(name, value) for name, value in given.items()}
        for key in keys:
            if key in self._schema.attributes:
                check_name(key, self._values.get(key))
            elif self._values.get(key) is None:
                raise InvalidArgumentError(f"{key}: must be given")
        self._name = str(self._values[keys[0]])
        if is_like_an_id(self._name, model.type):
            raise InvalidArgumentError(
                f"{keys[0]}={shown(self._name)}: an id of one of {model.type}, not a name"
            )
        self._wanted = conceal(loads(calls.write(self._values))["data"])
        self._query = {**query, **self._scope_filters()}
        self._created = False
        self._updated: dict[str, Any] = {}
        self._error: ScalrError | None = None

    def _reiterable(self, name: str, value: Any) -> Any:
        """Return a value that can be iterated over repeatedly."""
        is_list = isinstance(value, Iterable) and not isinstance(value, NOT_A_LIST)
        return list(value) if is_list and self._takes_a_list(name) else value

    def _takes_a_list(self, name: str) -> bool:
        link, field = self._schema.relationships.get(name), self._schema.attributes.get(name)
        is_tuple = field is not None and get_origin(field.type) is tuple
        return is_tuple if link is None else link.many

    async def run(self) -> Ensured[M]:
        """Read, and write the fields that differ, until the server has all wanted values."""
        try:
            return await self._attempts()
        except ScalrError as error:
            if self._created or self._updated:  # the answer to that write was lost
                error.outcome = "unknown"
            raise

    async def _attempts(self) -> Ensured[M]:
        for number in range(_TRIES):
            found = await self._find()
            ensured = await (self._create() if found is None else self._update(found))
            if ensured is not None:
                return ensured
            pause = self._pause(number) if self._is_lost else 0.0
            if pause >= self._calls.seconds_left():
                break
            await asyncio.sleep(pause)
        raise self._failure()

    def _pause(self, number: int) -> float:
        return spread(min(_PAUSE * 2**number, _LONGEST_PAUSE), random.random)

    @property
    def _is_lost(self) -> bool:
        """True if the last write may have been applied."""
        error = self._error
        return error is not None and error.outcome in {"unknown", "applied"}

    def _failure(self) -> ScalrError:
        if self._error is not None:
            return self._error
        return VerificationError(
            f"{shown(self._name)} was deleted before each write to it", outcome="unknown"
        )

    async def _find(self) -> M | None:
        """Return the object with the keys, None if there is none."""
        try:
            found = await self._calls.names.all(self._name, self._query)
            whole = [await self._completed(item) for item in found]
            matching = [item for item in whole if self._matches(item)]
            return self._calls.names.only(self._name, matching) if matching else None
        except ScalrError as error:
            if self._is_lost and self._error is not None:
                raise self._error from error
            raise

    async def _completed(self, item: M) -> M:
        """Return an object with all keys and given fields, read again if one is missing."""
        needed = {*self._keys[1:], *self._values}
        missing = [name for name in sorted(needed) if getattr(item, name) is UNSET]
        return await self._calls.read(item, missing) if missing else item

    async def _create(self) -> Ensured[M] | None:
        """Create the object; None if the create was refused or its answer was lost."""
        if isinstance(self._error, UnprocessableEntityError | ConflictError):
            raise self._error  # no object of this name exists, so the refusal has another reason
        try:
            made = await self._calls.create(dict(self._values))
        except (UnprocessableEntityError, ConflictError) as refused:
            self._error = refused
        except ScalrError as error:
            self._note(error)
            self._created = True
        else:
            return self._ensured(made, "created", dict.fromkeys(self._values, UNSET))
        return None

    async def _update(self, found: M) -> Ensured[M] | None:
        """Write the fields that differ; None if the object is gone or the answer was lost."""
        different = [name for name in self._values if self._differs(found, name)]
        before = {name: getattr(found, name) for name in different}
        if different:
            try:
                found = await self._calls.update(
                    found, {name: self._values[name] for name in different}
                )
            except NotFoundError as gone:
                self._error = None if gone.outcome == "rejected" else gone
                return None
            except ScalrError as error:
                self._note(error)
                self._updated = {**before, **self._updated}
                return None
        before = {**before, **self._updated}
        if self._created:
            return self._ensured(found, "created", {**dict.fromkeys(self._values, UNSET), **before})
        return self._ensured(found, "updated" if before else "unchanged", before)

    def _note(self, error: ScalrError) -> None:
        """Keep an error that leaves the outcome of a write unknown; raise any other."""
        self._error = error
        if not self._is_lost:
            raise error

    def _ensured(self, found: M, action: Action, before: Mapping[str, Any]) -> Ensured[M]:
        secretive = {field.name for field in self._schema.confidential}
        changes = {name: FieldChange(value, getattr(found, name)) for name, value in before.items()}
        for name in secretive.intersection(changes):
            changes[name] = FieldChange(*map(conceal, changes[name]))
        return Ensured(found, action, changes)

    def _scope_filters(self) -> dict[str, Any]:
        """Return the filters for the relationships within which the name is unique."""
        return {
            name: identify(value, None)
            for name in self._keys[1:]
            if name in self._schema.relationships and (value := self._values.get(name)) is not None
        }

    def _matches(self, item: M) -> bool:
        """Return whether an object with the name also has the other keys."""
        narrowed = False
        for name in self._keys[1:]:
            wanted, have = self._values.get(name), getattr(item, name)
            if name not in self._schema.relationships:
                if have != wanted:
                    return False
            elif wanted is not None:
                if have is not UNSET and getattr(have, "id", None) != self._query[name]:
                    return False
                narrowed = True
            elif isinstance(have, Ref) and not narrowed:
                return False
        return True

    def _differs(self, found: M, name: str) -> bool:
        """Return whether a field must be written: its value differs, or may differ."""
        if name in self._keys:
            return False
        have = getattr(found, name)
        if name in self._schema.attributes:
            wire = self._schema.attributes[name].wire
            sent = found.raw().get("attributes")
            member = sent.get(wire, _ABSENT) if isinstance(sent, dict) else _ABSENT
            wanted = self._wanted["attributes"].get(wire, _ABSENT)
            return wanted is not _ABSENT and (
                have is REDACTED_BY_SERVER or not _covers(member, wanted)
            )
        wanted = self._wanted["relationships"][self._schema.relationships[name].wire]["data"]
        if have is UNSET:  # although it was requested: the server sent no linkage
            return wanted is not None
        links = wanted if isinstance(wanted, list) else filter(None, [wanted])
        refs = have if isinstance(have, tuple) else (have,)
        linked = {(ref.type, ref.id) for ref in refs if isinstance(ref, Ref)}
        return {(link["type"], link["id"]) for link in links} != linked


def _covers(have: Any, wanted: Any) -> bool:
    """Return whether a JSON value contains the wanted one; objects may have more members."""
    if wanted is None:
        return have is None or have is _ABSENT
    if isinstance(wanted, dict):
        keys = wanted.items()
        return isinstance(have, dict) and all(_covers(have.get(k, _ABSENT), v) for k, v in keys)
    if isinstance(wanted, list):
        same = isinstance(have, list) and len(have) == len(wanted)
        return same and all(map(_covers, have, wanted))
    if isinstance(wanted, bool) or isinstance(have, bool):
        return wanted is have
    return bool(have == wanted)
