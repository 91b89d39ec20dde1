"""Items of a list, cut from their document: they are read as if it was parsed as a whole."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalr_async.errors import DecodeError
from scalr_async.jsonapi import Document, IdentityMap, _codec, _items, codec_for
from tests.jsonapi.documents import body, item
from tests.jsonapi.models import Gadget

gadgets = codec_for(Gadget)

META = {"pagination": {"current-page": 1, "total-count": 40}}


def read(sent: bytes, identities: IdentityMap | None = None) -> tuple[Document[Gadget], int]:
    """Return the document, and how many of its items were cut from it."""
    made: list[_items.ListDocument] = []

    class Watched(_items.ListDocument):
        def __init__(self, body: Any) -> None:
            super().__init__(body)
            made.append(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_codec, "ListDocument", Watched)
        document = gadgets.read_page(memoryview(sent), identities)
    raws = made[0].rest.data or ()
    return document, 0 if made[0].replaced else len(document.items) - len(raws)


def read_whole(sent: bytes, identities: IdentityMap | None = None) -> Document[Gadget]:
    """Return the document, parsed as one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_items, "_MAX_GUESSES", 0)
        return gadgets.read_page(sent, identities)


def same(sent: bytes) -> int:
    """Compare with what is parsed as one; return how many items were cut from the document."""
    document, cut = read(sent)
    whole = read_whole(sent)
    assert [gadget.raw() for gadget in document.items] == [gadget.raw() for gadget in whole.items]
    assert (*document.items,) == whole.items
    assert (document.meta, document.links) == (whole.meta, whole.links)
    return cut


def many(count: int = 40, **members: Any) -> list[dict[str, Any]]:
    return [{**item(**members), "id": f"gad-{number}"} for number in range(count)]


@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": "), (" ,\n\t", " : ")])
def test_every_item_but_the_last_is_cut_from_its_document(separators):
    sent = {"links": {"next": None}, "data": many(attributes={"name": "x"}), "meta": META}

    assert same(json.dumps(sent, separators=separators).encode()) == 39


@pytest.mark.parametrize(
    "order",
    [
        ("type", "id", "attributes"),
        ("id", "type", "attributes"),
        ("attributes", "type", "id"),
        ("relationships", "attributes", "id", "type"),
        ("links", "id", "type", "attributes"),
        ("meta", "attributes", "id", "type"),
    ],
)
def test_members_may_come_in_any_order(order):
    members = {"attributes": {"name": "x"}, "relationships": {"owner": {"data": None}}}
    odd = {"links": {"self": "/x"}, "meta": 5}
    data = [{name: (one | members | odd)[name] for name in order} for one in many()]

    assert same(body({"data": data})) == 39


def test_ids_without_digits_are_no_part_of_what_all_items_begin_with():
    data = [{"id": f"gad-{'abcdefgh'[n % 8] * 9}", "type": "gadgets"} for n in range(40)]

    assert same(body({"data": data})) == 39


@pytest.mark.parametrize("at", [b"{", b'{"type"', b'{"type":'])
def test_a_run_of_white_space_is_not_compiled_into_a_pattern(at):
    sent = json.dumps({"data": many()}, separators=(",", ":")).encode()

    assert same(sent.replace(at, at + b" " * 10)) == 39
    assert same(sent.replace(at, at + b" " * 1000)) in {0, 39}
    assert _items._BEGINNING.match(b"{" + b" " * 1000 + b'"type":"gadgets"') is None


@pytest.mark.parametrize(
    "form", [bytes, memoryview, bytearray, lambda sent: memoryview(b"  " + sent + b"}}")[2:-2]]
)
def test_a_body_may_be_any_bytes(form):
    sent = body({"data": many(), "meta": META})

    assert gadgets.read_page(form(sent)) == read_whole(sent)
    assert gadgets.read_page(memoryview(sent[::-1])[::-1]) == read_whole(sent)


