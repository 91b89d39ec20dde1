"""`diff`: what was created, changed and deleted between two crawls, whatever their format."""

from __future__ import annotations

import json

import pytest

from scalr_async import InvalidArgumentError, ScalrClient
from scalr_async.inventory._csv import CsvWriter
from scalr_async.inventory._diff import compare
from scalr_async.inventory._documents import json_lines

pytestmark = pytest.mark.generous("files are compared; no server is asked")
FORMATS = ["ndjson", "csv", "parquet", "sqlite"]


@pytest.fixture
async def two(run, emu, tmp_path):
    """Crawl twice, in given formats, with changes in between; return what was changed."""
    emu.seed(environments=2, workspaces=120, pools=2, agents=3)

    async def crawl(old: str, new: str):
        await run("crawl", "--format", old, "--output", tmp_path / "old")
        workspaces = emu.store.all("workspaces")
        gone, renamed = workspaces[0].id, workspaces[50].id
        emu._service.delete(workspaces[0], forced=True)
        async with ScalrClient(emu.url, emu.token) as scalr:
            await scalr.workspaces.update(renamed, name="renamed")
        home = {"environment": emu.store.all("environments")[0].id}
        made = emu.create("workspaces", {"name": "made"}, home).id
        await run("crawl", "--format", new, "--output", tmp_path / "new")
        return made, renamed, gone

    return crawl


@pytest.mark.parametrize("old", FORMATS)
@pytest.mark.parametrize("new", FORMATS)
async def test_changes_are_found_between_any_two_formats(run, emu, two, tmp_path, old, new) -> None:
    made, renamed, gone = await two(old, new)
    emu.requests.clear()

    ended = await run("diff", tmp_path / "old", tmp_path / "new", "--format", "json")

    assert ended.code == 0
    found = {(line["change"], line["id"]): line for line in map(json.loads, ended.lines)}
    ours = {("created", made), ("changed", renamed), ("deleted", gone)}
    # Pools have counts of workspaces, and so change with them.
    assert {key for key, line in found.items() if line["type"] == "workspaces"} == ours
    assert found["changed", renamed]["fields"]["name"]["new"] == "renamed"
    assert len(emu.requests) == 0


async def test_as_text_each_change_is_a_line_and_each_field_another(run, two, tmp_path) -> None:
    made, renamed, gone = await two("ndjson", "ndjson")

    ended = await run("diff", tmp_path / "old", tmp_path / "new", "--ignore", "updated_at")

    at = ended.lines.index(f"~ workspaces {renamed} renamed")
    assert ended.lines[at + 1].endswith(" -> renamed")
    assert f"+ workspaces {made} made" in ended.lines
    assert any(line.startswith(f"- workspaces {gone} ") for line in ended.lines)
    assert not any("updated-at" in line for line in ended.lines)
    assert ended.err.startswith("1 created, ")


async def test_as_html_it_is_a_page_that_can_be_kept(run, two, tmp_path) -> None:
    made, renamed, gone = await two("ndjson", "sqlite")
    words = ("--format", "html", "--output", tmp_path / "page.html")

    ended = await run("diff", tmp_path / "old", tmp_path / "new", *words)

    page = (tmp_path / "page.html").read_text()
    assert ended.code == 0
    assert f"wrote {tmp_path}/page.html" in ended.err
    assert all(id in page for id in (made, renamed, gone))
    assert "<h2>Created</h2>" in page
    assert "Nothing has changed" not in page


@pytest.mark.parametrize("format", ["text", "json", "html"])
async def test_the_same_twice_is_no_change(run, two, tmp_path, format) -> None:
    await two("ndjson", "parquet")
    words = ("diff", tmp_path / "new", tmp_path / "new", "--exit-code", "--format", format)

    ended = await run(*words)

    assert (ended.code, ended.err) == (0, "0 created, 0 changed, 0 deleted\n")
    assert ("Nothing has changed" in ended.out) == (format == "html")


