"""Laws of comparisons, for any documents: formats do not differ, and no change is missed."""

from __future__ import annotations

import copy
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from scalr_async.inventory._csv import CsvWriter
from scalr_async.inventory._diff import compare
from scalr_async.inventory._documents import json_lines
from scalr_async.inventory._parquet import write_parquet
from scalr_async.inventory._sqlite import write_sqlite
from scalr_async.inventory._tables import table_of

FORMATS = ["ndjson", "csv", "csv of shared columns", "parquet", "sqlite"]
TYPES = ["workspaces", "agents", "tags", "novelties"]
KNOWN = [
    *("name", "auto-apply", "created-at", "run-operation-timeout", "var-files", "vcs-repo"),
    *("hooks", "status", "terraform-version", "other_attributes", "a.b", "a", ""),
]
LINKS = ["environment", "tags", "agent-pool", "pool", "account", "unheard-of"]
LARGE = [2**53 + 1, 2**63, -(2**63), 2**70, 1e300, 0.1, 1e16, -0.0]
TEXTS = [
    *(
        "",
        "'",
        "''",
        "'=1",
        "=1",
        "-1",
        "a'=1",
        "\t",
        "\n",
        "\r",
        "a\r\nb",
        "\x00",
        "\x7f",
        "\u2028",
    ),
    *("5", "1.0", "1e400", "NaN", "true", "null", "[]", '"x"', '{"a": 1}', "[" * 200, "a?"),
    *("\ud800", "2026-01-01", "2026-01-01T00:00:00", "2026-01-01T01:00:00+01:00"),
    *("2026-01-01T00:00:00Z", "2026-01-01T00:00:00.1234567Z", "0001-01-01T00:00:00+14:00"),
]
texts = st.sampled_from(TEXTS) | st.text(max_size=3)
scalars = st.none() | st.booleans() | st.integers(-9, 9) | texts | st.sampled_from(LARGE)
keys = st.sampled_from(KNOWN) | texts
flat = scalars | st.lists(scalars, max_size=2) | st.dictionaries(keys, scalars, max_size=3)
values = flat | st.lists(flat, max_size=2) | st.dictionaries(keys, flat, max_size=3)
identifiers = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["tags", "environments"]),
        "id": st.sampled_from(["1", "2", "=3", ""]),
    },
    optional={"meta": st.just({"name": "n"})},
)
linkage = st.none() | identifiers | st.lists(identifiers, max_size=3) | values
documents = st.fixed_dictionaries(
    {
        "type": st.sampled_from(TYPES),
        "id": st.sampled_from(["x-1", "x-2", "'=3"]),
        "attributes": st.dictionaries(keys, values, max_size=5),
        "relationships": st.dictionaries(
            st.sampled_from(LINKS), linkage.map(lambda data: {"data": data}), max_size=3
        ),
        "meta": st.just({"origin": "https://a"}),
    }
)
many = st.lists(
    documents, min_size=1, max_size=4, unique_by=lambda each: (each["type"], each["id"])
)


def write(format: str, path: Path, found: list[dict], crawled: list[str] = TYPES) -> Path:
    """Write documents as a crawl of some types does."""
    if format == "ndjson":
        path.write_bytes(json_lines(found))
    elif format == "parquet":
        with write_parquet(path, folder=True, crawled=crawled) as writer:
            for type in crawled:
                writer.expect(type)
            writer.write(found)
    elif format == "sqlite":
        with write_sqlite(path, crawled=crawled) as writer:
            for type in crawled:
                writer.expect(type)
            writer.write(found)
    else:
        columns = ["type", "id"]
        for type in {each["type"] for each in found}:
            columns += [column.name for column in table_of(type, names=True).columns]
        with path.open("wb") as file:
            chosen = [] if "shared" in format else list(dict.fromkeys(columns))
            CsvWriter(file, chosen, several=True).write(found)
    return path


def changes(old: tuple, new: tuple, **options) -> tuple[list, dict]:
    with tempfile.TemporaryDirectory() as folder:
        paths = [
            write(each[0], Path(folder) / name, *each[1:])
            for name, each in (("old", old), ("new", new))
        ]
        with compare(*paths, **options) as comparison:
            return [*comparison.changes()], dict(comparison.left_out_types)


lawful = settings(max_examples=150, suppress_health_check=list(HealthCheck), deadline=None)


def workspace(attributes: dict | None = None, links: dict | None = None) -> dict:
    return {
        "type": "workspaces",
        "id": "ws-1",
        "attributes": attributes or {},
        "relationships": {name: {"data": data} for name, data in (links or {}).items()},
        "meta": {"origin": "https://a"},
    }


ODD = [
    workspace({"name": 5}),
    workspace({"name": True}),
    workspace({"name": ["a"]}),
    workspace({"created-at": 5}),
    workspace({"name": "'=1"}),
    workspace({"name": "a'=1"}),
    workspace({"name": "\ud800"}),
    workspace({"run-operation-timeout": "NaN"}),
    workspace({"created-at": "2026-01-01T00:00:00.1234567Z"}),
    workspace(links={"environment": []}),
    workspace(links={"tags": None}),
    workspace(links={"tags": {"type": "tags", "id": "tag-1"}}),
]


