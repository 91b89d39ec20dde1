"""Large documents: cut into pieces, and read as if they were not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalr_async.errors import DecodeError
from scalr_async.jsonapi import Document, _codec, codec_for
from scalr_async.jsonapi import _chunks as pieces
from tests.jsonapi.documents import body, item
from tests.jsonapi.models import Gadget

gadgets = codec_for(Gadget)

META = {"pagination": {"current-page": 1, "total-count": 40}}


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut what is small as if it were large."""
    monkeypatch.setattr(_codec, "LARGE_DOCUMENT", 0)
    monkeypatch.setattr(pieces, "_CHUNK_SIZE", 200)


def read(sent: bytes) -> tuple[Document[Gadget], int]:
    """Return the document, read in pieces, and how often others had their turn."""
    *turns, document = gadgets.read_page_in_steps(sent)
    assert set(turns) <= {None}
    assert document is not None
    return document, len(turns)


def read_whole(sent: bytes) -> Document[Gadget]:
    """Return the document, parsed as one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_codec, "LARGE_DOCUMENT", len(sent))
        return gadgets.read_page(sent)


def same(sent: bytes) -> int:
    """Compare with what is read in one go; return how many pieces there were before the last."""
    document, turns = read(sent)
    whole = read_whole(sent)
    assert [gadget.raw() for gadget in document.items] == [gadget.raw() for gadget in whole.items]
    assert (*document.items,) == whole.items
    assert (document.meta, document.links) == (whole.meta, whole.links)
    return turns


def many(count: int = 40, **members: Any) -> list[dict[str, Any]]:
    return [{**item(**members), "id": f"gad-{number}"} for number in range(count)]


def test_a_document_is_cut_into_pieces():
    sent = {"links": {"next": None}, "data": many(attributes={"name": "x"}), "meta": META}

    assert same(body(sent)) > 5


@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": "), (" ,\n\t", " : ")])
def test_white_space_is_where_it_likes(separators):
    sent = json.dumps({"data": many(), "meta": META}, separators=separators).encode()

    assert same(sent) > 3


def test_what_looks_like_an_end_is_none():
    odd = {"name": '}, {"type": "gadgets"', "anything": [{"a": 1}, {"b": '"}, {'}]}

    assert same(body({"data": many(attributes=odd)})) > 3


def test_an_end_that_is_not_found_leaves_the_rest_in_one_piece(monkeypatch):
    monkeypatch.setattr(pieces, "_MAX_GUESSES", 3)
    monkeypatch.setattr(pieces, "_CHUNK_SIZE", 50)
    long = {"anything": [{}] * 500}

    assert same(body({"data": [*many(5), *many(attributes=long)]})) < 6


def test_included_is_found_from_every_piece():
    part = {"type": "parts", "id": "p-1", "attributes": {"name": "bolt"}}
    linked = {"parts": {"data": [{"type": "parts", "id": "p-1"}]}}
    sent = body({"data": many(relationships=linked), "included": [part], "meta": META})

    document, turns = read(sent)

    assert turns > 5
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
    ],
)
def test_data_inside_something_else_is_not_taken_for_it(start):
    items = b", ".join(body(one) for one in many())

    assert same(start + items + b"]}") == 0


def test_of_two_data_the_last_one_counts():
    first, last = (json.dumps(many(count)) for count in (40, 3))
    sent = f'{{"data": {first}, "data": {last}}}'.encode()

    assert same(sent) > 3
    assert len(read(sent)[0].items) == 3
    empty = f'{{"data": {first}, "data": null}}'.encode()
    assert same(empty) > 5
    assert read(empty)[0].items == ()


def test_an_id_that_is_a_number_is_read_where_it_comes():
    odd = {**item(attributes={"name": "odd"}), "id": 7}

    assert same(body({"data": [*many(), odd, *many()]})) > 5
    assert same(body({"data": [odd, *many()]})) == 0


def test_bytes_that_are_no_text_are_repaired_where_they_come():
    sent = body({"data": [*many(), *many(1, attributes={"name": "BAD"}), *many()]})

    assert same(sent.replace(b"BAD", b"\xff")) > 5


@pytest.mark.parametrize("cut", [1, 2, 100, 3000])
def test_what_is_cut_off_is_refused(cut):
    sent = body({"data": many(attributes={"name": "x"}), "meta": META})

    with pytest.raises(DecodeError, match="not the JSON:API document"):
        read(sent[:-cut])


@pytest.mark.parametrize(
    "sent", [b"", b"[]", b'{"data": {"id": "x"}}', b'{"meta": {}}', b'{"data": 5, "data": ["']
)
def test_what_is_no_list_of_resources_is_refused(sent):
    with pytest.raises(DecodeError):
        read(sent)


@pytest.mark.parametrize("data", [[], None, [item()]])
def test_what_has_one_piece_only_is_read_in_one_go(data):
    assert same(body({"data": data, "meta": META})) == 0


texts = st.text(st.sampled_from('{}[],:"\\ datype'), max_size=20)
values = st.recursive(
    texts | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@given(
    st.lists(values, max_size=20),
    values,
    st.sampled_from([(",", ":"), (", ", ": ")]),
    st.integers(1, 300),
)
def test_pieces_and_the_whole_agree(contents, meta, separators, size):
    data = [{**item(attributes={"anything": one}), "id": str(n)} for n, one in enumerate(contents)]
    sent = json.dumps({"links": {"x": meta}, "data": data, "meta": meta}, separators=separators)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces, "_CHUNK_SIZE", size)
        same(sent.encode())
