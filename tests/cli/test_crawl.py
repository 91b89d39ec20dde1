from __future__ import annotations

import asyncio
import csv
import io
import json
import re
import sys
from pathlib import Path

import pytest

from scalr_async.cli._crawl import crawl
from scalr_async.cli._parser import parser
from tests.cli.conftest import Terminal


@pytest.fixture
def estate(emu):
    return emu.seed(environments=2, workspaces=250, pools=2, agents=3)


def ids(emu, *types: str) -> list[str]:
    return [record.id for type in types for record in emu.store.all(type)]


ALL = ("accounts", "environments", "workspaces", "agent-pools", "agents")


async def test_everything_is_written_as_the_server_sent_it(run, emu, estate) -> None:
    ended = await run("crawl")

    assert ended.code == 0
    assert re.fullmatch(
        r"wrote \d+ resources: accounts 1, .*agents 3; \d+ requests, [\d.]+ s\n", ended.err
    )
    found = [json.loads(line) for line in ended.lines]
    assert [resource["id"] for resource in found] == ids(emu, *ALL)
    workspace = next(resource for resource in found if resource["type"] == "workspaces")
    assert workspace["attributes"]["vcs-repo"]["branch"] == "main"
    assert workspace["relationships"]["environment"]["data"]["type"] == "environments"


async def test_only_what_is_asked_for_is_walked(run, emu, estate) -> None:
    ended = await run("crawl", "agents", "environments")

    assert [json.loads(line)["id"] for line in ended.lines] == ids(emu, "environments", "agents")
    assert {request.path for request in emu.requests} == {"/environments", "/agents"}


@pytest.mark.generous("shows relationships that an answer may leave out")
async def test_csv_has_a_row_for_each(run, emu, estate) -> None:
    ended = await run("crawl", "--format", "csv")

    rows = list(csv.DictReader(io.StringIO(ended.out)))
    assert [row["id"] for row in rows] == ids(emu, *ALL)
    workspace = next(row for row in rows if row["type"] == "workspaces")
    record = emu.store.get("workspaces", workspace["id"])
    assert workspace["name"] == record.attributes["name"]
    assert [workspace["environment"]] == list(record.related("environment"))
    agent = next(row for row in rows if row["type"] == "agents")
    assert agent["agent-pool"] in estate.pools
    assert agent["status"] == "idle"


async def test_the_default_columns_of_csv_are_those_of_the_documentation(run, emu) -> None:
    page = (Path(__file__).parents[2] / "docs" / "command-line.md").read_text()
    (row,) = [line for line in page.splitlines() if line.startswith("| `csv` |")]

    ended = await run("crawl", "tags", "--format", "csv")

    assert ended.lines[0].split(",") == re.findall("`([a-z-]+)`", row.partition("by default")[2])


async def test_secrets_are_left_out_and_values_that_are_none_are_written(run, emu) -> None:
    header = {"name": "X-Key", "value": "canary", "sensitive": True}
    plain = {"name": "X-Team", "value": "payments", "sensitive": False}
    emu.create("agent-pools", {"name": "p", "webhook-headers": [header, plain]})

    ended = await run("crawl", "agent_pools")

    (pool,) = [json.loads(line) for line in ended.lines]
    assert pool["attributes"]["webhook-headers"] == [{**header, "value": None}, plain]


async def test_a_file_gets_its_name_when_it_is_complete(run, emu, estate, tmp_path) -> None:
    output = tmp_path / "all.ndjson"
    emu.fail("GET", "/agents", status=404, times=None)

    failed = await run("crawl", "--output", output)

    assert failed.code == 3
    assert "GET /agents: 404 Not Found" in failed.err
    assert f"{output} was not written; with --resume FILE a crawl can go on" in failed.err
    assert not output.exists()

    emu.reset()
    complete = await run("crawl", "--output", output)

    assert (complete.code, complete.out) == (0, "")
    assert len(output.read_text().splitlines()) == len(ids(emu, *ALL))
    assert list(tmp_path.glob("*.part")) == []


@pytest.mark.parametrize("format", ["ndjson", "csv"])
async def test_a_crawl_goes_on_where_it_failed(run, emu, estate, tmp_path, format) -> None:
    output, note = tmp_path / "all", tmp_path / "note"
    words = ("crawl", "--format", format, "--output", output, "--resume", note)

    def page_3(request) -> bool:
        return ("page[number]", "3") in request.query

    emu.fail("GET", "/workspaces", status=404, times=None, match=page_3)

    failed = await run(*words)
    emu._server.failures.clear()
    emu.requests.clear()
    assert failed.code == 3
    assert "stopped after page 2 of workspaces; the same command goes on there" in failed.err
    with (tmp_path / "all.part").open("a") as part:
        part.write("half a li")

    complete = await run(*words)

    assert complete.code == 0
    assert not note.exists()
    pages = [dict(r.query)["page[number]"] for r in emu.requests if r.path == "/workspaces"]
    assert pages == ["2", "3"]  # the page that was written last shows whether the list changed
    text = output.read_text()
    if format == "csv":
        assert [row["id"] for row in csv.DictReader(io.StringIO(text))] == ids(emu, *ALL)
    else:
        assert [json.loads(line)["id"] for line in text.splitlines()] == ids(emu, *ALL)


