"""The server without HTTP: creates, changes and deletes objects under rules."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Final, TypeVar, cast

import attrs

from scalr_async._catalog import Catalog, Schema
from scalr_async.emulator.engine.blobs import Blobs
from scalr_async.emulator.engine.bodies import Changes, Lenience
from scalr_async.emulator.engine.descriptions import Description, describe_types
from scalr_async.emulator.engine.documents import Documents
from scalr_async.emulator.engine.drafts import Draft, own_linkage, write_through
from scalr_async.emulator.engine.errors import ApiError, conflict, invalid_attribute
from scalr_async.emulator.engine.filters import FilterField, Shape, account_of
from scalr_async.emulator.engine.http import Actor, Answer, Call
from scalr_async.emulator.engine.quotas import Quotas
from scalr_async.emulator.engine.sparse import Sparse
from scalr_async.emulator.engine.store import OWNER, Derived, Inverses, Record, Store

__all__ = [
    "MOMENT",
    "Action",
    "Rule",
    "Rulebook",
    "Service",
    "parse_moment",
]

MOMENT: Final = "%Y-%m-%dT%H:%M:%SZ"
"""The format of times in answers."""

_DIGITS: Final = "0123456789abcdefghijklmnopqrstuv"
_PAIRS: Final = [first + second for first in _DIGITS for second in _DIGITS]

P = TypeVar("P")


class Rule:
    """The rules of one type beyond its schema; this base class has none.

    Attributes:
        defaults: The values of unset attributes.
        computed: The names of attributes that `present` computes.
        volatile: True if objects change by themselves, so that no answer may be cached.
        unique: The relationship within which names are unique.
        scopes: Relationships to the places that an object may belong to, the narrowest first: it is
            deleted with each of them, though its schema would let it lose the link.
        private: True if each token holder sees only their own objects in lists.
        optional: True if the one object below a path may be missing: `null` instead of 404.
        aliases: Relationships by their names in filters.
        lenience: Deviations from the schema that are accepted.
        filters: Filters that do not follow from the schema.
        personal: Filters whose values depend on the holder of the token, whose id they get too.
        searched: Relationships whose objects `query` searches and `sort` compares too.
    """

    defaults: ClassVar[Mapping[str, Any]] = {}
    computed: ClassVar[frozenset[str]] = frozenset()
    volatile: ClassVar[bool] = False
    unique: ClassVar[str | None] = None
    scopes: ClassVar[tuple[str, ...]] = ()
    private: ClassVar[bool] = False
    optional: ClassVar[bool] = False
    aliases: ClassVar[Mapping[str, str]] = {}
    searched: ClassVar[tuple[str, ...]] = ()
    lenience: ClassVar[Lenience] = Lenience()

    def __init__(self, service: Service) -> None:
        self.service = service
        self.filters: Mapping[str, FilterField] = {}
        self.personal: Mapping[str, Callable[[Record, str], Iterable[Any]]] = {}

    def key(self, record: Record) -> Hashable | None:
        """Return the value that must be unique within the type, None if there is none."""
        if self.unique is None:
            return None
        return record.relationships.get(self.unique), record.attributes.get("name")

    def taken(self) -> ApiError:
        """Return the error of a write whose key another object has."""
        return invalid_attribute("name", "Name has already been taken")

    def prepare(self, draft: Draft) -> None:
        """Check and complete a write; raises `ApiError` to refuse it."""

    def relating(self, record: Record, name: str) -> None:
        """Check a new linkage at a relationship endpoint; raises `ApiError` to refuse it."""

    def removing(self, record: Record) -> None:
        """Check a deletion, and delete dependent objects; raises `ApiError` to refuse it."""

    def created(self, record: Record) -> None:
        """Act after an object was created."""

    def changed(self, record: Record) -> None:
        """Act after an object was changed."""

    def loaded(self, record: Record, owner: Actor) -> None:
        """Complete an object loaded from a file, which contains no secrets."""

    def rows(self, call: Call | None) -> Iterable[Record] | None:  # noqa: ARG002 - the general rule
        """Return the objects that are computed for each request; None if all are stored."""
        return None

    def present(self, record: Record, attributes: dict[str, Any]) -> None:
        """Add the computed attributes to a resource, and remove its secrets."""

    def links(self, record: Record) -> Mapping[str, str | None]:  # noqa: ARG002 - the general rule
        """Return further links, beside those that come from the routes."""
        return {}

    def once(self, record: Record) -> Mapping[str, Mapping[str, Any]]:  # noqa: ARG002 - as above
        """Return attributes and links that only the answer to the creation contains."""
        return {}


def parse_moment(text: str) -> datetime:
    """Parse a date and time; without a zone it is UTC."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@attrs.frozen(kw_only=True, eq=False)
