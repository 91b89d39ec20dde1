"""Drafts: an object as a write would leave it, before the rules of its type apply."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import attrs

from scalr_async._catalog import Schema
from scalr_async.emulator.engine.bodies import Changes
from scalr_async.emulator.engine.errors import invalid_attribute
from scalr_async.emulator.engine.http import Actor
from scalr_async.emulator.engine.store import OWNER, Ids, Record, Store

__all__ = ["Draft", "own_linkage", "require_name", "write_through"]


@attrs.define(kw_only=True)
class Draft:
    """An object as a write would leave it; a rule may refuse or complete it.

    Args:
        type: The type of the object.
        id: Its id, known before the object exists.
        record: The object to change, None for a new one.
        changes: The members that the write sets.
        attributes: All attributes after the write.
        relationships: All linkage after the write.
        actor: The author of the write.
    """

    type: str
    id: str
    record: Record | None
    changes: Changes
    attributes: dict[str, Any]
    relationships: dict[str, Ids]
    actor: Actor

    def sets(self, name: str) -> bool:
        """Return whether the write sets the attribute or relationship."""
        return name in self.changes.attributes or name in self.changes.relationships

    def alters(self, name: str, default: Any = None) -> bool:
        """Return whether the write sets the attribute to a value that it did not have.

        A client that sends a whole object back alters only some of what it sets.
        """
        if self.record is None or not self.sets(name):
            return self.sets(name)
        return bool(self.attributes[name] != self.record.attributes.get(name, default))

    def related(self, name: str) -> tuple[str, ...]:
        """Return the ids of a relationship, whether to one or to many."""
        ids = self.relationships.get(name)
        return (ids,) if isinstance(ids, str) else ids or ()

    def place(self, schema: Schema, owner: str, parent: Record | None) -> None:
        """Link a new object to the one in whose path it was posted."""
        self.relationships[OWNER] = owner
        for name, relationship in schema.relationships.items():
            if parent and not relationship.many and relationship.target == parent.type:
                self.relationships.setdefault(name, owner)

    def stamp(self, schema: Schema, verb: Literal["created", "updated"], now: str) -> None:
        """Set the time and the author of a change, if the type has them."""
        moment, author = f"{verb}-at", f"{verb}-by"
        if moment in schema.attributes:
            self.attributes.setdefault(moment, now)
            if verb == "updated":
                self.attributes[moment] = now
        if author in schema.relationships and schema.relationships[author].target == "users":
            self.relationships[author] = self.actor.user
        if f"{author}-email" in schema.attributes:
            self.attributes[f"{author}-email"] = self.actor.email

    def enter_account(self, schema: Schema, account: str) -> None:
        """Link a new object that names no account to `account`."""
        if "account" in schema.relationships and not self.relationships.get("account"):
            self.relationships["account"] = account


def require_name(draft: Draft, detail: str = "Name can not be empty.") -> None:
    """Refuse an empty or blank name."""
    if not str(draft.attributes.get("name", "")).strip():
        raise invalid_attribute("name", detail)


def own_linkage(store: Store, type: str, relationships: Mapping[str, Ids]) -> dict[str, Ids]:
    """Return the linkage that is stored with the object, without derived relationships."""
    return {n: ids for n, ids in relationships.items() if store.stores(type, n)}


def write_through(
    store: Store, types: Mapping[str, Schema], record: Record, relationships: Mapping[str, Ids]
) -> None:
    """Set the stored ends of the derived relationships that a write names."""
    for name, ids in relationships.items():
        inverse = store.inverses.get((record.type, name))
        if inverse is None:
            continue
        if record.related(name):  # of a file: what is not in it
            store.change(record, {}, {name: ()})
        type, far = inverse
        many = types[type].relationships[far].many
        wanted = dict.fromkeys(ids or ())
        for source in store.sources(type, far, record.id):
            if source.id not in wanted:
                kept = tuple(i for i in source.related(far) if i != record.id)
                store.change(source, {}, {far: kept if many else None})
        for id in wanted:
            target = store.get(type, id)
            if target is not None and record.id not in target.related(far):
                held = (*target.related(far), record.id) if many else record.id
                store.change(target, {}, {far: held})