@pytest.fixture
async def stopped(run, emu, estate, tmp_path):
    """The words of a crawl that stopped in the middle."""
    words = ["crawl", "--output", tmp_path / "all", "--resume", tmp_path / "note"]
    emu.fail("GET", "/agents", status=404, times=None)
    assert (await run(*words)).code == 3
    return words


@pytest.mark.parametrize(
    "more",
    [
        ["--names"],
        ["--include", "environment"],
        ["--fields", "name"],
        ["--since", "7d"],
        ["workspaces"],
        ["agent_pools", "tags"],
        ["--output", "other"],
    ],
    ids=" ".join,
)
async def test_another_crawl_cannot_go_on(run, stopped, more) -> None:
    ended = await run(*stopped, *more)

    assert ended.code == 2
    assert "belongs to another crawl" in ended.err


async def test_a_note_of_something_else_is_refused(run, stopped, tmp_path) -> None:
    (tmp_path / "note").write_text("[]")

    ended = await run(*stopped)

    assert ended.code == 2
    assert "not a file that --resume wrote" in ended.err


async def test_pages_that_are_gone_are_named(run, stopped, tmp_path) -> None:
    (tmp_path / "all.part").unlink()

    ended = await run(*stopped)

    assert ended.code == 2
    assert f"{tmp_path}/all.part, which {tmp_path}/note continues, is gone" in ended.err


async def test_a_crawl_goes_on_in_a_folder_that_was_moved(run, emu, stopped, tmp_path) -> None:
    (tmp_path / "moved").mkdir()
    for name in ("all.part", "note"):
        (tmp_path / name).rename(tmp_path / "moved" / name)
    emu._server.failures.clear()
    words = ["--output", tmp_path / "moved" / "all", "--resume", tmp_path / "moved" / "note"]

    ended = await run("crawl", *words)

    assert ended.code == 0
    assert len((tmp_path / "moved" / "all").read_text().splitlines()) == len(ids(emu, *ALL))


async def test_a_file_that_lost_its_pages_is_refused(run, stopped, tmp_path) -> None:
    (tmp_path / "all.part").write_text("")

    ended = await run(*stopped)

    assert ended.code == 2
    assert "shorter than noted" in ended.err


async def test_standard_output_cannot_be_gone_on_with(run, tmp_path) -> None:
    ended = await run("crawl", "--resume", tmp_path / "note")

    assert ended.code == 2
    assert "--resume needs --output" in ended.err


async def test_progress_goes_to_a_terminal(run, monkeypatch, estate) -> None:
    terminal = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", terminal)

    await run("crawl", "workspaces")

    assert "250/250" in terminal.getvalue()


async def test_a_list_that_changes_on_the_way_is_told(run, emu, estate) -> None:
    def delete(request) -> bool:
        if ("page[number]", "2") in request.query:
            emu._service.delete(emu.store.all("workspaces")[0], forced=True)
        return False

    emu.fail("GET", "/workspaces", times=None, match=delete)

    ended = await run("crawl", "workspaces")

    assert ended.code == 4
    assert ended.err.startswith("workspaces: the list changed on the way (")


# -- what may be missing is never passed over ------------------------------------------------------


@pytest.fixture
def changing(emu, estate):
    """Delete a workspace as page 2 is asked for, so that page 2 begins one item too late."""

    def delete(request) -> bool:
        if ("page[number]", "2") in request.query:
            emu._service.delete(emu.store.all("workspaces")[0], forced=True)
        return False

    emu.fail("GET", "/workspaces", times=None, match=delete)


async def test_what_may_be_missing_can_be_allowed(run, changing) -> None:
    assert (await run("crawl", "workspaces", "--allow-missing")).code == 0


async def test_a_verified_crawl_finds_what_a_change_has_hidden(run, emu, changing) -> None:
    ended = await run("crawl", "workspaces", "--verify")

    written = {json.loads(line)["id"] for line in ended.lines}
    assert set(ids(emu, "workspaces")) <= written
    assert ended.code == 0
    assert "changed" not in ended.err