async def test_changes_can_make_the_exit_code(run, two, tmp_path) -> None:
    await two("ndjson", "ndjson")

    assert (await run("diff", tmp_path / "old", tmp_path / "new", "--exit-code")).code == 1


def workspace(id: str = "ws-1", origin: str = "https://a", **attributes) -> dict:
    links = attributes.pop("links", {})
    return {
        "type": "workspaces",
        "id": id,
        "attributes": {"name": "app", **attributes},
        "relationships": {name: {"data": data} for name, data in links.items()},
        "meta": {"origin": origin},
    }


@pytest.fixture
def changes(tmp_path):
    """Compare two lists of documents."""

    def compared(old: list[dict], new: list[dict], **options) -> tuple[list, dict]:
        for name, documents in (("old", old), ("new", new)):
            (tmp_path / name).write_bytes(json_lines(documents))
        with compare(tmp_path / "old", tmp_path / "new", **options) as comparison:
            return [*comparison.changes()], dict(comparison.left_out)

    return compared


TAGS = [{"type": "tags", "id": "tag-1"}, {"type": "tags", "id": "tag-2"}]
POOL = {"type": "agent-pools", "id": "apool-1"}


@pytest.mark.parametrize(
    ("old", "new", "fields"),
    [
        ({"a": 1}, {"a": 2}, {"a": (1, 2)}),
        ({"a": True}, {"a": 1}, {"a": (True, 1)}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}}, {"a.c": (2, 3)}),
        ({"a": None}, {"a": {"b": 1}}, {"a.b": (None, 1)}),
        ({"a": [1, 2]}, {"a": [2, 1]}, {"a": ([1, 2], [2, 1])}),
        ({"a": None}, {"a": {}}, {}),
        ({"a": "2026-01-01T00:00:00Z"}, {"a": "2026-01-01T01:00:00.000+01:00"}, {}),
        ({"a": "2026-01-01"}, {"a": "2026-01-02"}, {"a": ("2026-01-01", "2026-01-02")}),
        ({"links": {"tags": TAGS}}, {"links": {"tags": TAGS[::-1]}}, {}),
        ({"links": {"tags": TAGS}}, {"links": {"tags": []}}, {"tags": (["tag-1", "tag-2"], [])}),
        ({"links": {"pool": POOL}}, {"links": {"pool": None}}, {"pool": ("apool-1", None)}),
    ],
)
def test_fields_are_compared_one_by_one(changes, old, new, fields) -> None:
    found, left_out = changes([workspace(**old)], [workspace(**new)])

    assert [dict(change.fields) for change in found] == ([fields] if fields else [])
    assert left_out == {}


def test_a_field_or_a_type_that_one_file_lacks_is_left_out_and_told(changes) -> None:
    tag = {"type": "tags", "id": "tag-1"}

    found, left_out = changes([workspace(a=1), tag], [workspace(b=1, name="new")])

    assert [dict(change.fields) for change in found] == [{"name": ("app", "new")}]
    assert left_out == {"tags": "new", "workspaces.a": "new", "workspaces.b": "old"}


async def test_what_is_left_out_is_told_on_the_command_line_and_on_the_page(run, tmp_path) -> None:
    (tmp_path / "old").write_bytes(json_lines([workspace(a=1)]))
    (tmp_path / "new").write_bytes(json_lines([workspace(name="<b>")]))

    ended = await run("diff", tmp_path / "old", tmp_path / "new", "--format", "html")

    assert "workspaces.a is not in the new file: not compared" in ended.err
    assert "workspaces.a is not in the new file" in ended.out
    assert "<b>" not in ended.out


def test_what_only_came_along_is_not_compared(changes) -> None:
    along = workspace("ws-2")
    along["meta"]["included"] = True

    assert changes([workspace(), along], [workspace()]) == ([], {})


