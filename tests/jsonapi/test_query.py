from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from scalr_async import filters
from scalr_async._sentinels import UNSET
from scalr_async._wire import Secret
from scalr_async.errors import InvalidArgumentError
from scalr_async.jsonapi.operation import Operation
from scalr_async.jsonapi.query import build_query
from scalr_async.jsonapi.ref import Ref
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
    },
    filter_types={"parent": "gadgets"},
    params={"query": "query", "favorite_first": "sort[favorite-first]"},
)


def pairs(**options) -> list[tuple[str, str]]:
    return list(build_query(LIST, options))


def test_a_call_without_options_has_no_query():
    assert build_query(LIST, {}) == ()
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


def test_pages():
    assert build_query(LIST, {}, page_number=2, page_size=100) == (
        ("page[number]", "2"),
        ("page[size]", "100"),
    )


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
        ("name", 5, "5"),
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
        ({"name": None}, "name: None: filters.null finds what has no value"),
        ({"name": []}, "name: an empty list would match nothing; leave the filter out"),
        ({"name": ["a,b"]}, "name: 'a,b': one of several values cannot hold a comma"),
        ({"name": "in:a"}, "name: 'in:a': the server would take it for an operator"),
        ({"name": "like:a"}, "'like:a': the server would take it for an operator"),
        ({"name": "between:1,2"}, "'between:1,2': the server would take it for an operator"),
        ({"name": {"a": 1}}, "name: dict: not a value that a filter can have"),
        ({"name": b"x"}, "name: bytes: not a value that a filter can have"),
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


@pytest.mark.parametrize("text", ["", None])
def test_like_needs_a_text(text):
    with pytest.raises(InvalidArgumentError, match="like"):
        filters.like(text)


def test_between_refuses_what_it_cannot_say():
    with pytest.raises(InvalidArgumentError, match="comma"):
        filters.between("a,b", "c")
    with pytest.raises(InvalidArgumentError, match="zone"):
        filters.between(datetime(2024, 1, 1), datetime(2024, 2, 1))


def test_conditions_are_values():
    assert filters.like("x") == filters.like("x")
    assert repr(filters.null) == "Condition(text='in:null')"
