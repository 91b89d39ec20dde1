from __future__ import annotations

import gc
import json
import sys
import weakref
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest

from scalr_async._values import REDACTED_BY_SERVER, UNSET, Secret
from scalr_async.errors import DecodeError
from scalr_async.jsonapi import Pagination, Ref, codec_for, make_converter, read_plain
from tests.jsonapi.documents import body, item, read
from tests.jsonapi.models import Gadget, Header, Part, Window, Workspace

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
gadgets = codec_for(Gadget)


def test_every_kind_of_attribute_is_read():
    gadget = read(
        {
            "name": "x",
            "size": 3,
            "ratio": 0.5,
            "enabled": True,
            "color": "red",
            "level": 2,
            "mixed": 1,
            "created-at": "2024-05-01T12:00:00Z",
            "token": "hush",
            "labels": ["a", "b"],
            "headers": [{"name": "h", "sensitive": True, "value": "v"}],
            "window": {"opens-at": "2024-05-01T12:00:00Z", "days": [1], "headers": [{}]},
            "timestamps": {"queued-at": "2024-05-01T14:00:00+02:00"},
            "limits": {"a": {"b": 1}},
            "permissions": {"can-update": True},
            "anything": [None, {"x": 1.5}],
            "scalar": 5,
            "odd_Name": "odd",
        }
    )

    assert (gadget.name, gadget.size, gadget.ratio, gadget.enabled) == ("x", 3, 0.5, True)
    assert (gadget.color, gadget.level, gadget.mixed) == ("red", 2, 1)
    assert gadget.created_at == NOON
    assert isinstance(gadget.token, Secret)
    assert gadget.token == "hush"
    assert gadget.labels == ("a", "b")
    assert gadget.headers == (Header(name="h", sensitive=True, value=Secret("v")),)
    assert isinstance(gadget.headers[0].value, Secret)
    assert gadget.window == Window(opens_at=NOON, days=(1,), headers=(Header(),))
    assert gadget.timestamps == {"queued-at": NOON}
    assert gadget.limits == {"a": {"b": 1}}
    assert gadget.permissions == {"can-update": True}
    assert gadget.anything == [None, {"x": 1.5}]
    assert gadget.scalar == 5
    assert gadget.odd == "odd"


def test_what_was_not_sent_is_unset_and_what_was_null_is_none():
    gadget = read(
        {"name": None, "headers": None, "window": None, "token": None, "timestamps": None}
    )

    assert gadget.name is None
    assert gadget.headers is None
    assert gadget.window is None
    assert gadget.token is None
    assert gadget.timestamps is None
    assert gadget.size is UNSET
    assert gadget.created_at is UNSET
    assert gadget.owner is UNSET
    assert gadget.parts is UNSET
    assert gadget.links is UNSET


@pytest.mark.parametrize("attributes", [None, {}])
@pytest.mark.parametrize("relationships", [None, {}])
def test_a_resource_may_come_without_attributes_and_relationships(attributes, relationships):
    gadget = read(attributes, relationships)

    assert gadget.id == "gad-1"
    assert gadget.name is UNSET
    assert gadget.owner is UNSET


def test_every_kind_of_relationship_is_read():
    gadget = read(
        None,
        {
            "owner": {"data": {"type": "accounts", "id": "acc-1"}, "links": {"related": "/x"}},
            "parent": {"data": None},
            "parts": {
                "data": [{"type": "parts", "id": "p-1", "meta": {}}, {"type": "x", "id": "2"}]
            },
            "box-list": {"links": {"related": "/boxes"}},
        },
    )

    assert gadget.owner == Ref("accounts", "acc-1")
    assert gadget.owner.resource is None
    assert gadget.parent is None
    assert gadget.parts == (Ref("parts", "p-1"), Ref("x", "2"))
    assert gadget.boxes is UNSET


def test_relationships_that_are_null_lead_nowhere():
    gadget = read(None, {"owner": None, "parent": None, "parts": None, "box-list": {"data": None}})

    assert gadget.owner is None
    assert gadget.parent is None
    assert gadget.parts == ()
    assert gadget.boxes == ()


def test_links_are_those_of_the_resource():
    sent = item(links={"self": "/gadgets/gad-1", "download": {"href": "/x"}})

    assert gadgets.read_one(body({"data": sent})).links == sent["links"]
    assert gadgets.read_one(body({"data": item(links=None)})).links == {}


