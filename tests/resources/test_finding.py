"""Objects by their names: found, missing with what is close, ambiguous with all candidates."""

from __future__ import annotations

import enum
import inspect

import pytest

from scalr_async import (
    InvalidArgumentError,
    MultipleResultsError,
    NoResultError,
    Ref,
    ScalrClient,
    Secret,
    resources,
)
from scalr_async._values import UNSET
from scalr_async.emulator import Emulator
from scalr_async.jsonapi import schema_of
from scalr_async.resources._generated import COLLECTIONS

NAMED = {
    name: getattr(resources, class_name)
    for name, (_, class_name) in COLLECTIONS.items()
    if "name" in schema_of(getattr(resources, class_name).model).attributes
}
WITHOUT_A_LIST = {"policies", "policy_check_results"}
"""Collections without a list, or with one below another object."""


def test_every_collection_whose_objects_have_names_finds_them() -> None:
    without = {name for name, cls in NAMED.items() if not hasattr(cls, "find")}
    others = {
        name for name, (_, c) in COLLECTIONS.items() if hasattr(getattr(resources, c), "find")
    }

    assert without == WITHOUT_A_LIST
    assert others == NAMED.keys() - WITHOUT_A_LIST
    for name in others:
        parameters = inspect.signature(NAMED[name].find).parameters
        assert parameters["name"].annotation == "str"
        assert all(p.kind is p.KEYWORD_ONLY for key, p in parameters.items() if key != "self")


@pytest.mark.parametrize("collection", sorted(NAMED.keys() - WITHOUT_A_LIST))
async def test_whoever_looks_for_a_name_that_nobody_has_is_told_so(
    collection: str, scalr: ScalrClient
) -> None:
    with pytest.raises(NoResultError, match="none has the name 'no such thing'"):
        await getattr(scalr, collection).find(name="no such thing")


async def test_the_one_that_has_the_name_is_found_in_one_request(
    scalr: ScalrClient, emu: Emulator
) -> None:
    made = await scalr.agent_pools.create(name="eu")
    await scalr.agent_pools.create(name="eu-west")
    asked = len(emu.requests)

    found = await scalr.agent_pools.find(name="eu", include=["account"])

    assert (found.id, found.account.resource.name) == (made.id, "mainiacp")
    assert len(emu.requests) == asked + 1


async def test_a_list_without_a_filter_by_name_is_read(scalr: ScalrClient, emu: Emulator) -> None:
    for number in range(3):
        await scalr.service_accounts.create(name=f"bot-{number}")

    assert (await scalr.service_accounts.find(name="bot-1")).name == "bot-1"


OPERATORS = ["between:1", "gte:4", "in:eu", "like:x", "lte:4", "not:eu", "null"]


@pytest.mark.parametrize("name", [*OPERATORS, "eu:1"])
async def test_names_that_a_filter_would_take_for_something_else_are_found(
    name: str, scalr: ScalrClient
) -> None:
    made = await scalr.tags.create(name=name)
    await scalr.tags.create(name="eu")

    assert (await scalr.tags.find(name=name)).id == made.id
    assert (await scalr.tags.ensure(name=name)).action == "unchanged"


@pytest.mark.parametrize("name", OPERATORS)
async def test_no_name_becomes_an_operator_of_a_list_by_itself(
    name: str, scalr: ScalrClient
) -> None:
    with pytest.raises(InvalidArgumentError, match="the server would read it as an operator"):
        scalr.tags.list(name=name)


async def test_long_names_and_lists_are_no_filter(scalr: ScalrClient, emu: Emulator) -> None:
    for name in ("a" * 3000, "b,c"):
        made = await scalr.environments.create(name=name)

        assert (await scalr.environments.find(name=name)).id == made.id
        assert all("filter[name]" not in dict(r.query) for r in emu.requests)


async def test_a_server_that_finds_more_than_was_asked_is_not_believed(
    scalr: ScalrClient, emu: Emulator
) -> None:
    made = await scalr.agent_pools.create(name="eu")
    await scalr.agent_pools.create(name="eu-west")
    page = await scalr.agent_pools.list()
    emu.fail(
        "GET",
        "/agent-pools",
        status=200,
        headers={"Content-Type": "application/vnd.api+json"},
        body=bytes(await _body(scalr)),
    )

    assert len(page) == 2
    assert (await scalr.agent_pools.find(name="eu")).id == made.id


async def _body(scalr: ScalrClient) -> bytes:
    return (await scalr.request("GET", "/agent-pools")).body


async def test_a_name_that_nobody_has_lists_what_is_close(
    scalr: ScalrClient, emu: Emulator
) -> None:
    for name in ("production", "Production-EU", "staging"):
        await scalr.environments.create(name=name)

    with pytest.raises(NoResultError) as told:
        await scalr.environments.find(name="productoin")

    assert str(told.value) == (
        "GET /environments: environments: none has the name 'productoin'; "
        "close: 'production', 'Production-EU' (nothing matches, or the token may not see it)"
    )
    assert (told.value.outcome, told.value.method) == ("applied", "GET")
    fields = dict(emu.requests[-1].query)["fields[environments]"]
    assert fields == "name"  # no more than that is asked for


async def test_what_is_close_may_not_be_known(scalr: ScalrClient, emu: Emulator) -> None:
    emu.fail("GET", "/tags", status=403, match=lambda r: "filter[name]" not in dict(r.query))

    with pytest.raises(NoResultError, match="none has the name 'eu' "):
        await scalr.tags.find(name="eu")


