"""Request bodies, parsed and checked against the schema."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

import attrs
import msgspec

from scalr_async._catalog import Field, Schema
from scalr_async.emulator.engine.errors import (
    ApiError,
    bad_request,
    invalid_attribute,
    invalid_document,
    invalid_relationship,
    unknown_member,
    unknown_related,
)
from scalr_async.emulator.engine.sparse import NOVEL
from scalr_async.emulator.engine.store import Ids, Store

__all__ = [
    "Changes",
    "Lenience",
    "fits",
    "is_kind",
    "parse_body",
    "parse_changes",
    "parse_identifiers",
    "parse_object",
]

_RESERVED: Final = frozenset({"links", "relationships"})
"""Names that no attribute can have (JSON:API 1.0, Resource Objects). Clients that send a whole
object back may have put them among the attributes."""

_TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}


@attrs.define(kw_only=True)
class Changes:
    """The members that a write sets, without read-only ones; other members stay unchanged.

    `forced` if the request has `force=true`.
    """

    attributes: dict[str, Any]
    relationships: dict[str, Ids]
    forced: bool = False


@attrs.frozen(kw_only=True)
class Lenience:
    """Deviations from the schema of a type that are accepted, because released clients send them.

    Args:
        retired: Attributes of earlier versions: accepted and ignored.
        unset_as_null: Attributes that are not nullable, but that clients send as null when unset.
        instead: An attribute that replaces all required ones.
    """

    retired: frozenset[str] = frozenset()
    unset_as_null: frozenset[str] = frozenset()
    instead: str = ""


def parse_body(body: bytes) -> Any:
    """Decode a JSON body; raises `ApiError` (400) if it is not JSON."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise bad_request(f"The request body is not valid JSON: {error}") from None


def parse_changes(
    store: Store,
    kinds: Mapping[str, str],
    schema: Schema,
    document: Any,
    *,
    id: str | None,
    lenience: Lenience,
) -> Changes:
    """Read a resource document; `id` is that of the object to change, None for a new one.

    `kinds` maps types to the server's own names for them. Raises `ApiError` with every fault, not
    just the first: first those of attributes, then those of linkage.
    Read-only members are ignored, so that a client may send a whole object back.
    """
    creating = id is None
    data = _resource(schema, document, id)
    sent = _member(data, "attributes").items()
    given = {_dashed(schema, n): v for n, v in sent if n not in _RESERVED and _is_known(n)}
    attributes = {
        n: v for n, v in given.items() if v is not None or n not in lenience.unset_as_null
    }
    linked = _member(data, "relationships").items()
    relationships = {
        n: v
        for n, v in linked
        if _is_known(n) and (n not in schema.relationships or _has_linkage(v))
    }
    complete = creating and not attributes.get(lenience.instead)
    faults = [
        *_attribute_faults(schema, attributes, lenience, complete=complete),
        *_linkage_faults(schema, relationships, creating=creating, complete=complete),
    ]
    set_ids = {
        name: _ids(value["data"])
        for name, value in relationships.items()
        if not faults and _can_set(schema, name, creating=creating)
    }
    faults = faults or [*_reference_faults(store, kinds, schema, set_ids)]
    if faults:
        raise ApiError(faults[0].status, [error for f in faults for error in f.errors])
    writable = {name for name, field in schema.attributes.items() if not field.read_only}
    return Changes(
        attributes={
            name: _without_unset(schema.attributes[name], value)
            for name, value in attributes.items()
            if name in writable
        },
        relationships=set_ids,
    )


def _resource(schema: Schema, document: Any, id: str | None) -> Any:
    data = _data(document, dict)
    if not isinstance(data.get("type"), str):
        raise invalid_document("/data/type", "Missing resource type.")
    if data["type"] != schema.type:
        detail = f"Resource type must be '{schema.type}'."
        raise invalid_document("/data/type", detail, status=409)
    if id is not None and data.get("id", id) != id:
        raise invalid_document("/data/id", f"Resource id must be '{id}'.", status=409)
    return data


