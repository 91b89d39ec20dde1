"""What reads inventories reads them alike: `diff`, `report --from` and `emulate --from`."""

from __future__ import annotations

import os
import stat

import pytest

pytestmark = pytest.mark.generous("files are read; no server is asked")
GOOD = b'{"type": "tags", "id": "tag-1"}\n'
NO_RESOURCES = {
    "cut": b'{"type": "tags", "id"',
    "list": b"[1]",
    "no id": b'{"type": "tags"}',
    "number as type": b'{"type": 5, "id": "x"}',
    "null as id": b'{"type": "workspaces", "id": null}',
    "empty id": b'{"type": "workspaces", "id": ""}',
    "list of attributes": b'{"type": "workspaces", "id": "x", "attributes": []}',
    "number as relationships": b'{"type": "workspaces", "id": "x", "relationships": 5}',
    "text as meta": b'{"type": "workspaces", "id": "x", "meta": "m"}',
    "NaN": b'{"type": "workspaces", "id": "x", "attributes": {"a": NaN}}',
    "infinity": b'{"type": "workspaces", "id": "x", "attributes": {"a": 1e400}}',
    "NaN and a surrogate": b'{"type": "workspaces", "id": "x", "a": ["\\ud800", NaN]}',
    "infinity and a surrogate": b'{"type": "workspaces", "id": "x", "a": ["\\ud800", 1e400]}',
    "no UTF-8": b'{"type": "workspaces", "id": "\xff"}',
    "many digits": b'{"type": "workspaces", "id": "x", "a": 1' + b"0" * 9_999 + b"}",
    "deep": b'{"type":"workspaces","id":"x","attributes":{"a":' + b"[" * 99 + b"]" * 99 + b"}}",
    "deeper": b'{"type":"workspaces","id":"x","a":' + b"[" * 900 + b"]" * 900 + b"}",
    "deepest": b'{"type":"workspaces","id":"x","a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
}
COMMANDS = {
    "diff": ("diff", "{file}", "{file}"),
    "report": ("report", "--output", "-", "--from", "{file}"),
    "emulate": ("emulate", "--from", "{file}"),
}


@pytest.mark.parametrize("line", NO_RESOURCES.values(), ids=NO_RESOURCES)
@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS)
async def test_a_line_without_a_resource_is_refused_by_its_number(
    run, tmp_path, words, line
) -> None:
    (tmp_path / "file").write_bytes(GOOD + b"\n" + line + b"\n")

    ended = await run(*(word.format(file=tmp_path / "file") for word in words))

    assert ended.code == 2
    assert ended.err.count("\n") == 1
    assert "file:3: " in ended.err


async def test_half_a_surrogate_pair_cannot_be_served(run, tmp_path) -> None:
    (tmp_path / "file").write_bytes(GOOD + b'{"type": "tags", "id": "a", "x": "\\ud800"}\n')

    ended = await run("emulate", "--from", tmp_path / "file")

    assert (ended.code, "file:2: half of a surrogate pair" in ended.err) == (2, True), ended.err


@pytest.mark.parametrize("words", [COMMANDS["report"], COMMANDS["emulate"]], ids=lambda w: w[0])
@pytest.mark.parametrize("content", [b"", b"\n \n", b"type,id\n"])
async def test_a_file_without_resources_is_refused_where_some_are_needed(
    run, tmp_path, words, content
) -> None:
    (tmp_path / "file").write_bytes(content)

    ended = await run(*(word.format(file=tmp_path / "file") for word in words))

    assert (ended.code, ended.out) == (2, "")
    assert "file" in ended.err


@pytest.mark.parametrize(
    "crawled",
    [b"", b"{", b"5", b"null", b"[[]]", b"[5]", b"[null]", b"\xff", b'"tags"', b'{"a": 1}'],
)
async def test_a_parquet_file_that_says_oddly_what_was_crawled_is_refused(
    run, tmp_path, crawled
) -> None:
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    texts = [(name, arrow.string()) for name in ("type", "id")]
    schema = arrow.schema(texts, metadata={b"scalr_async.crawled": crawled})
    path = tmp_path / "file"
    parquet.write_table(arrow.table({"type": ["tags"], "id": ["tag-1"]}, schema=schema), path)

    ended = await run("diff", path, path)

    assert (ended.code, ended.out) == (2, "")
    assert f"{path}: cannot be read as Parquet" in ended.err


async def test_one_of_several_files_may_be_empty(run, tmp_path) -> None:
    (tmp_path / "a").write_bytes(GOOD)
    (tmp_path / "b").write_bytes(b"")

    ended = await run("report", "--output", "-", "--from", tmp_path / "a", tmp_path / "b")

    assert ended.code == 0


@pytest.mark.parametrize(("first", "second"), [(0o600, 0o644), (0o644, 0o600), (0o640, 0o604)])
@pytest.mark.parametrize("command", ["diff", "report"])
@pytest.mark.parametrize("is_folder", [False, True])
async def test_what_is_made_of_files_lets_nobody_read_more_than_all_of_them(
    run, emu, tmp_path, command, first, second, is_folder
) -> None:
    emu.create("tags", {"name": "a"})
    kinds = ("accounts", "environments") if is_folder else ("accounts",)
    format = "parquet" if is_folder else "ndjson"
    for name, mode in (("a", first), ("b", second)):
        await run("crawl", *kinds, "--format", format, "--output", tmp_path / name)
        for file in [*(tmp_path / name).glob("e*.parquet")] or [tmp_path / name]:
            file.chmod(mode)
    words = ("--from",) if command == "report" else ("--format", "html")
    before = os.umask(0)
    try:
        made = tmp_path / "made"
        ended = await run(command, *words, tmp_path / "a", tmp_path / "b", "--output", made)
    finally:
        os.umask(before)

    assert ended.code == 0, ended.err
    assert stat.S_IMODE(made.stat().st_mode) == first & second