def test_a_page_has_items_numbers_and_links():
    numbers = {
        "current-page": 2,
        "page-size": 100,
        "prev-page": 1,
        "next-page": None,
        "total-pages": 2,
        "total-count": 101,
    }
    document = gadgets.read_page(
        body(
            {
                "data": [item(), item(id="gad-2")],
                "links": {"next": None},
                "meta": {"pagination": numbers},
            }
        )
    )

    assert [gadget.id for gadget in document.items] == ["gad-1", "gad-2"]
    assert document.links == {"next": None}
    assert document.meta == Pagination(
        current_page=2, page_size=100, prev_page=1, next_page=None, total_pages=2, total_count=101
    )


@pytest.mark.parametrize("meta", [None, [], 5, {}, {"pagination": None}, {"pagination": [1]}])
def test_a_page_without_numbers_has_no_meta(meta):
    assert gadgets.read_page(body({"data": [], "meta": meta})).meta is None


@pytest.mark.parametrize("number", [-1, 1.5, "7", True, None, [1], 2**53, 10**400])
def test_a_number_that_counts_nothing_is_none(number):
    document = {"data": [], "meta": {"pagination": {"total-count": number, "page-size": 100}}}

    assert gadgets.read_page(body(document)).meta == Pagination(page_size=100)


@pytest.mark.parametrize("name", ["prev-page", "next-page"])
@pytest.mark.parametrize("number", [-1, 1.5, "7", True, [1], {}, 2**53, 10**400])
def test_a_neighbor_that_is_no_page_is_told_from_one_that_is_missing(name, number):
    def read(**numbers):
        document = {"data": [], "meta": {"pagination": {"total-count": -1, **numbers}}}
        return gadgets.read_page(body(document)).meta

    field = name.replace("-", "_")
    assert getattr(read(**{name: number}), field) == 0
    assert getattr(read(**{name: None}), field) is None
    assert getattr(read(**{name: 3}), field) == 3
    assert getattr(read(), field) is UNSET


def test_the_documented_answer_is_read():
    document = {
        "data": [
            {
                "type": "gadgets",
                "id": "gad-1",
                "attributes": {"name": "x"},
                "relationships": {"owner": None, "parts": None},
                "links": None,
            }
        ],
        "included": None,
        "links": None,
        "meta": None,
    }

    (gadget,) = gadgets.read_page(body(document)).items

    assert (gadget.name, gadget.owner, gadget.parts) == ("x", None, ())


def test_no_data_is_an_empty_page_but_no_resource():
    assert gadgets.read_page(b'{"data": null}').items == ()
    with pytest.raises(DecodeError, match="no primary data"):
        gadgets.read_one(b'{"data": null}')


@pytest.mark.parametrize("text", ["{}", '{"errors": []}', '{"data": 5}', "[]", "null", '""', "5"])
def test_a_document_without_primary_data_is_refused(text):
    for read_body in (gadgets.read_one, gadgets.read_page):
        with pytest.raises(DecodeError, match="not the JSON:API document") as caught:
            read_body(text.encode())
        assert caught.value.outcome == "applied"


def test_one_and_many_are_not_confused():
    with pytest.raises(DecodeError):
        gadgets.read_one(body({"data": [item()]}))
    with pytest.raises(DecodeError):
        gadgets.read_page(body({"data": item()}))


@pytest.mark.parametrize("odd", ["null", "5", '"x"', "[]"])
def test_an_item_that_is_no_resource_object_is_refused(odd):
    with pytest.raises(DecodeError):
        gadgets.read_page(f'{{"data": [{odd}]}}'.encode())


@pytest.mark.parametrize(
    ("sent", "id_"),
    [(5, "5"), (None, UNSET), (True, UNSET), (1.5, UNSET), ([1], UNSET), ({}, UNSET)],
)
def test_an_id_that_is_no_string(sent, id_):
    document = {"data": [item(id=sent, attributes={"name": "x"}), item(id="gad-2")]}

    first, second = gadgets.read_page(body(document)).items

    assert (first.id, second.id) == (id_, "gad-2")
    assert first.name == "x"
    assert first.raw()["id"] == sent