def test_the_place_in_an_error_is_that_in_the_whole_body():
    sent = body({"data": [*many(), 5]})

    with pytest.raises(DecodeError, match=r"\$\.data\[40\]"):
        read(sent)
    sent = body({"data": many()})
    with pytest.raises(DecodeError, match=f"byte {len(sent) + 1}"):
        read(sent + b"x")


def test_no_frame_of_a_broken_page_shows_its_body():
    secret = {"unknown": "hunter2"}
    part = {"type": "parts", "id": "p-1", "attributes": secret}
    sent = body({"included": [part], "data": [*many(attributes=secret), 5]})
    seen: list[str] = []

    def note(frame: Any, event: str, _: object) -> None:
        if event in {"call", "return"} and "scalr_async/jsonapi" in frame.f_code.co_filename:
            seen.append(repr(frame.f_locals))

    sys.setprofile(note)
    try:
        with pytest.raises(DecodeError):
            gadgets.read_page(memoryview(sent))
    finally:
        sys.setprofile(None)
    assert len(seen) > 100
    assert not [local for local in seen if "hunter2" in local]


@pytest.mark.parametrize("lengths", [[10, 1000], [1000, 10], [1000, 10, 10, 10, 500], [0, 40_000]])
def test_items_may_be_of_any_length(lengths):
    data = [one | {"meta": "x" * lengths[n % len(lengths)]} for n, one in enumerate(many())]

    assert same(body({"data": data, "included": [item(id="gad-9")] * 3})) >= 35


def test_what_looks_like_an_end_is_none():
    odd = {"name": '}, {"type": "gadgets"', "anything": [{"a": 1}, {"b": '"}, {'}]}

    assert same(body({"data": many(attributes=odd)})) == 39


@pytest.mark.parametrize(("links", "cut"), [(1, 39), (20, 39), (22, 0)])
def test_an_end_that_is_not_found_leaves_the_rest_to_be_parsed_as_one(links, cut):
    own = {"boxes": {"data": [{"type": "gadgets", "id": "gad-1"}] * links}}

    assert same(body({"data": many(relationships=own)})) == cut


def test_included_is_found_from_every_item():
    part = {"type": "parts", "id": "p-1", "attributes": {"name": "bolt"}}
    linked = {"parts": {"data": [{"type": "parts", "id": "p-1"}]}}
    sent = body({"data": many(relationships=linked), "included": [part], "meta": META})

    document, cut = read(sent)

    assert cut == 39
    assert {gadget.parts[0].resource.name for gadget in document.items} == {"bolt"}
    assert len({id(gadget.parts[0].resource) for gadget in document.items}) == 1


def test_without_included_refs_lead_nowhere():
    linked = {"parts": {"data": [{"type": "parts", "id": "p-1"}]}}
    document, _ = read(body({"data": many(relationships=linked)}))

    assert {gadget.parts[0].resource for gadget in document.items} == {None}


@pytest.mark.parametrize(
    "start",
    [
        b'{"included": [{"relationships": {"a": {"data": []}}}], "data": [',
        b'{"links": {"data": [1]}, "data": [',
        b'{"meta": {"data": [{"type": "gadgets"}, {"type": "gadgets"}]}, "data": [',
    ],
)
def test_data_inside_something_else_is_not_taken_for_it(start):
    items = b", ".join(body(one) for one in many())

    assert same(start + items + b"]}") == 0


def test_of_two_data_the_last_one_counts():
    first, last = (json.dumps(many(count)) for count in (40, 3))
    sent = f'{{"data": {first}, "data": {last}}}'.encode()

    same(sent)
    assert len(read(sent)[0].items) == 3
    for nothing in ("null", "[]"):
        empty = f'{{"data": {first}, "data": {nothing}}}'.encode()
        same(empty)
        assert read(empty)[0].items == ()


@pytest.mark.parametrize("place", [0, 20, 40])
def test_an_id_that_is_a_number_is_read_where_it_comes(place):
    data = many()
    data.insert(place, {**item(attributes={"name": "odd"}), "id": 7})

    assert same(body({"data": data})) == 40
    assert read(body({"data": data}))[0].items[place].id == "7"


