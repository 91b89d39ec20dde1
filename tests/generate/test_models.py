"""Every generated resource class: read whole, sparse and null; secrets stay out of its repr."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import import_module
from typing import Any, get_args, get_origin

import attrs
import pytest

from scalr_async._values import UNSET, Secret
from scalr_async.jsonapi import Ref, Resource, codec_for, schema_of
from scalr_async.jsonapi._schema import is_nested
from scalr_async.resources import _generated
from tools.generate.__main__ import DOCUMENT, OVERLAY

CLASSES = [
    getattr(import_module(f"scalr_async.resources._generated.{module}"), name)
    for module, name in _generated.MODELS.values()
]
NAMED = {cls.__name__: cls for cls in CLASSES}
SCHEMAS = json.loads(DOCUMENT.read_bytes())["components"]["schemas"]
CANARY = "CANARY-9f2c"
each_class = pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)


def sent(type_: Any, *, secret: bool = False) -> Any:
    """Return a JSON value that a type reads; the canary where it may be a secret."""
    if is_nested(type_):
        return sent_fields(type_)
    kind = get_origin(type_) or type_
    if kind is tuple:
        return [sent(get_args(type_)[0])]
    if kind is Mapping:
        return {"key": sent(get_args(type_)[1], secret=secret)}
    if kind is Secret or secret:
        return CANARY
    plain: dict[Any, Any] = {bool: True, int: 7, datetime: "2026-11-23T18:00:00Z"}
    return get_args(type_)[0] if get_args(type_) else plain.get(kind, "text")


def sent_fields(cls: type) -> dict[str, Any]:
    hidden = {field.name for field in attrs.fields(cls) if not field.repr}
    fields = schema_of(cls).attributes.values()
    return {field.wire: sent(field.type, secret=field.name in hidden) for field in fields}


def document(cls: type[Resource], attributes: Any, relationships: Any) -> bytes:
    data = {"type": cls.type, "id": "x-1"}
    return json.dumps(
        {"data": data | {"attributes": attributes, "relationships": relationships}}
    ).encode()


def full(cls: type[Resource]) -> Resource:
    return codec_for(cls).read_one(document(cls, *everything(cls)))


@each_class
def test_everything_set_is_read_as_annotated(cls: type[Resource]) -> None:
    schema = schema_of(cls)

    read = full(cls)

    for field in schema.attributes.values():
        value = getattr(read, field.name)
        assert value is not UNSET, field.name
        expected = get_origin(field.type) or field.type
        if field.type is datetime:
            assert value == datetime(2026, 11, 23, 18, tzinfo=UTC)
        elif isinstance(expected, type) and expected is not Any:
            assert isinstance(value, expected), field.name
    for link in schema.relationships.values():
        data = everything(cls)[1][link.wire]["data"]
        assert isinstance(data, list) is link.many
        ref = Ref[Any]((data[0] if link.many else data)["type"], "t-1")
        assert getattr(read, link.name) == ((ref,) if link.many else ref), link.name


@each_class
@pytest.mark.parametrize("relationship", [None, {"data": None}], ids=["null", "null data"])
def test_nulls_are_none_and_a_null_list_of_links_is_empty(
    cls: type[Resource], relationship: Any
) -> None:
    schema = schema_of(cls)
    attributes = dict.fromkeys(f.wire for f in schema.attributes.values())
    links = {f.wire: relationship for f in schema.relationships.values()}

    read = codec_for(cls).read_one(document(cls, attributes, links))

    assert [getattr(read, name) for name in schema.attributes] == [None] * len(attributes)
    for link in schema.relationships.values():
        assert getattr(read, link.name) == (() if link.many else None), link.name


@each_class
def test_what_was_not_sent_is_unset(cls: type[Resource]) -> None:
    schema = schema_of(cls)

    read = codec_for(cls).read_one(document(cls, {}, {}))

    fields = [*schema.attributes, *schema.relationships]
    assert all(getattr(read, name) is UNSET for name in fields)


def everything(cls: type[Resource]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return attributes and relationships as a server sends them: all that there are."""
    links = SCHEMAS[cls.__name__]["properties"].get("relationships", {}).get("properties", {})
    relationships = {}
    for wire, link in links.items():
        data = link["properties"]["data"]
        type_ = data.get("items", data)["properties"]["type"]["enum"][0]
        linkage = {"type": type_, "id": "t-1"}
        relationships[wire] = {"data": [linkage] if data["type"] == "array" else linkage}
    return sent_fields(cls), relationships


def required(cls: type[Resource]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return those that the document requires."""
    parts = SCHEMAS[cls.__name__]["properties"]
    names = [parts.get(part, {}).get("required", ()) for part in ("attributes", "relationships")]
    attributes, relationships = everything(cls)
    return {n: attributes[n] for n in names[0]}, {n: relationships[n] for n in names[1]}


def nulls(cls: type[Resource]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return all of them, without a value."""
    attributes, relationships = everything(cls)
    empty = {
        name: {"data": [] if isinstance(of["data"], list) else None}
        for name, of in relationships.items()
    }
    return dict.fromkeys(attributes), empty


@each_class
@pytest.mark.parametrize("sent_by_server", [everything, required, nulls])
def test_what_was_read_is_written_as_it_came(cls: type[Resource], sent_by_server: Any) -> None:
    schema = schema_of(cls)
    attributes, relationships = sent_by_server(cls)
    read = codec_for(cls).read_one(document(cls, attributes, relationships))
    fields = {**schema.attributes, **schema.relationships}
    values = {name: getattr(read, name) for name in fields}

    set_ = {fields[name].wire for name, value in values.items() if value is not UNSET}
    written = json.loads(codec_for(cls).write(id="x-1", values=values))["data"]

    assert set_ == {*attributes, *relationships}
    assert written.pop("attributes", {}) == attributes
    assert written.pop("relationships", {}) == relationships
    assert written == {"type": cls.type, "id": "x-1"}


@each_class
def test_no_secret_shows_in_the_repr(cls: type[Resource]) -> None:
    assert CANARY not in repr(full(cls))


def test_every_secret_of_the_overlay_is_one() -> None:
    kinds = {
        f"{cls.__name__}.{field.wire}": field.type
        for cls in CLASSES
        for field in schema_of(cls).attributes.values()
    }
    overlay = tomllib.loads(OVERLAY.read_text())
    secret = [n for e in overlay["fields"] if "x-secret" in e["set"] for n in e["names"]]
    hidden = [n for e in overlay["fields"] if "x-hidden" in e["set"] for n in e["names"]]
    assert {kinds[name] for name in secret if name in kinds} == {Secret}
    for name in hidden:
        cls, _, field = name.partition(".")
        if name in kinds:
            assert not attrs.fields_dict(NAMED[cls])[field.replace("-", "_")].repr