def test_a_missing_id_is_unset():
    gadget = gadgets.read_one(b'{"data": {"type": "gadgets", "attributes": {"name": "x"}}}')

    assert gadget.id is UNSET
    assert gadget.name == "x"
    assert gadget.raw() == {"type": "gadgets", "attributes": {"name": "x"}}


def test_another_type_than_asked_for_is_read_all_the_same():
    gadget = gadgets.read_one(b'{"data": {"type": null, "id": "1", "attributes": {"name": "x"}}}')

    assert gadget.name == "x"
    assert gadget.raw()["type"] is None


# -- values that the schema does not know ----------------------------------------------------------


def test_unknown_enum_members_take_the_fast_way(monkeypatch):
    monkeypatch.setattr(type(gadgets), "_read_leniently", None)

    gadget = read({"color": "mauve", "level": 99, "mixed": [1]})

    assert (gadget.color, gadget.level, gadget.mixed) == ("mauve", 99, [1])


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("name", 5),
        ("name", {"a": [1]}),
        ("size", "3"),
        ("size", 1.0),
        ("ratio", "0.5"),
        ("enabled", 1),
        ("color", 5),
        ("level", "high"),
        ("created-at", "yesterday"),
        ("created-at", ""),
        ("created-at", 1714564800),
        ("token", 5),
        ("labels", "a,b"),
        ("headers", {"name": "h"}),
        ("headers", "x"),
        ("window", []),
        ("timestamps", []),
        ("timestamps", "x"),
        ("limits", 5),
        ("permissions", [1]),
    ],
)
def test_an_odd_value_is_kept_and_all_others_are_read(name, sent):
    gadget = read({name: sent, "anything": {"x": 1}, "odd_Name": "odd"}, {"parts": {"data": []}})

    assert getattr(gadget, name.replace("-", "_")) == sent
    assert gadget.anything == {"x": 1}
    assert gadget.odd == "odd"
    assert gadget.parts == ()
    assert gadget.raw()["attributes"][name] == sent


def test_only_the_odd_part_of_a_value_is_kept_as_it_came():
    gadget = read(
        {
            "labels": ["a", 5, None],
            "headers": [{"name": 5, "value": "v"}, None, "odd"],
            "window": {"opens-at": "later", "days": "all", "headers": [{"value": 1}]},
            "timestamps": {"a": "2024-05-01T12:00:00Z", "b": None, "c": 5},
        }
    )

    assert gadget.labels == ("a", 5, None)
    assert gadget.headers == (Header(name=5, value=Secret("v")), None, "odd")
    assert gadget.window == Window(opens_at="later", days="all", headers=(Header(value=1),))
    assert gadget.timestamps == {"a": NOON, "b": None, "c": 5}


def test_one_odd_resource_leaves_the_others_on_the_fast_way():
    document = {"data": [item(attributes={"size": size}) for size in (1, "odd", 3)]}

    assert [g.size for g in gadgets.read_page(body(document)).items] == [1, "odd", 3]


@pytest.mark.parametrize(
    ("sent", "read_as"),
    [
        ("2024-05-01T12:00:00", NOON),
        ("2024-05-01", datetime(2024, 5, 1, tzinfo=UTC)),
        ("2024-05-01T12:00:00+0000", NOON),
        (
            "2024-05-01T14:00:00+02:00",
            datetime(2024, 5, 1, 14, tzinfo=timezone(timedelta(hours=2))),
        ),
        ("2024-05-01T12:00:00.250Z", NOON.replace(microsecond=250_000)),
        ("2024-13-01T12:00:00Z", "2024-13-01T12:00:00Z"),
    ],
)
def test_times_are_aware_and_what_is_no_time_stays_text(sent, read_as):
    gadget = read({"created-at": sent})

    assert gadget.created_at == read_as
    assert getattr(gadget.created_at, "tzinfo", UTC) is not None


@pytest.mark.parametrize("sent", [[], "x", 5, {"a": 1}])
def test_attributes_and_relationships_of_another_shape_say_nothing(sent):
    gadget = read(sent, sent)

    assert gadget.name is UNSET
    assert gadget.owner is UNSET
    assert gadget.parts is UNSET


