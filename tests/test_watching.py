"""Watches of lists: in virtual time, against a server whose workspaces come, change and go."""

from __future__ import annotations

import asyncio
import json
import os
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest

from scalr_async import (
    Change,
    DisconnectedError,
    ForbiddenError,
    InvalidArgumentError,
    RateLimitError,
    Response,
    ScalrError,
    ServerError,
    TLSError,
    Watch,
    filters,
    watch,
)
from scalr_async._http import Headers, Request
from scalr_async.resources import Environments, Tags, Workspaces
from scalr_async.resources._base import Context
from scalr_async.telemetry import Telemetry
from tests.servers import run_virtually

SIZE = int(os.environ.get("SCALR_WATCHED", "2000"))
START = datetime(2026, 1, 1, tzinfo=UTC)


def now() -> float:
    return asyncio.get_running_loop().time()


@attrs.define
class Scalr:
    """Serves lists page by page, and what was updated since."""

    size: int = 3
    items: dict[str, tuple[str, float]] = attrs.field(factory=dict)
    asked: list[tuple[float, str]] = attrs.field(factory=list)
    failing: Callable[[float], ScalrError | None] = lambda _: None
    hides: set[str] = attrs.field(factory=set)
    """Items that the next whole walk does not show, and its total count does."""

    def __attrs_post_init__(self) -> None:
        for number in range(self.size):
            self.put(f"ws-{number}", "old", -60.0 * number)

    def put(self, id_: str, name: str, moment: float | None = None) -> None:
        self.items[id_] = (name, now() if moment is None else moment)

    async def send(self, request: Request) -> Response:
        params = dict(request.params)
        since = params.get("filter[updated-at]")
        self.asked.append((now(), "all" if since is None else "since"))
        await asyncio.sleep(0.01)
        if (error := self.failing(now())) is not None:
            raise error
        found = sorted(self.items.items(), key=lambda item: (-item[1][1], item[0]))
        if since is not None:
            begin = datetime.fromisoformat(since.removeprefix("between:").partition(",")[0])
            found = [item for item in found if START + timedelta(seconds=item[1][1]) >= begin]
        total = len(found)
        found = [item for item in found if since is not None or item[0] not in self.hides]
        number, size = int(params["page[number]"]), int(params["page[size]"])
        type_ = request.path.strip("/")
        data = [
            {
                "type": type_,
                "id": id_,
                "attributes": {
                    "name": name,
                    "updated-at": (START + timedelta(seconds=moment)).isoformat(),
                },
            }
            for id_, (name, moment) in found[(number - 1) * size : number * size]
        ]
        pages = {
            "current-page": number,
            "page-size": size,
            "total-pages": -(-total // size),
            "total-count": total,
        }
        document = {"data": data, "meta": {"pagination": pages}}
        return Response(
            status=200,
            headers=Headers((("Content-Type", "application/vnd.api+json"),)),
            body=json.dumps(document).encode(),
            method=request.method,
            path=request.path,
            attempts=1,
            elapsed=0.1,
            outcome="applied",
        )

    @property
    def context(self) -> Context:
        async def no_stream(_: Request) -> Any:
            raise AssertionError

        return Context(self.send, Telemetry(), None, "https://acme.scalr.io", no_stream)

    @property
    def workspaces(self) -> Workspaces:
        return Workspaces(self.context)


Step = tuple[float, Callable[[Scalr], object]]


async def watched(
    server: Scalr, seconds: float, *steps: Step, made: Watch[Any] | None = None, **options: Any
) -> list[tuple[str, str]]:
    """Watch for some time in which things happen; return kinds and ids of the changes."""
    changes = made or watch(server.workspaces.list(), **options)
    found: list[tuple[str, str]] = []
    began = now()

    async def happen() -> None:
        for moment, step in steps:
            await asyncio.sleep(began + moment - now())
            step(server)

    happening = asyncio.create_task(happen())
    try:
        async with asyncio.timeout(seconds):
            async for change in changes:
                found.append((change.kind, change.id))
    except TimeoutError:
        pass
    await happening
    return found


def test_what_is_created_changed_and_deleted_is_told() -> None:
    server = Scalr()
    steps: list[Step] = [
        (100, lambda s: s.put("ws-new", "new")),
        (200, lambda s: s.put("ws-1", "other")),
        (300, lambda s: s.items.pop("ws-2")),
        (400, lambda s: s.put("ws-1", "third")),
    ]

    found = run_virtually(watched(server, 2000, *steps))

    assert sorted(found) == sorted(
        [
            ("created", "ws-new"),
            ("changed", "ws-1"),
            ("changed", "ws-1"),
            ("deleted", "ws-2"),
        ]
    )
    assert found.index(("created", "ws-new")) == 0


@pytest.mark.parametrize("seed", range(12))
def test_every_step_of_a_short_list_is_told_once_also_when_it_gets_empty(seed: int) -> None:
    rng = random.Random(seed)
    server, there = Scalr(size=rng.choice([0, 1, 2])), set[str]()
    there.update(server.items)
    steps, expected = list[Step](), list[tuple[str, str]]()

    def put(id_: str, name: str) -> Callable[[Scalr], object]:
        return lambda s: s.put(id_, name)

    def pop(id_: str) -> Callable[[Scalr], object]:
        return lambda s: s.items.pop(id_)

    for number in range(12):
        kind = rng.choice(["created", "changed", "deleted", "deleted"]) if there else "created"
        id_ = f"ws-new-{number}" if kind == "created" else rng.choice(sorted(there))
        (there.discard if kind == "deleted" else there.add)(id_)
        act = pop(id_) if kind == "deleted" else put(id_, f"name {number}")
        steps.append((800.0 * (number + 1), act))  # after at least one whole walk
        expected.append((kind, id_))

    found = run_virtually(watched(server, 800.0 * 14, *steps, interval=60, full_interval=600))

    assert found == expected


def test_the_resource_comes_along() -> None:
    async def main() -> list[Change[Any]]:
        server = Scalr()
        changes: list[Change[Any]] = []
        asyncio.get_running_loop().call_later(100, lambda: server.put("ws-1", "other"))
        asyncio.get_running_loop().call_later(200, lambda: server.items.pop("ws-1"))
        async for change in watch(server.workspaces.list()):
            changes.append(change)
            if len(changes) == 2:
                break
        return changes

    changed, deleted = run_virtually(main())

    assert (changed.kind, changed.resource.name) == ("changed", "other")
    assert (deleted.kind, deleted.resource) == ("deleted", None)


def test_most_rounds_ask_for_what_was_updated_alone() -> None:
    """1 in 100 workspaces changes in an hour: every change is told, for few requests."""
    server = Scalr(size=SIZE)
    rng = random.Random(7)
    changed = [f"ws-{number}" for number in rng.sample(range(SIZE), SIZE // 100)]

    def change(id_: str) -> Callable[[Scalr], object]:
        return lambda s: s.put(id_, "other")

    steps = [(100.0 + 30 * place, change(id_)) for place, id_ in enumerate(changed)]

    found = run_virtually(watched(server, 3600, *steps, interval=60, full_interval=1800))

    assert sorted(found) == sorted(("changed", id_) for id_ in changed)
    kinds = [kind for _, kind in server.asked]
    assert kinds.count("since") < 70
    assert kinds.count("all") == 2 * SIZE // 100  # at the start, and once more


def test_where_the_server_cannot_tell_each_round_walks_over_all() -> None:
    server = Scalr()

    async def main() -> list[tuple[str, str]]:
        made = watch(Tags(server.context).list(), interval=10)
        return await watched(server, 100, (50, lambda s: s.items.pop("ws-0")), made=made)

    assert run_virtually(main()) == [("deleted", "ws-0")]
    assert {kind for _, kind in server.asked} == {"all"}


def test_a_filter_of_ones_own_is_kept() -> None:
    server = Scalr()
    since = filters.between(START, START + timedelta(days=1))

    async def main() -> list[tuple[str, str]]:
        made = watch(server.workspaces.list(updated_at=since), interval=10)
        return await watched(server, 100, (50, lambda s: s.put("ws-0", "x")), made=made)

    assert run_virtually(main()) == [("changed", "ws-0")]


def test_nothing_is_called_deleted_that_a_walk_may_have_missed() -> None:
    server = Scalr(size=250)
    steps: list[Step] = [
        (100, lambda s: s.hides.update({"ws-1", "ws-2"})),
        (1500, lambda s: s.hides.clear()),
        (1600, lambda s: s.items.pop("ws-3")),
    ]

    found = run_virtually(watched(server, 4000, *steps, interval=60))

    assert found == [("deleted", "ws-3")]


def test_only_what_counts_is_a_change() -> None:
    server = Scalr()
    steps: list[Step] = [(100, lambda s: s.put("ws-0", "old")), (200, lambda s: s.put("ws-1", "x"))]

    found = run_virtually(watched(server, 1000, *steps, key=lambda workspace: workspace.name))

    assert found == [("changed", "ws-1")]


def test_another_watch_goes_on_where_one_ended() -> None:
    async def main() -> list[tuple[str, str]]:
        server = Scalr()
        first = watch(server.workspaces.list(), interval=10)
        await watched(server, 100, made=first)
        server.put("ws-0", "other")
        server.put("ws-new", "new")
        del server.items["ws-1"]
        token = json.loads(json.dumps(first.token))
        second = watch(server.workspaces.list(), interval=10, resume=token)
        found = await watched(server, 100, made=second)
        third = watch(server.workspaces.list(), interval=10, resume=second.token)
        assert await watched(server, 100, made=third) == []
        return found

    assert sorted(run_virtually(main())) == [
        ("changed", "ws-0"),
        ("created", "ws-new"),
        ("deleted", "ws-1"),
    ]


def test_a_change_that_was_not_dealt_with_comes_again() -> None:
    async def main() -> list[tuple[str, str]]:
        server = Scalr()
        first = watch(server.workspaces.list(), interval=10)
        await watched(server, 20, made=first)
        for number in range(3):
            server.put(f"ws-{number}", "other")
        with pytest.raises(ZeroDivisionError):
            async for change in first:
                if change.id == "ws-1":
                    raise ZeroDivisionError
        second = watch(server.workspaces.list(), interval=10, resume=first.token)
        return await watched(server, 15, made=second)

    assert run_virtually(main()) == [("changed", "ws-1"), ("changed", "ws-2")]


PASSING = [
    RateLimitError("throttled", status=429),
    ServerError("down", status=503),
    DisconnectedError("gone"),
]


@pytest.mark.parametrize("error", PASSING, ids=lambda error: type(error).__name__)
def test_an_outage_is_waited_out(error: ScalrError) -> None:
    server = Scalr(failing=lambda now: error if 100 < now < 500 else None)
    steps: list[Step] = [(300, lambda s: s.put("ws-0", "other"))]

    assert run_virtually(watched(server, 1000, *steps)) == [("changed", "ws-0")]


@pytest.mark.parametrize("error", PASSING, ids=lambda error: type(error).__name__)
def test_an_outage_without_end_is_raised_after_ten_minutes(error: ScalrError) -> None:
    server = Scalr(failing=lambda now: error if now > 100 else None)

    with pytest.raises(type(error)):
        run_virtually(watched(server, 5000))

    assert 640 < server.asked[-1][0] < 800  # of the last walk that ended, at 40 to 100


@pytest.mark.parametrize("error", [ForbiddenError("no", status=403), TLSError("not trusted")])
def test_what_no_later_walk_could_mend_is_raised_at_once(error: ScalrError) -> None:
    server = Scalr(failing=lambda now: error if now > 100 else None)

    with pytest.raises(type(error)):
        run_virtually(watched(server, 5000))

    assert 100 < server.asked[-1][0] < 200


def test_one_walk_is_under_way_however_slow_the_consumer_is() -> None:
    async def main() -> None:
        server = Scalr(size=300)
        busy = 0
        async for _ in watch(server.workspaces.list(), interval=1, resume="[1,{}]"):
            before = len(server.asked)
            await asyncio.sleep(10)
            assert len(server.asked) <= before + 2  # pages that were read ahead
            if (busy := busy + 1) == 20:
                break

    run_virtually(main())


BAD: list[tuple[str, dict[str, Any]]] = [
    ("interval", {"interval": 0}),
    ("interval", {"interval": float("nan")}),
    ("interval", {"interval": "5"}),
    ("interval", {"interval": True}),
    ("full_interval", {"full_interval": -1}),
    ("key", {"key": "name"}),
    ("resume", {"resume": "nonsense"}),
    ("resume", {"resume": "[2,{}]"}),
    ("resume", {"resume": '[1,{"a":5}]'}),
    ("resume", {"resume": "[1]"}),
    ("resume", {"resume": "[" * 100_000}),
    ("resume", {"resume": 5}),
]


@pytest.mark.parametrize(("named", "options"), BAD)
def test_what_makes_no_sense_is_refused(named: str, options: dict[str, Any]) -> None:
    with pytest.raises(InvalidArgumentError, match=f"^{named}"):
        watch(Scalr().workspaces.list(), **options)


@pytest.mark.parametrize("pager", [None, [], "workspaces"])
def test_what_is_no_list_is_refused(pager: Any) -> None:
    with pytest.raises(InvalidArgumentError, match=r"^pager: must be a list"):
        watch(pager)


def test_a_watch_that_learned_nothing_yet_has_a_token_too() -> None:
    made = watch(Scalr().workspaces.list())

    assert watch(Scalr().workspaces.list(), resume=made.token).token == made.token


@pytest.mark.parametrize("options", [{"limit": 2}, {"on_drift": "ignore"}, {"on_drift": "raise"}])
def test_how_the_list_would_be_walked_alone_makes_no_deletion(options: dict[str, Any]) -> None:
    """A limit, or drift that is not looked at, would take what is not shown for deleted."""
    server = Scalr(size=250)
    steps: list[Step] = [
        (100, lambda s: s.hides.update({"ws-1", "ws-2"})),
        (200, lambda s: s.put("ws-249", "other")),
    ]

    async def main() -> list[tuple[str, str]]:
        made = watch(server.workspaces.list(**options), interval=60, full_interval=60)
        return await watched(server, 1000, *steps, made=made)

    assert run_virtually(main()) == [("changed", "ws-249")]


def test_a_walk_of_the_same_list_beside_it_disturbs_nothing() -> None:
    server = Scalr(size=250)
    pager = server.workspaces.list(on_drift="ignore")

    async def main() -> list[tuple[str, str]]:
        async def walk() -> None:
            for _ in range(50):
                await pager.collect()
                await asyncio.sleep(10)

        beside = asyncio.create_task(walk())
        step: Step = (100, lambda s: s.hides.update({"ws-1"}))
        found = await watched(server, 400, step, made=watch(pager, interval=20, full_interval=20))
        beside.cancel()
        return found

    assert run_virtually(main()) == []


def test_a_key_of_any_shape_tells_a_change() -> None:
    server = Scalr()
    step: Step = (100, lambda s: s.put("ws-0", "other"))

    found = run_virtually(watched(server, 400, step, key=lambda ws: {(1, 2): ws.name, "a": object}))

    assert found == [("changed", "ws-0")]


def test_values_without_ids_are_not_watched() -> None:
    async def main() -> None:
        made = watch(Environments(Scalr().context).list_drifted_workspaces("env-1"))
        async for _ in made:
            raise AssertionError

    with pytest.raises(InvalidArgumentError, match="have no ids"):
        run_virtually(main())


def test_references_are_watched_by_their_ids() -> None:
    server = Scalr()

    async def main() -> list[tuple[str, str]]:
        made = watch(Workspaces(server.context).list_tags("ws-1"), interval=10)
        return await watched(server, 100, (50, lambda s: s.put("ws-new", "x")), made=made)

    assert run_virtually(main()) == [("created", "ws-new")]
