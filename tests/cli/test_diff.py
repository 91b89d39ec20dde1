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
            return [*comparison.changes()], dict(
                comparison.left_out_types | comparison.left_out_fields
            )

    return compared


TAGS = [{"type": "tags", "id": "tag-1"}, {"type": "tags", "id": "tag-2"}]
POOL = {"type": "agent-pools", "id": "apool-1"}
TEAM = {"type": "teams", "id": "apool-1"}


@pytest.mark.parametrize(
    ("old", "new", "fields"),
    [
        ({"a": 1}, {"a": 2}, {"a": (1, 2)}),
        ({"a": True}, {"a": 1}, {"a": (True, 1)}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}}, {"a.c": (2, 3)}),
        ({"a": None}, {"a": {"b": 1}}, {"a": (None, {"b": 1})}),
        ({"a": {"b": 1}}, {"a": {}}, {"a.b": (1, None)}),
        ({"a": {"b": None}}, {"a": {}}, {"a": ({"b": None}, {})}),
        ({"a": {"b": {"c": 1}}}, {"a": {"b": {"c": 2}}}, {"a.b.c": (1, 2)}),
        ({"a": {"b.c": 1, "b": {"c": 2}}}, {"a": {"b.c": 9, "b": {"c": 2}}}, {'a."b.c"': (1, 9)}),
        ({"a": {"b": {"c": 2}, "b.c": 1}}, {"a": {"b": {"c": 3}, "b.c": 1}}, {"a.b.c": (2, 3)}),
        (
            {"a": {"b.c": 1}},
            {"a": {"b": {"c": 1}}},
            {"a.b": (None, {"c": 1}), 'a."b.c"': (1, None)},
        ),
        ({"a": [True]}, {"a": [1]}, {"a": ([True], [1])}),
        ({"a": 1}, {"a": 1.0}, {}),
        ({"a": [1, 2]}, {"a": [2, 1]}, {"a": ([1, 2], [2, 1])}),
        ({"a": None}, {"a": {}}, {"a": (None, {})}),
        (
            {"created-at": "2026-01-01T00:00:00Z"},
            {"created-at": "2026-01-01T01:00:00.000+01:00"},
            {},
        ),
        (
            {"created-at": "2026-01-01T00:00:00.1234567Z"},
            {"created-at": "2026-01-01T00:00:00.1234568Z"},
            {"created-at": ("2026-01-01T00:00:00.1234567Z", "2026-01-01T00:00:00.1234568Z")},
        ),
        ({"created-at": "soon"}, {"created-at": "late"}, {"created-at": ("soon", "late")}),
        (
            {"created-at": "0001-01-01T00:00:00+14:00"},
            {"created-at": None},
            {"created-at": ("0001-01-01T00:00:00+14:00", None)},
        ),
        ({"a": "2026-01-01"}, {"a": "2026-01-02"}, {"a": ("2026-01-01", "2026-01-02")}),
        ({"links": {"tags": TAGS}}, {"links": {"tags": TAGS[::-1]}}, {}),
        ({"links": {"tags": TAGS}}, {"links": {"tags": []}}, {"tags": (["tag-1", "tag-2"], [])}),
        ({"links": {"pool": POOL}}, {"links": {"pool": None}}, {"pool": ("apool-1", None)}),
        ({"links": {"a": POOL}}, {"links": {"a": TEAM}}, {"a": (POOL, TEAM)}),
        (
            {"a": 1, "links": {"a": POOL}},
            {"a": 2, "links": {"a": None}},
            {"a": (1, 2), "relationships.a": ("apool-1", None)},
        ),
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
    (tmp_path / "old").write_bytes(json_lines([workspace(a=1), {"type": "tags", "id": "tag-1"}]))
    (tmp_path / "new").write_bytes(json_lines([workspace(name="<b>")]))

    ended = await run("diff", tmp_path / "old", tmp_path / "new", "--format", "html")

    assert "workspaces.a is not in the new file: not compared" in ended.err
    assert "workspaces.a is not in the new file" in ended.out
    assert "tags is not in the new file" in ended.out
    assert "<b>" not in ended.out