async def test_a_name_that_is_an_id_says_so(scalr: ScalrClient) -> None:
    made = await scalr.agent_pools.create(name="eu")

    with pytest.raises(NoResultError, match=r"it looks like an id: use get\(\)"):
        await scalr.agent_pools.find(name=made.id)
    with pytest.raises(NoResultError) as told:
        await scalr.agent_pools.find(name="env-svrcnchebt61e30")
    assert "looks like" not in str(told.value)


async def test_a_name_of_several_lists_them_with_what_tells_them_apart(
    scalr: ScalrClient, emu: Emulator
) -> None:
    homes = [await scalr.environments.create(name=name) for name in ("a", "b")]
    made = [await scalr.workspaces.create(name="vpc", environment=home) for home in homes]

    with pytest.raises(MultipleResultsError) as told:
        await scalr.workspaces.find(name="vpc", include=["environment"])
    found = await scalr.workspaces.find(name="vpc", environment=homes[1])

    for workspace, home in zip(made, homes, strict=True):
        assert f"{workspace.id} (environment {home.name})" in str(told.value)
    assert "2 workspaces have the name 'vpc'" in str(told.value)
    assert found.id == made[1].id


async def test_not_all_of_a_hundred_candidates_are_listed(
    scalr: ScalrClient, emu: Emulator
) -> None:
    for number in range(25):
        home = emu.create("environments", {"name": f"e{number}"})
        emu.create("workspaces", {"name": "vpc"}, {"environment": home.id})

    with pytest.raises(MultipleResultsError) as told:
        await scalr.workspaces.find(name="vpc")

    assert "25 workspaces" in str(told.value)
    assert str(told.value).count("ws-") == 20
    assert ", ..." in str(told.value)


async def test_a_workspace_is_found_by_the_names_on_its_path(
    scalr: ScalrClient, emu: Emulator
) -> None:
    for home in ("eu/prod", "in:eu", "staging"):
        environment = await scalr.environments.create(name=home)
        made = await scalr.workspaces.create(name="vpc", environment=environment)

        assert (await scalr.workspaces.resolve(f"{home}/vpc")).id == made.id


async def test_a_path_that_leads_nowhere_names_what_is_close_to_the_part_that_is_wrong(
    scalr: ScalrClient,
) -> None:
    for home in ("staging", "production"):
        environment = await scalr.environments.create(name=home)
        await scalr.workspaces.create(name=f"{home}-vpc", environment=environment)

    with pytest.raises(NoResultError, match=r"environments: none .* close: 'staging'"):
        await scalr.workspaces.resolve("stagin/staging-vpc")
    with pytest.raises(NoResultError, match=r"workspaces: none .* close: 'staging-vpc' "):
        await scalr.workspaces.resolve("staging/staging-vcp")


async def test_a_path_that_fits_several_lists_them() -> None:
    async with Emulator(accounts=("one", "two")) as emu:
        accounts = [record.id for record in emu.store.all("accounts")]
        ids = []
        for account in accounts:
            home = emu.create("environments", {"name": "prod"}, {"account": account})
            ids.append(emu.create("workspaces", {"name": "vpc"}, {"environment": home.id}).id)
        async with ScalrClient(emu.url, emu.token) as scalr:
            with pytest.raises(MultipleResultsError) as told:
                await scalr.workspaces.resolve("prod/vpc")

    assert all(id in str(told.value) for id in ids)


@pytest.mark.parametrize("path", ["", "vpc", "/vpc", "prod/", " / ", None, 5, Secret("a/b"), "/"])
async def test_what_is_no_path_is_refused(path, scalr: ScalrClient, emu: Emulator) -> None:
    with pytest.raises(InvalidArgumentError, match="path") as told:
        await scalr.workspaces.resolve(path)

    assert "a/b" not in str(told.value)
    assert len(emu.requests) == 0


@pytest.mark.parametrize(
    "name", ["", "  ", None, 5, b"eu", ["eu"], Secret("hush"), Ref("tags", "tag-1"), "\ud800"]
)
@pytest.mark.parametrize("call", ["find", "ensure"])
async def test_what_is_no_name_is_refused(
    call: str, name, scalr: ScalrClient, emu: Emulator
) -> None:
    with pytest.raises(InvalidArgumentError, match=r"^name") as told:
        await getattr(scalr.tags, call)(name=name)

    assert "hush" not in str(told.value)
    assert len(emu.requests) == 0


class Given(enum.Enum):
    """Names and values as members of an enumeration that is not one of texts."""

    NAME = "made"
    CATEGORY = "shell"


async def test_members_of_any_enumeration_are_found_and_ensured(
    emu: Emulator, scalr: ScalrClient
) -> None:
    first = await scalr.agent_pools.ensure(name=Given.NAME)
    again = await scalr.agent_pools.ensure(name=Given.NAME)
    assert (first.action, again.action) == ("created", "unchanged")
    assert (await scalr.agent_pools.find(name=Given.NAME)).name == "made"

    for action in ("created", "unchanged"):
        ensured = await scalr.variables.ensure(key=Given.NAME, category=Given.CATEGORY, value="1")
        assert ensured.action == action
    with pytest.raises(InvalidArgumentError, match="name"):
        await scalr.agent_pools.find(name=UNSET)
