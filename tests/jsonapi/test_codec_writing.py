from __future__ import annotations

import gc
import json
import weakref
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import cattrs
import pytest

from scalr_async._values import UNSET, Secret
from scalr_async.errors import ConfigError, InvalidArgumentError
from scalr_async.jsonapi import (
    Ref,
    codec_for,
    encode_json,
    make_converter,
    read_plain,
    write_plain,
    write_refs,
)
from tests.jsonapi.documents import read
from tests.jsonapi.models import Gadget, Header, Part, Supplier, Window

gadgets = codec_for(Gadget)


def written(**values) -> dict:
    """Return the `data` of a request document of these values."""
    return json.loads(gadgets.write(id="gad-1", values=values))["data"]


def attributes(**values) -> dict:
    return written(**values)["attributes"]


def test_a_rename_sends_the_name_alone():
    assert gadgets.write(id="gad-1", values={"name": "x"}) == (
        b'{"data":{"type":"gadgets","id":"gad-1","attributes":{"name":"x"}}}'
    )


def test_a_creation_has_no_id():
    assert gadgets.write(id=None, values={"name": "x"}) == (
        b'{"data":{"type":"gadgets","attributes":{"name":"x"}}}'
    )
    assert gadgets.write(id=None, values={}) == b'{"data":{"type":"gadgets"}}'


def test_unset_is_left_out_and_none_is_kept():
    sent = written(name=UNSET, token=None, parent=None, owner=UNSET)

    assert sent["attributes"] == {"token": None}
    assert sent["relationships"] == {"parent": {"data": None}}


def test_names_become_those_of_the_wire():
    assert attributes(created_at=None, odd="x") == {"created-at": None, "odd_Name": "x"}
    assert written(boxes=[])["relationships"] == {"box-list": {"data": []}}


def test_times_are_written_in_utc():
    local = datetime(2024, 5, 1, 14, tzinfo=timezone(timedelta(hours=2)))

    assert attributes(created_at=local) == {"created-at": "2024-05-01T12:00:00Z"}
    assert attributes(permissions={"at": [local]}) == {
        "permissions": {"at": ["2024-05-01T12:00:00Z"]}
    }


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(
        InvalidArgumentError, match=r"created_at: 2024-05-01T00:00:00: a time needs"
    ):
        written(created_at=datetime(2024, 5, 1))


def test_nested_objects_may_be_instances_or_dicts():
    opens_at = datetime(2024, 5, 1, tzinfo=UTC)
    instance = Window(opens_at=opens_at, headers=(Header(name="h", value=None),))
    as_dict = {"opens_at": opens_at, "headers": [{"name": "h", "value": None, "sensitive": UNSET}]}

    expected = {
        "window": {"opens-at": "2024-05-01T00:00:00Z", "headers": [{"name": "h", "value": None}]}
    }
    assert attributes(window=instance) == expected
    assert attributes(window=as_dict) == expected
    assert attributes(headers=iter([Header(name="a"), {"name": "b"}])) == {
        "headers": [{"name": "a"}, {"name": "b"}]
    }


def test_an_unknown_name_in_a_nested_dict_is_refused():
    with pytest.raises(
        InvalidArgumentError, match="headers: 'nmae': no such Header field; there is name"
    ):
        written(headers=[{"nmae": "x"}])


def test_free_form_values_keep_their_keys():
    sent = {"some_key": 1, "other-key": [None, {"x_y": True}]}

    assert attributes(permissions=sent, limits={"a_b": {"c_d": 1}}, anything=[sent]) == {
        "permissions": sent,
        "limits": {"a_b": {"c_d": 1}},
        "anything": [sent],
    }


def test_secrets_are_sent_but_a_hidden_one_never_goes_back():
    read_back = read({"token": "", "headers": [{"name": "h", "sensitive": True, "value": ""}]})

    assert attributes(token=Secret("hush"), name=Secret("x")) == {"token": "hush", "name": "x"}
    assert attributes(headers=read_back.headers) == {"headers": [{"name": "h", "sensitive": True}]}
    assert "attributes" not in written(token=read_back.token)
    assert attributes(token="", headers=[Header(value="")]) == {
        "token": "",
        "headers": [{"value": ""}],
    }


