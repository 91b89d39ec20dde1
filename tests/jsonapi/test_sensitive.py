"""What a server may hide, in every class that says whether it does: `sensitive` and its siblings."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, NamedTuple, get_args, get_origin

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalr_async._values import REDACTED_BY_SERVER, UNSET, Secret
from scalr_async.jsonapi import (
    Resource,
    codec_for,
    read_plain,
    resource,
    schema_of,
    write_plain,
)
from scalr_async.jsonapi._schema import is_nested
from scalr_async.resources import _generated
from tests.jsonapi.documents import read
from tests.jsonapi.models import Gadget, Header
from tools.generate.__main__ import DOCUMENT

pytestmark = pytest.mark.unmeasured

CLASSES = [
    getattr(import_module(f"scalr_async.resources._generated.{module}"), name)
    for module, name in _generated.MODELS.values()
]


class Place(NamedTuple):
    """Where a value stands beside `sensitive`: in a resource, or in an object inside of it."""

    cls: type[Resource]
    attribute: str
    """The attribute that the object stands in; empty for the resource itself."""
    wire: str
    many: bool
    field: str
    """The wire name of the value."""

    def __str__(self) -> str:
        return ".".join(filter(None, (self.cls.__name__, self.attribute, self.field)))

    def attributes(self, **values: Any) -> dict[str, Any]:
        """Return the attributes that a server sends."""
        of = {self.field if name == "value" else name: value for name, value in values.items()}
        return of if not self.attribute else {self.wire: [of] if self.many else of}

    def read(self, *, odd: bool = False, **values: Any) -> Resource:
        """Read them; with `odd`, something among them keeps the codec from its fast way."""
        attributes = self.attributes(**values) | ({other(self): [None]} if odd else {})
        data = {"type": self.cls.type, "id": "x-1", "attributes": attributes}
        return codec_for(self.cls).read_one(json.dumps({"data": data}).encode())

    def fields(self, resource: Resource) -> dict[str, Any]:
        """Return what is written back: the attribute, or the value and what says that it is one."""
        names = [self.attribute] if self.attribute else [self.field, "sensitive"]
        return {name: getattr(resource, name) for name in names}

    def written(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the object as a request has it."""
        sent = json.loads(codec_for(self.cls).write(id="x-1", values=values))["data"]
        found = sent.get("attributes", {})
        if self.attribute:
            found = found[self.wire][0] if self.many else found[self.wire]
        return dict(found)


def other(place: Place) -> str:
    """Return an attribute beside the place, of a kind that can not be a list."""
    plain = (f for f in schema_of(place.cls).attributes.values() if f.type in (str, bool))
    return next(f.wire for f in plain if f.name not in (place.attribute, place.field, "sensitive"))


def places() -> Iterator[Place]:
    for cls in CLASSES:
        for field in schema_of(cls).guarded:
            yield Place(cls, "", "", many=False, field=field)
        for attribute in schema_of(cls).attributes.values():
            many = get_origin(attribute.type) is tuple
            inner = get_args(attribute.type)[0] if many else attribute.type
            for field in schema_of(inner).guarded if is_nested(inner) else ():
                yield Place(cls, attribute.name, attribute.wire, many=many, field=field)


PLACES = list(places())
each_place = pytest.mark.parametrize("place", PLACES, ids=str)
either_way = pytest.mark.parametrize("odd", [False, True], ids=["fast", "leniently"])
unclear = pytest.mark.parametrize("sensitive", [True, None, UNSET, "no", 0], ids=repr)


def sent(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not UNSET}


