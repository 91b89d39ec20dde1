"""`report --from`: the page of files that a crawl wrote is that of the server."""

from __future__ import annotations

import json
import os
import re

import pytest

from scalr_async.inventory._documents import json_lines
from scalr_async.inventory._records import count_files

pytestmark = pytest.mark.generous("a page of files is compared with that of a server")


@pytest.fixture
def estate(emu):
    return emu.seed(environments=3, workspaces=150, pools=3, agents=9)


def comparable(page: str) -> str:
    """Return a page without its date; ages differ with it by less than a day."""
    return re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", "", page)


@pytest.mark.parametrize("format", ["ndjson", "parquet", "sqlite"])
async def test_the_page_of_files_is_that_of_the_server(run, emu, estate, tmp_path, format) -> None:
    await run("report", "--output", tmp_path / "asked.html")
    words = ("--include", "latest-run", "--format", format, "--output", tmp_path / "all")
    await run("crawl", *words)
    emu.requests.clear()

    ended = await run("report", "--from", tmp_path / "all", "--output", tmp_path / "page.html")

    assert ended.code == 0
    assert len(emu.requests) == 0
    asked, made = ((tmp_path / f"{name}.html").read_text() for name in ("asked", "page"))
    assert comparable(made) == comparable(asked)


async def test_the_order_of_files_does_not_matter(run, emu, estate, tmp_path) -> None:
    kinds = ("workspaces", "agents", "environments", "agent_pools", "accounts", "runs")
    for kind in kinds:
        await run("crawl", kind, "--output", tmp_path / kind)
    files = [tmp_path / kind for kind in kinds]
    pages = []
    for order in (files, files[::-1]):
        await run("report", "--from", *order, "--output", tmp_path / "page")
        pages.append((tmp_path / "page").read_text())

    assert pages[0] == pages[1]
    assert "unknown" not in pages[0]


async def test_csv_has_enough_for_most_of_it(run, estate, tmp_path) -> None:
    await run("crawl", "--format", "csv", "--output", tmp_path / "all")

    ended = await run("report", "--from", tmp_path / "all", "--output", "-")

    assert ended.code == 0
    assert "<dt>workspaces</dt><dd>150</dd>" in ended.out


def workspace(id: str, origin: str | None = "https://a.scalr.io", **attributes) -> dict:
    links = {"environment": {"data": {"type": "environments", "id": "env-1"}}}
    meta = {} if origin is None else {"origin": origin}
    found = {"type": "workspaces", "id": id, "attributes": attributes}
    return {**found, "relationships": links, "meta": meta}


def test_what_is_in_several_files_counts_once(tmp_path) -> None:
    (tmp_path / "a").write_bytes(json_lines([workspace("ws-1"), workspace("ws-2")]))
    (tmp_path / "b").write_bytes(json_lines([workspace("ws-2"), workspace("ws-3")]))

    statistics, origin = count_files([tmp_path / "a", tmp_path / "b"])

    assert statistics.workspaces == 3
    assert origin == "https://a.scalr.io"


@pytest.mark.parametrize("other", ["https://b.scalr.io", None])
def test_resources_of_several_servers_have_no_links(tmp_path, other) -> None:
    (tmp_path / "a").write_bytes(json_lines([workspace("ws-1"), workspace("ws-1", other)]))

    statistics, origin = count_files([tmp_path / "a"])

    assert (statistics.workspaces, origin) == (2, "")


async def test_a_page_without_links_can_be_made(run, tmp_path) -> None:
    (tmp_path / "a").write_bytes(json_lines([workspace("ws-1", None, name="app")]))

    ended = await run("report", "--from", tmp_path / "a", "--output", "-")

    assert "<h1>Inventory</h1>" in ended.out
    assert "/v2/e/" not in ended.out


def test_what_only_came_along_gives_its_name_and_does_not_count(tmp_path) -> None:
    along = {
        "type": "environments",
        "id": "env-1",
        "attributes": {"name": "prod"},
        "meta": {"included": True},
    }
    odd = [{**along, "id": "env-2", "attributes": {"name": 5}}, {**along, "type": "tags"}]
    odd.append({"type": "tags", "id": "tag-1"})
    (tmp_path / "a").write_bytes(json_lines([workspace("ws-1"), along, *odd]))

    statistics, _ = count_files([tmp_path / "a"])

    assert statistics.environments == {"env-1": "prod"}
    assert statistics.totals["environments"] == 0
    assert statistics.unread["environments"] == "there are none in the files"


def test_ages_are_those_at_the_time_of_the_crawl(tmp_path) -> None:
    changed = {"updated-at": "2026-01-01T00:00:00Z", "created-at": "2025-01-01T00:00:00"}
    (tmp_path / "a").write_bytes(
        json_lines([workspace("ws-1", **changed), workspace("ws-2", **{"updated-at": "soon"})])
    )
    os.utime(tmp_path / "a", (1767398400, 1767398400))  # 2026-01-03

    statistics, _ = count_files([tmp_path / "a"])

    assert statistics.ages()["a week"] == 1
    assert statistics.ages()["unknown"] == 1


@pytest.mark.parametrize("shape", [None, {}, {"environment": 5}, {"latest-run": {"data": 5}}])
@pytest.mark.parametrize("member", ["attributes", "relationships", "meta"])
def test_documents_of_any_shape_are_counted(tmp_path, member, shape) -> None:
    runs = {"type": "runs", "id": "run-1", member: shape}
    lines = json.dumps({**workspace("ws-1"), member: shape}) + "\n" + json.dumps(runs)
    (tmp_path / "a").write_text(lines)

    statistics, _ = count_files([tmp_path / "a"])

    assert statistics.workspaces == 1


async def test_a_file_that_is_none_is_named_and_makes_no_page(run, tmp_path) -> None:
    ended = await run("report", "--from", tmp_path / "a", "--output", tmp_path / "page")

    assert ended.code == 2
    assert "a' cannot be read: No such file" in ended.err or "cannot be read" in ended.err
    assert list(tmp_path.glob("page")) == []
