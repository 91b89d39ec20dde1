"""Linking workspaces to agent pools in bulk, counted on the server's side."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Collection, Iterator
from typing import Any

import pytest

from scalr_async import (
    BulkError,
    ConflictError,
    InvalidArgumentError,
    NotFoundError,
    Outcome,
    Ref,
    ScalrClient,
    ServerError,
    VerificationError,
    bulk_report,
)
from scalr_async.emulator import Emulator
from scalr_async.resources import AgentPool, Workspace
from scalr_async.resources._pool_list import PoolList
from scalr_async.telemetry import Event, OutcomeEvent


class Account:
    """An account with a pool that nothing is linked to."""

    def __init__(self, emu: Emulator, scalr: ScalrClient) -> None:
        self.emu = emu
        self.scalr = scalr
        self.pool: AgentPool
        self.workspaces: list[Workspace]

    async def prepare(self) -> None:
        self.emu.seed(environments=2, workspaces=40, pools=2, agents=0)
        self.pool = await self.scalr.agent_pools.create(name="bulk")
        self.workspaces = await self.scalr.workspaces.list().collect()
        self.emu.requests.clear()

    def linked(self, pool: AgentPool | None = None) -> set[str]:
        """The workspaces of a pool, as the server has them."""
        wanted = (pool or self.pool).id
        return {
            record.id
            for record in self.emu.store.all("workspaces")
            if record.relationships.get("agent-pool") == wanted
        }

    def sent(self) -> Counter[str]:
        return Counter(request.method for request in self.emu.requests)


@pytest.fixture
async def account(emu: Emulator, scalr: ScalrClient) -> Account:
    made = Account(emu, scalr)
    await made.prepare()
    return made


def ours() -> set[asyncio.Task[object]]:
    """The tasks that are not the server's."""
    return {task for task in asyncio.all_tasks() if "RequestHandler" not in repr(task)}


def names(items: list[Workspace]) -> list[str]:
    return [item.id for item in items]


@pytest.mark.generous("counts requests that an answer with less in it asks for")
async def test_each_workspace_is_linked_by_one_patch_of_its_own(account: Account) -> None:
    chosen = account.workspaces[:25]
    progress: list[Outcome[object, object]] = []

    result = await account.scalr.agent_pools.link_workspaces(
        account.pool, chosen, concurrency=5, on_outcome=progress.append
    )

    assert account.linked() == set(names(chosen))
    assert account.sent() == {"PATCH": 25}
    assert [outcome.input for outcome in result.succeeded] == chosen
    assert [outcome.index for outcome in result.outcomes] == list(range(25))
    assert all(outcome.value.agent_pool.id == account.pool.id for outcome in result.outcomes)
    assert len(progress) == 25
    assert result.failed == ()
    result.raise_for_failures()


async def test_a_link_names_nothing_but_the_pool(account: Account) -> None:
    await account.scalr.agent_pools.link_workspaces(account.pool, account.workspaces[:1])

    request = account.emu.requests[0]
    assert request.path == f"/workspaces/{account.workspaces[0].id}"
    assert json.loads(request.body) == {
        "data": {
            "type": "workspaces",
            "id": account.workspaces[0].id,
            "relationships": {
                "agent-pool": {"data": {"type": "agent-pools", "id": account.pool.id}}
            },
        }
    }


async def test_failures_stop_no_sibling_and_tell_workspace_and_reason(account: Account) -> None:
    broken = account.workspaces[3].id
    account.emu.fail("PATCH", f"/workspaces/{broken}", status=409, times=None)
    chosen = [*names(account.workspaces[:5]), "ws-nope"]

    result = await account.scalr.agent_pools.link_workspaces(account.pool, chosen)

    assert [outcome.ok for outcome in result.outcomes] == [True, True, True, False, True, False]
    assert [outcome.outcome for outcome in result.failed] == ["rejected", "rejected"]
    with pytest.raises(BulkError) as caught:
        result.raise_for_failures()
    conflict, missing = caught.value.exceptions
    assert isinstance(conflict, ConflictError)
    assert isinstance(missing, NotFoundError)
    assert broken in conflict.__notes__[0]
    assert "ws-nope" in missing.__notes__[0]


