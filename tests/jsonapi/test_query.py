from __future__ import annotations

import enum
import itertools
import math
from datetime import UTC, datetime, timedelta, timezone, tzinfo

import pytest

from scalr_async import filters
from scalr_async._values import UNSET, Secret
from scalr_async.errors import InvalidArgumentError
from scalr_async.jsonapi import Operation, Query, Ref, build_query
from tests.jsonapi.models import Gadget, Part

LIST = Operation(
    "GET",
    "/gadgets",
    include=("parts", "box_list"),
    sort=("name", "-name", "created_at", "-created_at"),
    fields={"gadgets": "gadgets", "parts": "parts", "novelties": "novelties"},
    filters={
        "name": "filter[name]",
        "run_status": "filter[run][status]",
        "parent": "filter[parent]",
        "enabled": "filter[enabled]",
        "created_at": "filter[created-at]",
        "code": "filter[code]",
    },
    filter_types={
        "parent": "gadgets",
        "run_status": ("applied", "errored"),
        "enabled": bool,
        "created_at": datetime,
        "code": int,
    },
    params={"query": "query", "favorite_first": "sort[favorite-first]"},
)


class Level(str, enum.Enum):  # noqa: UP042  # not a StrEnum: it formats otherwise
    """Its members format as `Level.HIGH`, and hash by their names."""

    HIGH = "high-level"
    APPLIED = "applied"


class Plain(enum.Enum):
    FIVE = 5
    NOTHING = None


class Naming(enum.Enum):
    NAME = "-name"
    PARTS = "parts"
    ID = "id"


class NoZone(tzinfo):
    """Is one, and knows no offset."""

    def utcoffset(self, moment):
        return None


class Sorting(str, enum.Enum):  # noqa: UP042  # likewise
    NAME = "-name"
    PARTS = "parts"
    ID = "id"


def pairs(**options) -> list[tuple[str, str]]:
    return list(build_query(LIST, options).pairs)


def test_a_call_without_options_has_no_query():
    assert build_query(LIST, {}) == Query()
    assert pairs(include=(), sort=[], name=UNSET, query=UNSET) == []


def test_names_become_those_of_the_wire():
    assert pairs(include=["parts", "box_list"], sort="-created_at") == [
        ("include", "parts,box-list"),
        ("sort", "-created-at"),
    ]
    assert pairs(include="parts", sort=("name", "-created_at", "name")) == [
        ("include", "parts"),
        ("sort", "name,-created-at"),
    ]


def test_sparse_fieldsets():
    assert pairs(fields={"gadgets": ["name", "created_at", "odd", "boxes", "id"], "parts": []}) == [
        ("fields[gadgets]", "name,created-at,odd_Name,box-list,id"),
        ("fields[parts]", ""),
    ]
    assert pairs(fields={"gadgets": "name"}) == [("fields[gadgets]", "name")]
    assert pairs(fields={}) == []


def test_the_python_names_of_what_is_asked_stay_known():
    query = build_query(
        LIST,
        {"include": ["box_list"], "sort": "-created_at", "run_status": "applied", "query": "x"},
    )

    assert list(query.include) == ["box_list"]
    assert list(query.sort) == ["-created_at"]
    assert query.filters == {"run_status": "applied", "query": "x"}


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("name", "prod, or not: & so = on", "prod, or not: & so = on"),
        ("name", "", ""),
        ("name", filters.like("prod"), "like:prod"),
        ("name", filters.null, "in:null"),
        ("name", ["a", "b", "a"], "in:a,b"),
        ("name", ["in:a"], "in:in:a"),
        ("run_status", ["errored", "applied"], "in:errored,applied"),
        ("run_status", (status for status in ("errored",)), "in:errored"),
        ("parent", "gad-1", "gad-1"),
        ("parent", Ref("gadgets", "gad-1"), "gad-1"),
        ("parent", [Gadget(id="gad-1"), filters.null], "in:gad-1,null"),
        ("enabled", True, "true"),
        ("enabled", False, "false"),
        ("created_at", datetime(2024, 5, 1, tzinfo=UTC), "2024-05-01T00:00:00Z"),
        (
            "created_at",
            filters.between(
                datetime(2024, 5, 1, 2, tzinfo=timezone(timedelta(hours=2))),
                datetime(2024, 6, 1, tzinfo=UTC),
            ),
            "between:2024-05-01T00:00:00Z,2024-06-01T00:00:00Z",
        ),
        ("name", filters.between(1, 2.5), "between:1,2.5"),
        ("name", filters.between(None, 5), "between:,5"),
        ("name", filters.between("a", None), "between:a,"),
        ("name", filters.between(3, 3), "between:3,3"),
        ("name", 5, "5"),
        ("name", Level.HIGH, "high-level"),
        ("name", [Level.HIGH, Plain.FIVE], "in:high-level,5"),
        ("name", filters.like(Level.HIGH), "like:high-level"),
        ("name", filters.between(Plain.FIVE, 6), "between:5,6"),
        ("name", {"a"}, "in:a"),
        ("name", range(2), "in:0,1"),
        ("name", Level, "in:high-level,applied"),
        ("name", filters.like("null"), "like:null"),
        ("name", filters.raw("gte:5"), "gte:5"),
        ("name", [filters.null], "in:null"),
        ("run_status", Level.APPLIED, "applied"),
        ("run_status", filters.raw("newer"), "newer"),
        ("parent", Level.HIGH, "high-level"),
        ("enabled", "true", "true"),
        ("created_at", "2024-05-01", "2024-05-01"),
        ("created_at", [datetime(2024, 5, 1, tzinfo=UTC)], "in:2024-05-01T00:00:00Z"),
        ("code", [404, "500"], "in:404,500"),
    ],
)
def test_filters(name, value, text):
    assert pairs(**{name: value}) == [(LIST.filters[name], text)]