@pytest.mark.parametrize(
    ("sent", "one", "many"),
    [
        ("x", "x", "x"),
        ({"data": 5}, 5, 5),
        ({"data": {"id": "p-1"}}, {"id": "p-1"}, {"id": "p-1"}),
        ({"data": {"type": "parts", "id": 7}}, Ref("parts", "7"), Ref("parts", "7")),
        ({"data": [{"type": "parts", "id": None}, 5]}, [{"type": "parts", "id": None}, 5], ...),
        ({"data": []}, [], ()),
        ({}, UNSET, UNSET),
    ],
)
def test_an_odd_relationship_is_kept_and_all_others_are_read(sent, one, many):
    gadget = read(
        None, {"owner": sent, "parts": sent, "parent": {"data": {"type": "g", "id": "1"}}}
    )

    assert gadget.owner == one
    assert gadget.parts == (({"type": "parts", "id": None}, 5) if many is ... else many)
    assert gadget.parent == Ref("g", "1")


def test_an_empty_secret_is_hidden():
    gadget = read({"token": "", "headers": [{"value": ""}]})

    assert gadget.token is REDACTED_BY_SERVER
    assert gadget.headers[0].value is REDACTED_BY_SERVER
    assert gadget.token == ""


# -- JSON at the edges of its grammar --------------------------------------------------------------


def sent_name(text: str | bytes) -> bytes:
    text = text if isinstance(text, bytes) else text.encode()
    return b'{"data": {"type": "gadgets", "id": "gad-1", "attributes": {"name": ' + text + b"}}}"


def test_of_duplicate_keys_the_last_counts():
    gadget = gadgets.read_one(
        b'{"data": {"id": "a", "attributes": {"name": "a"}, "id": "b", "attributes":'
        b' {"name": "b", "name": "c"}, "type": "gadgets"}}'
    )

    assert (gadget.id, gadget.name) == ("b", "c")
    assert gadget.raw()["attributes"] == {"name": "c"}


def test_a_byte_order_mark_is_skipped():
    gadget = gadgets.read_one(b"\xef\xbb\xbf" + sent_name('"x"'))

    assert gadget.name == "x"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (b'"caf\xe9"', "caf\N{REPLACEMENT CHARACTER}"),
        (rb'"\ud800"', "\N{REPLACEMENT CHARACTER}"),
        (rb'"\udc00x"', "\N{REPLACEMENT CHARACTER}x"),
        (rb'"\ud800\ud83d\ude00"', "\N{REPLACEMENT CHARACTER}\N{GRINNING FACE}"),
        (rb'"\\ud800"', r"\ud800"),
        (rb'"\ud83d\ude00"', "\N{GRINNING FACE}"),
        (b'"' + b"9" * 5000 + b'"', "9" * 5000),
    ],
)
def test_text_that_is_no_unicode(text, name):
    gadget = gadgets.read_one(sent_name(text))

    assert gadget.name == name
    assert gadget.raw()["attributes"]["name"] == name


def test_text_that_is_no_unicode_in_an_id_or_a_relationship():
    one = b'{"data": {"type": "gadgets", "id": "\xff", "attributes": {"name": "x"}}}'
    other = (
        b'{"data": {"type": "gadgets", "id": "1", "relationships":'
        b' {"owner": {"data": {"type": "accounts", "id": "\xff"}}}}}'
    )

    assert gadgets.read_one(one).id == "\N{REPLACEMENT CHARACTER}"
    assert gadgets.read_one(one).name == "x"
    assert gadgets.read_one(other).owner == Ref("accounts", "\N{REPLACEMENT CHARACTER}")


@pytest.mark.parametrize(
    ("text", "size"),
    [
        (b"9" * 30, int("9" * 30)),
        (b"9" * 5000, "9" * 5000),
        (b"-" + b"9" * 5000, "-" + "9" * 5000),
        (b"1e999", float("inf")),
    ],
)
def test_huge_numbers(text, size):
    gadget = gadgets.read_one(sent_name(b'"x", "size": ' + text))

    assert gadget.name == "x"
    assert gadget.size == size
    assert gadget.raw()["attributes"]["size"] == size


@pytest.mark.parametrize(
    "text",
    [
        b"NaN",
        b"Infinity",
        b"-Infinity",
        b"nul",
        b"01",
        b"1.",
        b'"\x01"',
        rb'"\q"',
        b'"',
        b"",
        b"{]",
    ],
)
def test_what_is_no_json_is_refused(text):
    for key in (b'"name": ', b'"unknown": ', b'"anything": '):
        sent = b'{"data": {"type": "gadgets", "id": "1", "attributes": {' + key + text + b"}}}"
        with pytest.raises(DecodeError, match="not the JSON:API document"):
            gadgets.read_one(sent)