@pytest.mark.parametrize("via", ["workspace", "pool"])
async def test_a_workspace_that_comes_twice_is_linked_once(account: Account, via: str) -> None:
    one = account.workspaces[0]
    result = await account.scalr.agent_pools.link_workspaces(
        account.pool, [one, one.id, Ref("workspaces", one.id), account.workspaces[1]], via=via
    )

    assert len(result.outcomes) == 2
    assert account.sent()["PATCH"] == (2 if via == "workspace" else 1)


@pytest.mark.parametrize("bad", ["", "a/b", "..", Ref("environments", "env-1"), 7, None])
@pytest.mark.parametrize("via", ["workspace", "pool"])
async def test_a_list_with_anything_else_in_it_is_refused_whole(
    account: Account, bad: object, via: str
) -> None:
    for call in (
        account.scalr.agent_pools.link_workspaces,
        account.scalr.agent_pools.unlink_workspaces,
    ):
        with pytest.raises(InvalidArgumentError, match="workspaces"):
            await call(account.pool, [account.workspaces[0], bad], via=via)
    with pytest.raises(InvalidArgumentError, match="workspaces"):
        await account.scalr.agent_pools.replace_workspaces(account.pool, [bad])
    with pytest.raises(InvalidArgumentError, match="workspaces"):
        await account.scalr.agent_pools.assign_workspaces({account.pool: [bad]})

    assert account.sent() == {}


@pytest.mark.parametrize("workspaces", ["ws-1", b"ws-1", None, 5])
async def test_what_is_no_list_is_refused(account: Account, workspaces: object) -> None:
    with pytest.raises(InvalidArgumentError):
        await account.scalr.agent_pools.link_workspaces(account.pool, workspaces)
    with pytest.raises(InvalidArgumentError):
        account.scalr.agent_pools.link_workspaces_iter(account.pool, workspaces)

    assert account.sent() == {}


async def test_an_unknown_way_and_a_bad_pool_are_refused(account: Account) -> None:
    pools = account.scalr.agent_pools
    with pytest.raises(InvalidArgumentError, match="'pol'"):
        await pools.link_workspaces(account.pool, account.workspaces, via="pol")
    with pytest.raises(InvalidArgumentError, match="concurrency=0"):
        await pools.link_workspaces(account.pool, account.workspaces, concurrency=0)
    with pytest.raises(InvalidArgumentError, match="agent-pools"):
        await pools.link_workspaces(account.workspaces[0], account.workspaces)

    assert account.sent() == {}


async def test_a_bad_item_of_a_generator_is_a_failed_outcome(account: Account) -> None:
    def some() -> Iterator[object]:
        yield account.workspaces[0]
        yield "a/b"
        yield account.workspaces[1]

    result = await account.scalr.agent_pools.link_workspaces(account.pool, some())

    assert [outcome.outcome for outcome in result.outcomes] == ["applied", "not_sent", "applied"]
    assert isinstance(result.failed[0].error, InvalidArgumentError)


@pytest.mark.generous("counts requests that an answer with less in it asks for")
async def test_unlinking_touches_only_workspaces_on_this_pool(account: Account) -> None:
    other = await account.scalr.agent_pools.create(name="other")
    mine, theirs, free = account.workspaces[:3]
    await account.scalr.agent_pools.assign_workspaces({account.pool: [mine], other: [theirs]})
    await account.scalr.workspaces.update(free, agent_pool=None)
    account.emu.requests.clear()

    result = await account.scalr.agent_pools.unlink_workspaces(account.pool, [mine, theirs, free])

    assert len(result.succeeded) == 3
    assert account.linked() == set()
    assert account.linked(other) == {theirs.id}
    assert account.sent() == {"GET": 3, "PATCH": 1}


