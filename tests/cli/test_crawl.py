from __future__ import annotations

import csv
import io
import json
import sys

import pytest

from tests.cli.conftest import Terminal


@pytest.fixture
def estate(emu):
    return emu.seed(environments=2, workspaces=250, pools=2, agents=3)


def ids(emu, *types: str) -> list[str]:
    return [record.id for type in types for record in emu.store.all(type)]


ALL = ("accounts", "environments", "workspaces", "agent-pools", "agents")


async def test_everything_is_written_as_the_server_sent_it(run, emu, estate) -> None:
    ended = await run("crawl")

    assert (ended.code, ended.err) == (0, "")
    found = [json.loads(line) for line in ended.lines]
    assert [resource["id"] for resource in found] == ids(emu, *ALL)
    workspace = next(resource for resource in found if resource["type"] == "workspaces")
    assert workspace["attributes"]["vcs-repo"]["branch"] == "main"
    assert workspace["relationships"]["environment"]["data"]["type"] == "environments"


async def test_only_what_is_asked_for_is_walked(run, emu, estate) -> None:
    ended = await run("crawl", "agents", "environments")

    assert [json.loads(line)["id"] for line in ended.lines] == ids(emu, "environments", "agents")
    assert {request.path for request in emu.requests} == {"/environments", "/agents"}


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


async def test_secrets_are_left_out(run, emu) -> None:
    header = {"name": "X-Key", "value": "canary-value", "sensitive": False}
    emu.create("agent-pools", {"name": "p", "webhook-headers": [header]})

    ended = await run("crawl", "agent_pools")

    assert "X-Key" in ended.out
    assert "canary" not in ended.out


async def test_a_file_gets_its_name_when_it_is_complete(run, emu, estate, tmp_path) -> None:
    output = tmp_path / "all.ndjson"
    emu.fail("GET", "/agents", status=404, times=None)

    failed = await run("crawl", "--output", output)

    assert failed.code == 3
    assert "GET /agents: 404 Not Found" in failed.err
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
    with (tmp_path / "all.part").open("a") as part:
        part.write("half a li")

    complete = await run(*words)

    assert complete.code == 0
    assert not note.exists()
    pages = [dict(r.query)["page[number]"] for r in emu.requests if r.path == "/workspaces"]
    assert pages == ["3"]
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


async def test_another_crawl_cannot_go_on(run, stopped) -> None:
    ended = await run(*stopped, "--format", "csv")

    assert ended.code == 2
    assert "belongs to another crawl" in ended.err


async def test_a_note_of_something_else_is_refused(run, stopped, tmp_path) -> None:
    (tmp_path / "note").write_text("[]")

    ended = await run(*stopped)

    assert ended.code == 2
    assert "not a file that --resume wrote" in ended.err


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

    assert ended.code == 0
    assert ended.err.startswith("workspaces: the list changed on the way (")