@pytest.mark.parametrize("text", [b"", b" ", b"<html></html>", b'{"data": []} x', b'{"data": [}'])
def test_a_body_that_is_no_json_is_refused(text):
    with pytest.raises(DecodeError):
        gadgets.read_page(text)


@pytest.mark.parametrize("bracket", [b"[", b'{"a":'])
def test_nesting_without_end_is_refused(bracket):
    deep = bracket * 100_000
    closed = b"[" * 100_000 + b"]" * 100_000

    for text in (
        deep,
        sent_name(deep),
        sent_name(closed),
        b'{"data": [], "meta": ' + closed + b"}",
    ):
        for read_body in (gadgets.read_one, gadgets.read_page):
            with pytest.raises(DecodeError):
                read_body(text)


def deepest() -> int:
    """Return how deep JSON may be nested on this interpreter."""
    fits, too_deep = 500, 100_000
    while too_deep - fits > 1:
        depth = (fits + too_deep) // 2
        try:
            msgspec.json.decode(b"[" * depth + b"]" * depth)
        except RecursionError:
            too_deep = depth
        else:
            fits = depth
    return fits


class Touching:
    """Calls a function at the bottom of a `repr` that is many levels deep."""

    def __init__(self, touch: Callable[[], object]) -> None:
        self.touch = touch

    def __repr__(self) -> str:
        self.touch()
        return ""

    def at(self, level: int) -> str:
        nest: object = self
        for _ in range(level):
            nest = [nest]
        return repr(nest)


def test_nesting_of_500_levels_is_read_on_every_interpreter():
    nested = b"[" * 490 + b"]" * 490
    gadget = gadgets.read_one(
        b'{"data": {"type": "gadgets", "id": "1", "attributes": {"other": ' + nested + b"}}}"
    )
    assert json.dumps(gadget.raw()["attributes"]["other"]).encode() == nested


