from __future__ import annotations

import gc
import pickle
import tracemalloc
import weakref

import pytest

from scalr_async._values import UNSET
from scalr_async.jsonapi import IdentityMap, Ref, codec_for
from scalr_async.jsonapi import _relationships as included_module
from scalr_async.jsonapi._document import parse_included
from scalr_async.jsonapi._relationships import RelationshipGroup
from scalr_async.jsonapi._resource import UnknownResource
from tests.jsonapi.documents import body, item
from tests.jsonapi.models import Gadget, Part, Supplier

gadgets = codec_for(Gadget)


def ref(type_: str, id_: str) -> dict:
    return {"type": type_, "id": id_}


def page(*included, **relationships) -> bytes:
    sent = {name: {"data": data} for name, data in relationships.items()}
    return body({"data": [item(relationships=sent)], "included": list(included)})


def part(id_: str = "p-1", name: str = "bolt", **relationships) -> dict:
    sent = {name: {"data": data} for name, data in relationships.items()}
    return {**ref("parts", id_), "attributes": {"name": name}, "relationships": sent}


def test_a_ref_finds_what_was_included():
    (gadget,) = gadgets.read_page(
        page(part(), parts=[ref("parts", "p-1"), ref("parts", "p-2")])
    ).items

    found, missing = gadget.parts

    assert isinstance(found.resource, Part)
    assert found.resource.name == "bolt"
    assert found.resource is found.resource
    assert missing.resource is None
    assert found == Ref("parts", "p-1")
    assert found.resource.raw() == part()


def test_included_resources_find_theirs_and_go_round_in_circles():
    supplier = {**ref("suppliers", "s-1"), "attributes": {"name": "acme"}}
    included = part(supplier=ref("suppliers", "s-1"), gadget=ref("gadgets", "gad-2"))
    other = {**item(id="gad-2"), "relationships": {"parts": {"data": [ref("parts", "p-1")]}}}

    (gadget,) = gadgets.read_page(
        page(included, supplier, other, parts=[ref("parts", "p-1")])
    ).items
    bolt = gadget.parts[0].resource

    assert isinstance(bolt.supplier.resource, Supplier)
    assert bolt.supplier.resource.name == "acme"
    assert bolt.gadget.resource.parts[0].resource is bolt


def test_primary_data_is_not_looked_into():
    (gadget,) = gadgets.read_page(page(part(), parent=ref("gadgets", "gad-1"))).items

    assert gadget.parent.resource is None


def test_one_document_with_one_resource_includes_too():
    sent = {
        "data": item(relationships={"parts": {"data": [ref("parts", "p-1")]}}),
        "included": [part()],
    }

    assert gadgets.read_one(body(sent)).parts[0].resource.name == "bolt"


def test_the_same_resource_is_the_same_object_on_all_pages_of_a_walk():
    identities = IdentityMap()
    first = gadgets.read_page(page(part(), parts=[ref("parts", "p-1")]), identities).items[0]
    bolt = first.parts[0].resource
    second = gadgets.read_page(
        page(part(name="new"), parts=[ref("parts", "p-1")]), identities
    ).items[0]
    other_walk = gadgets.read_page(page(part(), parts=[ref("parts", "p-1")]), IdentityMap()).items[
        0
    ]

    assert second.parts[0].resource is bolt
    assert other_walk.parts[0].resource is not bolt


def test_what_a_later_page_does_not_include_is_not_found_there():
    identities = IdentityMap()
    first = gadgets.read_page(page(part(), parts=[ref("parts", "p-1")]), identities).items[0]
    bolt = first.parts[0].resource
    second = gadgets.read_page(page(part("p-2"), parts=[ref("parts", "p-1")]), identities).items[0]

    assert bolt.name == "bolt"
    assert second.parts[0].resource is None


def test_the_identity_map_holds_what_somebody_holds_and_the_last_pages_brought():
    identities = IdentityMap()
    for number in range(50):
        sent = page(part(f"p-{number}"), part("q"), parts=[ref("parts", f"p-{number}")])
        (gadget,) = gadgets.read_page(sent, identities).items
        assert gadget.parts[0].resource.id == f"p-{number}"

    assert [key for _, key in identities.known] == [f"p-{number}" for number in range(46, 50)]
    identities.recent.clear()
    assert len(identities.known) == 1