@pytest.mark.generous("counts requests that an answer with less in it asks for")
async def test_the_pools_own_list_takes_three_requests(account: Account) -> None:
    chosen = account.workspaces[:20]
    pools = account.scalr.agent_pools

    linked = await pools.link_workspaces(account.pool, chosen, via="pool")
    assert account.linked() == set(names(chosen))
    assert account.sent() == {"GET": 2, "PATCH": 1}
    account.emu.requests.clear()

    unlinked = await pools.unlink_workspaces(account.pool, chosen[:5], via="pool")

    assert account.linked() == set(names(chosen[5:]))
    assert account.sent() == {"GET": 2, "PATCH": 1}
    assert len(linked.succeeded) == 20
    assert len(unlinked.succeeded) == 5


@pytest.mark.generous("counts requests that an answer with less in it asks for")
async def test_nothing_is_written_when_the_list_is_as_asked(account: Account) -> None:
    result = await account.scalr.agent_pools.unlink_workspaces(
        account.pool, account.workspaces, via="pool"
    )

    assert len(result.succeeded) == 40
    assert account.sent() == {"GET": 1}


async def test_what_others_overwrite_is_merged_again() -> None:
    """Another actor replaces the whole list between our writing and our reading back."""
    on_server = {"ws-theirs"}
    writes: list[set[str]] = []

    async def read() -> AgentPool:
        links = tuple(Ref[Workspace]("workspaces", name) for name in sorted(on_server))
        return AgentPool(id="apool-1", workspaces=links)

    async def write(names: Collection[str]) -> AgentPool:
        writes.append(set(names))
        on_server.clear()
        on_server.update(names if len(writes) > 1 else {"ws-rival"})
        return await read()

    failures = await PoolList(read, write).change(["ws-1", "ws-2"], linked=True)

    assert failures == {}
    assert writes == [{"ws-theirs", "ws-1", "ws-2"}, {"ws-rival", "ws-1", "ws-2"}]


@pytest.mark.generous("counts requests that an answer with less in it asks for")
async def test_a_list_that_does_not_take_is_reported(account: Account) -> None:
    """The server says 200 to each write and changes nothing."""
    pool = await account.scalr.request("GET", f"/agent-pools/{account.pool.id}")
    account.emu.fail(
        "PATCH",
        "/agent-pools/*",
        status=200,
        times=None,
        body=pool.body,
        headers={"Content-Type": "application/vnd.api+json"},
    )
    account.emu.requests.clear()

    result = await account.scalr.agent_pools.link_workspaces(
        account.pool, account.workspaces[:2], via="pool"
    )

    assert [type(outcome.error) for outcome in result.outcomes] == [VerificationError] * 2
    assert "not on the pool after 3 writes" in str(result.failed[0].error)
    assert account.sent() == {"GET": 4, "PATCH": 3}
    with pytest.raises(VerificationError, match="0 more"):
        await account.scalr.agent_pools.replace_workspaces(account.pool, account.workspaces[:2])


async def test_a_link_whose_answer_says_otherwise_is_reported(account: Account) -> None:
    workspace = account.workspaces[0]
    answer = await account.scalr.request("GET", f"/workspaces/{workspace.id}")
    account.emu.fail(
        "PATCH",
        "/workspaces/*",
        status=200,
        body=answer.body,
        headers={"Content-Type": "application/vnd.api+json"},
    )

    result = await account.scalr.agent_pools.link_workspaces(account.pool, [workspace])

    assert isinstance(result.failed[0].error, VerificationError)
    assert result.failed[0].outcome == "unknown"