@pytest.mark.parametrize("new", FORMATS)
@pytest.mark.parametrize("old", FORMATS)
@pytest.mark.parametrize("odd", ODD, ids=lambda each: json.dumps(each)[36:-34])
def test_values_that_fit_no_column_are_the_same_in_any_two_formats(odd, old, new) -> None:
    assert changes((old, [odd]), (new, [odd])) == ([], {})


@lawful
@given(many, st.sampled_from(FORMATS), st.sampled_from(FORMATS))
def test_any_documents_are_the_same_in_any_two_formats(found, old, new) -> None:
    assert changes((old, found), (new, found)) == ([], {})


def inner_places(value, place: tuple) -> list[tuple]:
    """Return the place of a value and of every value in it."""
    inner = enumerate(value) if isinstance(value, list) else ()
    inner = value.items() if isinstance(value, dict) else inner
    return [place, *(each for key, item in inner for each in inner_places(item, (*place, key)))]


def meaning(value) -> str:
    """Return a value in a form that is the same for the same JSON."""
    if isinstance(value, dict):
        return f"{{{sorted((key, meaning(item)) for key, item in value.items())}}}"
    if isinstance(value, list):
        return f"[{[*map(meaning, value)]}]"
    if isinstance(value, float) and value.is_integer():
        return repr(int(value))
    return repr(value)


def linked(value) -> str:
    """Return a link's meaning, in which names and the order of several do not count."""
    if isinstance(value, list):
        return str(sorted(map(linked, value)))
    if isinstance(value, dict) and isinstance(value.get("id"), str):
        return meaning({"type": value.get("type"), "id": value["id"]})
    return meaning(value)


def is_time(place: tuple, *found) -> bool:
    return place == ("attributes", "created-at") and all(
        isinstance(each, str) and each.startswith(("2026-01-01T", "0001")) for each in found
    )


@lawful
@given(documents, st.data())
def test_a_change_of_any_value_is_shown_between_two_files_of_ndjson(old, data) -> None:
    new = copy.deepcopy(old)
    places = [
        each for key, value in old["attributes"].items() for each in inner_places(value, (key,))
    ]
    places = [("attributes", *each) for each in places]
    places += [("relationships", key, "data") for key in old["relationships"]]
    assume(places)
    place = data.draw(st.sampled_from(places))
    holder = new
    for key in place[:-1]:
        holder = holder[key]
    before = holder[place[-1]]
    after = data.draw(values if place[0] == "attributes" else linkage)
    same = meaning if place[0] == "attributes" else linked
    assume(same(before) != same(after) and not is_time(place, before, after))
    holder[place[-1]] = after

    found, left_out = changes(("ndjson", [old]), ("ndjson", [new]))

    assert [(each.kind, each.id) for each in found] == [("changed", old["id"])]
    assert found[0].fields
    assert left_out == {}


@pytest.mark.parametrize("new", FORMATS)
@pytest.mark.parametrize("old", FORMATS)
def test_the_last_resource_of_a_type_is_deleted_where_the_file_says_what_was_crawled(
    old, new
) -> None:
    """And likewise the first one is created."""
    tag = {"type": "tags", "id": "tag-1", "attributes": {"name": "a"}, "meta": {}}
    one, both = [workspace({"name": "a"})], [workspace({"name": "a"}), tag]

    gone, not_told = changes((old, both), (new, one))
    made, not_told_either = changes((old, one), (new, both))

    deleted, created = ([(each.kind, each.type) for each in some] for some in (gone, made))
    says = ("sqlite", "parquet")
    assert (deleted, not_told) == (
        ([("deleted", "tags")], {}) if new in says else ([], {"tags": "new"})
    )
    assert (created, not_told_either) == (
        ([("created", "tags")], {}) if old in says else ([], {"tags": "old"})
    )
    for some, kind in (((both, one), "deleted"), ((one, both), "created")):
        found, left_out = changes((old, some[0]), (new, some[1]), types=["tags"])
        assert [(each.kind, each.type) for each in found] == [(kind, "tags")]
        assert left_out == {}


@pytest.mark.parametrize("format", ["sqlite", "parquet"])
def test_a_file_that_does_not_say_what_was_crawled_is_as_one_of_ndjson(format) -> None:
    tag = {"type": "tags", "id": "tag-1", "attributes": {"name": "a"}, "meta": {}}
    one = workspace({"name": "a"})

    assert changes(("ndjson", [one, tag]), (format, [one], [])) == ([], {"tags": "new"})


@pytest.mark.parametrize("format", ["sqlite", "parquet"])
def test_a_type_that_was_only_included_is_not_compared(format) -> None:
    tag = {"type": "tags", "id": "tag-1", "attributes": {"name": "a"}, "meta": {}}
    along = {**tag, "meta": {"included": True}}
    one = workspace({"name": "a"})

    for included in ([], [along]):
        found = changes(("ndjson", [one, tag]), (format, [one, *included], ["workspaces"]))
        assert found == ([], {"tags": "new"})