@pytest.mark.parametrize("place", [0, 20, 40])
@pytest.mark.parametrize("odd", [None, 5, "x", []])
def test_an_item_that_is_no_object_is_refused(place, odd):
    data = many()
    data.insert(place, odd)

    with pytest.raises(DecodeError):
        read(body({"data": data}))


def test_bytes_that_are_no_text_are_repaired_where_they_come():
    sent = body({"data": [*many(), *many(1, attributes={"name": "BAD"}), *many()]})

    assert same(sent.replace(b"BAD", b"\xff")) == 80


@pytest.mark.parametrize("cut", [1, 2, 100, 3000])
def test_what_is_cut_off_is_refused(cut):
    sent = body({"data": many(attributes={"name": "x"}), "meta": META})

    with pytest.raises(DecodeError, match="not the JSON:API document"):
        read(sent[:-cut])


@pytest.mark.parametrize("broken", [b"", b" ", b",,", b", 5,", b"]", b"}, {"])
def test_items_that_are_not_separated_by_one_comma_are_refused(broken):
    first, second = (body(one) for one in many(2))

    with pytest.raises(DecodeError):
        read(b'{"data": [' + first + b", " + first + broken + second + b"]}")


@pytest.mark.parametrize(
    "sent", [b"", b"[]", b'{"data": {"id": "x"}}', b'{"meta": {}}', b'{"data": 5, "data": ["']
)
def test_what_is_no_list_of_resources_is_refused(sent):
    with pytest.raises(DecodeError):
        read(sent)