@pytest.fixture
def half(run, emu, tmp_path):
    """Crawl 600 workspaces until page 4 fails."""

    async def crawl(*more: str) -> list[object]:
        emu.seed(environments=2, workspaces=600)
        words = ["crawl", "workspaces", "--output", tmp_path / "all", "--resume", tmp_path / "note"]

        def page_4(request) -> bool:
            return ("page[number]", "4") in request.query

        emu.fail("GET", "/workspaces", status=404, times=None, match=page_4)
        assert (await run(*words, *more)).code == 3
        emu._server.failures.clear()
        return [*words, *more]

    return crawl


def written(path) -> list[str]:
    return [json.loads(line)["id"] for line in path.read_text().splitlines()]


@pytest.mark.parametrize("where", [slice(0, 100), slice(150, 250), slice(500, 600)])
async def test_after_deletions_a_crawl_misses_nothing_that_is_there(
    run, emu, half, tmp_path, where
) -> None:
    words = await half()
    for record in emu.store.all("workspaces")[where]:
        emu._service.delete(record, forced=True)

    ended = await run(*words)

    assert ended.code == 0
    assert written(tmp_path / "all") == ids(emu, "workspaces")
    assert "workspaces: the list changed since page 3 was written" in ended.err


@pytest.mark.parametrize("first", [1, 2, 3])
async def test_a_crawl_that_began_a_list_again_can_be_interrupted_again(
    run, emu, half, tmp_path, first
) -> None:
    words = await half()
    for record in emu.store.all("workspaces")[:100]:
        emu._service.delete(record, forced=True)

    def page(request) -> bool:
        return ("page[number]", str(first)) in request.query

    emu.fail("GET", "/workspaces", status=404, times=1, match=page)
    again = await run(*words)
    ended = await run(*words)

    assert (again.code, ended.code) == (3, 0)
    assert written(tmp_path / "all") == ids(emu, "workspaces")


async def test_after_creations_a_crawl_misses_nothing_that_is_there(run, emu, half, tmp_path):
    words = await half()
    emu.create("workspaces", {"name": "new"}, {"environment": "env-svrcnchebt61e30"})

    ended = await run(*words)

    assert ended.code == 0
    assert sorted(written(tmp_path / "all")) == sorted(ids(emu, "workspaces"))


async def test_when_everything_was_deleted_nothing_is_left(run, emu, half, tmp_path) -> None:
    words = await half("--format", "csv")
    for record in emu.store.all("workspaces"):
        emu._service.delete(record, forced=True)

    ended = await run(*words)

    assert ended.code == 0
    assert (tmp_path / "all").read_text().count("\n") == 1


async def test_a_kind_that_was_complete_is_not_read_again(run, emu, stopped, tmp_path) -> None:
    emu._server.failures.clear()
    emu.requests.clear()

    ended = await run(*stopped)

    assert ended.code == 0
    assert "/environments" not in {request.path for request in emu.requests}
    assert written(tmp_path / "all") == ids(emu, *ALL)


ODD = [None, "x", -1, 1.5, True, [], {}, [1], [[]], {"a": 1}, 10**30]


@pytest.mark.unmeasured
@pytest.mark.generous("the values of the note are tried")
@pytest.mark.parametrize("value", ODD, ids=repr)
async def test_a_note_of_odd_values_is_a_line(run, emu, half, tmp_path, value) -> None:
    words = await half()
    sound = json.loads((tmp_path / "note").read_text())
    part = (tmp_path / "all.part").read_bytes()
    odd = [{**sound, name: value} for name in sound]
    (position,) = sound["positions"]
    odd += [{**sound, "positions": [{**position, name: value}]} for name in position]
    for note in odd:
        (tmp_path / "note").write_text(json.dumps(note))
        (tmp_path / "all.part").write_bytes(part)

        ended = await run(*words)

        assert ended.code in (0, 2), note
        assert "Traceback" not in ended.err
        assert ended.err.count("\n") <= 2


@pytest.mark.parametrize(
    "content", [b"", b"[", b"\xff", b"null", b"[" * 100_000, b'{"a": 1}', b'{"host": "\\ud800"}']
)
async def test_a_note_that_is_none_is_refused(run, tmp_path, content) -> None:
    (tmp_path / "note").write_bytes(content)

    ended = await run("crawl", "--output", tmp_path / "all", "--resume", tmp_path / "note")

    assert ended.code == 2
    assert ended.err.endswith("not a file that --resume wrote\n")


async def test_a_note_that_cannot_be_read_is_named(run, tmp_path) -> None:
    ended = await run("crawl", "--output", tmp_path / "all", "--resume", tmp_path)

    assert ended.code == 2
    assert ended.err == f"scalr-async: --resume: {tmp_path} is no regular file\n"


