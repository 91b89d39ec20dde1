"""A word is an id first, then a name; nobody is chosen by guess."""

from __future__ import annotations

import pytest

from scalr_async.resources.agent_pools import AgentPools
from tests.cli.conftest import ENVIRONMENT, linked

ACCOUNT = {"account": "acc-svrcncgh453bi8g"}


@pytest.fixture
def pool(emu):
    return emu.create("agent-pools", {"name": "plain"})


@pytest.fixture
def other(emu):
    return emu.create("environments", {"name": "env-production"}, ACCOUNT)


def workspace(emu, name: str, home: str = ENVIRONMENT) -> str:
    return str(emu.create("workspaces", {"name": name}, {"environment": home}).id)


ODD_NAMES = [
    "null",
    "a,b",
    "in:a,b",
    "like:eu",
    "between:1,2",
    "gte:5",
    "%41",
    " lead",
    "ünï",
    "apool-é",
    "apool-../x",
    "a/b",
    "n" * 2_000,
]


@pytest.mark.parametrize("name", ODD_NAMES, ids=lambda name: name[:12])
async def test_a_pool_is_found_whatever_its_name_means_to_a_filter(run, emu, name) -> None:
    emu.create("agent-pools", {"name": "other"})
    pool = emu.create("agent-pools", {"name": "p"})
    pool.attributes["name"] = name

    ended = await run("pools", "show", name, "--json")

    assert ended.code == 0
    assert pool.id in ended.out


@pytest.mark.parametrize("word", ["a/b/c", "main/x/one", "/one", "one/", "/", "//"])
async def test_a_word_with_slashes_names_no_workspace_of_another_environment(
    run, emu, pool, word
) -> None:
    for name in ("one", "c"):
        workspace(emu, name)

    ended = await run("pools", "link", "plain", "--workspace", word)

    assert ended.code == 2
    assert linked(emu, pool) == set()


async def test_a_name_that_looks_like_an_id_is_found(run, emu, pool, other) -> None:
    inside = workspace(emu, "app", other.id)

    ended = await run("pools", "link", "plain", "--environment", "env-production")

    assert (ended.code, ended.out) == (0, "1 of 1 workspace is on the pool\n")
    assert linked(emu, pool) == {inside}


@pytest.mark.generous("shows attributes that an answer may leave out")
@pytest.mark.parametrize("name", ["apool-eu", "apool-", "apool-../x"])
async def test_a_pool_whose_name_looks_like_an_id_is_found(run, emu, name) -> None:
    pool = emu.create("agent-pools", {"name": name})

    ended = await run("pools", "show", name, "--json")

    assert ended.code == 0
    assert pool.id in ended.out


@pytest.mark.parametrize("word", ["env-nothing", "nothing", "mai", "MAIN", ""])
async def test_a_name_nobody_has_is_refused_with_candidates(run, emu, pool, word) -> None:
    ended = await run("pools", "link", "plain", "--environment", word)

    assert ended.code == 2
    assert "is neither id nor name of an environment; " in ended.err
    assert f"main ({ENVIRONMENT})" in ended.err
    assert all(request.method == "GET" for request in emu.requests)


async def test_the_closest_of_many_names_are_told(run, emu) -> None:
    near = emu.create("agent-pools", {"name": "Frankfurt"})
    for number in range(310):
        emu.create("agent-pools", {"name": f"pool-{number}"})

    ended = await run("pools", "show", "frankfort")

    assert ended.err.endswith(f"closest are Frankfurt ({near.id})\n")


async def test_where_there_is_nothing_no_candidates_are_told(run, emu) -> None:
    ended = await run("pools", "show", "eu")

    assert (
        ended.err == "scalr-async: 'eu' is neither id nor name of an agent pool; there are none\n"
    )


async def test_what_the_server_finds_is_compared_with_what_was_asked_for(
    run, emu, pool, monkeypatch
) -> None:
    """As if the server took the filter for a part of the name, or did not know it."""
    listed = AgentPools.list

    def unfiltered(self, *, name=None, **options):
        return listed(self, **options)

    monkeypatch.setattr(AgentPools, "list", unfiltered)

    ended = await run("pools", "show", "plai")

    assert ended.code == 2
    assert "closest are plain" in ended.err


async def test_a_name_of_any_length_is_looked_for(run, emu, pool) -> None:
    names = [f"{'n' * 240}-{number}" for number in range(60)]
    for name in names:
        workspace(emu, name)

    ended = await run("pools", "link", "plain", "--yes", stdin="\n".join(names))

    assert ended.out == "60 of 60 workspaces are on the pool\n"


async def test_workspaces_are_named_by_id_by_name_and_by_environment(run, emu, pool, other) -> None:
    ids = [workspace(emu, "one"), workspace(emu, "two"), workspace(emu, "twin")]
    twin = workspace(emu, "twin", other.id)
    words = [ids[0], "two", "env-production/twin"]

    ended = await run("pools", "link", "plain", "--workspace", *words)

    assert (ended.code, ended.out) == (0, "3 of 3 workspaces are on the pool\n")
    assert linked(emu, pool) == {ids[0], ids[1], twin}


async def test_a_workspace_named_twice_is_linked_once(run, emu, pool) -> None:
    id = workspace(emu, "one")

    ended = await run("pools", "link", "plain", "--workspace", id, "one", "main/one", id)

    assert ended.out == "1 of 1 workspace is on the pool\n"


async def test_a_workspace_name_of_several_environments_is_refused(run, emu, pool, other) -> None:
    both = [workspace(emu, "twin"), workspace(emu, "twin", other.id)]

    ended = await run("pools", "link", "plain", "--workspace", "twin")

    assert ended.code == 2
    assert all(id in ended.err for id in both)


@pytest.mark.parametrize("word", ["nothing", "main/nothing", "env-production/one"])
async def test_an_unknown_workspace_stops_everything(run, emu, pool, other, word) -> None:
    workspace(emu, "one")

    ended = await run("pools", "link", "plain", "--workspace", "one", word)

    assert ended.code == 2
    assert f"{word!r} is neither id nor name of a workspace; " in ended.err
    assert linked(emu, pool) == set()


@pytest.mark.generous("counts requests that an answer with less in it asks for")
async def test_more_ids_than_fit_one_request_are_found(run, emu, pool) -> None:
    ids = [workspace(emu, f"app-{number}") for number in range(250)]

    ended = await run("pools", "link", "plain", "--yes", stdin="\n".join(ids))

    assert ended.out == "250 of 250 workspaces are on the pool\n"
    found = [r for r in emu.requests if r.method == "GET" and r.path == "/workspaces"]
    assert len(found) == 3