def test_what_is_included_page_after_page_is_decoded_once():
    identities = IdentityMap()
    seen = set()
    for _ in range(50):
        sent = page(part("p"), part("q"), parts=[ref("parts", "p"), ref("parts", "q")])
        (gadget,) = gadgets.read_page(sent, identities).items
        seen |= {id(found.resource) for found in gadget.parts}

    assert len(seen) == 2


def test_a_kept_resource_does_not_keep_what_the_walk_held():
    identities = IdentityMap()
    sent = page(part("p"), parts=[ref("parts", "p")], owner=ref("parts", "p"))
    (first,) = gadgets.read_page(sent, identities).items
    (kept,) = gadgets.read_page(sent, identities).items
    assert kept.owner is not None
    bolt = weakref.ref(first.parts[0].resource)

    del first
    assert bolt() is not None
    del identities
    assert bolt() is None
    assert kept.parts[0].resource.name == "bolt"


def test_included_is_cut_once(monkeypatch):
    calls = []
    monkeypatch.setattr(
        included_module, "parse_included", lambda raw: calls.append(raw) or parse_included(raw)
    )
    sent = page(part(), part("p-2"), parts=[ref("parts", "p-1"), ref("parts", "p-2")])
    (gadget,) = gadgets.read_page(sent).items

    assert calls == []
    assert [found.resource.id for found in gadget.parts] == ["p-1", "p-2"]
    assert len(calls) == 1


def test_a_kept_included_resource_does_not_keep_the_others():
    large = [part(f"p-{number}", name="x" * 10_000) for number in range(100)]
    sent = page(part("p-x"), *large, parts=[ref("parts", "p-x")])
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        kept = gadgets.read_page(sent).items[0].parts[0].resource
        assert kept.supplier is UNSET
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()

    assert grown < 100_000


def test_a_circle_of_resources_is_collected():
    included = part(gadget=ref("gadgets", "gad-2"))
    other = {**item(id="gad-2"), "relationships": {"parts": {"data": [ref("parts", "p-1")]}}}
    (gadget,) = gadgets.read_page(page(included, other, parts=[ref("parts", "p-1")])).items
    bolt = weakref.ref(gadget.parts[0].resource)
    assert bolt().gadget.resource.parts[0].resource is bolt()

    del gadget
    gc.collect()

    assert bolt() is None


def test_a_type_without_a_class_is_an_unknown_resource():
    sent = {**ref("novelties", "n-1"), "attributes": {"x": 1}, "links": {"self": "/n"}}
    (gadget,) = gadgets.read_page(page(sent, owner=ref("novelties", "n-1"))).items

    novelty = gadget.owner.resource

    assert isinstance(novelty, UnknownResource)
    assert (novelty.type, novelty.id) == ("novelties", "n-1")
    assert novelty.links == {"self": "/n"}
    assert novelty.raw() == sent
    assert repr(novelty) == "UnknownResource(id='n-1')"


@pytest.mark.parametrize("included", ["null", "[]", " [ ] ", "{}", '"some text in its place"', "5"])
def test_included_that_holds_nothing(included):
    sent = body({"data": item(relationships={"owner": {"data": ref("accounts", "acc-1")}})})
    sent = sent[:-1] + f', "included": {included}}}'.encode()

    assert gadgets.read_one(sent).owner.resource is None


def test_what_is_no_resource_object_is_left_out():
    odd = [None, 5, {}, {"type": "parts"}, {"id": "p-1"}, {"type": 5, "id": "p-1"}]
    sent = page(
        *odd, {**part("p-7"), "id": 7}, part(), parts=[ref("parts", "p-1"), ref("parts", "7")]
    )

    (gadget,) = gadgets.read_page(sent).items

    assert [found.resource.name for found in gadget.parts] == ["bolt", "bolt"]