@pytest.mark.parametrize("note", ["all", "all.part", "../{}/all", "./all", "link"])
async def test_a_note_cannot_be_where_the_crawl_writes(
    run, emu, monkeypatch, tmp_path, note
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link").symlink_to("all")
    words = ("crawl", "--output", "all", "--resume", note.format(tmp_path.name))

    ended = await run(*words)

    assert (ended.code, "is what the crawl itself writes" in ended.err) == (2, True)
    assert len(emu.requests) == 0


async def test_a_list_is_verified_as_a_whole(run, tmp_path) -> None:
    words = ("--output", tmp_path / "all", "--resume", tmp_path / "note")

    ended = await run("crawl", "--verify", *words)

    assert (ended.code, "--verify reads a list as a whole" in ended.err) == (2, True)


# -- files and cells -------------------------------------------------------------------------------


async def test_a_minus_is_standard_output(run, emu, estate) -> None:
    assert (await run("crawl", "agents", "--output", "-")).out.count("\n") == 3


async def test_what_was_written_where_is_told(run, emu, estate, tmp_path) -> None:
    ended = await run("crawl", "workspaces", "--output", tmp_path / "all")

    start = f"wrote 250 resources to {tmp_path}/all: workspaces 250; 3 requests, "
    assert ended.err.startswith(start)
    assert ended.err.count("\n") == 1


@pytest.mark.parametrize("words", [(), ("--json",)], ids=["text", "json"])
async def test_what_is_only_included_is_counted_apart(run, emu, estate, tmp_path, words) -> None:
    crawl = ("crawl", "workspaces", "--include", "environment", "--output", tmp_path / "all")
    ended = await run(*crawl, *words)

    homes = {id for w in emu.store.all("workspaces") for id in w.related("environment")}
    assert len((tmp_path / "all").read_text().splitlines()) == 250 + len(homes)
    if words:
        line = json.loads(ended.out)
        assert (line["resources"], line["included"]) == (250, len(homes))
    else:
        assert ended.err.startswith(f"wrote 250 resources and {len(homes)} included with them to ")


@pytest.mark.parametrize("more", [(), ("--resume", "note")])
async def test_an_output_that_cannot_be_written_is_found_before_the_walk(
    run, emu, monkeypatch, tmp_path, more
) -> None:
    monkeypatch.chdir(tmp_path)

    ended = await run("crawl", "--output", "nowhere/all", *more)

    assert ended.code == 2
    assert "cannot be written: No such file or directory" in ended.err
    assert len(emu.requests) == 0


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "a\rb", "a\r\nb"])
async def test_a_cell_is_no_formula_and_stays_in_its_row(run, emu, name) -> None:
    emu.create("tags", {"name": "x"}, {"account": "acc-svrcncgh453bi8g"})
    pool = emu.create("agent-pools", {"name": "x"})
    pool.attributes["name"] = name

    ended = await run("crawl", "agent_pools", "--format", "csv")

    assert "\r" not in ended.out
    (row,) = csv.DictReader(io.StringIO(ended.out))
    assert row["name"].removeprefix("'") == name.replace("\r\n", "\n").replace("\r", "\n")
    assert row["name"][0] not in "=+-@\t\n"


@pytest.mark.parametrize("kept", ["resumed", "file", "output"])
async def test_an_interrupted_crawl_says_how_it_goes_on(
    emu, estate, monkeypatch, capsys, tmp_path, kept
) -> None:
    monkeypatch.setenv("SCALR_HOSTNAME", emu.url)
    monkeypatch.setenv("SCALR_TOKEN", str(emu.token))
    more = ["--resume", str(tmp_path / "note")] if kept == "resumed" else []
    output = "-" if kept == "output" else str(tmp_path / "all")
    words = ["crawl", "workspaces", "--output", output, *more]

    def slow(request) -> bool:
        emu.latency = 60.0 if ("page[number]", "3") in request.query else 0.0
        return False

    emu.fail("GET", "/workspaces", times=None, match=slow)
    task = asyncio.create_task(crawl(parser().parse_args(words)))
    while not emu.latency:
        await asyncio.sleep(0.001)
    for _ in range(1000):  # turns of the loop, in which page 2 is decoded and handed out
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    text = capsys.readouterr().err
    if kept == "output":
        assert text == ""
    elif kept == "resumed":
        assert text == "stopped after page 2 of workspaces; the same command goes on there\n"
    else:
        assert text.startswith(f"{tmp_path}/all was not written; with --resume FILE")
        assert list(tmp_path.iterdir()) == []