class Rulebook:
    """The knowledge of a server beyond its catalog.

    Args:
        rules: The rules by type.
        inverses: Relationships that are the inverse of a stored one.
        derived: Relationships that follow from other objects, by type and name.
        schemas: Types that the catalog knows by their ids only, in the paths of other resources.
        prefixes: The beginnings of ids, by type; by default, the initials of the type.
        kinds: The server's own names of resources in errors, where they differ from the schema's.
    """

    rules: Mapping[str, type[Rule]]
    inverses: Inverses
    derived: Mapping[tuple[str, str], Derived]
    schemas: Mapping[str, Schema]
    prefixes: Mapping[str, str]
    kinds: Mapping[str, str]


class Service:
    """Objects, rules and documents of one emulated server.

    `contents` are the archives and states of objects, by id; `owner` is the author of what the
    server does by itself.
    """

    def __init__(
        self,
        catalog: Catalog,
        rulebook: Rulebook,
        *,
        seed: int,
        sparse: Sparse | None = None,
    ) -> None:
        self.catalog = catalog
        descriptions = _descriptions(catalog, rulebook)
        self.schemas = {type: (each.name, each.schema) for type, each in descriptions.items()}
        self.named = {**catalog.schemas, **rulebook.schemas}
        self.types = {type: each.schema for type, each in descriptions.items()}
        self._prefixes = rulebook.prefixes
        self._named_kinds = rulebook.kinds
        self.kinds = {type: self.kind(each.name) for type, each in descriptions.items()}
        self.random = random.Random(seed)  # noqa: S311 - ids, not secrets
        self.clock: Callable[[], datetime] = _utc_now
        self.quotas = Quotas(self.types)
        self.rules = {type: rulebook.rules.get(type, Rule)(self) for type in self.schemas}
        self.store = Store(
            lambda record: self.rules[record.type].key(record), rulebook.inverses, rulebook.derived
        )
        self.documents = Documents(self.store, self.linked, descriptions, self.rules, sparse)
        self.blobs = Blobs(lambda: self.text(40))
        self.contents: dict[str, bytes] = {}
        self.owner = Actor(holder="", user="", account="", email="")
        self.shapes = {type: self._shape(each) for type, each in descriptions.items()}
        self._parts: dict[type, Any] = {}

    def part(self, kind: Callable[[Service], P]) -> P:
        """Return the one object of a class that belongs to this server, made on first use."""
        found = self._parts.get(cast("type", kind))
        if found is None:
            found = self._parts[cast("type", kind)] = kind(self)
        return cast("P", found)

    def _shape(self, described: Description) -> Shape:
        rule = self.rules[described.schema.type]
        return Shape(
            schema=described.schema,
            own=described.own,
            defaults=described.blank,
            computed=rule.computed,
            compute=self.documents.attributes,
            targets=described.targets,
            aliases=rule.aliases,
            filters=rule.filters,
            personal=rule.personal,
            linked=self.linked,
            searched=rule.searched,
        )

    def now(self, **later: float) -> str:
        """Return the time in Scalr's format, now or `later` (arguments of `timedelta`)."""
        return (self.clock() + timedelta(**later)).strftime(MOMENT)

    def new_id(self, type: str) -> str:
        """Return a fresh id: the type's prefix, a dash, fifteen characters of base 32."""
        return f"{self.prefix(type)}-{self.text(15)}"

    def prefix(self, type: str) -> str:
        """Return the beginning of the ids of a type."""
        return self._prefixes.get(type) or "".join(word[0] for word in type.split("-"))

    def text(self, length: int) -> str:
        """Return random lower-case base 32 of this many characters."""
        return "".join(self.random.choices(_PAIRS, k=length // 2 + 1))[:length]

    def create(
        self, type: str, changes: Changes, actor: Actor, *, owner: str | None = None
    ) -> Record:
        """Create an object; raises `ApiError` when a rule forbids it."""
        limit = self.quotas.get(type)
        if limit is not None and self.store.count(type) >= limit:
            raise conflict(f"Quota exceeded: at most {limit} of {type}.")
        draft = Draft(
            type=type,
            id=self.new_id(type),
            record=None,
            changes=changes,
            attributes=dict(changes.attributes),
            relationships=own_linkage(self.store, type, changes.relationships),
            actor=actor,
        )
        schema = self.types[type]
        if owner is not None:
            draft.place(schema, owner, self.store.find(owner))
        draft.stamp(schema, "created", self.now())
        if "created-at" not in schema.attributes:
            draft.stamp(schema, "updated", self.now())
        account = account_of(self.store, draft) or actor.account
        draft.enter_account(schema, account)
        record = Record(
            type=type,
            id=draft.id,
            attributes=draft.attributes,
            relationships=draft.relationships,
        )
        self.rules[type].prepare(draft)
        self._check_unique(record, None)
        self.store.add(record)
        write_through(self.store, self.types, record, changes.relationships)
        self.rules[type].created(record)
        return record

    def update(self, record: Record, changes: Changes, actor: Actor) -> Record:
        """Change an object; raises `ApiError` when a rule forbids it."""
        own = own_linkage(self.store, record.type, changes.relationships)
        draft = Draft(
            type=record.type,
            id=record.id,
            record=record,
            changes=changes,
            attributes={**record.attributes, **changes.attributes},
            relationships={**record.relationships, **own},
            actor=actor,
        )
        draft.stamp(self.types[record.type], "updated", self.now())
        self.rules[record.type].prepare(draft)
        changed = Record(
            type=record.type,
            id=record.id,
            attributes=draft.attributes,
            relationships=draft.relationships,
        )
        self._check_unique(changed, record)
        moved = {
            name: ids
            for name, ids in draft.relationships.items()
            if record.relationships.get(name) != ids
        }
        self.store.change(record, draft.attributes, moved)
        write_through(self.store, self.types, record, changes.relationships)
        self.rules[record.type].changed(record)
        return record

    def delete(self, record: Record, *, forced: bool = False) -> None:
        """Delete an object and the objects that depend on it; `forced` skips the rules."""
        if not forced:
            self.rules[record.type].removing(record)
        for name, source in self.store.referrers(record.id):
            if self.store.find(source.id) is not None and self._depends(source, name):
                self.delete(source, forced=True)
        self.store.remove(record)

    def _depends(self, source: Record, name: str) -> bool:
        if name == OWNER or name in self.rules[source.type].scopes:
            return True
        relationship = self.types[source.type].relationships.get(name)
        return relationship is not None and not relationship.many and not relationship.nullable

    def kind(self, schema: str) -> str:
        """Return the server's own name for a resource, as used in errors."""
        return self._named_kinds.get(schema, schema)

    def rows(self, type: str, call: Call | None = None) -> list[Record] | None:
        """Return the objects of a type that computes them; None for other types.

        Stored ones, such as those of a loaded file, stand in their place.
        """
        computed = self.rules[type].rows(call)
        return None if computed is None else self.store.all(type) or list(computed)

    def get(self, type: str, id: str) -> Record | None:
        """Return an object, stored or computed; None if there is none."""
        found = self.store.get(type, id)
        if found is None:
            found = next((row for row in self.rows(type) or () if row.id == id), None)
        return found

    def linked(self, record: Record, name: str) -> list[Record]:
        """Return the objects that a relationship holds, stored or computed, in its order."""
        target = self.types[record.type].relationships[name].target
        found = (self.get(target, id) for id in self.store.linkage(record, name))
        return [record for record in found if record is not None]

    def account_of(self, record: Record) -> str | None:
        """Return the account to which an object belongs."""
        return account_of(self.store, record)

    def _check_unique(self, record: Record, present: Record | None) -> None:
        key = self.store.key(record)
        existing = None if key is None else self.store.find_by_key(record.type, key)
        if existing is not None and existing is not present:
            raise self.rules[record.type].taken()


@functools.cache  # by identity: all servers have the same two
def _descriptions(catalog: Catalog, rulebook: Rulebook) -> Mapping[str, Description]:
    defaults = {type: rule.defaults for type, rule in rulebook.rules.items()}
    unstored = {*rulebook.inverses, *rulebook.derived}
    return describe_types(catalog, rulebook.schemas, unstored, defaults)


Action = Callable[[Service, Call], Answer]
"""An operation: answers a call, or raises `ApiError`."""


def _utc_now() -> datetime:
    return datetime.now(UTC)
