"""Whatever a server answers to a link, what is reported is what it holds, or `unknown`.

Every operation by every door, with every shape of the answers to writing and to reading, whether
the server did what it was asked or not: counted on the server's side.
"""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest

from scalr_async import (
    DecodeError,
    DisconnectedError,
    NotFoundError,
    Ref,
    RetryPolicy,
    ScalrClient,
    ScalrError,
    ServerError,
    VerificationError,
)
from scalr_async.bulk import Outcome
from tests.faults.common import client
from tests.resources.links_server import MINE, OTHER, SHAPES, LinksServer
from tests.servers import Received

PATIENT = RetryPolicy(base=0.0005, throttled_base=0.0005, cap=0.001, budget_reserve=100_000)
WS = "ws-1"

Told = tuple[str, ScalrError | None]
"""What is reported of the workspace: what became of it, and the error."""
Operation = Callable[[ScalrClient, Any], Awaitable[Told]]


@pytest.fixture
async def links() -> AsyncIterator[LinksServer]:
    links = LinksServer()
    async with links.server:
        yield links


@pytest.fixture
async def scalr(links: LinksServer) -> AsyncIterator[ScalrClient]:
    async with client(links.server.url, retry=PATIENT) as scalr:
        yield scalr


def told(outcomes: list[Outcome[Any, Any]]) -> Told:
    (outcome,) = outcomes
    assert outcome.index == 0
    return outcome.outcome, outcome.error


def changing(verb: str, via: Any) -> Operation:
    async def change(scalr: ScalrClient, given: Any) -> Told:
        act = getattr(scalr.agent_pools, f"{verb}_workspaces")
        return told(list((await act(MINE, [given], via=via)).outcomes))

    return change


async def assign(scalr: ScalrClient, given: Any) -> Told:
    result = await scalr.agent_pools.assign_workspaces({MINE: [given]})
    return told(list(result.outcomes))


async def replace(scalr: ScalrClient, given: Any) -> Told:
    try:
        found = await scalr.agent_pools.replace_workspaces(MINE, [given])
    except ScalrError as error:
        return error.outcome, error
    assert found.id == MINE
    return "applied", None


OPERATIONS: dict[str, Operation] = {
    "link": changing("link", "workspace"),
    "unlink": changing("unlink", "workspace"),
    "link by the list": changing("link", "pool"),
    "unlink by the list": changing("unlink", "pool"),
    "assign": assign,
    "replace": replace,
}
LIES = ("data null", "other pool")
"""Shapes that say something. Where it is false of what was just read, nobody can find out."""
READING = [shape for shape in SHAPES if shape not in LIES]
TYPES = ("workspaces", "agent-pools")
UNSAID = ("absent", "null", "links only")
"""Shapes of a readable answer that leaves the list of workspaces to be asked."""


def cases(operation: str) -> Iterator[tuple[str, str, str | None, bool, bool]]:
    """Yield shapes of writing and reading, the pool before, whether the server does it and lists."""
    pools = (MINE, OTHER) if operation.startswith("unlink") else (None, OTHER)
    for writing, reading, before in itertools.product(SHAPES, READING, pools):
        yield writing, reading, before, True, True
        if reading in UNSAID:
            yield writing, reading, before, True, False
        if reading in {"full", "absent"} and not (before == MINE and writing in LIES):
            yield writing, reading, before, False, True


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_what_is_reported_of_a_link_is_what_the_server_holds(
    links: LinksServer, scalr: ScalrClient, operation: str
) -> None:
    act, wrong = OPERATIONS[operation], []
    listed = "list" in operation or operation == "replace"
    type_ = "agent-pools" if listed else "workspaces"
    asked = None if operation.startswith("unlink") else MINE
    for writing, reading, before, does, lists in cases(operation):
        links.reset(ws_1=before, ws_2=MINE)
        links.shapes = {("PATCH", type_): writing, ("GET", type_): reading}
        links.does, links.lists = does, lists
        outcome, error = await act(scalr, WS)

        on = links.on[WS]
        case = (writing, reading, before, does, lists, outcome, error, on, links.seen)
        as_asked = on != MINE if asked is None else on == MINE
        truth = {
            "applied": as_asked and error is None,
            "unknown": isinstance(error, ScalrError),
            "not_sent": not links.writes(),
            "rejected": not links.writes(),
        }
        if not truth[outcome]:
            wrong.append(("untrue", *case))
        if (links.on["ws-2"] == MINE) is (operation == "replace" and does):
            wrong.append(("the neighbor", *case))
        told = reading == "full" or (reading in UNSAID and lists)
        if told and does and outcome != "applied":
            wrong.append(("could be known", *case))
        if before == OTHER and asked is None and links.writes():
            wrong.append(("not ours", *case))

    assert wrong == []


