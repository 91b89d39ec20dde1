"""Laws of the codec, for resources of every shape."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scalr_async._values import UNSET, Secret
from scalr_async.errors import DecodeError, InvalidArgumentError
from scalr_async.jsonapi import Codec, Ref, Resource, codec_for, nested, resource, schema_of
from scalr_async.jsonapi._converter import reader_for
from scalr_async.jsonapi._document import identifier
from scalr_async.jsonapi._schema import without_none
from tests.jsonapi.models import Gadget, Header, Window, Workspace

pytestmark = pytest.mark.unmeasured

settings.register_profile("codec", suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("codec")

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
ids = st.from_regex(r"[a-z]{1,4}-[a-z0-9]{1,8}", fullmatch=True)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=6,
)
times = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)).map(
    lambda time: time.replace(microsecond=time.microsecond // 1000 * 1000)
)
zones = st.integers(-12 * 60, 12 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
times_sent = st.builds(lambda time, zone: time.astimezone(zone).isoformat(), times, zones)


def sent_of(type_: Any) -> st.SearchStrategy[Any]:
    """What a server sends for a type as promised."""
    type_ = without_none(type_)
    simple: dict[Any, st.SearchStrategy[Any]] = {
        str: text,
        int: st.integers(-(2**63), 2**63),
        float: st.floats(allow_nan=False, allow_infinity=False),
        bool: st.booleans(),
        datetime: times_sent,
        Secret: text,
        Any: json_values,
    }
    if type_ in simple:
        return simple[type_]
    if schema_fields := getattr(type_, "__attrs_attrs__", None):
        assert schema_fields
        return attributes_of(type_)
    origin = getattr(type_, "__origin__", None)
    if origin is tuple:
        return st.lists(sent_of(type_.__args__[0]), max_size=3)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return st.dictionaries(text, sent_of(type_.__args__[1]), max_size=3)
    return text | st.integers(0, 5)  # literals, open, and unions of scalars


def attributes_of(cls: type) -> st.SearchStrategy[dict[str, Any]]:
    """An object of a class with any of its fields missing or null, and unknown ones."""
    known = {
        field.wire: st.none() | sent_of(field.type) for field in schema_of(cls).attributes.values()
    }
    unknown = st.dictionaries(text.map(lambda key: f"x-{key}"), json_values, max_size=2)
    return st.builds(dict.__or__, unknown, st.fixed_dictionaries({}, optional=known))


identifiers = st.fixed_dictionaries({"type": st.sampled_from(["parts", "novelties"]), "id": ids})
to_one = st.none() | st.fixed_dictionaries({"data": st.none() | identifiers})
to_many = st.none() | st.fixed_dictionaries({"data": st.none() | st.lists(identifiers, max_size=3)})


def relationships_of(cls: type) -> st.SearchStrategy[dict[str, Any]]:
    links = schema_of(cls).relationships.values()
    known = {field.wire: to_many if field.many else to_one for field in links}
    return st.fixed_dictionaries({}, optional={**known, "x-unknown": json_values})


def resources_of(cls: type[Resource]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {"type": st.just(cls.type), "id": ids},
        optional={
            "attributes": st.none() | attributes_of(cls),
            "relationships": st.none() | relationships_of(cls),
            "links": st.dictionaries(text, text, max_size=2),
            "meta": st.dictionaries(text, json_values, max_size=2),
        },
    )


def expected(cls: type, sent: dict[str, Any]) -> dict[str, Any]:
    """Read a resource object the plain way, field by field: what the codec is held against."""
    schema = schema_of(cls)
    values = {"id": sent["id"], "links": sent.get("links", UNSET)}
    attributes = sent.get("attributes") or {}
    for name, field in schema.attributes.items():
        values[name] = expected_value(field.type, attributes.get(field.wire, UNSET))
    relationships = sent.get("relationships") or {}
    for name, link in schema.relationships.items():
        value = relationships.get(link.wire, UNSET)
        data = value["data"] if isinstance(value, dict) else value
        if isinstance(data, list):
            values[name] = tuple(Ref(**ref) for ref in data)
        elif isinstance(data, dict):
            values[name] = Ref(**data)
        else:
            values[name] = () if data is None and link.many else data
    return values


def expected_value(type_: Any, value: Any) -> Any:
    type_ = without_none(type_)
    if value is None or value is UNSET:
        return value
    if type_ is datetime:
        return datetime.fromisoformat(value)
    if hasattr(type_, "__attrs_attrs__"):
        fields = schema_of(type_).attributes
        return type_(
            **{
                name: expected_value(field.type, value.get(field.wire, UNSET))
                for name, field in fields.items()
            }
        )
    if getattr(type_, "__origin__", None) is tuple:
        return tuple(expected_value(type_.__args__[0], item) for item in value)
    if isinstance(value, dict) and getattr(type_, "__args__", None):
        return {key: expected_value(type_.__args__[1], item) for key, item in value.items()}
    return value


def fields(resource_: Resource) -> dict[str, Any]:
    names = ("id", "links", *schema_of(type(resource_)).fields)
    return {name: getattr(resource_, name) for name in names}


class Lenient(Codec[Any]):
    """A codec that knows the slow way only."""

    def __init__(self, cls: type) -> None:
        super().__init__(cls, codec_for(cls)._codecs)
        self._decode_attributes = self._decode_single = self._all._decode = self._refuse

    def _refuse(self, raw: object) -> Any:
        raise ValueError


@pytest.mark.parametrize("cls", [Gadget, Workspace])
@given(data=st.data())
def test_fast_lenient_and_plain_reading_agree(cls, data):
    sent = data.draw(st.lists(resources_of(cls), max_size=2))
    document = json.dumps({"data": sent}).encode()

    items = codec_for(cls).read_page(document).items

    assert [fields(one) for one in items] == [expected(cls, one) for one in sent]
    assert [one.raw() for one in items] == sent
    lenient = Lenient(cls)
    for one, resource_object in zip(items, sent, strict=True):
        alone = json.dumps({"data": resource_object}).encode()
        slow = lenient.read_one(alone)
        lenient.load(slow, "links")
        quick = codec_for(cls).read_one(alone)
        assert slow == quick == one
        assert slow.raw() == quick.raw() == resource_object


@given(
    resources_of(Gadget),
    st.dictionaries(
        st.sampled_from([field.wire for field in schema_of(Gadget).fields.values()]),
        json_values,
        max_size=3,
    ),
)
def test_odd_values_are_kept_or_read_and_never_raise(sent, odd):
    attributes = schema_of(Gadget).attributes
    by_wire = {field.wire: name for name, field in schema_of(Gadget).fields.items()}
    of_attributes = {key: value for key, value in odd.items() if by_wire[key] in attributes}
    of_relationships = {key: value for key, value in odd.items() if key not in of_attributes}
    sent["attributes"] = (sent.get("attributes") or {}) | of_attributes
    sent["relationships"] = (sent.get("relationships") or {}) | of_relationships

    gadget = codec_for(Gadget).read_one(json.dumps({"data": sent}).encode())

    assert gadget.raw() == sent
    for name, value in fields(gadget).items():
        if name in attributes and attributes[name].wire in of_attributes:
            came = of_attributes[attributes[name].wire]
            read = reader_for(attributes[name].type, codec_for(Gadget)._codecs.converter)
            assert value == (came if came is None or read is None else read(came))


@given(json_values | resources_of(Gadget).map(lambda one: {"data": one}))
def test_any_json_is_read_or_refused(document):
    body = json.dumps(document).encode()
    for read in (codec_for(Gadget).read_one, codec_for(Gadget).read_page):
        try:
            read(body)
        except DecodeError:
            pass


@given(
    st.binary(max_size=40)
    | resources_of(Gadget).map(lambda one: json.dumps({"data": one}).encode()),
    st.data(),
)
def test_any_bytes_are_read_or_refused(body, data):
    broken = bytearray(body)
    for _ in range(data.draw(st.integers(0, 3))):
        if broken:
            broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    try:
        gadget = codec_for(Gadget).read_one(bytes(broken))
    except DecodeError:
        return
    fields(gadget)
    gadget.raw()
    repr(gadget)


secrets = st.none() | text.filter(bool).map(Secret)
headers = st.builds(Header, name=text, sensitive=st.booleans(), value=secrets)
windows = st.builds(
    Window,
    opens_at=times,
    days=st.lists(st.integers(0, 6)).map(tuple),
    headers=st.lists(headers, max_size=2).map(tuple),
)
writable = st.fixed_dictionaries(
    {},
    optional={
        "name": text,
        "size": st.integers(-(2**63), 2**63),
        "ratio": st.floats(allow_nan=False, allow_infinity=False),
        "enabled": st.booleans(),
        "created_at": st.none() | times,
        "token": secrets,
        "labels": st.lists(text, max_size=3).map(tuple),
        "headers": st.none() | st.lists(headers, max_size=2).map(tuple),
        "window": st.none() | windows,
        "timestamps": st.dictionaries(text, times, max_size=2),
        "permissions": st.dictionaries(text, json_values, max_size=2),
        "odd": text,
        "parent": st.none() | ids.map(lambda id_: Ref("gadgets", id_)),
        "parts": st.lists(ids.map(lambda id_: Ref("parts", id_)), max_size=3, unique=True).map(
            tuple
        ),
    },
)


@given(writable)
def test_what_is_written_is_read_back(values):
    written = codec_for(Gadget).write(id="gad-1", values=values)
    gadget = codec_for(Gadget).read_one(written)

    assert {name: getattr(gadget, name) for name in values} == values
    unset = set(fields(gadget)) - set(values) - {"id", "links"}
    assert all(getattr(gadget, name) is UNSET for name in unset)
    assert set(json.loads(written)["data"]) <= {"type", "id", "attributes", "relationships"}


@given(st.dictionaries(text | st.sampled_from(["name", "parts", "parent", "window"]), json_values))
def test_any_values_are_written_or_refused(values):
    try:
        codec_for(Gadget).write(id="gad-1", values=values)
    except InvalidArgumentError:
        pass


KINDS = [
    str, int, float, bool, datetime, Secret, Any, Header, Window, str | None, Header | None,
    tuple[str, ...], tuple[datetime, ...], tuple[Header, ...], tuple[tuple[int, ...], ...],
    Mapping[str, Any], Mapping[str, datetime], Mapping[str, tuple[Header, ...]],
]  # fmt: skip


@settings(max_examples=25)
@given(st.lists(st.sampled_from(KINDS), max_size=8), st.data())
def test_classes_of_any_shape(kinds, data):
    names = {f"field_{index}": kind for index, kind in enumerate(kinds)}
    namespace = {"__annotations__": names, "__module__": __name__, **dict.fromkeys(names, UNSET)}
    cls = resource("test-shapes")(type("Shape", (Resource,), dict(namespace)))
    inner = nested(type("Inner", (), dict(namespace)))
    assert list(schema_of(cls).attributes) == list(schema_of(inner).attributes) == list(names)
    sent = data.draw(resources_of(cls))

    shape = codec_for(cls).read_one(json.dumps({"data": sent}).encode())

    assert fields(shape) == expected(cls, sent)
    assert shape.raw() == sent


def test_ids_are_told_from_other_values():
    assert [identifier(value) for value in ("x", 5, True, None, 1.5)] == [
        "x",
        "5",
        UNSET,
        UNSET,
        UNSET,
    ]