@pytest.mark.parametrize("format", FORMATS)
async def test_an_account_that_lost_all_of_a_type_makes_the_exit_code(
    run, emu, tmp_path, format
) -> None:
    tag = emu.create("tags", {"name": "a"})
    words = ("crawl", "tags", "environments", "--format", format, "--output")
    await run(*words, tmp_path / "old")
    emu.delete(tag)
    await run(*words, tmp_path / "new")
    words = ("diff", tmp_path / "old", tmp_path / "new", "--exit-code")

    ended = await run(*words)

    assert ended.code == 1
    if format in ("sqlite", "parquet"):
        assert ended.lines == [f"- tags {tag.id} a"]
    else:
        assert ended.lines == []
        assert "tags: none in the new file, which does not say whether they were" in ended.err
    asked = await run(*words, "--types", "tags")
    assert (asked.code, asked.lines) == (1, [f"- tags {tag.id} a"])
    others = await run(*words, "--types", "environments")
    assert (others.code, others.lines) == (0, [])


@pytest.mark.parametrize("format", FORMATS)
async def test_the_only_type_of_a_crawl_may_be_gone(run, emu, tmp_path, format) -> None:
    tag = emu.create("tags", {"name": "a"})
    await run("crawl", "tags", "--format", format, "--output", tmp_path / "old")
    emu.delete(tag)
    await run("crawl", "tags", "--format", format, "--output", tmp_path / "new")

    ended = await run("diff", tmp_path / "old", tmp_path / "new", "--exit-code")

    assert ended.code == 1
    assert (ended.lines == [f"- tags {tag.id} a"]) == (format in ("sqlite", "parquet"))


@pytest.mark.parametrize("new", FORMATS)
@pytest.mark.parametrize("old", FORMATS)
async def test_a_crawl_with_included_resources_is_the_same_in_any_two_formats(
    run, emu, tmp_path, old, new
) -> None:
    emu.seed(environments=1, workspaces=3)
    words = ("crawl", "workspaces", "--include", "environment,tags,latest-run", "--format")
    for name, format in (("old", old), ("new", new)):
        await run(*words, format, "--output", tmp_path / name)

    ended = await run("diff", tmp_path / "old", tmp_path / "new", "--exit-code")

    assert (ended.code, ended.lines) == (0, [])


async def test_a_type_is_named_as_for_a_crawl(run, tmp_path) -> None:
    found = [{"type": "vars", "id": "var-1"}, {"type": "novelties", "id": "n-1"}]
    (tmp_path / "old").write_bytes(json_lines(found))
    (tmp_path / "new").write_bytes(b"")
    words = ("diff", tmp_path / "old", tmp_path / "new", "--types")

    assert (await run(*words, "variables,novelties")).lines == ["- novelties n-1", "- vars var-1"]
    refused = await run(*words, "variable-things")
    assert (refused.code, "no collection that can be listed" in refused.err) == (2, True)


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


@pytest.mark.parametrize("shape", [None, {}, {"a": 5}, {"a": {"data": [5, None]}}])
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


def test_a_name_is_shown_that_the_other_file_could_not_hold(tmp_path) -> None:
    (tmp_path / "new").write_bytes(json_lines([workspace(), workspace("ws-2")]))
    (tmp_path / "old").write_text("type,id\nworkspaces,ws-1\nworkspaces,ws-3\n")

    with compare(tmp_path / "old", tmp_path / "new") as comparison:
        found = [(each.kind, each.id, each.name) for each in comparison.changes()]

    assert found == [("created", "ws-2", "app"), ("deleted", "ws-3", None)]


async def test_values_that_look_alike_are_shown_as_json(run, tmp_path) -> None:
    (tmp_path / "old").write_bytes(json_lines([workspace(name=5)]))
    (tmp_path / "new").write_bytes(json_lines([workspace(name="5")]))

    ended = await run("diff", tmp_path / "old", tmp_path / "new")

    assert ended.lines[1] == '    name: 5 -> "5"'


async def test_a_file_that_is_none_is_named(run, tmp_path) -> None:
    ended = await run("diff", tmp_path / "a", tmp_path / "b")

    assert ended.code == 2
    assert "a' cannot be read: No such file" in ended.err
