"""Files that name workspaces: as `crawl` writes them, and as other programs save them again."""

from __future__ import annotations

import csv
import io
import json

import pytest

from scalr_async.cli._names import workspaces_in
from scalr_async.cli._streams import read_text
from scalr_async.errors import InvalidArgumentError

SEPARATORS = ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e"]
"""Ends of lines for `str.splitlines`, and for nobody else."""


def lines(*ids: str, **attributes: str) -> str:
    rows = [{"type": "workspaces", "id": id, "attributes": attributes} for id in ids]
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


@pytest.mark.parametrize("separator", SEPARATORS, ids=ascii)
def test_a_line_of_ndjson_ends_where_json_says(separator) -> None:
    text = lines("ws-1", "ws-2", name=f"a{separator}b")

    assert workspaces_in(text, "file") == ["ws-1", "ws-2"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=ascii)
@pytest.mark.parametrize("form", ["words", "ndjson", "csv"])
def test_lines_end_as_on_any_system(end, form) -> None:
    text = {
        "words": "ws-1\n\nws-2\n",
        "ndjson": lines("ws-1", "ws-2"),
        "csv": "\nid,type\nws-1,workspaces\n\nws-2,workspaces\n",
    }[form]

    assert workspaces_in(text.replace("\n", end), "file") == ["ws-1", "ws-2"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"], ids=ascii)
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL], ids=["some", "all"])
def test_csv_is_taken_as_a_spreadsheet_saves_it(delimiter, quoting) -> None:
    text = io.StringIO()
    rows = [
        ["type", "name", "id"],
        ["workspaces", f'a "{delimiter}" b\nc', "ws-1"],
        ["workspaces", "", "ws-2"],
    ]
    csv.writer(text, delimiter=delimiter, quoting=quoting).writerows(rows)

    assert workspaces_in(text.getvalue(), "file") == ["ws-1", "ws-2"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_file_is_read_as_its_mark_says(tmp_path, encoding) -> None:
    mark = "\ufeff" if encoding in ("utf-16-le", "utf-16-be") else ""
    (tmp_path / "ids").write_text(f"{mark}ws-1\nJürgen\n", encoding=encoding)

    assert read_text(str(tmp_path / "ids")) == "ws-1\nJürgen\n"


@pytest.mark.parametrize(
    "text",
    [
        '{"type": "workspaces"',
        "[" * 100_000 + "\n{" + '"a":{' * 100_000,
        '{"type": "environments", "id": "env-1"}',
        '{"type": "workspaces", "id": null}',
        "type,id\nworkspaces\n",
        "type,id\nenvironments,env-1\n",
    ],
    ids=["cut", "deep", "other", "null", "short", "csv of others"],
)
def test_what_names_no_workspace_is_refused_and_its_file_named(text) -> None:
    with pytest.raises(InvalidArgumentError, match=r"^file: ") as refused:
        workspaces_in(text, "file")

    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 200


def test_cells_of_csv_may_be_large() -> None:
    assert workspaces_in(f"type,name,id\nworkspaces,{'x' * 200_000},ws-1\n", "file") == ["ws-1"]


def test_a_long_line_is_no_head_of_csv() -> None:
    assert workspaces_in(lines("ws-1", name="x" * 200_000), "file") == ["ws-1"]
