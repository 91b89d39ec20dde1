"""Answers that no Scalr gives: each command ends with a line and a code, and no terminal obeys."""

from __future__ import annotations

import csv
import io
import json

import pytest

from scalr_async.inventory._collections import collections
from scalr_async.inventory._csv import CsvWriter
from scalr_async.inventory._documents import document, json_lines

ODD = [None, 5, "x", [], ["x"], {}, {"data": 5}, {"data": []}, {"data": [None]}, {"data": {}}]
CONTROLS = [chr(code) for code in (0x1B, 0x7F, 0x85, 0x9B, 0x200E, 0x2028, 0x202E, 0x2066)]


class Resource:
    """A resource that is written as it came."""

    def __init__(self, raw: dict) -> None:
        self._raw = raw

    def raw(self) -> dict:
        return self._raw


POOL = {"type": "agent-pools", "id": "apool-1", "attributes": {"name": "eu"}, "relationships": {}}
PATHS = [
    *((name,) for name in POOL),
    *(("attributes", name) for name in ("name", "is-shared", "vcs-enabled")),
    *(("relationships", name) for name in ("workspaces", "agents", "environments", "account")),
]


def with_value(path: tuple[str, ...], value: object, *, gone: bool = False) -> dict:
    document = json.loads(json.dumps(POOL))
    *outer, last = path
    place = document[outer[0]] if outer else document
    if gone:
        place.pop(last, None)
    else:
        place[last] = value
    return document


def answer(*resources: dict) -> bytes:
    page = {"current-page": 1, "page-size": 20, "prev-page": None, "next-page": None}
    page |= {"total-pages": 1, "total-count": len(resources)}
    return json.dumps({"data": resources, "meta": {"pagination": page}}).encode()


@pytest.mark.unmeasured
@pytest.mark.generous("the answers are these")
@pytest.mark.parametrize("words", ["pools list", "pools list --json", "crawl agent_pools"])
@pytest.mark.parametrize("path", PATHS, ids="/".join)
async def test_values_of_any_kind_end_with_a_code(run, emu, words, path) -> None:
    bodies = [answer(with_value(path, value)) for value in ODD]
    bodies.append(answer(with_value(path, None, gone=True)))
    forms = [[]] if "pools" in words.split() else [[], ["--format", "csv"]]
    for body in bodies:
        emu._server.failures.clear()
        emu.fail("GET", "/agent-pools", status=200, body=body, times=None)
        for form in forms:
            ended = await run(*words.split(), *form)

            assert ended.code in (0, 3), (body, ended.err)
            assert ended.err.count("\n") <= 1


@pytest.mark.generous("the answers are these")
@pytest.mark.parametrize("control", CONTROLS, ids=ascii)
async def test_no_control_is_written_for_a_terminal(run, emu, control) -> None:
    name = f"a{control}b"
    odd = with_value(("attributes", "name"), name) | {"id": f"apool-{control}"}
    emu.fail("GET", "/agent-pools", status=200, body=answer(odd), times=None)

    for words in ("crawl agent_pools", "pools list --json", "pools list"):
        ended = await run(*words.split())
        assert ended.code == 0
        assert control not in ended.out
        if words != "pools list":
            line = json.loads(ended.out)
            assert line.get("name", line.get("attributes", {}).get("name")) == name
    table = await run("crawl", "agent_pools", "--format", "csv")
    (row,) = csv.DictReader(io.StringIO(table.out))
    assert row["name"] == "a\N{REPLACEMENT CHARACTER}b"


def test_a_resource_without_anything_is_a_row() -> None:
    nothing = document(Resource({}), {})
    file = io.BytesIO()

    CsvWriter(file).write([nothing])

    assert file.getvalue().splitlines()[1] == b",,,,,,,,,"
    assert json_lines([nothing]) == b'{"type":null,"id":null,"meta":{}}\n'


@pytest.mark.parametrize(
    "name", [name for name, each in collections().items() if not each.route.paginated]
)
@pytest.mark.parametrize("more", ["numbers", "link", None])
async def test_a_list_without_pages_that_is_cut_off_is_not_taken_for_whole(
    run, emu, name, more
) -> None:
    found = collections()[name]
    items = [{"type": found.type, "id": f"x-{n}", "attributes": {}} for n in range(20)]
    pages = 3 if more == "numbers" else 1
    page = {"current-page": 1, "page-size": 20, "prev-page": None, "total-pages": pages}
    page |= {"total-count": 20 * pages, "next-page": 2 if pages > 1 else None}
    answer = {"data": items, "meta": {"pagination": page}}
    if more == "link":
        answer = {"data": items, "links": {"next": f"{emu.url}{found.route.path}?page[number]=2"}}
    emu.fail("GET", found.route.path, status=200, body=json.dumps(answer).encode(), times=None)

    for words, code in (((), 4), (("--verify",), 4), (("--allow-missing",), 0)):
        ended = await run("crawl", name, *words)

        assert ended.code == (0 if more is None else code)
        assert len(ended.lines) == 20
        assert ("some may be missing" in ended.err) == (more is not None)