def test_parameters_are_sent_as_they_are():
    assert pairs(query="like:x", favorite_first=True) == [
        ("query", "like:x"),
        ("sort[favorite-first]", "true"),
    ]
    assert pairs(query=["a", "b"]) == [("query", "a,b")]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"include": ["part"]},
            "include: 'part': no such relationship to include; there is parts, box_list",
        ),
        ({"include": ["-parts"]}, "include: '-parts': no such relationship to include"),
        ({"include": [5]}, "include: 5: no such relationship"),
        ({"include": 5}, "include: 5: not a list of names"),
        ({"sort": "nmae"}, "sort: 'nmae': no such order; there is name, -name, "),
        ({"sort": {"name": 1}}, "sort: {'name': 1}: not a list of names"),
        ({"nmae": "x"}, "'nmae': no such option; there is name, "),
        ({"fields": ["name"]}, "fields: ['name']: not a mapping"),
        (
            {"fields": {"part": []}},
            "fields: 'part': no such type with sparse fieldsets; there is parts, ",
        ),
        ({"fields": {"parts": ["nmae"]}}, "fields: 'nmae': no such Part field; there is name, "),
        ({"fields": {"novelties": ["x"]}}, "fields: 'novelties': its fields are not known"),
        ({"sort": ["name", "-name"]}, "sort: 'name': in both directions at once"),
        ({"sort": ["-created_at", "name", "created_at"]}, "sort: 'created_at': in both directions"),
        ({"include": [["parts"]]}, "include: ['parts']: no such relationship"),
        ({"fields": {5: []}}, "fields: 5: no such type with sparse fieldsets"),
        ({"name": None}, "name: None: filters.null matches items without a value"),
        ({"name": Plain.NOTHING}, "name: None: filters.null matches items without a value"),
        ({"name": "null"}, "name: 'null': the server would read it as an operator; filters.null"),
        ({"name": ["a", "null"]}, "name: 'null': the server would read it as an operator"),
        ({"parent": "null"}, "parent: 'null': the server would read it as an operator"),
        ({"name": math.nan}, "name: nan: not a value that a query can have"),
        ({"name": [-math.inf]}, "name: -inf: not a value that a query can have"),
        ({"name": 10**5000}, "name: <int>: not a value that a query can have"),
        ({"name": 2**128}, f"name: {2**128}: not a value that a query can have"),
        ({"name": bytearray(b"ab")}, "name: bytearray: not a value that a query can have"),
        ({"name": "\ud800"}, r"name: '\ud800': not encodable as UTF-8"),
        ({"name": filters.raw("\ud800")}, r"name: '\ud800': not encodable as UTF-8"),
        ({"name": itertools.count()}, "name: more than 10000 values"),
        ({"parent": "a/b"}, "parent: 'a/b': not the id of one of gadgets"),
        ({"parent": True}, "parent: True: not the id of one of gadgets"),
        ({"parent": ["gad-1", ""]}, "parent: '': not the id of one of gadgets"),
        ({"parent": 5}, "parent: 5: not the id of one of gadgets"),
        ({"parent": Ref("gadgets", 5)}, "parent: 5: not the id of one of gadgets"),
        ({"parent": Ref(10**5000, "gad-1")}, "parent: <int> 'gad-1': not the id of one of gadgets"),
        (
            {"run_status": "nonsense"},
            "run_status: 'nonsense': no such value; there is applied, errored; filters.raw sends",
        ),
        (
            {"run_status": ["applied", "eror"]},
            "run_status: 'eror': no such value; there is errored,",
        ),
        ({"run_status": 5}, "run_status: '5': no such value"),
        ({"enabled": "yes"}, "enabled: 'yes': must be True or False"),
        ({"enabled": 1}, "enabled: 1: must be True or False"),
        ({"created_at": "soon"}, "created_at: 'soon': must be a datetime, or a time in ISO 8601"),
        ({"created_at": 5}, "created_at: 5: must be a datetime, or a time in ISO 8601"),
        ({"code": "x"}, "code: 'x': must be a whole number"),
        ({"code": 1.5}, "code: 1.5: must be a whole number"),
        ({"code": True}, "code: True: must be a whole number"),
        (
            {"created_at": datetime.min.replace(tzinfo=timezone(timedelta(hours=2)))},
            "created_at: 0001-01-01T00:00:00+02:00: out of range in UTC",
        ),
        ({"created_at": datetime(2024, 5, 1, tzinfo=NoZone())}, "a time needs a zone"),
        ({"name": []}, "name: an empty list would match nothing; leave the filter out"),
        ({"name": ["a,b"]}, "name: 'a,b': one of several values cannot contain a comma"),
        ({"name": "in:a"}, "name: 'in:a': the server would read it as an operator"),
        ({"name": "like:a"}, "'like:a': the server would read it as an operator"),
        ({"name": "between:1,2"}, "'between:1,2': the server would read it as an operator"),
        ({"name": {"a": 1}}, "name: dict: not a value that a query can have"),
        ({"name": b"x"}, "name: bytes: not a value that a query can have"),
        (
            {"created_at": datetime(2024, 5, 1)},
            "created_at: 2024-05-01T00:00:00: a time needs a zone",
        ),
        ({"parent": Part(id="p-1")}, "parent: parts 'p-1': not the id of one of gadgets"),
        ({"parent": [Ref("parts", "p-1")]}, "parent: parts 'p-1': not the id of one of gadgets"),
        ({"query": None}, "query: None"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(options, message):
    with pytest.raises(InvalidArgumentError) as caught:
        pairs(**options)

    assert str(caught.value).startswith(message) or message in str(caught.value)


def test_an_endpoint_without_fieldsets_and_options_says_so():
    plain = Operation("GET", "/gadgets")

    with pytest.raises(InvalidArgumentError, match=r"'gadgets': no such type .*; there is none"):
        build_query(plain, {"fields": {"gadgets": ["name"]}})
    with pytest.raises(InvalidArgumentError, match="'name': no such order; there is none"):
        build_query(plain, {"sort": "name"})


def test_a_secret_is_no_filter():
    with pytest.raises(InvalidArgumentError) as caught:
        pairs(name=Secret("hush"))

    assert "hush" not in str(caught.value)


def test_members_of_enumerations_name_fields_and_orders_too():
    assert pairs(
        sort=Sorting.NAME, include=[Sorting.PARTS], fields={Sorting.PARTS: [Sorting.ID]}
    ) == [("sort", "-name"), ("include", "parts"), ("fields[parts]", "id")]


@pytest.mark.parametrize("names", [Sorting, Naming])
def test_members_of_any_enumeration_are_names(names):
    for several in (lambda name: name, lambda name: [name], lambda name: iter((name,))):
        assert pairs(
            sort=several(names.NAME),
            include=several(names.PARTS),
            fields={names.PARTS: several(names.ID)},
        ) == [("sort", "-name"), ("include", "parts"), ("fields[parts]", "id")]


@pytest.mark.parametrize("option", ["sort", "include"])
@pytest.mark.parametrize("name", [Plain.FIVE, Plain.NOTHING, [Plain.FIVE], [UNSET]])
def test_members_that_are_no_names_are_refused(option, name):
    with pytest.raises(InvalidArgumentError, match=option):
        pairs(**{option: name})


@pytest.mark.parametrize("text", ["", None, 5, b"x", ["x"], Plain.FIVE])
def test_like_needs_a_text(text):
    with pytest.raises(InvalidArgumentError, match="like"):
        filters.like(text)


def test_between_refuses_what_it_cannot_say():
    with pytest.raises(InvalidArgumentError, match="comma"):
        filters.between("a,b", "c")
    with pytest.raises(InvalidArgumentError, match="zone"):
        filters.between(datetime(2024, 1, 1), datetime(2024, 2, 1))
    late = datetime.max.replace(tzinfo=timezone(-timedelta(hours=2)))
    with pytest.raises(InvalidArgumentError, match="out of range in UTC"):
        filters.between(None, late)


MOMENT = datetime(2024, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("low", "high", "why"),
    [
        (None, None, r"between\(None, None\): give at least one end"),
        (5, 1, r"between\(5, 1\): the range ends before it begins"),
        (1.5, 1, "the range ends before it begins"),
        (MOMENT, MOMENT - timedelta(seconds=1), "the range ends before it begins"),
        (5, MOMENT, "both ends of one type"),
        ("5", 6, "both ends of one type"),
        ("", "x", "give at least one end"),
        (True, False, "both ends of one type"),
        (Ref("gadgets", "a"), Ref("gadgets", "b"), "both ends of one type"),
        ([1], [2], "both ends of one type"),
        (math.nan, 5, "nan: not a value"),
        (None, "null", "'null': the server would read it as an operator"),
    ],
)
def test_a_range_that_holds_nothing_is_refused(low, high, why):
    with pytest.raises(InvalidArgumentError, match=why):
        filters.between(low, high)


@pytest.mark.parametrize("text", [None, 5, b"x", Secret("hush"), ["x"]])
def test_a_condition_is_a_text(text):
    with pytest.raises(InvalidArgumentError, match="a condition is a str") as caught:
        filters.raw(text)

    assert "hush" not in str(caught.value)


def test_conditions_are_values():
    assert filters.like("x") == filters.like("x")
    assert repr(filters.null) == "Condition(text='in:null')"