LOST = ("cut", "503", "before", "refused", "throttled")
"""What becomes of the first write: it is done and the answer is lost, or it is not done."""


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("first", LOST)
async def test_a_write_whose_answer_is_lost_is_looked_for(
    links: LinksServer, scalr: ScalrClient, operation: str, first: str
) -> None:
    before = MINE if operation.startswith("unlink") else None
    links.reset(ws_1=before)
    links.first = first
    outcome, error = await OPERATIONS[operation](scalr, WS)

    done = (links.on[WS] == MINE) is not operation.startswith("unlink")
    if "list" in operation or operation == "replace":
        # One write that may have happened is not repeated: the list tells.
        assert links.writes() == (2 if first == "throttled" else 1)
        assert outcome == ("unknown" if first in {"before", "refused"} else "applied")
        assert done is (outcome == "applied")
    else:
        assert (outcome, error, done) == ("applied", None, True)
        assert links.writes() == (1 if first in {"cut", "503"} else 2)
        if first == "throttled":
            assert links.seen[-2:] == [("PATCH", f"/workspaces/{WS}")] * 2


def moving(to: str | None) -> Callable[[LinksServer, Received], None]:
    """Have somebody else move the workspace between the first write and the next request."""

    def meddle(links: LinksServer, request: Received) -> None:
        if links.writes() == 1:
            links.on[WS] = to
            links.meddle = None

    return meddle


@pytest.mark.parametrize("first", ["cut", "503", "before", "refused"])
@pytest.mark.parametrize("given", ["id", "ref", "resource"])
@pytest.mark.parametrize("operation", ["link", "unlink", "assign"])
async def test_a_repeat_undoes_no_move_of_others(
    links: LinksServer, scalr: ScalrClient, operation: str, given: str, first: str
) -> None:
    before = MINE if operation == "unlink" else None
    links.reset(ws_1=before)
    workspace = {"id": WS, "ref": Ref("workspaces", WS)}.get(given)
    if workspace is None:
        workspace = await scalr.workspaces.get(WS)
    links.seen.clear()
    links.first, links.meddle = first, moving(OTHER)
    outcome, error = await OPERATIONS[operation](scalr, workspace)

    assert links.on[WS] == OTHER
    assert links.writes() == 1
    if operation == "unlink":
        assert (outcome, error) == ("applied", None)
    else:
        assert outcome == "unknown"
        assert isinstance(error, VerificationError)
        assert str(error).startswith(
            f"GET /workspaces/{WS}: it may have been linked to {MINE}, and is on {OTHER} ("
        )


@pytest.mark.parametrize("first", ["before", "refused"])
@pytest.mark.parametrize("given", ["id", "resource"])
async def test_a_link_from_another_pool_is_repeated_if_that_pool_is_known(
    links: LinksServer, scalr: ScalrClient, given: str, first: str
) -> None:
    links.reset(ws_1=OTHER)
    workspace: Any = WS if given == "id" else await scalr.workspaces.get(WS)
    links.first = first
    outcome, _ = await OPERATIONS["link"](scalr, workspace)

    assert (outcome, links.on[WS]) == (("unknown", OTHER) if given == "id" else ("applied", MINE))