def test_nesting_that_is_too_deep_only_where_a_field_is_touched_is_a_decode_error():
    depth = deepest() * 2 // 3
    nested = b"[" * depth + b"]" * depth
    gadget = gadgets.read_one(
        b'{"data": {"type": "gadgets", "id": "1", "relationships": {"owner": ' + nested + b"}}}"
    )

    with pytest.raises(DecodeError):
        Touching(lambda: gadget.owner).at(depth // 2 + 100)
    with pytest.raises(DecodeError):
        Touching(gadget.raw).at(depth // 2 + 100)
    assert gadget.raw()["id"] == "1"


# -- memory ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("member", ["attributes", "relationships", "links", "meta"])
def test_a_kept_resource_does_not_keep_its_page(member):
    document = {"data": [item(id=f"gad-{n}", **{member: {"x": "x" * 1000}}) for n in range(100)]}
    text = body(document)
    references = sys.getrefcount(text)

    kept = gadgets.read_page(text).items[0]

    assert sys.getrefcount(text) == references
    assert kept.raw()[member] == {"x": "x" * 1000}


def test_resources_without_included_form_no_cycles():
    document = body({"data": [item(relationships={"owner": {"data": None}})] * 10})
    gc.disable()
    try:
        items = gadgets.read_page(document).items
        assert [gadget.owner for gadget in items] == [None] * 10
        left = [weakref.ref(gadget) for gadget in items]
        del items
        assert [gadget() for gadget in left] == [None] * 10
    finally:
        gc.enable()


@pytest.mark.parametrize(
    ("relationships", "expected", "said"),
    [
        ({"owner": {"data": {"type": "strangers", "id": "x-1"}}}, "x-1", True),
        ({"owner": {"data": None}}, None, True),
        ({"owner": {"data": None}, "parts": "odd"}, None, True),
        ({"owner": {}}, None, False),
        ({"owner": {"links": {"related": "/x"}}}, None, False),
        ({"owner": None}, None, False),
        ({}, None, False),
        ({"owner": 5}, None, False),
        ({"owner": {"data": 5}}, None, False),
        ({"owner": {"data": []}}, None, False),
        ({"owner": {"data": {"type": "strangers", "id": 7}}}, "7", True),
        ({"owner": {"data": {"type": "strangers", "id": "x-1"}}, "parts": "odd"}, "x-1", True),
        (None, None, False),
    ],
)
def test_one_relationship_is_read_by_itself(relationships, expected, said):
    gadget = gadgets.read_one(body({"data": item(relationships=relationships)}))

    assert gadgets.linked_id(gadget, "owner") == expected
    assert gadgets.linked_id(gadget, "owner") == expected
    assert gadgets.linked_id(gadget, "owner", "?") == (expected if said else "?")


def test_a_member_that_is_named_like_our_own_fields_is_none_of_them():
    sent = item(attributes={"name": "true"}) | {"sent": {"name": "false"}}
    gadget = gadgets.read_one(body({"data": sent}))

    assert gadget.name == "true"
    assert gadget.raw()["attributes"] == {"name": "true"}


# -- the rest --------------------------------------------------------------------------------------


def test_a_large_real_class_is_read_like_a_dict():
    attributes = {field: f"{field}-value" for field in ("name", "lock-reason", "terraform-version")}
    sent = {
        "type": "workspaces",
        "id": "ws-1",
        "attributes": {**attributes, "hooks": {"pre-plan": "x", "unknown": 1}},
    }

    workspace = codec_for(Workspace).read_one(body({"data": sent}))

    assert (workspace.name, workspace.lock_reason) == ("name-value", "lock-reason-value")
    assert workspace.hooks.pre_plan == "x"
    assert workspace.hooks.pre_init is UNSET
    assert workspace.raw() == sent


def test_plain_json_is_read_as_nested_classes():
    assert read_plain(b'{"name": "x", "value": 5}', Header) == Header(name="x", value=5)
    assert read_plain(b'[{"name": "x"}, null]', tuple[Header, ...]) == (Header(name="x"), None)
    assert read_plain(b"null", Header) is None
    assert read_plain(b'{"a": 1}', dict[str, int]) == {"a": 1}
    assert read_plain(b"5", int) == 5
    with pytest.raises(DecodeError):
        read_plain(b"<html>", Header)


def test_a_codec_is_made_once():
    assert codec_for(Part) is codec_for(Part)


def test_the_json_of_the_tests_is_what_msgspec_reads():
    assert msgspec.json.decode(body(item())) == json.loads(body(item()))


RELATED = {"owner": {"data": {"type": "accounts", "id": "acc-1"}}, "parts": {"data": None}}
DECODERS = {
    "a document": ("_decode_single", lambda codec, sent: codec.read_one(sent)),
    "attributes": ("_decode_attributes", lambda codec, sent: codec.read_page(sent).items[0]),
}


@pytest.mark.parametrize("error", [ValueError, RecursionError])
@pytest.mark.parametrize("where", DECODERS)
def test_what_the_fast_way_cannot_read_is_read_leniently(monkeypatch, where, error):
    def refuse(raw):
        raise error

    attribute, look = DECODERS[where]
    codec = codec_for(Gadget, make_converter())
    data = item(attributes={"name": "x"}, relationships=RELATED)
    sent = body({"data": data if where == "a document" else [data]})
    monkeypatch.setattr(codec, attribute, refuse)

    assert look(codec, sent) == look(codec_for(Gadget), sent)


@pytest.mark.parametrize("error", [ValueError, RecursionError])
def test_relationships_that_the_fast_way_cannot_read_are_read_leniently(monkeypatch, error):
    def refuse(raw):
        raise error

    codec = codec_for(Gadget, make_converter())
    monkeypatch.setattr(codec._all, "_decode", refuse)
    monkeypatch.setattr(codec, "_link_decoder", lambda name: refuse)
    gadget = codec.read_one(body({"data": item(relationships=RELATED)}))

    assert codec.linked_id(gadget, "owner") == "acc-1"
    assert (gadget.owner, gadget.parts) == (Ref("accounts", "acc-1"), ())
    assert gadget.parent is UNSET


def test_relationships_too_deep_for_the_stack_of_who_looks_are_a_decode_error(monkeypatch):
    def refuse(*arguments, **options):
        raise RecursionError

    gadget = read({}, RELATED)
    monkeypatch.setattr("scalr_async.jsonapi._json.json.loads", refuse)
    monkeypatch.setattr("scalr_async.jsonapi._json.msgspec.json.decode", refuse)
    monkeypatch.setattr(codec_for(Gadget)._all, "_decode", refuse)

    with pytest.raises(DecodeError):
        gadget.owner