def parse_identifiers(document: Any, type: str) -> list[str]:
    """Read the ids of a relationship document, each once, in their order."""
    ids: dict[str, None] = {}
    for index, member in enumerate(_data(document, list)):
        if not _is_identifier(member, type):
            raise invalid_document(f"/data/{index}", f"Expected an identifier of type '{type}'.")
        ids[member["id"]] = None
    return list(ids)


def parse_object(field: Field, body: bytes) -> dict[str, Any]:
    """Read a plain JSON body.

    An empty body and null (which scalr-cli sends) are an empty object. The values may be wrapped
    like the attributes of a resource, as the official Go client sends them.
    """
    value = parse_body(body) if body.strip() else None
    value = {} if value is None else value
    if isinstance(value, dict) and isinstance(value.get("data"), dict) and len(value) == 1:
        value = value["data"].get("attributes") or {}
    faults = list(_value_faults(field, value, ""))
    if faults:
        path, detail = faults[0]
        raise invalid_document(path or "/", detail)
    return dict(value)


def _dashed(schema: Schema, name: str) -> str:
    """Return the name with dashes if the schema has it; the official Go client mixes both."""
    dashed = name.replace("_", "-")
    return dashed if dashed in schema.attributes else name


def _data(document: Any, kind: type) -> Any:
    data = document.get("data") if isinstance(document, dict) else None
    if not isinstance(data, kind):
        wanted = "a resource object" if kind is dict else "an array of identifiers"
        raise invalid_document("/data", f"The document must have {wanted} as its data.")
    if not isinstance(document.get("meta"), dict | None):
        raise invalid_document("/meta", "Value is not a valid object.")
    return data


def _member(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = data.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise invalid_document(f"/data/{name}", "Value is not a valid object.")
    return value


def _attribute_faults(
    schema: Schema, given: Mapping[str, Any], lenience: Lenience, *, complete: bool
) -> Iterator[ApiError]:
    for name, value in given.items():
        field = schema.attributes.get(name)
        if field is None:
            if name not in lenience.retired:
                yield invalid_attribute(name, f"Attribute '{name}' is not known.")
        elif not field.read_only:
            for path, detail in _value_faults(field, value, ""):
                yield invalid_attribute(name + path, detail)
    for name, field in schema.attributes.items():
        if complete and field.required and not field.read_only and name not in given:
            yield invalid_attribute(name, "Missing required attribute.")


def _value_faults(field: Field, value: Any, path: str) -> Iterator[tuple[str, str]]:
    if value is None:
        if not field.nullable and field.kind != "any":
            yield path, "Value can not be null."
        return
    if not is_kind(field.kind, value):
        article = "an" if field.kind[0] in "aio" else "a"
        yield path, f"Value is not {article} {field.kind}."
    elif field.enum and value not in field.enum:
        yield path, f"Value must be one of: {', '.join(map(str, field.enum))}."
    elif field.format == "date-time" and not _is_moment(value):
        yield path, "Value is not an ISO 8601 date and time."
    elif field.kind == "array" and field.items is not None:
        for index, item in enumerate(value):
            yield from _value_faults(field.items, item, f"{path}/{index}")
    elif field.kind == "object":
        yield from _object_faults(field, value, path)


def _object_faults(field: Field, value: Mapping[str, Any], path: str) -> Iterator[tuple[str, str]]:
    for key, item in value.items():
        known = field.fields.get(key, field.values)
        if _is_unset(known, item):
            continue
        if known is not None:
            yield from _value_faults(known, item, f"{path}/{key}")
        elif field.fields:
            yield f"{path}/{key}", f"Key '{key}' is not known."
    for key, known in field.fields.items():
        if known.required and key not in value:
            yield f"{path}/{key}", "Missing required key."


def _is_unset(field: Field | None, value: Any) -> bool:
    """Return whether a key of an object counts as missing.

    The official Go client sends null for optional keys that are unset.
    """
    if value is not None or field is None or field.kind == "any":
        return False
    return not field.nullable and not field.required


def _without_unset(field: Field, value: Any) -> Any:
    """Return the value of an attribute without the keys that count as missing."""
    if isinstance(value, list) and field.items is not None:
        return [_without_unset(field.items, item) for item in value]
    if not isinstance(value, dict) or not field.fields:
        return value
    return {
        key: _without_unset(field.fields[key], item)
        for key, item in value.items()
        if not _is_unset(field.fields[key], item)
    }


def is_kind(kind: str, value: Any) -> bool:
    """Return whether a value is of a JSON kind; a number that is not finite is of none."""
    wanted = _TYPES.get(kind)
    if wanted is None:
        return True
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, wanted) and not (isinstance(value, float) and not math.isfinite(value))


