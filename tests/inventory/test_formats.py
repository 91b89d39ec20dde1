"""What a crawl wrote in any format is read back as it was; types are right, names are safe."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import sqlite3
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pyarrow.parquet
import pytest

from scalr_async._values import UNSET
from scalr_async.errors import FileError, InvalidArgumentError
from scalr_async.inventory._collections import collections, schema_of
from scalr_async.inventory._csv import CsvWriter
from scalr_async.inventory._documents import _add_names, json_lines
from scalr_async.inventory._parquet import write_parquet
from scalr_async.inventory._reading import read_inventory
from scalr_async.inventory._sqlite import write_sqlite
from scalr_async.inventory._tables import (
    _fitting,
    check_columns,
    column_of,
    narrow,
    table_name,
    table_of,
)

META = {"origin": "https://acme.scalr.io", "profile": "a"}
VALUES = {
    "text": "tèxt",
    "boolean": True,
    "integer": 7,
    "number": 1.5,
    "time": "2026-01-31T10:20:30.123456Z",
    "texts": ["a", "b,c"],
    "json": {"a": [1, None]},
}
TYPES = sorted({each.type for each in collections().values()})


def full(type: str) -> dict:
    """Return a document of a type with a value for everything that the API describes."""
    schema, attributes, links = schema_of(type), {}, {}
    for column in table_of(type).columns:
        if column.place == "attribute":
            attributes[column.key] = VALUES[column.kind]
    for name, link in schema.relationships.items():
        named = {"type": link.target, "id": f"{name}-1"}
        links[name] = {"data": [named, {**named, "id": "2"}] if link.many else named}
    return {
        "type": type,
        "id": "x-1",
        "attributes": attributes,
        "relationships": links,
        "meta": META,
    }


def empty(type: str) -> dict:
    """Return the same with nothing in it."""
    schema = schema_of(type)
    return {
        "type": type,
        "id": "x-2",
        "attributes": dict.fromkeys(schema.attributes),
        "relationships": {
            name: {"data": [] if link.many else None} for name, link in schema.relationships.items()
        },
        "meta": META,
    }


def write(format: str, path: Path, documents: list[dict], **options) -> None:
    if format == "ndjson":
        path.write_bytes(json_lines(documents))
    elif format == "csv":
        types = {each["type"] for each in documents}
        columns = [c.name for type in types for c in table_of(type, names=True).columns]
        with path.open("wb") as file:
            CsvWriter(file, options.get("columns", columns)).write(documents)
    elif format == "sqlite":
        with write_sqlite(path, **options) as writer:
            writer.write(documents)
    else:
        with write_parquet(path, **options) as writer:
            writer.write(documents)


@pytest.mark.parametrize("format", ["ndjson", "csv", "sqlite", "parquet"])
@pytest.mark.parametrize("type", TYPES)
def test_what_was_written_is_read_back(tmp_path, format, type) -> None:
    documents = [full(type), empty(type)]

    write(format, tmp_path / "file", documents)

    assert list(read_inventory(tmp_path / "file")) == documents


NAMED = {
    "type": "workspaces",
    "id": "ws-1",
    "attributes": {"name": "app"},
    "relationships": {
        "environment": {"data": {"type": "environments", "id": "env-1", "meta": {"name": "prod"}}},
        "tags": {
            "data": [
                {"type": "tags", "id": "tag-1", "meta": {"name": "linux"}},
                {"type": "tags", "id": "tag-2"},
            ]
        },
    },
    "meta": {**META, "included": True},
}


@pytest.mark.parametrize("format", ["ndjson", "csv", "sqlite", "parquet"])
def test_names_beside_ids_are_read_back(tmp_path, format) -> None:
    options = {} if format in ("ndjson", "csv") else {"names": True}

    write(format, tmp_path / "file", [NAMED], **options)

    (found,) = read_inventory(tmp_path / "file")
    for link in ("environment", "tags"):
        assert found["relationships"][link] == NAMED["relationships"][link]
    assert found["meta"] == NAMED["meta"]


ODD = [
    ("name", 5),
    ("name", {"a": 1}),
    ("auto-apply", "yes"),
    ("run-operation-timeout", True),
    ("run-operation-timeout", 2**63),
    ("created-at", "soon"),
    ("created-at", "0001-01-01T00:00:00+14:00"),
    ("created-at", "2026-01-01T00:00:00"),
    ("var-files", ["a", 1]),
    ("var-files", "a"),
    ("brand-new", [1]),
]


@pytest.mark.parametrize("format", ["csv", "sqlite", "parquet"])
@pytest.mark.parametrize(("name", "value"), ODD)
def test_a_value_that_a_column_cannot_hold_is_kept_beside(tmp_path, format, name, value) -> None:
    document = {"type": "workspaces", "id": "ws-1", "attributes": {name: value}, "meta": META}

    write(format, tmp_path / "file", [document])

    (found,) = read_inventory(tmp_path / "file")
    kept = found["attributes"][name]
    if format == "csv" and kept != value:  # a column of text has nothing but text
        assert str(kept).lower() in (str(value).lower(), json.dumps(value, separators=(",", ":")))
    else:
        assert kept == value


SHAPES = [None, 5, "x", [], ["x"], {}, {"data": 5}, {"data": ["x", {"id": 5}]}, {"data": {"id": 5}}]


@pytest.mark.parametrize("shape", SHAPES, ids=repr)
@pytest.mark.parametrize("format", ["csv", "sqlite", "parquet"])
@pytest.mark.parametrize("place", ["environment", "tags", "attributes", "relationships", "id"])
def test_documents_of_any_shape_are_rows(tmp_path, shape, format, place) -> None:
    document = {"type": "workspaces", "id": "ws-1", "relationships": {}}
    holder = document["relationships"] if place in ("environment", "tags") else document
    holder[place] = shape
    write(format, tmp_path / "file", [document])


def test_text_that_no_encoding_holds_is_written(tmp_path) -> None:
    odd = {"type": "tags", "id": "tag-1", "attributes": {"name": "a\ud800"}, "meta": {}}
    for format in ("ndjson", "csv", "sqlite", "parquet"):
        write(format, tmp_path / format, [odd])
        (found,) = read_inventory(tmp_path / format)
        assert found["attributes"]["name"] in ("a\ud800", "a?")


def test_parquet_has_times_with_their_zone_and_lists(tmp_path) -> None:
    write("parquet", tmp_path / "file", [full("workspaces")])

    table = pyarrow.parquet.read_table(tmp_path / "file")
    kinds = {field.name: str(field.type) for field in table.schema}
    assert kinds["created_at"] == "timestamp[us, tz=UTC]"
    assert kinds["tag_ids"].startswith("list<")
    assert kinds["auto_apply"] == "bool"
    assert kinds["run_operation_timeout"] == "int64"
    (row,) = table.to_pylist()
    assert row["created_at"] == datetime(2026, 1, 31, 10, 20, 30, 123456, tzinfo=UTC)
    assert row["tag_ids"] == ["tags-1", "2"]


def test_parquet_is_written_in_groups_of_rows(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("scalr_async.inventory._parquet._GROUP", 2)

    write("parquet", tmp_path / "file", [full("tags")] * 5)

    with pyarrow.parquet.ParquetFile(tmp_path / "file") as file:
        sizes = [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)]
    assert sizes == [2, 2, 1]


def test_several_types_are_a_folder_of_parquet_files(tmp_path) -> None:
    documents = [full("environments"), full("workspaces")]

    write("parquet", tmp_path / "all", documents, folder=True)

    assert sorted(path.name for path in (tmp_path / "all").iterdir()) == [
        "environments.parquet",
        "workspaces.parquet",
    ]
    assert list(read_inventory(tmp_path / "all")) == documents


@pytest.mark.parametrize("format", ["parquet", "sqlite"])
def test_after_an_error_the_old_file_stays(tmp_path, format) -> None:
    path = tmp_path / "file"
    path.write_text("old")

    with pytest.raises(ZeroDivisionError):
        write(format, path, map(lambda _: full("tags") if _ else 1 / 0, [1, 0]))  # noqa: C417  # lazy, and short

    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_sqlite_joins_what_links_lead_to(tmp_path) -> None:
    environment = {
        "type": "environments",
        "id": "env-1",
        "attributes": {"name": "prod"},
        "meta": META,
    }
    write("sqlite", tmp_path / "db", [environment, NAMED])

    with contextlib.closing(sqlite3.connect(tmp_path / "db")) as db:
        named = db.execute("SELECT name, environment_id, environment_name FROM workspaces_named")
        assert named.fetchall() == [("app", "env-1", "prod")]
        tags = db.execute("SELECT id, tag_id FROM workspaces_tag_ids ORDER BY tag_id")
        assert tags.fetchall() == [("ws-1", "tag-1"), ("ws-1", "tag-2")]


def test_names_that_were_written_are_those_of_the_view(tmp_path) -> None:
    environment = {"type": "environments", "id": "env-1", "attributes": {"name": "x"}, "meta": META}
    write("sqlite", tmp_path / "db", [environment, NAMED], names=True)

    with contextlib.closing(sqlite3.connect(tmp_path / "db")) as db:
        (row,) = db.execute("SELECT environment_name FROM workspaces_named")
        assert row == ("prod",)


@pytest.mark.parametrize(
    ("value", "kept"), [(1, 1.0), (1.5, 1.5), (True, None), ("1", None), (2.0**64, None)]
)
def test_a_column_of_numbers_holds_numbers(value, kept) -> None:
    assert _fitting("number", value) == kept


def test_sqlite_has_a_row_for_each_id_of_a_server(tmp_path) -> None:
    first, second = full("tags"), {**full("tags"), "attributes": {"name": "newer"}}
    other = {**full("tags"), "meta": {"origin": "https://other.scalr.io"}}

    write("sqlite", tmp_path / "db", [first, second, other])

    found = list(read_inventory(tmp_path / "db"))
    assert [each["attributes"]["name"] for each in found] == ["newer", "tèxt"]


def test_a_type_that_nobody_describes_is_a_table_too(tmp_path) -> None:
    odd = {"type": 'nov"elties', "id": "n-1", "attributes": {"a": 1}, "meta": META}
    for format in ("ndjson", "csv", "sqlite", "parquet"):
        write(format, tmp_path / format, [odd])
        (found,) = read_inventory(tmp_path / format)
        assert (found["type"], found["attributes"]) == ('nov"elties', {"a": 1})
    assert table_name("") == "_"


def test_a_table_that_sqlite_refuses_is_named(tmp_path) -> None:
    odd = {"type": "sqlite_x", "id": "1"}

    with pytest.raises(InvalidArgumentError, match="cannot be written as SQLite: object name"):
        write("sqlite", tmp_path / "db", [odd])


# -- columns ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["environment", "environment_id", "terraform-version", "id"])
def test_a_column_has_the_name_of_the_table_or_of_the_api(word) -> None:
    assert column_of(table_of("workspaces"), word) is not None
    check_columns([word], ["tags", "workspaces"], names=False)


def test_an_unknown_column_is_refused_with_those_there_are() -> None:
    with pytest.raises(
        InvalidArgumentError, match=r"columns: no 'bogus'; there is type, id, .*name"
    ):
        check_columns(["bogus"], ["tags"], names=False)


def test_columns_are_in_the_order_asked_for(tmp_path) -> None:
    write("csv", tmp_path / "file", [NAMED], columns=["name", "environment", "environment-name"])

    rows = list(csv.reader(io.StringIO((tmp_path / "file").read_text())))
    assert rows == [["name", "environment", "environment-name"], ["app", "env-1", "prod"]]


@pytest.mark.parametrize("format", ["sqlite", "parquet"])
def test_tables_have_the_columns_asked_for(tmp_path, format) -> None:
    columns = ["id", "type", "origin", "name"]
    write(format, tmp_path / "file", [NAMED], columns=columns)

    (found,) = read_inventory(tmp_path / "file")
    assert found["attributes"] == {"name": "app"}
    assert found["relationships"] == {}


def test_columns_that_are_distinct_in_every_table() -> None:
    for type in TYPES:
        names = [each.name for each in table_of(type, names=True).columns]
        assert len(names) == len(set(names))
    assert narrow(table_of("tags"), []) is table_of("tags")


# -- reading ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"{", "file:1: .*; an inventory has a resource a line"),
        (b"{}\n", "file:1: .*`type`"),
        (b'{"type": "tags", "id": "1"}\n[1]\n', "file:2: "),
        (b"[" * 10_000, "type and id"),
        (b"a,b\n1,2\n", "type and id"),
        (b"type,id\n,2\n", "line 2 has no type and id"),
        (b"type,id\ntags,1,2\n", "line 2 has another number of cells"),
        (b"type,id,name\ntags,1\n", "line 2 has another number of cells"),
        (b"SQLite format 3\0", "cannot be read as SQLite"),
        (b"PAR1", "cannot be read as Parquet"),
    ],
)
def test_what_is_no_inventory_is_refused(tmp_path, content, told) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)

    with pytest.raises(InvalidArgumentError, match=told) as caught:
        list(read_inventory(path))

    assert str(path) in str(caught.value)


def test_a_column_that_nobody_describes_is_an_attribute(tmp_path) -> None:
    (tmp_path / "a").write_text("type,id,brand-new,status\nworkspaces,ws-1,yes,\n")

    (found,) = read_inventory(tmp_path / "a")

    assert found["attributes"] == {"brand-new": "yes"}


def test_tables_of_others_are_refused(tmp_path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "db")) as db:
        db.executescript("CREATE TABLE a (b); INSERT INTO a VALUES (1)")
    pyarrow.parquet.write_table(pyarrow.table({"a": [1]}), tmp_path / "file")

    for name in ("db", "file"):
        with pytest.raises(InvalidArgumentError, match="type and id"):
            list(read_inventory(tmp_path / name))


def test_a_missing_file_and_a_folder_without_parquet_are_named(tmp_path) -> None:
    with pytest.raises(FileError, match="nowhere' cannot be read: No such file"):
        list(read_inventory(tmp_path / "nowhere"))
    with pytest.raises(InvalidArgumentError, match="without Parquet files"):
        list(read_inventory(tmp_path))


def test_empty_lines_and_a_byte_order_mark_are_nothing(tmp_path) -> None:
    line = json.dumps({"type": "tags", "id": "1"})
    (tmp_path / "a").write_bytes(b"\xef\xbb\xbf" + f"{line}\n\n{line}\n".encode())
    (tmp_path / "b").write_bytes(b"")

    assert len(list(read_inventory(tmp_path / "a"))) == 2
    assert list(read_inventory(tmp_path / "b")) == []


def test_half_a_surrogate_pair_is_read_tolerantly(tmp_path) -> None:
    (tmp_path / "a").write_text('{"type": "tags", "id": "1", "x": "\\ud800", "y": 1.5}\n')

    (found,) = read_inventory(tmp_path / "a")

    assert (found["x"], found["y"]) == ("\ud800", 1.5)


def test_without_pyarrow_the_extra_is_named(tmp_path, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    with pytest.raises(InvalidArgumentError, match=r"pip install 'scalr-async\[parquet\]'"):
        write("parquet", tmp_path / "file", [])


def test_a_name_that_was_not_sent_is_left_out() -> None:
    class User:
        type, id, username = "users", "user-1", UNSET

    link = {"data": {"type": "users", "id": "user-1"}}

    _add_names(link, SimpleNamespace(resource=User))

    assert link == {"data": {"type": "users", "id": "user-1"}}
