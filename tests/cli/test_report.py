from __future__ import annotations

import html as markup
import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from scalr_async.inventory._charts import Bar, Cell, bars, table, text
from scalr_async.inventory._report_page import page
from scalr_async.inventory._statistics import UNKNOWN, Seen, Statistics

ENVIRONMENT = "env-svrcnchebt61e30"


@pytest.fixture
def output(tmp_path):
    return tmp_path / "report.html"


def chart(html: str, id: str) -> dict[str, int]:
    """What a chart says: labels and counts."""
    section = re.search(f'<section id="{id}">(.*?)</section>', html).group(1)
    rows = re.findall(r"<li[^>]*><span>(.*?)</span>.*?<span>([\d,]+) · [^<]*</span></li>", section)
    return {
        markup.unescape(re.sub("<.*?>", "", label)): int(count.replace(",", ""))
        for label, count in rows
    }


@pytest.mark.generous("counts what an answer may leave out")
async def test_the_page_counts_everything(run, emu, output) -> None:
    emu.seed(environments=2, workspaces=60, pools=2, agents=4)

    ended = await run("report", "--output", output)

    assert (ended.code, ended.out) == (0, "")
    assert ended.err == f"wrote {output}\n"
    html = output.read_text()
    homes = chart(html, "environments")
    assert homes["production"] > homes["staging"]
    for id in ("environments", "versions", "runs", "ages"):
        assert sum(chart(html, id).values()) == 60
    assert "never run" in chart(html, "runs")
    assert sum(chart(html, "load").values()) == 20
    assert sum(chart(html, "unlinked").values()) == 40


async def test_the_latest_run_is_told_and_leads_to_its_workspace(run, emu, output) -> None:
    workspace = emu.create("workspaces", {"name": "a"}, {"environment": ENVIRONMENT})
    made = emu.create("runs", {"status": "errored"}, {"workspace": workspace.id})
    emu._service.store.change(workspace, {}, {"latest-run": made.id})

    await run("report", "--output", output)

    html = output.read_text()
    assert chart(html, "runs") == {"errored": 1}
    assert f'href="{emu.url}/v2/e/{ENVIRONMENT}/workspaces/{workspace.id}/"' in html
    assert "The latest run failed in 1 workspace (" in html


@pytest.mark.generous("counts what an answer may leave out")
async def test_a_pool_whose_agents_are_down_is_the_first_thing_told(run, emu, output) -> None:
    pool = emu.create("agent-pools", {"name": "eu"})
    for number in range(5):
        emu.create("agents", {"name": f"a-{number}", "status": "offline"}, {"pool": pool.id})
    for number in range(11):
        relationships = {"environment": ENVIRONMENT, "agent-pool": pool.id}
        emu.create("workspaces", {"name": f"app-{number}"}, relationships)

    await run("report", "--output", output)

    html = output.read_text()
    assert "<strong>1 thing needs attention now</strong>" in html
    assert "No agent of pool eu is up (5 offline); 11 workspaces run on it" in html
    assert '<span class="status critical">5</span>' in html


async def test_the_page_needs_nothing_else_and_is_well_formed(run, emu, output) -> None:
    emu.seed(environments=1, workspaces=30, pools=2, agents=3)
    await run("report", "--output", output)
    html = output.read_text()
    open_tags: list[str] = []

    class Checker(HTMLParser):
        def handle_starttag(self, tag, attributes) -> None:
            given = dict(attributes)
            assert "src" not in given
            assert given.get("href", "#").startswith(("#", emu.url))
            assert not [name for name in given if name.startswith("on")]
            if tag not in ("meta", "rect", "input"):
                open_tags.append(tag)

        def handle_startendtag(self, tag, attributes) -> None:
            assert tag == "rect"

        def handle_endtag(self, tag) -> None:
            assert open_tags.pop() == tag

    Checker().feed(html)

    assert open_tags == []
    assert "url(" not in html
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    for target in re.findall(r'href="#([^"]+)"', html):
        assert target in ids


async def test_an_empty_account_reads_well(run, emu, output) -> None:
    await run("report", "--output", output)

    html = output.read_text()
    assert "There are no workspaces yet" in html
    assert 'class="bars"' not in html


@pytest.mark.parametrize(
    "kind", ["accounts", "environments", "agent-pools", "agents", "workspaces"]
)
@pytest.mark.parametrize("status", [403, 404])
async def test_what_may_not_be_read_is_told_and_the_rest_is_there(
    run, emu, output, kind, status
) -> None:
    emu.seed(environments=2, workspaces=20, pools=2, agents=3)
    emu.fail("GET", f"/{kind}", status=status, times=None)

    ended = await run("report", "--output", output)

    assert ended.code == 4
    html = output.read_text()
    name = kind.replace("-", " ")
    assert f"<dt>{name}</dt><dd>?</dd>" in html
    assert f"{name.capitalize()} could not be read: {status}" in html