async def test_a_refused_list_is_the_failure_of_each_of_its_workspaces(account: Account) -> None:
    result = await account.scalr.agent_pools.link_workspaces(
        account.pool, [account.workspaces[0], "ws-nope"], via="pool"
    )

    assert [type(outcome.error) for outcome in result.outcomes] == [NotFoundError] * 2
    assert result.failed[0].error.errors[0].field == "workspaces"
    assert account.emu.requests[-1].method == "PATCH"
    with pytest.raises(BulkError) as caught:
        result.raise_for_failures()
    assert [len(error.__notes__) for error in caught.value.exceptions] == [1, 1]
    assert caught.value.outcome == "rejected"
    assert account.linked() == set()


@pytest.mark.generous("looks at what the answer lists")
async def test_replacing_is_one_patch_with_the_whole_set(account: Account) -> None:
    await account.scalr.agent_pools.link_workspaces(account.pool, account.workspaces[:4])
    account.emu.requests.clear()

    pool = await account.scalr.agent_pools.replace_workspaces(account.pool, account.workspaces[2:6])

    assert {ref.id for ref in pool.workspaces} == set(names(account.workspaces[2:6]))
    assert account.linked() == set(names(account.workspaces[2:6]))
    assert account.sent() == {"PATCH": 1}
    empty = await account.scalr.agent_pools.replace_workspaces(account.pool, [])
    assert empty.workspaces == ()


async def test_several_pools_are_assigned_at_once(account: Account) -> None:
    other = await account.scalr.agent_pools.create(name="other")
    account.emu.requests.clear()
    seen: list[Outcome[object, object]] = []

    result = await account.scalr.agent_pools.assign_workspaces(
        {account.pool: account.workspaces[:3], other.id: names(account.workspaces[3:5])},
        concurrency=2,
        on_outcome=seen.append,
    )

    assert account.linked() == set(names(account.workspaces[:3]))
    assert account.linked(other) == set(names(account.workspaces[3:5]))
    assert [outcome.input[0] for outcome in result.outcomes] == [account.pool.id] * 3 + [
        other.id
    ] * 2
    assert len(seen) == 5


async def test_a_workspace_cannot_be_given_to_two_pools(account: Account) -> None:
    with pytest.raises(InvalidArgumentError, match=account.workspaces[0].id):
        await account.scalr.agent_pools.assign_workspaces(
            {account.pool: account.workspaces[:1], "apool-other": account.workspaces[:1]}
        )

    assert account.sent() == {}


async def test_a_pager_is_linked_while_it_is_read(account: Account) -> None:
    seen = 0
    async for outcome in account.scalr.agent_pools.link_workspaces_iter(
        account.pool, account.scalr.workspaces.list(page_size=5, prefetch=1), concurrency=2
    ):
        seen += outcome.ok

    assert seen == 40
    assert len(account.linked()) == 40
    methods = [request.method for request in account.emu.requests]
    assert methods.index("PATCH") < len(methods) - 1 - methods[::-1].index("GET")


@pytest.mark.parametrize("via", ["workspace", "pool"])
async def test_outcomes_can_be_streamed_for_both_ways(account: Account, via: str) -> None:
    pools = account.scalr.agent_pools

    async def some() -> AsyncIterator[Workspace]:
        for workspace in account.workspaces[:7]:
            yield workspace

    linked = [
        outcome.index async for outcome in pools.link_workspaces_iter(account.pool, some(), via=via)
    ]
    unlinked = [
        outcome.ok
        async for outcome in pools.unlink_workspaces_iter(
            account.pool, account.workspaces[:7], via=via
        )
    ]

    assert linked == list(range(7))
    assert unlinked == [True] * 7
    assert account.linked() == set()


async def test_leaving_a_stream_leaves_nothing_running(account: Account) -> None:
    before = ours()
    stream = account.scalr.agent_pools.link_workspaces_iter(
        account.pool, account.scalr.workspaces.list(page_size=5, prefetch=4), concurrency=4
    )

    async for _ in stream:
        break
    await stream.aclose()

    assert ours() == before