@pytest.mark.parametrize("guesses", [20, 0], ids=["item by item", "parsed as one"])
@pytest.mark.parametrize("count", [0, 1, 19, 20, 21, 39, 40, 100, 1000])
def test_there_is_a_pause_after_every_20_items(monkeypatch, count, guesses):
    monkeypatch.setattr(_items, "_MAX_GUESSES", guesses)

    *turns, document = gadgets.read_page_in_steps(body({"data": many(count)}))

    assert turns == [None] * (count // 20)
    assert len(document.items) == count


@pytest.mark.parametrize("data", [[], None, [item()]])
def test_the_last_item_is_parsed_with_the_rest(data):
    assert same(body({"data": data, "meta": META})) == 0


# -- relationships that are decoded with the page --------------------------------------------------

PART = {"type": "parts", "id": "p-1", "attributes": {"name": "bolt"}}
LINKAGE = [
    {},
    {"parts": {"data": [{"type": "parts", "id": "p-1"}, {"type": "parts", "id": "p-2"}]}},
    {"parent": {"data": {"type": "gadgets", "id": "gad-2"}}, "parts": {"data": None}},
    {"owner": {"data": {"type": "strangers", "id": 7}}, "parent": None, "box-list": {"data": []}},
    {"parent": 5, "parts": {"data": [{"type": "parts", "id": "p-1"}]}},
    {"owner": {"links": {"related": "/x"}}, "parts": {"data": 7}, "unknown": {"data": None}},
    None,
    "odd",
]
NAMES = ("owner", "parent", "parts", "boxes")


def used(identities: IdentityMap) -> IdentityMap:
    """Let a walk see a page on which all relationships were used."""
    for gadget in gadgets.read_page(body({"data": many(2)}), identities).items:
        assert [getattr(gadget, name) for name in NAMES]
    return identities


@pytest.mark.parametrize("included", [[], [PART]], ids=["nothing included", "included"])
@pytest.mark.parametrize("asked", [(), ("parts",), ("owner", "parent"), NAMES, ("unheard_of",)])
@pytest.mark.parametrize("before", [False, True], ids=["first page", "after use"])
def test_relationships_are_the_same_whenever_they_are_decoded(included, asked, before):
    data = [one | {"relationships": LINKAGE[n % len(LINKAGE)]} for n, one in enumerate(many())]
    sent = body({"data": data, "included": included, "links": {"self": "/x"}})
    identities = IdentityMap(frozenset(asked))
    document, _ = read(sent, used(identities) if before else identities)
    expected = read_whole(sent)

    assert document == expected
    assert [gadget.raw() for gadget in document.items] == [one.raw() for one in expected.items]
    for one, other in zip(document.items, expected.items, strict=True):
        assert [(n, getattr(one, n)) for n in NAMES] == [(n, getattr(other, n)) for n in NAMES]
    assert [found(one) for one in document.items] == [found(one) for one in expected.items]
    assert any(map(any, map(found, document.items))) == bool(included)


def found(gadget: Gadget) -> list[str | None]:
    """Return the names of the parts that a gadget's refs find."""
    parts = gadget.parts if isinstance(gadget.parts, tuple) else ()
    return [part.resource and part.resource.name for part in parts]


@pytest.mark.parametrize(("looks", "decoded"), [(0, False), (20, False), (21, True), (40, True)])
def test_relationships_are_decoded_with_a_page_after_most_on_the_page_before_were_used(
    looks, decoded
):
    identities = IdentityMap()
    sent = body({"data": many(relationships=LINKAGE[1])})
    first = gadgets.read_page(sent, identities)
    for gadget in first.items[:looks]:
        assert gadget.parts
        assert gadget.parts

    for _ in range(3):
        page = gadgets.read_page(sent, identities)
        assert {is_filled(gadget) for gadget in page.items} == {decoded}
    assert page == first


def test_a_walk_with_unasked_included_resources_decodes_no_page_twice(monkeypatch):
    made: list[object] = []
    monkeypatch.setattr(
        _codec, "ListDocument", lambda sent: made.append(1) or _items.ListDocument(sent)
    )
    identities = IdentityMap(frozenset({"unheard_of"}))
    for included in [[], [PART], [], [PART], [PART], [], [PART]]:
        sent = body({"data": many(relationships=LINKAGE[1]), "included": included})
        names = {found(one)[0] for one in gadgets.read_page(sent, identities).items}
        assert names == ({"bolt"} if included else {None})

    assert len(made) == 7 + 1  # only the first page with resources that nobody asked for


def is_filled(gadget: Gadget) -> bool:
    """Return whether a gadget has its relationships already."""
    return gadget._loader is None


def test_relationships_asked_to_be_included_are_decoded_with_the_page():
    sent = body({"data": many(relationships=LINKAGE[1]), "included": [PART]})
    page = gadgets.read_page(sent, IdentityMap(frozenset(NAMES)))

    assert all(map(is_filled, page.items))
    first, *_, last = page.items
    assert first.parts[0].resource is last.parts[0].resource is not None


texts = st.text(st.sampled_from('{}[],:"\\ datype'), max_size=20)
values = st.recursive(
    texts | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@given(st.lists(values, max_size=20), values, st.sampled_from([(",", ":"), (", ", ": ")]))
def test_items_and_the_whole_agree(contents, meta, separators):
    data = [{**item(attributes={"anything": one}), "id": str(n)} for n, one in enumerate(contents)]
    sent = json.dumps({"links": {"x": meta}, "data": data, "meta": meta}, separators=separators)
    same(sent.encode())


PIECES = b"""{"data": [|]|}|{|, |"id": "1"|"type": "gadgets"|"meta": {}|{"type": "gadgets", "id": "1"}
|"data": []|"included": [|"|\\|5"""


@given(st.lists(st.sampled_from(PIECES.split(b"|")), max_size=30))
def test_whatever_comes_is_read_or_refused_as_if_it_was_parsed_as_one(parts):
    sent = b'{"data": [{"type": "gadgets", "id": "1"}, {"type": "gadgets", "id": "2"}, '
    sent += b"".join(parts)
    try:
        whole = read_whole(sent)
    except DecodeError:
        with pytest.raises(DecodeError):
            read(sent)
    else:
        assert read(sent)[0] == whole
