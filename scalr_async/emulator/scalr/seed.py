"""Seeding of a realistic account of any size, and churn: continual creates and deletes."""

from __future__ import annotations

import asyncio
import bisect
import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any, Final, TypeVar

import attrs

from scalr_async.emulator.engine.arguments import check_number
from scalr_async.emulator.engine.bodies import Changes
from scalr_async.emulator.engine.http import Actor
from scalr_async.emulator.engine.service import MOMENT, Service
from scalr_async.emulator.engine.store import Ids, Record

__all__ = ["Seeded", "churn", "seed"]

T = TypeVar("T")

_STAGES: Final = ("production", "staging", "development", "testing")
_TEAMS: Final = ("payments", "identity", "search", "billing", "data", "edge", "mobile", "platform")
_PARTS: Final = ("network", "cluster", "database", "queue", "cache", "storage", "dns", "secrets")
_REGIONS: Final = ("eu-west-1", "us-east-1", "ap-south-1", "eu-north-1", "us-west-2")
_STATUSES: Final = ("idle", "busy", "idle", "idle", "offline", "busy")
_RUNS: Final = ("applied", "errored", "planned", "discarded", "policy_override")
_VERSIONS: Final = ("1.5.7", "1.9.2", "1.10.1", "1.6.6", "0.14.11")
_GOLDEN: Final = 0.6180339887498949


def _pick(choices: Sequence[T], index: int) -> T:
    """Return one of the choices, earlier ones more often, for an uneven distribution.

    The choice at index n is about 1 / (n + 1) times as frequent as the first.
    """
    sums = list(itertools.accumulate(1 / (place + 1) for place in range(len(choices))))
    place = bisect.bisect(sums, (index * _GOLDEN % 1) * sums[-1])
    return choices[min(place, len(choices) - 1)]


def _count(ids: Sequence[str]) -> str:
    return str(len(ids))


@attrs.frozen(kw_only=True)
class Seeded:
    """The ids of the objects that `seed` made, in creation order.

    Attributes:
        environments: the environments.
        workspaces: the workspaces.
        pools: the agent pools.
        agents: the agents of these pools.
        tags: the tags.
    """

    environments: Sequence[str] = attrs.field(repr=_count)
    workspaces: Sequence[str] = attrs.field(repr=_count)
    pools: Sequence[str] = attrs.field(repr=_count)
    agents: Sequence[str] = attrs.field(repr=_count)
    tags: Sequence[str] = attrs.field(repr=_count)


class _Planter:
    """Adds records directly to the store; they comply with the rules by construction.

    Its clock ends this morning, so that an account looks equally old on any day; `steps` is the
    most times that `moment` is called.
    """

    def __init__(self, service: Service, actor: Actor, steps: int) -> None:
        self.service = service
        self.actor = actor
        today = service.clock().replace(hour=0, minute=0, second=0, microsecond=0)
        self.now = today - timedelta(minutes=steps)

    def moment(self) -> str:
        """Return the clock's time, a minute later with each call."""
        self.now += timedelta(minutes=1)
        return self.now.strftime(MOMENT)

    def change(self, index: int) -> dict[str, Any]:
        """Return the times of creation and last change: mostly recent, some long ago."""
        self.now += timedelta(minutes=1)
        changed = self.now - timedelta(days=round(900 * (index * _GOLDEN % 1) ** 4))
        made = changed - timedelta(days=30 + index % 300)
        return {"created-at": made.strftime(MOMENT), "updated-at": changed.strftime(MOMENT)}

    def add(self, type: str, attributes: dict[str, Any], relationships: dict[str, Ids]) -> Record:
        record = Record(
            type=type,
            id=self.service.new_id(type),
            attributes=attributes,
            relationships=relationships,
        )
        self.service.store.add(record)
        return record


def seed(
    service: Service,
    actor: Actor,
    *,
    environments: int,
    workspaces: int,
    pools: int,
    agents: int,
    tags: int,
) -> Seeded:
    """Make environments with workspaces, pools with agents, and tags on the workspaces.

    The account is as uneven as a real one: the first environment is the largest, some versions are
    old, some runs failed, and the agents of one pool are all offline. Every third workspace is on
    a pool, every fourth has run.
    """
    for name, number in (
        ("environments", environments),
        ("workspaces", workspaces),
        ("pools", pools),
        ("agents", agents),
        ("tags", tags),
    ):
        check_number(name, number, whole=True)
    store = service.store
    if workspaces and not environments and not store.count("environments"):
        raise ValueError("workspaces need an environment: give environments=1 or more")
    if agents and not pools and not store.count("agent-pools"):
        raise ValueError("agents need a pool: give pools=1 or more")
    planter = _Planter(service, actor, steps=2 * (environments + agents + workspaces))
    made_tags = _tags(planter, tags)
    made_environments = _environments(planter, environments)
    made_pools = _pools(planter, pools)
    made_agents = _agents(planter, agents, made_pools or store.all("agent-pools"))
    homes = made_environments or store.all("environments")
    made = [_workspace(planter, i, homes, made_pools, made_tags) for i in range(workspaces)]
    return Seeded(
        environments=tuple(r.id for r in made_environments),
        workspaces=tuple(r.id for r in made),
        pools=tuple(r.id for r in made_pools),
        agents=tuple(r.id for r in made_agents),
        tags=tuple(r.id for r in made_tags),
    )


def _free(planter: _Planter, type: str, names: Sequence[str], count: int) -> list[str]:
    """Return unused names: those given, numbered from the second round on."""
    taken = {record.attributes.get("name") for record in planter.service.store.all(type)}
    found: list[str] = []
    number = 0
    while len(found) < count:
        round_, index = divmod(number, len(names))
        name = names[index] if round_ == 0 else f"{names[index]}-{round_ + 1}"
        number += 1
        if name not in taken:
            found.append(name)
    return found