def describe(node: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield where the description of the API has a `sensitive`."""
    if isinstance(node, dict):
        if isinstance(node.get("sensitive"), dict):
            yield path
        for key, inner in node.items():
            yield from describe(inner, (*path, key))


READ_ONLY = {
    "ModuleVersion.outputs": "names and descriptions of what a module gives",
    "RegistryInputOptional": "what a module asks for, its default in the open",
    "RegistryInputRequired": "what a module asks for",
}


def test_every_place_that_the_api_describes_is_looked_at() -> None:
    schemas = json.loads(DOCUMENT.read_bytes())["components"]["schemas"]
    steps = {"properties", "attributes", "items"}
    described_ = {
        ".".join(step for step in path if step not in steps).replace("-", "_")
        for path in describe(schemas)
    }
    looked_at = {".".join(filter(None, (p.cls.__name__, p.attribute))) for p in PLACES}
    looked_at -= {"Workspace.outputs"}

    assert described_ - {*READ_ONLY, "WorkspaceOutput"} == looked_at
    assert len(PLACES) >= 8


@each_place
@either_way
@pytest.mark.parametrize("value", ["", "text", " ", None, UNSET], ids=repr)
def test_what_is_not_sensitive_is_written_as_it_came(place: Place, odd: bool, value: Any) -> None:
    came = sent(value=value, sensitive=False)

    read = place.read(odd=odd, **came)

    values = place.attributes(**came)
    assert place.written(place.fields(read)) == (
        values if not place.attribute else values[place.wire][0]
    )


@each_place
@given(value=st.text(), sensitive=st.booleans())
def test_a_value_makes_the_round_trip_unless_it_is_hidden(
    place: Place, value: str, sensitive: bool
) -> None:
    read = place.read(value=value, sensitive=sensitive)
    written = place.written(place.fields(read))

    assert written.get(place.field, REDACTED_BY_SERVER) == value
    assert (place.field in written) is (bool(value) or not sensitive)


@each_place
@either_way
@unclear
def test_what_may_be_hidden_is_never_written_back(
    place: Place, odd: bool, sensitive: object
) -> None:
    read = place.read(odd=odd, **sent(value="", sensitive=sensitive))

    assert place.field not in place.written(place.fields(read))


@each_place
@unclear
def test_what_is_sensitive_and_shown_is_written_back(place: Place, sensitive: object) -> None:
    read = place.read(**sent(value="text", sensitive=sensitive))

    assert place.written(place.fields(read))[place.field] == "text"


@each_place
@pytest.mark.parametrize("blank", ["", Secret("")], ids=["str", "Secret"])
def test_a_blank_that_is_set_is_written(place: Place, blank: str) -> None:
    set_ = {place.field: blank, "sensitive": True}
    values = {place.attribute: [set_] if place.many else set_} if place.attribute else set_

    assert place.written(values)[place.field] == ""


@each_place
def test_what_raw_says_is_hidden_is_not_written_either(place: Place) -> None:
    raw = place.read(value="", sensitive=True).raw()["attributes"]
    shown = place.read(value="", sensitive=False).raw()["attributes"]

    def values(attributes: dict[str, Any]) -> dict[str, Any]:
        return {place.attribute: attributes[place.wire]} if place.attribute else attributes

    assert raw == place.attributes(value="", sensitive=True)
    assert place.field not in place.written(values(raw))
    assert place.written(values(shown))[place.field] == ""


def test_a_secret_without_such_a_sibling_is_hidden_when_it_is_empty() -> None:
    assert read({"token": ""}).token is REDACTED_BY_SERVER


def test_a_changed_copy_keeps_what_is_empty_and_shown() -> None:
    header = Header(name="a", sensitive=False, value=Secret(""))

    assert attrs.evolve(header, name="b").value == ""
    assert read({"headers": [{"sensitive": False, "value": ""}]}).headers == (
        Header(sensitive=False, value=Secret("")),
    )


def test_plain_answers_and_bodies_know_what_is_hidden_too() -> None:
    headers = [{"value": "", "sensitive": True}, {"value": "", "sensitive": False}]

    found = read_plain(json.dumps(headers).encode(), tuple[Header, ...])

    assert json.loads(write_plain({"headers": found, "token": REDACTED_BY_SERVER})) == {
        "headers": [{"sensitive": True}, {"sensitive": False, "value": ""}]
    }


def test_a_plain_text_that_is_given_for_a_secret_is_one() -> None:
    made = [Header(value="hush"), Gadget(id="g-1", token="hush", headers=())]

    assert "hush" not in repr(made)
    assert made[0].value == made[1].token == "hush"


@resource("test-keyrings")
class Keyring(Resource):
    keys: Mapping[str, Secret] = UNSET
    headers: Mapping[str, Header] = UNSET
    notes: Mapping[str, str] = UNSET


@either_way
def test_secrets_by_a_key_are_secrets_too(odd: bool) -> None:
    attributes: dict[str, Any] = {
        "keys": {"a": "hush", "b": ""},
        "headers": {"a": {"value": "hush", "sensitive": True}},
        "notes": [5] if odd else {"a": "b"},
    }
    data = {"type": "test-keyrings", "id": "k-1", "attributes": attributes}
    codec = codec_for(Keyring)

    ring = codec.read_one(json.dumps({"data": data}).encode())
    values: dict[str, Any] = {"keys": {"a": "hush"}, "headers": {"a": {"value": "hush"}}}

    assert ring.raw() == data
    assert "hush" not in repr([ring, ring.raw()])
    assert ring.keys["a"] == ring.headers["a"].value == "hush"
    again = json.loads(codec.write(id="k-1", values={"keys": ring.keys}))["data"]["attributes"]
    assert again == {"keys": {"a": "hush"}}
    written = json.loads(codec.write_arguments(values, "k-1"))["data"]["attributes"]
    assert written == {"keys": {"a": "hush"}, "headers": {"a": {"value": "hush"}}}
    assert "hush" not in repr(values)


@pytest.mark.parametrize("sent", [["hush"], {"k": "hush"}, "hush", {"k": ["hush"]}], ids=repr)
@pytest.mark.parametrize("name", ["keys", "headers", "token"])
def test_what_does_not_have_the_shape_of_a_secret_is_secret_as_a_whole(
    name: str, sent: Any
) -> None:
    cls: type[Resource] = Gadget if name == "token" else Keyring
    data = {"type": cls.type, "id": "k-1", "attributes": {name: sent}}

    read = codec_for(cls).read_one(json.dumps({"data": data}).encode())

    assert read.raw() == data
    assert "hush" not in repr([read, read.raw(), read.to_dict()])