async def test_a_link_is_repeated_if_the_workspace_has_left_the_pool_that_is_known(
    links: LinksServer, scalr: ScalrClient
) -> None:
    links.reset(ws_1=OTHER)
    workspace = await scalr.workspaces.get(WS)
    links.on[WS], links.first = None, "refused"
    outcome, _ = await OPERATIONS["link"](scalr, workspace)

    assert (outcome, links.on[WS]) == ("applied", MINE)


@pytest.mark.parametrize("operation", ["link", "unlink", "assign"])
@pytest.mark.parametrize("first", ["cut", "503", "before", "refused"])
@pytest.mark.parametrize("reading", READING)
async def test_a_look_that_shows_nothing_makes_it_unknown(
    links: LinksServer, scalr: ScalrClient, operation: str, first: str, reading: str
) -> None:
    """In any shape: what the look does not show, the list of workspaces does, if there is one."""
    links.reset(ws_1=MINE if operation == "unlink" else None)

    def meddle(links: LinksServer, request: Received) -> None:
        if links.writes() == 1:
            links.shapes = {("GET", "workspaces"): reading}
            links.lists = False

    links.first, links.meddle = first, meddle
    outcome, error = await OPERATIONS[operation](scalr, WS)

    done = (links.on[WS] == MINE) is not (operation == "unlink")
    if reading == "full":
        assert (outcome, done) == ("applied", True)
    else:
        assert outcome == "unknown"
        assert isinstance(error, ScalrError)


@pytest.mark.parametrize("operation", ["link", "assign"])
@pytest.mark.parametrize("reading", UNSAID)
@pytest.mark.parametrize("given", ["id", "resource"])
async def test_a_link_is_not_repeated_where_nobody_says_which_pool_it_would_leave(
    links: LinksServer, scalr: ScalrClient, operation: str, reading: str, given: str
) -> None:
    links.reset(ws_1=OTHER)
    workspace = WS if given == "id" else await scalr.workspaces.get(WS)
    links.first, links.shapes = "before", {("GET", "workspaces"): reading}
    outcome, error = await OPERATIONS[operation](scalr, workspace)

    assert (outcome, links.on[WS], links.writes()) == ("unknown", OTHER, 1)
    assert "does not say where it is" in str(error)


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("before", [None, MINE])
async def test_null_in_place_of_the_list_of_workspaces_shows_nothing(
    links: LinksServer, scalr: ScalrClient, operation: str, before: str | None
) -> None:
    links.reset(ws_1=before)
    links.shapes = dict.fromkeys(itertools.product(["GET", "PATCH"], TYPES), "links only")
    links.null_list = True
    outcome, error = await OPERATIONS[operation](scalr, WS)

    reads_first = operation.startswith("unlink") or "list" in operation
    assert outcome == ("not_sent" if reads_first else "unknown")
    assert isinstance(error, VerificationError)
    assert (links.writes() == 0) is reads_first


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_a_reading_that_fails_before_the_write_leaves_it_unsent(
    links: LinksServer, scalr: ScalrClient, operation: str
) -> None:
    links.reset(ws_1=MINE)

    def meddle(links: LinksServer, request: Received) -> None:
        links.lost_reads = True

    links.meddle = meddle
    outcome, error = await OPERATIONS[operation](scalr, WS)

    reads_first = operation.startswith("unlink") or "list" in operation
    assert (outcome == "not_sent") is reads_first
    assert (links.writes() == 0) is reads_first
    if reads_first:
        assert isinstance(error, DisconnectedError)


@pytest.mark.parametrize("operation", ["link", "link by the list", "unlink", "replace", "assign"])
async def test_a_workspace_that_is_missing_is_a_refusal(
    links: LinksServer, scalr: ScalrClient, operation: str
) -> None:
    links.reset()
    outcome, error = await OPERATIONS[operation](scalr, "ws-missing")

    assert outcome == "rejected"
    assert isinstance(error, NotFoundError)


