"""The emulated service without HTTP: objects come, change and go under Scalr's rules."""

from __future__ import annotations

import random
from collections.abc import Callable, Hashable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Final

import attrs

from scalr_async._catalog import Catalog, Relationship, Schema
from scalr_async.emulator._blobs import Blobs
from scalr_async.emulator._bodies import Changes
from scalr_async.emulator._deliveries import Outbox
from scalr_async.emulator._documents import Documents, defaults_of
from scalr_async.emulator._errors import conflict, invalid_attribute
from scalr_async.emulator._filters import Shape, Source, account_of
from scalr_async.emulator._runs import Runs
from scalr_async.emulator._sparse import Sparse
from scalr_async.emulator._store import INVERSES, OWNER, Ids, Record, Store

__all__ = ["MOMENT", "Actor", "Draft", "Rule", "Service", "Session", "require_name"]

MOMENT: Final = "%Y-%m-%dT%H:%M:%SZ"
"""The format of Scalr's times."""

_DIGITS: Final = "0123456789abcdefghijklmnopqrstuv"
_UNDOCUMENTED: Final[Mapping[str, Schema]] = {
    "PolicyGroupCheck": Schema(
        type="policy-group-checks",
        relationships={"policy-group": Relationship(target="policy-groups", nullable=True)},
    ),
    "TestConfiguration": Schema(
        type="test-configurations",
        relationships={"module": Relationship(target="modules", nullable=True)},
    ),
}
"""Types that the document knows by their ids only, in the paths of other resources."""

_PAIRS: Final = [first + second for first in _DIGITS for second in _DIGITS]


@attrs.frozen(kw_only=True)
class Actor:
    """The owner of a request's token: `holder` is a user or a service account.

    `user` is who is put down as the author of what a service account does.
    """

    holder: str
    user: str
    account: str
    email: str


@attrs.frozen(kw_only=True)
class Session:
    """A token for a while: whom it speaks for, and until when."""

    holder: str
    expires: str


@attrs.define(kw_only=True)
class Draft:
    """An object as a write would leave it; a rule may refuse it, or put more into it.

    `record` is the object to change, None for a new one; `changes` what the write sets.
    """

    type: str
    id: str
    record: Record | None
    changes: Changes
    attributes: dict[str, Any]
    relationships: dict[str, Ids]
    actor: Actor

    def sets(self, name: str) -> bool:
        """Say whether the write gives the attribute or relationship a value."""
        return name in self.changes.attributes or name in self.changes.relationships

    def related(self, name: str) -> tuple[str, ...]:
        """Return the ids of a relationship, be it to one or to many."""
        ids = self.relationships.get(name)
        return (ids,) if isinstance(ids, str) else ids or ()


class Rule:
    """The rules of one type beyond its schema. This base has none.

    `prefix` begins the ids. `defaults` are attributes of objects that nobody set. `computed`
    are attributes that `present` works out; `volatile` says that they change by themselves.
    `filters` are those that the schema does not explain. `unique` names the
    relationship within which the name is unique.
    """

    prefix: ClassVar[str] = ""
    defaults: ClassVar[Mapping[str, Any]] = {}
    computed: ClassVar[frozenset[str]] = frozenset()
    volatile: ClassVar[bool] = False
    unique: ClassVar[str | None] = None

    def __init__(self, service: Service) -> None:
        self.service = service
        self.filters: Mapping[str, Source] = {}

    def key(self, record: Record) -> Hashable | None:
        """Return what must be unique among the type."""
        if self.unique is None:
            return None
        return record.relationships.get(self.unique), record.attributes.get("name")

    def prepare(self, draft: Draft) -> None:
        """Check and complete a write; raises `ApiError` to refuse it."""

    def removing(self, record: Record) -> None:
        """Check a deletion, and take away what goes with it; raises `ApiError` to refuse it."""

    def created(self, record: Record) -> None:
        """Do what follows when an object is there."""

    def present(self, record: Record, attributes: dict[str, Any]) -> None:
        """Put the computed attributes into what is shown, and take secrets out."""

    def links(self, record: Record) -> Mapping[str, str | None]:  # noqa: ARG002 - the general rule
        """Return links beside those that the routes make."""
        return {}

    def once(self, record: Record) -> Mapping[str, Mapping[str, Any]]:  # noqa: ARG002 - as above
        """Return the members that only the answer to the creation has: attributes, links."""
        return {}