def test_odd_items_among_the_included_harm_no_others():
    sent = page(
        None,
        {**part(), "meta": {"x": "BIG", "y": 10**400}},
        part("p-2"),
        parts=[ref("parts", "p-1"), ref("parts", "p-2")],
    )

    (gadget,) = gadgets.read_page(sent.replace(b'"BIG"', b"1e999")).items

    assert [found.resource and found.resource.id for found in gadget.parts] == ["p-1", "p-2"]


def test_an_odd_included_attribute_is_kept():
    sent = {**part(), "attributes": {"name": 5}}
    (gadget,) = gadgets.read_page(page(sent, parts=[ref("parts", "p-1")])).items

    assert gadget.parts[0].resource.name == 5


def test_odd_relationships_stay_odd_beside_included_ones():
    sent = page(part(), parts=[ref("parts", "p-1"), 5], owner=7)
    (gadget,) = gadgets.read_page(sent).items

    assert gadget.owner == 7
    assert gadget.parts[0].resource.name == "bolt"
    assert gadget.parts[1] == 5
    assert gadget.parent is UNSET


def test_a_pickled_ref_forgets_what_was_included():
    (gadget,) = gadgets.read_page(page(part(), parts=[ref("parts", "p-1")])).items

    again = pickle.loads(pickle.dumps(gadget))

    assert again.parts == (Ref("parts", "p-1"),)
    assert again.parts[0].resource is None


@pytest.fixture
def filled(monkeypatch) -> list[tuple[str, ...]]:
    """The groups of relationships that were read, as they were."""
    seen, fill = [], RelationshipGroup.fill

    def noted(group, *arguments):
        seen.append(group.names)
        fill(group, *arguments)

    monkeypatch.setattr(RelationshipGroup, "fill", noted)
    return seen


LINKED = {
    "parts": [ref("parts", "p-1")],
    "owner": ref("strangers", "x-1"),
    "parent": ref("gadgets", "gad-2"),
}


@pytest.mark.parametrize("order", [("parts", "parent"), ("parent", "parts")])
def test_relationships_asked_to_be_included_come_first_and_others_when_they_are_used(filled, order):
    asked = IdentityMap(frozenset({"parts", "unheard_of"}))
    (gadget,) = gadgets.read_page(page(part(), **LINKED), asked).items
    assert filled == [("parts",)]

    for name in order:
        getattr(gadget, name)
        getattr(gadget, name)

    assert filled == [("parts",), ("owner", "parent", "boxes")]
    assert gadget.parts[0].resource.name == "bolt"
    assert (gadget.owner, gadget.parent) == (Ref("strangers", "x-1"), Ref("gadgets", "gad-2"))
    assert gadget == gadgets.read_page(page(part(), **LINKED)).items[0]


@pytest.mark.parametrize("asked", [[], ["boxes", "owner", "parent", "parts"]])
def test_without_others_they_are_read_together(filled, asked):
    (gadget,) = gadgets.read_page(page(part(), **LINKED), IdentityMap(frozenset(asked))).items

    assert gadget.parts[0].resource.name == "bolt"
    assert gadget.owner.id == "x-1"
    assert filled == [("owner", "parent", "parts", "boxes")]


@pytest.mark.parametrize("done", [(), ("parts",), ("owner",), ("owner", "parts")])
def test_what_is_no_field_is_none_whatever_was_read_before(done):
    (gadget,) = gadgets.read_page(page(part(), **LINKED), IdentityMap(frozenset({"parts"}))).items
    for name in done:
        getattr(gadget, name)

    with pytest.raises(AttributeError, match="prats"):
        gadget.prats


def test_an_odd_relationship_in_one_group_is_kept_and_the_others_are_true():
    sent = page(part(), **LINKED | {"parent": 5})
    (gadget,) = gadgets.read_page(sent, IdentityMap(frozenset({"parts"}))).items

    assert gadget.parts[0].resource.name == "bolt"
    assert gadget.parent == 5
    assert gadget.owner.id == "x-1"
    assert gadget.parts[0].resource.name == "bolt"