@pytest.mark.parametrize("via", ["workspace", "pool"])
async def test_a_cancelled_bulk_says_what_is_done_and_what_is_not(
    account: Account, via: str
) -> None:
    account.emu.latency = 0.02
    before = ours()
    done = 0

    def stop(outcome: object) -> None:
        nonlocal done
        done += 1
        if done == 4:
            task.cancel()

    task = asyncio.create_task(
        account.scalr.agent_pools.link_workspaces(
            account.pool, account.workspaces, concurrency=3, via=via, on_outcome=stop
        )
    )
    if via == "pool":
        while not account.emu.requests:
            await asyncio.sleep(0)
        task.cancel()
    with pytest.raises(asyncio.CancelledError) as caught:
        await task

    report = bulk_report(caught.value)
    assert report is not None
    finished = len(report.outcomes)
    assert finished == done
    assert all(outcome.outcome == "unknown" for outcome in report.interrupted)
    assert finished + len(report.interrupted) + report.not_started == 40
    assert account.linked() >= {outcome.input.id for outcome in report.outcomes}
    assert ours() == before


async def test_outcomes_are_told_to_the_event_hook(account: Account) -> None:
    seen: list[Event] = []
    scalr = account.scalr.with_options(on_event=seen.append)
    told: list[object] = []

    await scalr.agent_pools.link_workspaces(
        account.pool, [account.workspaces[0], "ws-nope"], concurrency=1, on_outcome=told.append
    )
    await scalr.agent_pools.unlink_workspaces(account.pool, [account.workspaces[0]])

    outcomes = [event for event in seen if isinstance(event, OutcomeEvent)]
    assert [(event.index, event.ok, event.error) for event in outcomes] == [
        (0, True, None),
        (1, False, "NotFoundError"),
        (0, True, None),
    ]
    assert len(told) == 2


@pytest.mark.generous("where a workspace is not said to be, it is not linked a second time")
@pytest.mark.parametrize(
    ("cut", "sent"), [("after-apply", {"PATCH": 1, "GET": 1}), ("before", {"PATCH": 2, "GET": 1})]
)
async def test_a_link_whose_answer_is_lost_is_looked_for_and_repeated_if_need_be(
    account: Account, cut: Any, sent: dict[str, int]
) -> None:
    account.emu.fail("PATCH", "/workspaces/*", cut=cut, times=1)

    result = await account.scalr.agent_pools.link_workspaces(account.pool, account.workspaces[1:2])

    assert len(result.succeeded) == 1
    assert account.sent() == sent


async def test_a_doubt_is_not_forgotten_behind_a_refusal(account: Account) -> None:
    """The first link happens, its answer is lost; whoever asks again is sent away for a day."""
    account.emu.fail("PATCH", "/workspaces/*", cut="after-apply")
    account.emu.fail("*", "/workspaces/*", status=429, headers={"Retry-After": "86400"})

    result = await account.scalr.agent_pools.link_workspaces(account.pool, account.workspaces[:1])

    assert [outcome.outcome for outcome in result.outcomes] == ["unknown"]
    assert account.linked() == {account.workspaces[0].id}


async def test_renaming_a_pool_sends_nothing_but_its_name(account: Account) -> None:
    await account.scalr.agent_pools.update(account.pool, name="new")

    assert json.loads(account.emu.requests[0].body)["data"] == {
        "type": "agent-pools",
        "id": account.pool.id,
        "attributes": {"name": "new"},
    }


async def test_a_write_whose_fate_is_unknown_is_not_repeated(account: Account) -> None:
    account.emu.fail("PATCH", "/agent-pools/*", status=502, times=None)

    with pytest.raises(ServerError) as caught:
        await account.scalr.agent_pools.update(account.pool, name="new")

    assert caught.value.outcome == "unknown"
    assert account.sent() == {"PATCH": 1}