def test_relationships_take_ids_refs_and_resources_each_once():
    sent = written(
        parent=Gadget(id="gad-2"),
        parts=["p-1", Ref("parts", "p-2"), Part(id="p-3"), "p-1", Ref("parts", "p-3")],
        boxes=(gadget for gadget in ("gad-3",)),
    )

    assert sent["relationships"] == {
        "parent": {"data": {"type": "gadgets", "id": "gad-2"}},
        "parts": {"data": [{"type": "parts", "id": f"p-{n}"} for n in (1, 2, 3)]},
        "box-list": {"data": [{"type": "gadgets", "id": "gad-3"}]},
    }


def test_a_type_that_is_not_known_must_come_with_the_id():
    sent = written(owner=Ref("accounts", "acc-1"))

    assert sent["relationships"]["owner"] == {"data": {"type": "accounts", "id": "acc-1"}}
    with pytest.raises(InvalidArgumentError, match="owner: 'acc-1': give a Ref"):
        written(owner="acc-1")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"nmae": "x"}, "'nmae': no such Gadget field; there is name, "),
        ({"id": "x"}, "'id': no such Gadget field"),
        ({"parent": Ref("parts", "p-1")}, "parent: parts 'p-1': not the id of one of gadgets"),
        ({"parent": Supplier(id="s-1")}, "parent: suppliers 's-1': not the id of one of gadgets"),
        ({"parent": ""}, "parent: '': not the id of one of gadgets"),
        ({"parent": "../x"}, "parent: '../x': not the id of one of gadgets"),
        ({"parts": "p-1"}, "parts: 'p-1': not a list of ids"),
        ({"parts": None}, "parts: None: not a list of ids"),
        ({"parts": {"p-1": 1}}, "not a list of ids"),
        ({"parts": [None]}, "parts: None: not the id of one of parts"),
        ({"size": float("nan")}, "size: not a value that JSON can hold"),
        ({"anything": {1, 2}}, "anything: not a value that JSON can hold"),
        ({"anything": object()}, "not a value that JSON can hold"),
        ({"name": "\ud800"}, "name: not a value that JSON can hold"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(values, message):
    with pytest.raises(InvalidArgumentError) as caught:
        gadgets.write(id="gad-1", values=values)

    assert message in str(caught.value)


def in_lists(levels):
    value = []
    for _ in range(levels - 1):
        value = [value]
    return value


def in_dicts(levels):
    value = {}
    for _ in range(levels - 1):
        value = {"key": value}
    return value


@pytest.mark.parametrize("nest", [in_lists, in_dicts])
def test_how_deep_a_value_may_be_nested_is_the_same_on_every_interpreter(nest):
    assert len(encode_json(nest(200))) > 200
    for levels in (201, 300, 700, 1500, 7000, 30_000):
        with pytest.raises(InvalidArgumentError) as caught:
            encode_json(nest(levels))
        assert str(caught.value) == (
            "not a value that JSON can hold: nested too deeply (more than 200 levels)"
        )


@pytest.mark.parametrize("nest", [in_lists, in_dicts])
def test_a_field_that_is_nested_too_deeply_is_named(nest):
    assert written(anything=nest(197))
    for levels in (198, 300, 700, 1500, 7000, 30_000):
        with pytest.raises(InvalidArgumentError, match=r"^anything: .* nested too deeply"):
            written(anything=nest(levels))


def test_many_values_side_by_side_are_not_deep():
    assert written(anything=[[{}] for _ in range(500)])


def test_a_refused_message_holds_no_secret():
    with pytest.raises(InvalidArgumentError) as caught:
        written(token=Secret("hush"), anything=object())

    assert "hush" not in str(caught.value)


def test_relationship_endpoints_take_identifiers():
    assert write_refs("parts", ["p-1", Part(id="p-2"), Ref("parts", "p-1")]) == (
        b'{"data":[{"type":"parts","id":"p-1"},{"type":"parts","id":"p-2"}]}'
    )
    assert write_refs("parts", []) == b'{"data":[]}'
    with pytest.raises(InvalidArgumentError, match="not a list of ids"):
        write_refs("parts", Part(id="p-1"))


def test_plain_json_is_written_of_python_names():
    opens_at = datetime(2024, 5, 1, tzinfo=UTC)

    assert json.loads(write_plain({"apply_schedule": "x", "other": UNSET, "at": opens_at})) == {
        "apply-schedule": "x",
        "at": "2024-05-01T00:00:00Z",
    }


# -- hooks of one's own ----------------------------------------------------------------------------


def test_a_hook_for_times_is_honoured_on_both_ways():
    converter = make_converter()
    converter.register_structure_hook(datetime, lambda value, _: f"time {value}")
    converter.register_unstructure_hook(datetime, lambda value: value.year)
    codec = codec_for(Gadget, converter)
    sent = {
        "created-at": "2024",
        "window": {"opens-at": "2025"},
        "timestamps": {"a": "2026"},
        "labels": [],
    }

    for size in (1, "odd"):
        document = {"data": {"type": "gadgets", "id": "1", "attributes": {**sent, "size": size}}}
        gadget = codec.read_one(json.dumps(document).encode())
        assert gadget.created_at == "time 2024"
        assert gadget.window.opens_at == "time 2025"
        assert gadget.timestamps == {"a": "time 2026"}

    noon = datetime(2024, 5, 1, 12, tzinfo=UTC)
    assert json.loads(codec.write(id=None, values={"created_at": noon}))["data"]["attributes"] == {
        "created-at": 2024
    }


def test_a_hook_for_a_nested_class_is_honoured():
    converter = make_converter()
    converter.register_structure_hook(Header, lambda value, _: value["name"].upper())
    codec = codec_for(Gadget, converter)
    document = {"data": {"type": "gadgets", "id": "1", "attributes": {"headers": [{"name": "h"}]}}}

    assert codec.read_one(json.dumps(document).encode()).headers == ("H",)
    assert read_plain(b'{"name": "h"}', Header, converter) == "H"


def test_a_hook_for_secrets_is_honoured():
    converter = make_converter()
    converter.register_structure_hook(Secret, lambda value, _: "gone")
    document = {"data": {"type": "gadgets", "id": "1", "attributes": {"token": "hush"}}}

    assert codec_for(Gadget, converter).read_one(json.dumps(document).encode()).token == "gone"


def test_a_hook_that_raises_leaves_the_value_as_it_came():
    converter = make_converter()
    converter.register_structure_hook(datetime, lambda value, _: 1 / 0)
    document = {"data": {"type": "gadgets", "id": "1", "attributes": {"created-at": "2024"}}}

    assert codec_for(Gadget, converter).read_one(json.dumps(document).encode()).created_at == "2024"


def test_a_hook_to_write_a_type_of_ones_own():
    converter = make_converter()
    converter.register_unstructure_hook(Decimal, float)

    sent = codec_for(Gadget, converter).write(id=None, values={"ratio": Decimal("0.5")})

    assert json.loads(sent)["data"]["attributes"] == {"ratio": 0.5}


def test_a_converter_of_somebody_else_is_refused():
    with pytest.raises(ConfigError, match="make_converter"):
        codec_for(Gadget, cattrs.Converter())
    broken = cattrs.Converter()
    broken.register_structure_hook_func(lambda cls: True, lambda value, _: value)
    with pytest.raises(ConfigError, match="make_converter"):
        codec_for(Gadget, broken)


def test_the_default_converter_structures_nested_classes_by_itself():
    assert make_converter().structure({"name": "h"}, Header) == Header(name="h")
    assert make_converter().unstructure(Header(name="h")) == {"name": "h"}


@pytest.mark.parametrize("value", [Ref("parts", "p-1"), Part(id="p-1")])
def test_a_resource_is_no_plain_value(value):
    for values in ({"name": value}, {"anything": {"deep": value}}, {"labels": [value]}):
        with pytest.raises(InvalidArgumentError, match="parts 'p-1': not a plain value"):
            written(**values)
    with pytest.raises(InvalidArgumentError, match="parts 'p-1': not a plain value"):
        write_plain({"name": value})


def test_a_converter_is_kept_no_longer_than_by_its_user():
    converter = make_converter()
    codec = codec_for(Gadget, converter)
    codec.write(id="gad-1", values={"name": "x"})
    codec.read_one(b'{"data": {"type": "gadgets", "id": "gad-1"}}').owner
    assert codec_for(Gadget, converter) is codec

    gone = weakref.ref(converter), weakref.ref(codec)
    del converter, codec
    gc.collect()

    assert [ref() for ref in gone] == [None, None]


def test_converters_do_not_share_codecs():
    assert codec_for(Gadget, make_converter()) is not codec_for(Gadget, make_converter())
    assert codec_for(Gadget) is codec_for(Gadget, None)
