"""Row 5: creates whose answer is lost, and the list that tells what became of them."""

from __future__ import annotations

import ast
import inspect
import json
from pathlib import Path
from typing import Any

import pytest

from scalr_async import (
    DisconnectedError,
    InvalidArgumentError,
    Pager,
    ScalrClient,
    ScalrError,
)
from scalr_async._http import Request
from scalr_async.emulator import Emulator
from scalr_async.resources._base import Collection
from tests.laws.answers import fine
from tests.laws.calls import methods
from tests.laws.seam import Reply, scripted
from tests.pagination.model import FakeSource

GENERATED = Path("scalr_async/resources/_generated")


def creating() -> set[str]:
    """Return the functions of generated modules that create something."""
    return {
        f"{path.stem}.{node.name}"
        for path in GENERATED.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.AsyncFunctionDef) and "self._create(" in ast.unparse(node)
    }


def test_every_create_can_be_told_where_to_look() -> None:
    names = {name.partition(".")[2] for name in creating()}
    creates = [m for m in methods() if m.name in names and m.name.startswith(("create", "invite"))]

    assert len(creating()) >= 45
    assert {"create", "create_token", "create_parameter", "invite_user"} <= names
    for method in creates:
        assert inspect.signature(method.function).parameters["reconcile"].default is None, method


@pytest.fixture
async def pools(emu: Emulator, scalr: ScalrClient) -> None:
    """Eleven pools whose names have something in common; the answer to the last one is lost."""
    for number in range(10):
        await scalr.agent_pools.create(name=f"eu-{number}")
    emu.fail("POST", "/agent-pools", cut="after-apply")


LISTS = {
    "a limit": lambda scalr: scalr.agent_pools.list(limit=1),
    "a small page": lambda scalr: scalr.agent_pools.list(page_size=1, limit=1),
    "no limit": lambda scalr: scalr.agent_pools.list(),
}


@pytest.mark.usefixtures("pools")
@pytest.mark.parametrize("among", LISTS)
async def test_one_of_eleven_is_not_taken_for_it(among: str, scalr: ScalrClient) -> None:
    with pytest.raises(DisconnectedError) as caught:
        await scalr.agent_pools.create(name="eu-10", reconcile=LISTS[among](scalr))

    assert caught.value.outcome == "unknown"
    (note,) = caught.value.__notes__
    assert note.startswith("reconcile: 11 items in this list")


@pytest.mark.usefixtures("pools")
@pytest.mark.parametrize("options", [{}, {"limit": 1}, {"limit": 5}, {"page_size": 1}])
async def test_the_only_one_is(options: Any, scalr: ScalrClient) -> None:
    among = scalr.agent_pools.list(name="eu-10", **options)
    made = await scalr.agent_pools.create(name="eu-10", reconcile=among)

    assert made.name == "eu-10"


async def test_nothing_is_looked_at_when_the_answer_came(emu: Emulator, scalr: ScalrClient) -> None:
    made = await scalr.agent_pools.create(name="eu", reconcile=scalr.agent_pools.list())
    with pytest.raises(ScalrError, match="taken") as caught:
        await scalr.agent_pools.create(name="eu", reconcile=scalr.agent_pools.list())

    assert (made.name, caught.value.outcome) == ("eu", "rejected")
    assert [request.method for request in emu.requests] == ["POST", "POST"]


async def test_a_token_whose_secret_is_lost_is_named_and_not_handed_out(
    emu: Emulator, scalr: ScalrClient
) -> None:
    pool = await scalr.agent_pools.create(name="k8s")
    emu.fail("POST", "/agent-pools/*/access-tokens", cut="after-apply")
    tokens = scalr.agent_pools.list_access_tokens(pool)

    with pytest.raises(DisconnectedError) as caught:
        await scalr.agent_pools.create_token(pool, description="cluster", reconcile=tokens)

    (made,) = await tokens.collect()
    assert caught.value.__notes__ == [
        f"reconcile: {made.id} was created, but its secret is lost: delete it"
    ]


async def test_others_are_found_below_their_owner(emu: Emulator, scalr: ScalrClient) -> None:
    owner = await scalr.provider_configurations.create(name="own", provider_name="custom")
    emu.fail("POST", "/provider-configurations/*/parameters", cut="after-apply")
    parameters = scalr.provider_configurations.list_parameters(owner)
    made = await scalr.provider_configurations.create_parameter(
        owner, key="region", value="eu", reconcile=parameters
    )

    assert made.key == "region"


@pytest.mark.parametrize("among", ["page", "list", "walk", 7])
async def test_what_cannot_be_looked_at_is_refused_before_anything_is_sent(
    among: Any, emu: Emulator, scalr: ScalrClient
) -> None:
    pager: Pager[Any] = scalr.agent_pools.list()
    given = {"page": await pager, "list": [], "walk": aiter(pager)}.get(among, among)
    emu.requests.clear()

    with pytest.raises(InvalidArgumentError, match="reconcile: must be a pager"):
        await scalr.agent_pools.create(name="eu", reconcile=given)

    assert len(emu.requests) == 0


OTHERS = {
    "another type": lambda scalr: scalr.workspaces.list(name="eu"),
    "references": lambda scalr: scalr.workspaces.list_tags("ws-1"),
    "plain values": lambda scalr: scalr.agent_pools.list_access_tokens("apool-1"),
    "of ones own": lambda scalr: Pager(FakeSource(["apool-1"])),
}


@pytest.mark.parametrize("among", OTHERS)
async def test_a_list_of_something_else_is_refused_before_anything_is_sent(
    among: str, emu: Emulator, scalr: ScalrClient
) -> None:
    with pytest.raises(InvalidArgumentError, match=r"reconcile: .*: not a list of agent-pools"):
        await scalr.agent_pools.create(name="eu", reconcile=OTHERS[among](scalr))

    assert len(emu.requests) == 0


LISTED = {
    m.collection
    for m in methods()
    if m.name == "create"
    and m.collection != "access_tokens"
    and any(o.collection == m.collection and o.name == "list" for o in methods())
}
"""The collections with a create and a list; a token that is found is not handed out."""


def list_for_create(scalr: ScalrClient, name: str) -> tuple[Collection[Any], Pager[Any]]:
    """Return a collection, and the list in which its creates are found."""
    collection = getattr(scalr, name)
    module = inspect.getmodule(inspect.unwrap(type(collection).list))
    return collection, collection.list(*map("x-{}".format, vars(module)["_LIST"].ids))


def test_most_collections_have_a_list_in_which_a_create_is_found() -> None:
    assert len(LISTED) >= 30


@pytest.mark.parametrize("name", sorted(LISTED))
async def test_the_response_of_what_is_found_is_that_of_the_list(name: str) -> None:
    def lose(request: Request, number: int) -> Reply:
        if request.method == "POST":
            return Reply(b"", 502)
        return Reply(json.dumps({"data": json.loads(fine(request))["data"][:1]}).encode())

    (create,) = (m for m in methods() if m.collection == name and m.name == "create")
    with scripted(lose) as scalr:
        collection, among = list_for_create(scalr, name)
        made = await collection.with_response.create(**{**create.arguments, "reconcile": among})

    assert made.value.type == collection.model.type
    assert (made.response.method, made.response.path) == ("GET", among.source.path)
    assert (made.response.status, made.response.body) == (200, b"")