class Service:
    """Objects, rules and documents of one emulated server.

    `contents` are the archives and states of objects, by id; `sessions` the tokens that no object
    stands for; `owner` does what nobody asked for.
    """

    def __init__(
        self,
        catalog: Catalog,
        rules: Mapping[str, type[Rule]],
        *,
        seed: int,
        sparse: Sparse | None = None,
    ) -> None:
        self.catalog = catalog
        self.schemas: dict[str, tuple[str, Schema]] = {}
        served = {route.schema for route in catalog.routes if route.operation == "get"}
        for name, schema in catalog.schemas.items():
            if name in served or schema.type not in self.schemas:
                self.schemas[schema.type] = name, schema
        self.schemas |= {schema.type: (name, schema) for name, schema in _UNDOCUMENTED.items()}
        self.named = {**catalog.schemas, **_UNDOCUMENTED}
        self.types = {type: schema for type, (_, schema) in self.schemas.items()}
        self.random = random.Random(seed)  # noqa: S311 - ids, not secrets
        self.clock: Callable[[], datetime] = _utc_now
        self.quotas: dict[str, int] = {}
        self.rules = {type: rules.get(type, Rule)(self) for type in self.schemas}
        self.store = Store(lambda record: self.rules[record.type].key(record))
        self.documents = Documents(self.store, sparse)
        self.blobs = Blobs(lambda: self.text(40))
        self.contents: dict[str, bytes] = {}
        self.runs = Runs(self)
        self.outbox = Outbox(self)
        self.sessions: dict[str, Session] = {}
        self.owner = Actor(holder="", user="", account="", email="")
        self.shapes: dict[str, Shape] = {}
        self._describe()

    def _describe(self) -> None:
        paths = {
            self.catalog.schemas[route.schema].type: route.path
            for route in self.catalog.routes
            if route.operation == "get" and route.schema
        }
        routed = {route.path for route in self.catalog.routes}
        own = {
            type: path.rpartition("/")[2].strip("{}").replace("_", "-")
            for type, path in paths.items()
            if path.endswith("}")
        }
        for type, (_, schema) in self.schemas.items():
            rule = self.rules[type]
            path = paths.get(type, "")
            self.documents.describe(
                schema,
                defaults=rule.defaults,
                path=path.rpartition("/")[0] or None,
                downloads=tuple(n for n in schema.links if f"{path}/{n}" in routed),
                rule=rule,
            )
            self.shapes[type] = Shape(
                schema=schema,
                own=own.get(type),
                defaults={**defaults_of(schema.attributes), **rule.defaults},
                computed=rule.computed,
                compute=self.documents.attributes,
                targets={
                    own[r.target]: name
                    for name, r in schema.relationships.items()
                    if r.target in own and not r.many
                },
                filters=rule.filters,
            )

    def now(self, **later: float) -> str:
        """Return the present moment as Scalr writes it, or one `later` (of `timedelta`)."""
        return (self.clock() + timedelta(**later)).strftime(MOMENT)

    def new_id(self, type: str) -> str:
        """Return a fresh id: the type's prefix, a dash, fifteen characters of base 32."""
        prefix = self.rules[type].prefix or "".join(word[0] for word in type.split("-"))
        return f"{prefix}-{self.text(15)}"

    def text(self, length: int) -> str:
        """Return random lower-case base 32 of this many characters."""
        return "".join(self.random.choices(_PAIRS, k=length // 2 + 1))[:length]

    def create(
        self, type: str, changes: Changes, actor: Actor, *, owner: str | None = None
    ) -> Record:
        """Make an object; raises `ApiError` when a rule forbids it."""
        limit = self.quotas.get(type)
        if limit is not None and self.store.count(type) >= limit:
            raise conflict(f"Quota exceeded: at most {limit} of {type}.")
        draft = Draft(
            type=type,
            id=self.new_id(type),
            record=None,
            changes=changes,
            attributes=dict(changes.attributes),
            relationships=self._own(type, changes.relationships),
            actor=actor,
        )
        if owner is not None:
            self._place(draft, owner)
        self._stamp(draft, "created-at", "created-by")
        if "created-at" not in self.types[type].attributes:
            self._stamp(draft, "updated-at", "updated-by")
        self._scope(draft)
        record = Record(
            type=type,
            id=draft.id,
            attributes=draft.attributes,
            relationships=draft.relationships,
        )
        self.rules[type].prepare(draft)
        self._check_unique(record, None)
        self.store.add(record)
        self._write_through(record, changes.relationships)
        self.rules[type].created(record)
        return record

    def queue_run(self, workspace: Record, source: str, **relationships: Ids) -> Record:
        """Queue a run that nobody asked for; raises `ApiError` when there is nothing to run."""
        links = {name.replace("_", "-"): ids for name, ids in relationships.items()}
        changes = Changes(
            attributes={"source": source, "actor": "scalr-system"},
            relationships={"workspace": workspace.id, **links},
        )
        return self.create("runs", changes, self.owner)

    def update(self, record: Record, changes: Changes, actor: Actor) -> Record:
        """Change an object; raises `ApiError` when a rule forbids it."""
        own = self._own(record.type, changes.relationships)
        draft = Draft(
            type=record.type,
            id=record.id,
            record=record,
            changes=changes,
            attributes={**record.attributes, **changes.attributes},
            relationships={**record.relationships, **own},
            actor=actor,
        )
        self._stamp(draft, "updated-at", "updated-by")
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
        self._write_through(record, changes.relationships)
        return record

    def delete(self, record: Record, *, forced: bool = False) -> None:
        """Take an object away, and what can not be without it; `forced` asks no rule."""
        if not forced:
            self.rules[record.type].removing(record)
        for name, source in self.store.referrers(record.id):
            if self.store.find(source.id) is not None and self._depends(source, name):
                self.delete(source, forced=True)
        self.store.remove(record)

    def _depends(self, source: Record, name: str) -> bool:
        if name == OWNER:
            return True
        relationship = self.types[source.type].relationships.get(name)
        return relationship is not None and not relationship.many and not relationship.nullable

    def account_of(self, record: Record) -> str | None:
        """Return the account an object belongs to."""
        return account_of(self.store, record)

    def _own(self, type: str, relationships: Mapping[str, Ids]) -> dict[str, Ids]:
        return {n: ids for n, ids in relationships.items() if (type, n) not in INVERSES}

    def _place(self, draft: Draft, owner: str) -> None:
        """Put a new object below the one whose path it was posted to."""
        parent = self.store.find(owner)
        draft.relationships[OWNER] = owner
        for name, relationship in self.types[draft.type].relationships.items():
            if parent and not relationship.many and relationship.target == parent.type:
                draft.relationships.setdefault(name, owner)

    def _stamp(self, draft: Draft, moment: str, author: str) -> None:
        schema = self.types[draft.type]
        if moment in schema.attributes:
            draft.attributes.setdefault(moment, self.now())
            if moment == "updated-at":
                draft.attributes[moment] = self.now()
        if author in schema.relationships and schema.relationships[author].target == "users":
            draft.relationships[author] = draft.actor.user
        if f"{author}-email" in schema.attributes:
            draft.attributes[f"{author}-email"] = draft.actor.email

    def _scope(self, draft: Draft) -> None:
        """Put a new object that names no account into the account of the token."""
        relationships = self.types[draft.type].relationships
        if "account" not in relationships or draft.relationships.get("account"):
            return
        narrower = draft.type in ("access-policies", "vars") and any(
            draft.relationships.get(name) for name in ("environment", "workspace")
        )
        draft.relationships["account"] = None if narrower else draft.actor.account

    def _check_unique(self, record: Record, present: Record | None) -> None:
        key = self.store.key(record)
        holder = None if key is None else self.store.holder(record.type, key)
        if holder is not None and holder is not present:
            raise invalid_attribute("name", "Name has already been taken")

    def _write_through(self, record: Record, relationships: Mapping[str, Ids]) -> None:
        """Set the other end of the derived relationships that a write names."""
        for name, ids in relationships.items():
            inverse = INVERSES.get((record.type, name))
            if inverse is None:
                continue
            type, far = inverse
            many = self.types[type].relationships[far].many
            wanted = dict.fromkeys(ids or ())
            for source in self.store.sources(type, far, record.id):
                if source.id not in wanted:
                    kept = tuple(i for i in source.related(far) if i != record.id)
                    self.store.change(source, {}, {far: kept if many else None})
            for id in wanted:
                target = self.store.get(type, id)
                if target is not None and record.id not in target.related(far):
                    held = (*target.related(far), record.id) if many else record.id
                    self.store.change(target, {}, {far: held})


def require_name(draft: Draft, detail: str = "Name can not be empty.") -> None:
    """Refuse a name of nothing but blanks."""
    if not str(draft.attributes.get("name", "")).strip():
        raise invalid_attribute("name", detail)


def _utc_now() -> datetime:
    return datetime.now(UTC)
