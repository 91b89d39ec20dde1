"""`crawl`: choices, formats, several accounts, and going on after any end."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import os
import signal
import stat
import sys
from pathlib import Path

import pytest

from scalr_async.cli._counters import Counters
from scalr_async.cli._present import LINE_EVERY, PlainPresenter
from scalr_async.emulator import Emulator
from scalr_async.inventory._checkpoint import Position
from scalr_async.inventory._output import _StreamDraft
from scalr_async.inventory._reading import read_inventory

pytestmark = pytest.mark.generous("formats and resumption do not depend on how much is told")


@pytest.fixture
def estate(emu):
    return emu.seed(environments=2, workspaces=250, pools=2, agents=3)


def ids(documents, type: str) -> list[str]:
    return [each["id"] for each in documents if each["type"] == type]


@pytest.mark.parametrize("format", ["ndjson", "csv", "parquet", "sqlite"])
async def test_every_format_has_everything(run, emu, estate, tmp_path, format) -> None:
    ended = await run("crawl", "--format", format, "--output", tmp_path / "all")

    assert ended.code == 0
    found = list(read_inventory(tmp_path / "all"))
    for type in ("accounts", "environments", "workspaces", "agent-pools", "agents"):
        assert sorted(ids(found, type)) == sorted(r.id for r in emu.store.all(type))
    assert {path.name for path in tmp_path.iterdir()} == {"all"}


@pytest.mark.parametrize("format", ["ndjson", "csv", "parquet", "sqlite"])
async def test_an_empty_list_is_a_file_too(run, emu, tmp_path, format) -> None:
    ended = await run("crawl", "tags", "--format", format, "--output", tmp_path / "all")

    assert ended.code == 0
    assert list(read_inventory(tmp_path / "all")) == []


async def test_what_came_along_is_written_once_and_marked(run, emu, estate, tmp_path) -> None:
    words = ("--include", "environment,latest-run", "--names", "--output", tmp_path / "all")

    await run("crawl", "workspaces", *words)

    found = list(read_inventory(tmp_path / "all"))
    homes = ids(found, "environments")
    assert len(homes) == len(set(homes)) > 0
    assert {e["type"] for e in found if e["meta"].get("included")} >= {"environments", "runs"}
    workspace = next(each for each in found if each["type"] == "workspaces")
    home = workspace["relationships"]["environment"]["data"]
    assert home["meta"]["name"] == emu.store.get("environments", home["id"]).attributes["name"]
    runs = [index for index, each in enumerate(found) if each["type"] == "runs"]
    assert min(runs) < found.index(workspace)  # a run stands before the workspace that it is of


async def test_what_is_listed_is_not_written_as_included(run, estate, tmp_path) -> None:
    words = ("--include", "environment", "--output", tmp_path / "all")

    await run("crawl", "workspaces", "environments", *words)

    assert not any(each["meta"].get("included") for each in read_inventory(tmp_path / "all"))


async def test_filters_fields_and_times_are_asked_for(run, emu, estate) -> None:
    words = ("--filter", "name=like:prod", "--fields", "name,environment", "--since", "7d")

    ended = await run("crawl", "workspaces", *words)

    assert ended.code == 0
    query = dict(emu.requests[0].query)
    assert query["filter[name]"] == "like:prod"
    assert query["fields[workspaces]"] == "name,environment"
    assert query["filter[updated-at]"].startswith("between:")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("--columns name", "--columns is for tables"),
        ("--columns bogus --format csv", "columns: no 'bogus'"),
        ("--format parquet", "parquet needs --output"),
        ("--format sqlite --output -", "sqlite needs --output"),
        ("--format sqlite --output /dev/null", "is no regular file"),
        ("--format parquet --output file", "must be a folder"),
        ("--json", "--json needs --output"),
        ("--filter a=1 --filter a=2", "each name can be given once"),
        ("--filter nonsense=1", "has no filter"),
        ("--profile a --profile a", "each can be given once"),
        ("--profile a --profile b --host h", "go with one profile"),
        ("--since yesterday", "give a date"),
    ],
)
async def test_options_that_make_no_sense_are_refused_before_a_request(
    run, emu, tmp_path, monkeypatch, words, told
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()

    ended = await run("crawl", *words.split())

    assert (ended.code, told in ended.err) == (2, True), ended.err
    assert len(emu.requests) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("word", ["--filter=a", "--filter==a", "--fields=a,", "--columns=,"])
async def test_words_that_are_no_lists_and_no_pairs_are_refused(run, word) -> None:
    assert (await run("crawl", word)).code == 2


async def test_csv_of_columns_goes_to_standard_output(run, estate) -> None:
    words = ("--format", "csv", "--columns", "name,environment_name", "--names")

    ended = await run("crawl", "workspaces", *words)

    rows = list(csv.DictReader(io.StringIO(ended.out)))
    assert len(rows) == 250
    assert all(row["name"] and row["environment_name"] for row in rows)


@pytest.mark.parametrize(
    ("kind", "mode"), [("workspaces", 0o644), ("variables", 0o600), ("agent_pools", 0o600)]
)
async def test_only_the_owner_reads_what_may_hold_secrets(run, emu, tmp_path, kind, mode) -> None:
    before = os.umask(0o022)
    try:
        await run("crawl", kind, "--output", tmp_path / "all")
    finally:
        os.umask(before)

    assert stat.S_IMODE((tmp_path / "all").stat().st_mode) == mode


async def test_a_sensitive_value_is_never_written(run, emu, tmp_path) -> None:
    """Also not where a server sends it by mistake."""
    values = {"key": "K", "value": "canary", "category": "shell", "sensitive": True}
    page = {"current-page": 1, "page-size": 100, "total-pages": 1, "total-count": 1}
    answer = {
        "data": [{"type": "vars", "id": "var-1", "attributes": values, "links": {"a": "canary"}}],
        "meta": {"pagination": page},
    }
    emu.fail("GET", "/vars", status=200, body=json.dumps(answer).encode(), times=None)
    for format in ("ndjson", "csv", "sqlite", "parquet"):
        ended = await run("crawl", "vars", "--format", format, "--output", tmp_path / format)
        assert ended.code == 0
        assert b"canary" not in (tmp_path / format).read_bytes()


# -- what is said ----------------------------------------------------------------------------------


async def test_a_dry_run_counts_with_a_request_a_list(run, emu, estate, tmp_path) -> None:
    ended = await run("crawl", "--dry-run", "--output", tmp_path / "all", "--rate", "60/m")

    assert ended.code == 0
    assert ended.lines[-1].startswith("7 requests: at least 7.0 s at 60 requests a minute")
    assert len(emu.requests) == 5
    assert list(tmp_path.iterdir()) == []


async def test_a_dry_run_counts_what_a_verified_crawl_asks(run, emu, estate, tmp_path) -> None:
    words = ("crawl", "workspaces", "environments", "--verify", "--json")
    counted = json.loads((await run(*words, "--dry-run")).lines[0])
    emu.requests.clear()
    done = json.loads((await run(*words, "--output", tmp_path / "all")).lines[0])

    assert counted["requests"] == done["requests"] == len(emu.requests)


async def test_a_dry_run_is_json_too(run, emu, estate) -> None:
    ended = await run("crawl", "workspaces", "permissions", "--dry-run", "--json")

    (line,) = map(json.loads, ended.lines)
    assert line["requests"] == 4
    assert line["minutes"] == pytest.approx(4 / 500, abs=0.001)
    assert [each["requests"] for each in line["collections"]] == [3, 1]


async def test_a_summary_is_json_too(run, emu, estate, tmp_path) -> None:
    ended = await run("crawl", "workspaces", "--json", "--output", tmp_path / "all")

    (line,) = map(json.loads, ended.lines)
    assert line["collections"] == {"workspaces": 250}
    assert (line["resources"], line["requests"], line["changed"]) == (250, 3, [])
    assert ended.err == ""


async def test_waits_are_told(run, monkeypatch, estate) -> None:
    monkeypatch.setattr("scalr_async.cli._crawl.Counters", lambda: Counters(waits=2))

    ended = await run("crawl", "workspaces")

    assert "; 3 requests, 2 waits, " in ended.err


def test_in_a_pipe_a_long_crawl_is_followed_by_lines() -> None:
    stream, now = io.StringIO(), [0.0]
    show = PlainPresenter(stream, clock=lambda: now[0])
    with show.board() as board:
        task = board.task("workspaces")
        task.expect(None)
        task.advance(100)
        now[0] = LINE_EVERY
        task.expect(2_000)
        task.note("5/s")
        task.advance(1_000)
        task.advance(1)

    assert stream.getvalue() == "workspaces: 1,100 of 2,000, 5/s\n"
    with show.progress("linking") as silent:
        silent.note("nothing")


async def test_minutes_are_told_where_seconds_are_many(run, emu, estate) -> None:
    ended = await run("crawl", "workspaces", "--dry-run", "--rate", "1/m")

    assert "at least 3.0 min" in ended.out


# -- several accounts ------------------------------------------------------------------------------


@pytest.fixture
async def two(emu, tmp_path, monkeypatch):
    """Two profiles, each of a server of its own."""
    emu.seed(environments=1, workspaces=120)
    monkeypatch.delenv("SCALR_HOSTNAME", raising=False)
    monkeypatch.delenv("SCALR_TOKEN", raising=False)
    async with Emulator(seed=7) as other:
        other.seed(environments=1, workspaces=130)
        conf = {
            name: {"hostname": each.url, "token": str(each.token)}
            for name, each in (("a", emu), ("b", other))
        }
        home = tmp_path / "home" / ".scalr"
        home.mkdir(parents=True)
        (home / "scalr.conf").write_text(json.dumps(conf))
        (home / "scalr.conf").chmod(0o600)
        yield other


BOTH = ("--profile", "a", "--profile", "b")


@pytest.mark.parametrize("format", ["ndjson", "csv", "sqlite"])
async def test_a_crawl_of_several_accounts_is_the_same_in_any_format(
    run, two, tmp_path, format
) -> None:
    words = ("crawl", "workspaces", *BOTH)
    await run(*words, "--format", format, "--output", tmp_path / "old")
    await run(*words, "--output", tmp_path / "new")

    words = ("diff", tmp_path / "old", tmp_path / "new", "--format", "json", "--exit-code")
    ended = await run(*words)

    assert (ended.code, ended.out) == (0, "")


@pytest.mark.parametrize("format", ["ndjson", "csv", "parquet", "sqlite"])
async def test_several_accounts_are_one_file(run, emu, two, tmp_path, format) -> None:
    words = ("--format", format, "--output", tmp_path / "all")

    ended = await run("crawl", "workspaces", *BOTH, *words)

    assert ended.code == 0, ended.err
    found = list(read_inventory(tmp_path / "all"))
    by_profile = {name: [e["id"] for e in found if e["meta"]["profile"] == name] for name in "ab"}
    assert sorted(by_profile["a"]) == sorted(r.id for r in emu.store.all("workspaces"))
    assert sorted(by_profile["b"]) == sorted(r.id for r in two.store.all("workspaces"))


async def test_several_accounts_are_one_stream(run, emu, two) -> None:
    ended = await run("crawl", "workspaces", *BOTH)

    assert len(ended.lines) == 250
    assert {json.loads(line)["meta"]["origin"] for line in ended.lines} == {emu.url, two.url}


async def test_an_account_that_fails_does_not_stop_the_others(run, emu, two, tmp_path) -> None:
    words = ("crawl", "workspaces", *BOTH, "--output", tmp_path / "all", "--resume", tmp_path / "n")
    two.fail("GET", "/workspaces", status=404, times=1)

    failed = await run(*words)

    assert failed.code == 3
    assert "b: GET /workspaces: 404 Not Found" in failed.err
    assert "stopped a after the last page, b before workspaces; the same command" in failed.err
    assert not (tmp_path / "all").exists()
    emu.requests.clear()

    ended = await run(*words)

    assert ended.code == 0
    assert len(emu.requests) == 0  # that account was complete
    assert len(list(read_inventory(tmp_path / "all"))) == 250


async def test_a_dry_run_takes_the_longest_of_several_accounts(run, two) -> None:
    ended = await run("crawl", "workspaces", *BOTH, "--dry-run", "--rate", "60/m")

    assert ended.lines[-1].startswith("4 requests: at least 2.0 s")


async def test_drift_names_the_account(run, emu, two) -> None:
    def delete(request) -> bool:
        if ("page[number]", "2") in request.query:
            emu._service.delete(emu.store.all("workspaces")[0], forced=True)
        return False

    emu.fail("GET", "/workspaces", times=None, match=delete)

    ended = await run("crawl", "workspaces", *BOTH)

    assert ended.code == 4
    assert "a: workspaces: the list changed on the way" in ended.err


# -- going on --------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["ndjson", "csv", "parquet", "sqlite"])
async def test_a_crawl_that_is_killed_again_and_again_misses_and_doubles_nothing(
    emu, tmp_path, format
) -> None:
    """The process gets SIGKILL as a page is asked for, each time another."""
    emu.seed(environments=2, workspaces=500)
    words = [sys.executable, "-m", "scalr_async", "crawl", "environments", "workspaces"]
    words += ["--include", "latest-run", "--format", format]
    words += ["--output", str(tmp_path / "all"), "--resume", str(tmp_path / "note")]
    env = {**os.environ, "SCALR_HOSTNAME": emu.url, "SCALR_TOKEN": str(emu.token)}
    env["PYTHONPATH"] = os.pathsep.join(sys.path)
    process = None

    def kill(request) -> bool:
        if dict(request.query)["page[number]"] == deadly:
            process.send_signal(signal.SIGKILL)
        return False

    emu.fail("GET", "/workspaces", times=None, match=kill)
    for deadly in ("1", "3", "4", "never"):
        process = await asyncio.create_subprocess_exec(
            *words, env=env, stderr=asyncio.subprocess.PIPE
        )
        _, said = await process.communicate()
        assert process.returncode == (0 if deadly == "never" else -signal.SIGKILL), said

    found = list(read_inventory(tmp_path / "all"))
    assert sorted(ids(found, "workspaces")) == sorted(r.id for r in emu.store.all("workspaces"))
    assert len(ids(found, "environments")) == len(emu.store.all("environments"))
    assert len(set(ids(found, "runs"))) == len(ids(found, "runs"))
    assert {path.name for path in tmp_path.iterdir()} == {"all"}


@pytest.mark.parametrize(("seconds", "kept"), [(0.0, [1, 2, 3, 3]), (3600.0, [3])])
async def test_checkpoints_are_kept_now_and_then_and_at_the_end(
    run, emu, estate, tmp_path, monkeypatch, seconds, kept
) -> None:
    monkeypatch.setattr("scalr_async.inventory._crawl._SAVE_EVERY", seconds)
    saved = []
    monkeypatch.setattr(
        "scalr_async.inventory._checkpoint.write_file", lambda path, text, mode: saved.append(text)
    )

    await run("crawl", "workspaces", "--output", tmp_path / "a", "--resume", tmp_path / "n")

    pages = [json.loads(text)["positions"][0]["page"] for text in saved]
    assert pages == kept


async def test_a_list_without_pages_is_not_read_twice(run, emu, tmp_path) -> None:
    words = ("crawl", "permissions", "users", "--output", tmp_path / "all")
    emu.fail("GET", "/users", status=404, times=1)

    assert (await run(*words, "--resume", tmp_path / "n")).code == 3
    note = json.loads((tmp_path / "n").read_text())
    note["positions"][0] |= {"collection": "permissions", "page": 0, "begun": 0, "size": 0}
    assert (await run(*words, "--resume", tmp_path / "n")).code == 0

    found = list(read_inventory(tmp_path / "all"))
    assert len(ids(found, "permissions")) == len(set(ids(found, "permissions"))) > 0


async def test_a_crawl_that_goes_on_asks_from_the_same_time(run, emu, estate, tmp_path) -> None:
    words = ("crawl", "workspaces", "--since", "3650d", "--output", tmp_path / "all")

    def second(request) -> bool:
        return dict(request.query).get("page[number]") == "2"

    emu.fail("GET", "/workspaces", status=404, times=1, match=second)
    assert (await run(*words, "--resume", tmp_path / "n")).code == 3
    assert (await run(*words, "--resume", tmp_path / "n")).code == 0

    assert len({dict(request.query)["filter[updated-at]"] for request in emu.requests}) == 1
    assert len(list(read_inventory(tmp_path / "all"))) == 250


async def test_included_resources_are_remembered_in_a_bounded_way(monkeypatch) -> None:
    from scalr_async.inventory._documents import SeenIds

    monkeypatch.setattr("scalr_async.inventory._documents._REMEMBERED", 2)
    seen = SeenIds()

    new = [seen.is_new(("runs", id)) for id in "abacb"]

    assert new == [True, True, False, True, True]  # b was seen longest ago


@pytest.fixture
def half(run, emu, tmp_path):
    """Crawl 250 workspaces with their runs until page 3 fails, then change the note."""

    async def crawl(*more: str, **position) -> tuple:
        emu.seed(environments=2, workspaces=250)
        words = ("crawl", "workspaces", "agents", "--include", "latest-run", *more)
        words += ("--output", tmp_path / "all", "--resume", tmp_path / "note")
        emu.fail("GET", "/agents", status=404, times=1)
        assert (await run(*words)).code == 3
        note = json.loads((tmp_path / "note").read_text())
        note["positions"][0] |= position
        (tmp_path / "note").write_text(json.dumps(note))
        emu.requests.clear()
        return words

    return crawl


async def test_the_last_page_of_a_list_is_known_for_it(run, emu, half, tmp_path) -> None:
    words = await half()
    last = [record.id for record in emu.store.all("workspaces")][200:]
    note = json.loads((tmp_path / "note").read_text())
    at_end = {"collection": "workspaces", "page": 3, "ids": last, "total": 250, "written": 250}
    note["positions"][0] |= at_end | {"begun": 0}
    (tmp_path / "note").write_text(json.dumps(note))

    ended = await run(*words)

    assert ended.code == 0
    pages = [dict(r.query)["page[number]"] for r in emu.requests if r.path == "/workspaces"]
    assert pages == ["3"]  # to see whether it is as it was
    assert len(ids(read_inventory(tmp_path / "all"), "workspaces")) == 250


async def test_what_came_along_is_not_written_again_by_a_crawl_that_goes_on(
    run, emu, half, tmp_path
) -> None:
    words = await half(collection="workspaces", page=0)

    ended = await run(*words)

    assert ended.code == 0
    found = ids(read_inventory(tmp_path / "all"), "runs")
    assert len(found) == len(set(found)) > 0


async def test_a_folder_is_gone_on_with_too(run, emu, half, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("scalr_async.inventory._output._BATCH", 7)
    (tmp_path / "all").mkdir()
    words = await half("--format", "parquet")

    assert (await run(*words)).code == 0

    assert {path.name for path in tmp_path.iterdir()} == {"all"}
    assert len(ids(read_inventory(tmp_path / "all"), "workspaces")) == 250


@pytest.mark.parametrize("format", ["ndjson", "csv"])
async def test_a_device_is_written_as_a_stream(run, estate, format) -> None:
    ended = await run("crawl", "--format", format, "--output", "/dev/null")

    assert ended.code == 0
    assert Path("/dev/null").is_char_device()


def test_a_place_is_told_for_every_position() -> None:
    from scalr_async.cli._crawl import _place

    assert _place(Position(collection="agents")) == "before agents"
    assert _place(Position(collection="agents", page=2)) == "after page 2 of agents"
    assert _place(Position(collection="agents", is_complete=True)) == "after the last page"


def test_a_stream_forgets_and_remembers_nothing() -> None:
    draft = _StreamDraft(lambda _: None, io.BytesIO())
    draft.cut(0)
    assert (draft.write([]), list(draft.documents())) == (0, [])