def fits(field: Field, value: Any) -> bool:
    """Return whether a value and everything in it are of the kinds that the field describes.

    Null fits each key of an object; enumerations may have newer members.
    """
    if not is_kind(field.kind, value):
        return False
    if isinstance(value, str):
        return field.format != "date-time" or _is_moment(value)
    if isinstance(value, list):
        return field.items is None or all(fits(field.items, item) for item in value)
    if not isinstance(value, dict):
        return True
    inner = ((field.fields.get(key, field.values), item) for key, item in value.items())
    return all(known is None or item is None or fits(known, item) for known, item in inner)


def _is_moment(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _linkage_faults(
    schema: Schema, given: Mapping[str, Any], *, creating: bool, complete: bool
) -> Iterator[ApiError]:
    for name, value in given.items():
        relationship = schema.relationships.get(name)
        if relationship is None:
            yield invalid_relationship(name, f"Relationship '{name}' is not known.")
        elif _can_set(schema, name, creating=creating):
            yield from _linkage_value_faults(name, value, relationship.target, relationship)
    for name, relationship in schema.relationships.items():
        needed = relationship.required or not (
            relationship.many or relationship.nullable or relationship.read_only
        )
        named = name in given or name == "account"  # by default the token's
        if complete and needed and not named:
            yield invalid_relationship(name, "Missing required relationship.")


def _linkage_value_faults(
    name: str, value: Any, target: str, relationship: Any
) -> Iterator[ApiError]:
    if not isinstance(value, dict) or "data" not in value:
        yield invalid_relationship(name, "Relationship must be an object with data.")
        return
    data = value["data"]
    if data is None and (relationship.nullable or relationship.many):
        return
    members = data if relationship.many else [data]
    if not isinstance(members, list) or not all(_is_identifier(m, target) for m in members):
        many = "a list of identifiers" if relationship.many else "an identifier"
        yield invalid_relationship(name, f"Relationship must be {many} of type '{target}'.")


def _reference_faults(
    store: Store,
    kinds: Mapping[str, str],
    schema: Schema,
    given: Mapping[str, Ids],
) -> Iterator[ApiError]:
    for name, ids in given.items():
        relationship = schema.relationships[name]
        for id in (ids,) if isinstance(ids, str) else ids or ():
            if store.get(relationship.target, id) is not None:
                continue
            if relationship.many:
                yield unknown_member(name, id)
            else:
                yield unknown_related(kinds[relationship.target], name, id)


def _is_known(name: str) -> bool:
    """Return False for a member that a sparse answer made up; clients may send it back."""
    return not name.startswith(NOVEL)


def _has_linkage(value: Any) -> bool:
    """Return whether a relationship has linkage; null, or links only, come from an answer."""
    return value is not None and not (isinstance(value, dict) and value.keys() <= {"links", "meta"})


def _can_set(schema: Schema, name: str, *, creating: bool) -> bool:
    """Return whether a write may set a relationship; a new object may always name its account."""
    return not schema.relationships[name].read_only or (creating and name == "account")


def _is_identifier(value: Any, type: str) -> bool:
    return (
        isinstance(value, dict) and value.get("type") == type and isinstance(value.get("id"), str)
    )


def _ids(data: Any) -> Ids:
    if isinstance(data, list):
        return tuple(dict.fromkeys(member["id"] for member in data))
    return None if data is None else str(data["id"])
