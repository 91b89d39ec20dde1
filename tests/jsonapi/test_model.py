from __future__ import annotations

import copy
import pickle
import weakref

import attrs
import pytest

from scalr_async._values import UNSET, Secret
from scalr_async.errors import InvalidArgumentError
from scalr_async.jsonapi import (
    Ref,
    Resource,
    class_for,
    class_named,
    codec_for,
    identify,
    register_loader,
    resource,
    schema_of,
)
from scalr_async.jsonapi import _resource as model
from scalr_async.jsonapi._ref import Finder
from scalr_async.jsonapi._resource import RelationshipLoader, UnknownResource
from tests.jsonapi.documents import body, item, read
from tests.jsonapi.models import Gadget, Header, Part, Supplier


def test_a_resource_made_by_hand_has_unset_where_nothing_was_given():
    gadget = Gadget(id="gad-1", name="x")

    assert (gadget.type, gadget.id, gadget.name) == ("gadgets", "gad-1", "x")
    assert gadget.size is UNSET
    assert gadget.owner is UNSET
    assert gadget.links is UNSET
    assert gadget.raw() == {"type": "gadgets", "id": "gad-1"}


def test_a_resource_is_immutable_whoever_made_it():
    for gadget in (Gadget(id="gad-1"), read({"name": "x"})):
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            gadget.name = "y"
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            del gadget.name
        with pytest.raises(AttributeError):
            gadget.surprise = 1


def test_a_resource_stays_immutable_after_its_relationships_were_touched():
    gadget = read({}, {"owner": {"data": {"type": "accounts", "id": "acc-1"}}})

    assert gadget.owner == Ref("accounts", "acc-1")
    assert type(gadget) is Gadget
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        gadget.owner = None


@pytest.mark.parametrize("gadget", [Gadget(id="gad-1"), read({})])
def test_a_name_that_no_field_has_is_an_attribute_error(gadget):
    with pytest.raises(AttributeError, match="'Gadget' object has no attribute 'nmae'"):
        gadget.nmae
    with pytest.raises(AttributeError, match="_private"):
        gadget._private


def test_resources_are_equal_when_all_their_fields_are():
    first, same = read({"name": "x"}), read({"name": "x"})

    assert first == same
    assert hash(first) == hash(same)
    assert first == Gadget(id="gad-1", name="x", links=UNSET)
    assert first != read({"name": "y"})
    assert first != read({"name": "x"}, {"parts": {"data": []}})
    assert first != Ref("gadgets", "gad-1")
    assert Part(id="gad-1") != Gadget(id="gad-1")


def test_repr_shows_the_attributes_that_came_and_no_secret():
    gadget = read({"name": "x", "token": "hush", "headers": [{"name": "a", "value": "hush"}]})

    assert repr(gadget) == (
        "Gadget(id='gad-1', name='x', token=<redacted>, "
        "headers=(Header(name='a', value=<redacted>),))"
    )


def test_raw_is_what_came_with_its_secrets_redacted_in_print():
    sent = item(
        attributes={
            "name": "x",
            "token": "hush",
            "brand-new": {"deep": [1]},
            "headers": [{"name": "a", "value": "hush"}, "odd"],
            "window": {"headers": [{"value": "hush"}]},
        },
        relationships={"unknown": {"data": None}},
        links={"self": "/gadgets/gad-1"},
        meta={"any": 1},
    )

    gadget = codec_for(Gadget).read_one(body({"data": sent}))

    assert gadget.raw() == sent
    assert "hush" not in repr(gadget.raw())


def test_raw_survives_attributes_that_are_no_object():
    assert read([1]).raw() == item(attributes=[1])
    assert read({"token": 5, "window": 5}).raw() == item(attributes={"token": 5, "window": 5})


def test_copies_are_the_same_object_and_pickles_hold_no_secret():
    gadget = read(
        {"name": "x", "token": "hush"}, {"owner": {"data": {"type": "accounts", "id": "acc-1"}}}
    )

    assert copy.copy(gadget) is gadget
    assert copy.deepcopy(gadget) is gadget
    assert b"hush" not in pickle.dumps(gadget)
    again = pickle.loads(pickle.dumps(gadget))
    assert again == attrs.evolve(gadget, token=UNSET)
    assert pickle.loads(pickle.dumps(UnknownResource(id="x"))) == UnknownResource(id="x")
    assert again.owner == Ref("accounts", "acc-1")


def test_what_repr_hides_is_not_pickled_either():
    gadget = read({"notes": "hush", "headers": [{"name": "a", "note": "hush"}]})

    assert gadget.notes == gadget.headers[0].note == "hush"
    assert "hush" not in repr(gadget)
    assert b"hush" not in pickle.dumps(gadget)
    again = pickle.loads(pickle.dumps(gadget))
    assert again == attrs.evolve(gadget, notes=UNSET, headers=(Header(name="a"),))


