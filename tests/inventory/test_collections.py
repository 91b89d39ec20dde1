"""Every list of the API can be crawled by name; options are checked before any request."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from scalr_async import _catalog, filters
from scalr_async.errors import InvalidArgumentError
from scalr_async.inventory._collections import (
    DEFAULT,
    collections,
    find_collection,
    label_of,
    may_hold_secrets,
    parse_since,
    schema_of,
    select,
)

NAMES = sorted(collections())
VALUES = {bool: ["true", "false"], int: ["404", "404,500"], datetime: ["2026-01-01T00:00:00Z"]}
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def test_every_list_of_the_api_that_stands_alone_is_there() -> None:
    listed = {
        route.path
        for route in _catalog.load().routes
        if route.operation == "list" and "{" not in route.path
    }

    assert {each.route.path for each in collections().values()} == listed - {"/runs-queue"}


@pytest.mark.parametrize("name", NAMES)
def test_a_collection_is_that_of_the_client_with_all_its_options(scalr, name) -> None:
    collection = collections()[name]
    pager = getattr(scalr, name).list()
    assert pager.source.path == collection.route.path

    (plain,) = select([name])
    (whole,) = select([name], include=collection.includes, names=True)
    assert plain.pager(scalr).source._query.pairs == ()
    whole.pager(scalr)
    if collection.fieldset is not None:
        fields = [*collection.schema.attributes, *collection.schema.relationships]
        (sparse,) = select([name], fields=fields)
        sparse.pager(scalr)
    for filter, each in collection.filters.items():
        kind = pager.source._operation.filter_types.get(filter)
        for value in VALUES.get(kind, [kind[0]] if isinstance(kind, tuple) else ["x", "x,y"]):
            (narrow,) = select([name], filter={filter: value})
            ((key, sent),) = narrow.pager(scalr).source._query.pairs
            assert (key, sent) == (each.parameter, f"in:{value}" if "," in value else value)


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("agent_pools", "agent_pools"),
        ("agent-pools", "agent_pools"),
        ("vars", "variables"),
        ("var-sets", "variable_sets"),
        ("/reports/billing", "billing_usages"),
        ("account-ssh-keys", "ssh_keys"),
    ],
)
def test_a_collection_is_found_by_name_type_and_path(word, name) -> None:
    assert find_collection(word).name == name


@pytest.mark.parametrize(
    ("word", "told"),
    [("workspace", "closest are workspaces"), ("zzz", "there is access_policies")],
)
def test_an_unknown_collection_is_named_with_those_there_are(word, told) -> None:
    with pytest.raises(InvalidArgumentError, match=f"'{word}'.*{told}"):
        find_collection(word)


def test_without_words_the_estate_is_chosen_in_the_order_in_which_things_refer() -> None:
    assert [each.collection.name for each in select()] == list(DEFAULT)
    chosen = select(["tags", "agents", "accounts", "tags"])
    assert [each.collection.name for each in chosen] == ["accounts", "agents", "tags"]


def test_includes_and_fields_go_to_those_that_know_them() -> None:
    accounts, workspaces = select(
        ["accounts", "workspaces"], include=["latest-run"], fields=["terraform-version"]
    )

    assert accounts.options == {}
    assert workspaces.options == {
        "include": ["latest_run"],
        "fields": {"workspaces": ["terraform_version"]},
    }


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"include": ["latest_rum"]}, "'latest_rum'; there is latest_run"),
        ({"fields": ["nam"]}, "'nam'; there is name"),
        ({"filter": {"environment": "env-1"}}, "accounts has no filter 'environment'"),
        ({"filter": {"bogus": "1"}}, "accounts has no filter 'bogus'; there is name"),
    ],
)
def test_what_no_collection_knows_is_refused_with_what_there_is(options, told) -> None:
    with pytest.raises(InvalidArgumentError, match=told):
        select(["accounts", "workspaces"], **options)


def test_a_name_among_collections_without_any_is_refused() -> None:
    with pytest.raises(InvalidArgumentError, match="'x'; there is none"):
        select(["gpg_keys"], filter={"x": "1"})


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("prod", "prod"),
        ("a,b", "in:a,b"),
        ("like:prod", "like:prod"),
        ("in:a,b", "in:a,b"),
        ("between:a,b", "between:a,b"),
        ("gte:a", "gte:a"),
        ("lte:a", "lte:a"),
        ("not:a,b", "not:a,b"),
        ("null", "null"),
    ],
)
def test_a_filter_is_a_value_several_or_an_operator(scalr, text, sent) -> None:
    (selection,) = select(["workspaces"], filter={"environment": text})

    assert selection.pager(scalr).source._query.pairs == (("filter[environment]", sent),)


def test_a_truth_value_is_one(scalr) -> None:
    (selection,) = select(["workspaces"], filter={"drift-detection-enabled": "true"})

    assert selection.pager(scalr).source._query.pairs == (
        ("filter[drift-detection-enabled]", "true"),
    )


def test_an_unknown_status_is_refused_before_a_request(scalr) -> None:
    (selection,) = select(["runs"], filter={"status": "bogus"})

    with pytest.raises(InvalidArgumentError, match="'bogus': no such value"):
        selection.pager(scalr)


def test_since_is_a_filter_by_update_or_by_creation() -> None:
    workspaces, runs = select(["workspaces", "runs"], since=NOW)

    until = NOW + timedelta(days=36_525)
    assert workspaces.options == {"updated_at": filters.between(NOW, until)}
    assert runs.options == {"created_at": filters.between(NOW, until)}


def test_since_without_words_chooses_what_has_such_a_filter() -> None:
    assert [each.collection.name for each in select(since=NOW)] == ["workspaces"]


def test_since_for_what_has_no_such_filter_is_refused() -> None:
    with pytest.raises(InvalidArgumentError, match=r"agents cannot be filtered by time; there is"):
        select(["workspaces", "agents"], since=NOW)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-31", datetime(2026, 1, 31, tzinfo=UTC)),
        ("2026-01-31T10:00:00+02:00", datetime(2026, 1, 31, 8, tzinfo=UTC)),
        ("36h", NOW - timedelta(hours=36)),
        ("7d", NOW - timedelta(days=7)),
        ("90m", NOW - timedelta(minutes=90)),
    ],
)
def test_a_time_is_a_date_a_time_or_an_age(text, moment) -> None:
    assert parse_since(text, NOW) == moment


@pytest.mark.parametrize("text", ["", "yesterday", "2026-01-31T10:00:00", "7", "d", "-7d", "7w"])
def test_what_is_no_time_is_refused(text) -> None:
    with pytest.raises(InvalidArgumentError, match="give a date"):
        parse_since(text, NOW)


@pytest.mark.parametrize(
    ("types", "private"),
    [(["workspaces", "agents"], False), (["vars"], True), (["tags", "agent-pools"], True)],
)
def test_types_that_may_hold_secrets_are_known(types, private) -> None:
    assert may_hold_secrets(types) == private


def test_a_type_that_nobody_describes_has_no_schema_and_no_label() -> None:
    assert schema_of("novelties") is None
    assert label_of("novelties") is None
    assert not may_hold_secrets(["novelties"])