async def test_a_token_that_may_read_nothing_makes_no_page(run, emu, output) -> None:
    emu.fail("GET", "*", status=403, times=None)

    ended = await run("report", "--output", output)

    assert ended.code == 3
    assert not output.exists()


async def test_a_page_that_cannot_be_written_is_one_line_before_anything_is_read(
    run, emu, tmp_path
) -> None:
    ended = await run("report", "--output", tmp_path / "nowhere" / "report.html")

    assert ended.code == 2
    assert ended.err.count("\n") == 1
    assert "cannot be written: No such file or directory" in ended.err
    assert len(emu.requests) == 0


async def test_a_page_goes_to_standard_output(run, emu) -> None:
    ended = await run("report", "--output", "-")

    assert ended.code == 0
    assert ended.out.startswith("<!doctype html>")
    assert "wrote" not in ended.err


HOSTILE = "</script><script>alert(1)</script>\"'&\x1b[31m"


def test_names_are_text_whatever_they_hold() -> None:
    statistics = Statistics(now=datetime(2026, 1, 1, tzinfo=UTC))
    statistics.totals["workspaces"] = 1
    statistics.by_environment[HOSTILE] = 1
    statistics.environments[HOSTILE] = HOSTILE
    statistics.unread["agents"] = HOSTILE

    html = page(statistics, "https://<b>host/")

    assert html.count("<script") == 1
    assert "<b>" not in html
    assert "\x1b" not in html


def test_a_workspace_that_never_changed_is_listed_without_a_day() -> None:
    statistics = Statistics(now=datetime(2026, 1, 1, tzinfo=UTC))
    statistics.failing.append(Seen("ws-1", "app", "env-1", None))

    assert 'data-key="0" class="number">unknown' in page(statistics, "https://acme.scalr.io")


@pytest.mark.parametrize(("home", "linked"), [("env-1", True), (UNKNOWN, False)])
def test_a_workspace_leads_to_its_place_where_that_is_known(home, linked) -> None:
    statistics = Statistics(now=datetime(2026, 1, 1, tzinfo=UTC), environments={"env-1": "main"})
    statistics.failing.append(Seen("ws-1", "app", home, None))

    html = page(statistics, "https://acme.scalr.io/")

    href = re.findall(r'href="(http[^"]*)"', html)
    assert href == (["https://acme.scalr.io/v2/e/env-1/workspaces/ws-1/"] if linked else [])


async def test_nothing_the_page_says_itself_is_shown_escaped(run, emu, output) -> None:
    emu.seed(environments=20, workspaces=300, pools=4, agents=9)

    await run("report", "--output", output)

    body = output.read_text().partition("<body>")[2].partition("<script>")[0]
    assert "%" in body
    assert re.findall(r"\\[xuU][0-9a-f]+|&amp;\w+;", body) == []


def test_what_is_left_over_flattens_no_bar() -> None:
    shown = bars("many", [Bar(f"n-{i}", 10) for i in range(500)], id="many")

    assert shown.count("<rect") == 15
    assert 'width="100.00"' in shown
    assert "and 485 others" in shown
    assert "4,850 · 97" in shown


def test_a_chart_without_rows_says_so() -> None:
    assert "nothing to show" in bars("none", [], id="none")


def test_long_labels_are_whole() -> None:
    label = "a-workspace-with-a-name-of-" + "x" * 60

    assert label in bars("long", [Bar(label, 1)], id="long")


def test_a_table_sorts_numbers_by_value_and_tells_what_it_leaves_out() -> None:
    rows = [[Cell("a"), Cell("1,000", 1000.0)], [Cell("b", kind="failed"), Cell("9", 9.0)]]

    shown = table("t", ("name", "count"), rows, id="t", more=1_234)

    assert 'data-key="1000" class="number">1,000' in shown
    assert '<span class="status failed">b</span>' in shown
    assert "and 1,234 more" in shown
    assert table("t", ("name",), [], id="t") == ""


def test_text_is_escaped_and_cut() -> None:
    assert text("<&>") == "&lt;&amp;&gt;"
    assert len(text("x" * 1000)) == 300


async def test_a_list_that_changed_while_it_was_counted_is_named(run, emu, output) -> None:
    emu.seed(environments=1, workspaces=250, pools=1, agents=1)

    def delete(request) -> bool:
        if ("page[number]", "2") in request.query:
            emu._service.delete(emu.store.all("workspaces")[0], forced=True)
        return False

    emu.fail("GET", "/workspaces", times=None, match=delete)

    ended = await run("report", "--output", output)

    assert ended.code == 4
    assert ended.err.startswith("workspaces: the list changed on the way (")
    assert ended.err.endswith(f"; some may be missing\nwrote {output}\n")