async def test_a_colleague_between_reading_and_unlinking_is_overwritten(
    links: LinksServer, scalr: ScalrClient
) -> None:
    """What remains, as docs/bulk.md says: Scalr has no conditional writes."""
    links.reset(ws_1=MINE)

    def meddle(links: LinksServer, request: Received) -> None:
        if request.method == "PATCH":
            links.on[WS] = OTHER

    links.meddle = meddle
    outcome, _ = await OPERATIONS["unlink"](scalr, WS)

    assert (outcome, links.on[WS]) == ("applied", None)


@pytest.mark.parametrize(
    ("operation", "told"), [("link", ("applied", MINE)), ("link by the list", ("unknown", None))]
)
@pytest.mark.parametrize("first", ["cut", "503"])
async def test_one_that_was_taken_off_behind_a_lost_answer_is_linked_once_more_by_itself(
    links: LinksServer, scalr: ScalrClient, first: str, operation: str, told: tuple[str, Any]
) -> None:
    """On no pool it may have been all the time."""
    links.reset(ws_1=None)
    links.first, links.meddle = first, moving(None)
    outcome, _ = await OPERATIONS[operation](scalr, WS)

    assert (outcome, links.on[WS]) == told


@pytest.mark.parametrize("verb", ["link", "unlink"])
@pytest.mark.parametrize(("via", "kept"), [("workspace", True), ("pool", False)])
async def test_a_link_of_another_workspace_is_lost_to_a_list_and_to_nothing_else(
    links: LinksServer, scalr: ScalrClient, via: Any, kept: bool, verb: str
) -> None:
    links.reset(ws_1=None if verb == "link" else MINE, ws_2=MINE)

    def meddle(links: LinksServer, request: Received) -> None:
        if request.method == "PATCH":
            links.on.update({"ws-2": None, "ws-3": MINE})

    links.meddle = meddle
    await changing(verb, via)(scalr, WS)

    assert (links.on["ws-2"], links.on["ws-3"]) == ((None, MINE) if kept else (MINE, None))


@pytest.mark.parametrize(("operation", "left"), [("link", MINE), ("unlink", OTHER)])
async def test_one_that_is_moved_before_a_list_is_written(
    links: LinksServer, scalr: ScalrClient, operation: str, left: str
) -> None:
    """A link takes it, as asked; an unlink leaves it where it is."""
    links.reset(ws_1=None if operation == "link" else MINE)

    def meddle(links: LinksServer, request: Received) -> None:
        if request.method == "PATCH":
            links.on[WS] = OTHER

    links.meddle = meddle
    outcome, error = await OPERATIONS[f"{operation} by the list"](scalr, WS)

    assert (outcome, error, links.on[WS]) == ("applied", None, left)


@pytest.mark.parametrize("reads", [True, False])
@pytest.mark.parametrize(
    ("first", "kind"), [("before", DisconnectedError), ("refused", ServerError)]
)
@pytest.mark.parametrize("operation", ["replace", "link by the list"])
async def test_a_list_that_was_not_written_fails_for_the_reason_of_the_writing(
    links: LinksServer,
    scalr: ScalrClient,
    operation: str,
    first: str,
    kind: type[ScalrError],
    reads: bool,
) -> None:
    """Reading it back shows that it was not, or fails as well."""
    links.reset()

    def meddle(links: LinksServer, request: Received) -> None:
        if links.writes() == 1 and not reads:
            links.shapes = {("GET", "agent-pools"): "login page"}

    links.first, links.meddle = first, meddle
    outcome, error = await OPERATIONS[operation](scalr, WS)

    assert outcome == "unknown"
    if reads or operation == "replace":
        assert type(error) is kind
    else:
        assert isinstance(error, DecodeError)