def test_evolve_makes_a_changed_copy():
    assert attrs.evolve(read({"name": "x"}), name="y").name == "y"


def test_resources_can_be_referred_to_weakly():
    gadget = read({})

    assert weakref.ref(gadget)() is gadget


def test_refs_are_equal_by_type_and_id():
    ref = Ref("parts", "p-1")

    assert ref == Ref("parts", "p-1")
    assert not ref != Ref("parts", "p-1")
    assert ref != Ref("parts", "p-2")
    assert ref != Ref("gadgets", "p-1")
    assert ref != "p-1"
    assert {ref, Ref("parts", "p-1")} == {ref}
    assert repr(ref) == "Ref('parts', 'p-1')"
    assert ref.resource is None
    assert copy.copy(ref) is ref
    assert copy.deepcopy(ref) is ref
    assert pickle.loads(pickle.dumps(ref)) == ref


def test_the_schema_is_read_off_the_annotations():
    schema = schema_of(Gadget)

    assert "id" not in schema.fields
    assert "links" not in schema.fields
    assert list(schema.relationships) == ["owner", "parent", "parts", "boxes"]
    assert [field.many for field in schema.relationships.values()] == [False, False, True, True]
    assert [field.target.__name__ for field in schema.relationships.values()] == [
        "Stranger",
        "Gadget",
        "Part",
        "Gadget",
    ]
    assert schema.fields["created_at"].wire == "created-at"
    assert schema.fields["odd"].wire == "odd_Name"
    assert schema.fields["boxes"].wire == "box-list"
    assert schema_of(Header).attributes["value"].type is Secret


def test_identify_takes_ids_refs_and_resources():
    assert identify("ws-1", "workspaces") == "ws-1"
    assert identify(Ref("parts", "p-1"), "parts") == "p-1"
    assert identify(Part(id="p-1"), "parts") == "p-1"
    assert identify(Part(id="p-1"), None) == "p-1"
    assert identify("*:*", "permissions") == "*:*"


@pytest.mark.parametrize(
    "value",
    [
        "",
        ".",
        "..",
        "a/b",
        "../accounts",
        "a\\b",
        "a?b",
        "a#b",
        "a%2fb",
        "a b",
        "a\nb",
        "a\0b",
        "é",
        "a\x7f",
        "x" * 129,
    ],
)
def test_identify_refuses_what_could_be_a_path(value):
    with pytest.raises(InvalidArgumentError) as caught:
        identify(value, "workspaces")

    assert "not the id of one of workspaces" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("value", [None, 5, True, b"ws-1", ["ws-1"], {}, UNSET, Part(id=UNSET)])
def test_identify_refuses_what_is_no_id_at_all(value):
    with pytest.raises(InvalidArgumentError, match="not an id"):
        identify(value, None)


@pytest.mark.parametrize("value", [Ref("accounts", "acc-1"), Part(id="p-1")])
def test_identify_refuses_another_type(value):
    with pytest.raises(InvalidArgumentError, match=r"(accounts|parts) '.*': not the id of one of"):
        identify(value, "workspaces")


def test_classes_are_known_by_type_and_by_name():
    assert class_for("gadgets") is Gadget
    assert class_named("Supplier") is Supplier
    assert class_for("nonsense") is None
    assert class_named("Nonsense") is None


def test_a_class_that_is_made_anew_replaces_the_one_that_was_found():
    for _ in range(2):

        @resource("anew-things")
        class AnewThing(Resource):
            pass

        for _ in range(2):
            assert class_for("anew-things") is class_named("AnewThing") is AnewThing


def test_a_loader_brings_classes_on_first_use(monkeypatch):
    late = type("Late", (), {})
    monkeypatch.setattr(model, "_loaders", [])
    monkeypatch.setattr(model, "found_classes", {})
    register_loader(lambda name: None)
    asked: list[str] = []

    def load(name: str) -> type | None:
        asked.append(name)
        return {"late-ones": late, "Late": late}.get(name)

    register_loader(load)

    for _ in range(2):  # what was found once is not asked for again
        assert class_for("late-ones") is late
        assert class_named("Late") is late
    assert class_for("later") is None
    assert asked == ["late-ones", "Late", "later"]


def test_the_seams_to_the_codec_do_nothing_themselves():
    with pytest.raises(NotImplementedError):
        RelationshipLoader().load(Gadget(id="gad-1"), "owner")
    with pytest.raises(NotImplementedError):
        Finder().find("gadgets", "gad-1")


def test_the_base_and_the_unknown_have_no_attributes():
    assert schema_of(UnknownResource).fields == {}
    assert Resource(id="x").type == ""