def _tags(planter: _Planter, count: int) -> list[Record]:
    names = [f"team:{team}" for team in _TEAMS] + [f"region:{region}" for region in _REGIONS]
    account: dict[str, Ids] = {"account": planter.actor.account}
    return [
        planter.add("tags", {"name": name}, dict(account))
        for name in _free(planter, "tags", names, count)
    ]


def _environments(planter: _Planter, count: int) -> list[Record]:
    return [
        planter.add(
            "environments",
            {
                "name": name,
                "created-at": planter.moment(),
                "updated-at": planter.moment(),
                "created-by-email": planter.actor.email,
            },
            {"account": planter.actor.account, "created-by": planter.actor.user},
        )
        for name in _free(planter, "environments", _STAGES, count)
    ]


def _pools(planter: _Planter, count: int) -> list[Record]:
    return [
        planter.add(
            "agent-pools",
            {"name": name, "is-shared": True, "vcs-enabled": False},
            {"account": planter.actor.account, "environments": ()},
        )
        for name in _free(planter, "agent-pools", [f"pool-{r}" for r in _REGIONS], count)
    ]


def _agents(planter: _Planter, count: int, pools: Sequence[Record]) -> list[Record]:
    return [
        planter.add(
            "agents",
            {
                "name": f"agent-{index + 1}",
                "status": status,
                "created-at": planter.moment(),
                "last-seen-at": planter.moment() if status == "offline" else planter.service.now(),
            },
            {"pool": pools[index % len(pools)].id},
        )
        for index, status in enumerate(_status(index, len(pools)) for index in range(count))
    ]


def _status(index: int, pools: int) -> str:
    """Return an agent's status; of several pools, the second one is offline."""
    down = pools > 2 and index % pools == 1
    return "offline" if down else _STATUSES[index // max(pools, 1) % len(_STATUSES)]


def _workspace(
    planter: _Planter,
    index: int,
    environments: Sequence[Record],
    pools: Sequence[Record],
    tags: Sequence[Record],
) -> Record:
    environment = _pick(environments, index)
    pool = _pick(pools, index // 3).id if pools and index % 3 == 0 else None
    workspace = planter.add(
        "workspaces",
        _settings(planter, index, str(environment.attributes["name"])),
        {
            "environment": environment.id,
            "agent-pool": pool,
            "created-by": planter.actor.user,
            "updated-by": planter.actor.user,
            "tags": tuple(tags[(index + k) % len(tags)].id for k in range(min(2, len(tags)))),
        },
    )
    if index % 4 == 0:
        _run(planter, index, workspace)
    return workspace


def _settings(planter: _Planter, index: int, environment: str) -> dict[str, Any]:
    team = _TEAMS[index % len(_TEAMS)]
    part = _PARTS[index // len(_TEAMS) % len(_PARTS)]
    return {
        "name": f"{team}-{part}-{planter.service.text(3)}{index:05d}",
        **planter.change(index),
        "updated-by-email": planter.actor.email,
        "auto-apply": index % 4 == 0,
        "environment-type": environment if environment in _STAGES else "unmapped",
        "terraform-version": _pick(_VERSIONS, index * 7),
        "working-directory": f"stacks/{team}/{part}",
        "var-files": [f"vars/{_REGIONS[index % len(_REGIONS)]}.tfvars"],
        "vcs-repo": {
            "identifier": f"acme/{team}-infrastructure",
            "branch": "main",
            "path": f"stacks/{team}/{part}",
            "trigger-prefixes": [f"stacks/{team}/{part}", f"modules/{part}"],
            "dry-runs-enabled": True,
            "ingress-submodules": False,
            "trigger-patterns": None,
            "version-constraint": None,
        },
        "hooks": {
            "pre-init": "./scripts/pre-init.sh",
            "pre-plan": None,
            "post-plan": "./scripts/cost-report.sh",
            "pre-apply": None,
            "post-apply": "./scripts/notify.sh",
        },
    }


def _run(planter: _Planter, index: int, workspace: Record) -> None:
    run = planter.add(
        "runs",
        {
            "status": _pick(_RUNS, index // 4),
            "created-at": planter.moment(),
            "message": f"Queued from commit {planter.service.text(8)}",
        },
        {
            "workspace": workspace.id,
            "environment": workspace.relationships["environment"],
            "created-by": planter.actor.user,
        },
    )
    planter.service.store.change(workspace, {}, {"current-run": run.id, "latest-run": run.id})


async def churn(
    service: Callable[[], Service], numbers: Iterator[int], type: str, per_second: float
) -> None:
    """Create and delete objects of a type until cancelled, at most `per_second` changes a second.

    A slow machine makes fewer changes: those that are late do not take the server's time as well.
    `numbers` makes the names of one server unique.
    """
    loop = asyncio.get_running_loop()
    interval = 1 / min(per_second, 100)
    at_once = math.ceil(per_second * interval)
    begun, done = loop.time(), 0
    while True:
        due = int((loop.time() - begun) * per_second)
        for _ in range(min(due - done, at_once)):
            _change_one(service(), next(numbers), type)
        done = due
        await asyncio.sleep(interval)


def _change_one(service: Service, number: int, type: str) -> None:
    """Create an object, or delete an earlier one; the total stays about the same."""
    others = service.store.all(type)
    if number % 2 == 0 or not others:
        relationships: dict[str, Ids] = {}
        if "environment" in service.types[type].relationships:
            homes = service.store.all("environments")
            relationships["environment"] = service.random.choice(homes).id
        changes = Changes(attributes={"name": f"churn-{number}"}, relationships=relationships)
        service.create(type, changes, service.owner)
    else:
        service.delete(service.random.choice(others), forced=True)