def test_the_same_id_on_two_servers_is_two_resources(changes) -> None:
    both = [workspace(origin="https://a"), workspace(origin="https://b", name="other")]

    assert changes(both, both) == ([], {})
    found, _ = changes(both, both[:1])
    assert [(change.kind, change.name) for change in found] == [("deleted", "other")]


def test_several_servers_are_not_compared_without_their_names(changes) -> None:
    both = [workspace(origin="https://a"), workspace(origin="https://b")]
    nameless = workspace()
    del nameless["meta"]["origin"]

    for old, new in ((both, [nameless]), ([nameless], both)):
        with pytest.raises(InvalidArgumentError, match="several servers"):
            changes(old, new)
    assert changes([nameless], [workspace()]) == ([], {})


CONTROLS = [chr(code) for code in (*range(32), *range(127, 160), 0x2028, 0x2029, 0x200E, 0x200F)]
CONTROLS += [chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))]


@pytest.mark.parametrize("old", ["ndjson", "csv"])
@pytest.mark.parametrize("place", ["name", "list", "nested"])
def test_what_csv_cannot_hold_is_no_change(tmp_path, old, place) -> None:
    texts = ["", "=1+1", "'", " ", "a\r\nb", "a\rb", "x" * 200_000, '"', "\u05d0\u200f"]
    texts += [f"a{control}b" for control in CONTROLS]
    values = {
        "name": lambda text: {"name": text},
        "list": lambda text: {"var-files": [text, "b"]},
        "nested": lambda text: {"vcs-repo": {"path": text}},
    }[place]
    documents = [workspace(f"ws-{n}", **values(text)) for n, text in enumerate(texts)]
    (tmp_path / "ndjson").write_bytes(json_lines(documents))
    with (tmp_path / "csv").open("wb") as file:
        columns = ["type", "id", "origin", "name", "var-files", "vcs-repo"]
        CsvWriter(file, columns).write(documents)

    new = "csv" if old == "ndjson" else "ndjson"
    with compare(tmp_path / old, tmp_path / new) as comparison:
        assert [*comparison.changes()] == []

    changed = [workspace(f"ws-{n}", **values(f"{text}c")) for n, text in enumerate(texts)]
    (tmp_path / "ndjson").write_bytes(json_lines(changed))
    with compare(tmp_path / old, tmp_path / new) as comparison:
        assert len([*comparison.changes()]) == len(texts)


def test_a_server_that_moved_keeps_its_resources(changes) -> None:
    assert changes([workspace(origin="https://a")], [workspace(origin="https://b")])[0] == []


@pytest.mark.parametrize("shape", [None, 5, "x", [], {"a": 5}])
@pytest.mark.parametrize("member", ["attributes", "relationships", "meta"])
def test_documents_of_any_shape_are_compared(changes, member, shape) -> None:
    odd = {**workspace(), member: shape}

    assert changes([odd], [odd])[0] == []


def test_long_tables_are_cut_and_the_rest_is_counted(changes, monkeypatch) -> None:
    from scalr_async.inventory import _diff_page

    monkeypatch.setattr(_diff_page, "_ROWS", 2)
    found, _ = changes([workspace("ws-0")], [workspace(f"ws-{i}") for i in range(6)])

    page = _diff_page.diff_page("t", "s", found, {})

    assert "and 3 more" in page
    assert "<dd>5</dd>" in page


def test_a_text_that_cannot_be_kept_is_named(tmp_path) -> None:
    (tmp_path / "a").write_text('{"type": "tags", "id": "\\ud800"}\n')

    with (
        pytest.raises(Exception, match="a: cannot be compared"),
        compare(tmp_path / "a", tmp_path / "a"),
    ):
        pass


async def test_a_file_that_is_none_is_named(run, tmp_path) -> None:
    ended = await run("diff", tmp_path / "a", tmp_path / "b")

    assert ended.code == 2
    assert "a' cannot be read: No such file" in ended.err
