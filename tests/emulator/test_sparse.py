"""Sparse answers: legal JSON:API, true as far as they go, and never the same for two seeds."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from scalr_async import UNSET, ScalrClient
from scalr_async.emulator import Emulator, LoggedRequest
from scalr_async.emulator.engine.documents import Selection
from scalr_async.emulator.engine.sparse import NOVEL
from scalr_async.resources import _generated

from .conftest import ENVIRONMENT, Api, resource
from .world import CATALOG, fill, make, target

READS = [r for r in CATALOG.routes if r.operation == "get"]
LISTS = [r for r in CATALOG.routes if r.operation == "list" and r.schema]


NOW = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def same_time(monkeypatch) -> None:
    """Twins are made at one time."""
    monkeypatch.setattr("scalr_async.emulator.engine.service._utc_now", lambda: NOW)


class Twins:
    """Two emulators with the same objects: one tells everything, one does not."""

    def __init__(self, seed: int) -> None:
        self.both = [Emulator(seed=seed), Emulator(seed=seed, answers="sparse")]
        for emu in self.both:
            emu.run_step = float("inf")

    def make(self, type: str) -> str:
        ids = {target(emu, type) for emu in self.both}
        assert len(ids) == 1
        return ids.pop()

    def answers(self, path: str, query: tuple[tuple[str, str], ...] = ()) -> list[Any]:
        found = []
        for emu in self.both:
            request = LoggedRequest(method="GET", path=path, query=query)
            answer = emu._api.answer(request, authorization=f"Bearer {emu.token}")
            assert answer.status == 200, answer
            found.append(json.loads(answer.body))
        return found


def legal(document: Any) -> None:
    """Hold a document against JSON:API 1.0: members, linkage, full linkage, each object once."""
    assert {"data"} <= set(document) <= {"data", "included", "links", "meta", "jsonapi"}
    data = document["data"]
    primary = data if isinstance(data, list) else [data]
    included = document.get("included") or []
    linked = set()
    for one in [*primary, *included]:
        assert isinstance(one["id"], str)
        assert isinstance(one["type"], str)
        assert set(one) <= {"id", "type", "attributes", "relationships", "links", "meta"}
        fields = [*one.get("attributes", ()), *one.get("relationships", ())]
        assert len(fields) == len(set(fields))
        for relationship in one.get("relationships", {}).values():
            assert relationship is None or set(relationship) & {"data", "links", "meta"}
            for identifier in listed((relationship or {}).get("data")):
                linked.add((identifier["type"], identifier["id"]))
    keys = [(one["type"], one["id"]) for one in [*primary, *included]]
    assert len(keys) == len(set(keys))
    assert {(one["type"], one["id"]) for one in included} <= linked


def listed(data: Any) -> list[Any]:
    return data if isinstance(data, list) else [] if data is None else [data]


def compare(whole: Any, sparse: Any) -> Counter[str]:
    """See that a resource tells nothing that is wrong; count in what ways it tells less."""
    assert (whole["id"], whole["type"]) == (sparse["id"], sparse["type"])
    ways: Counter[str] = Counter()
    shown = sparse.get("attributes", {})
    for name, value in whole.get("attributes", {}).items():
        if name not in shown:
            assert not value
            ways["attribute left out"] += 1
        elif shown[name] != value:
            assert shown[name] == f"{NOVEL}-value"
            ways["unknown value"] += 1
    links = sparse.get("relationships", {})
    for name, relationship in whole.get("relationships", {}).items():
        if name not in links:
            ways["relationship left out"] += 1
        elif links[name] is None:
            assert not relationship["data"]
            ways["relationship null"] += 1
        elif "data" not in links[name]:
            ways["links only"] += 1
        else:
            assert links[name]["data"] == relationship["data"]
    known = {*whole.get("attributes", ()), *whole.get("relationships", ())}
    for name in {*shown, *links} - known:
        assert name.startswith(NOVEL)
        ways["unknown attribute" if name in shown else "unknown relationship"] += 1
    if list(shown) != [name for name in whole.get("attributes", ()) if name in shown]:
        ways["another order"] += 1
    return ways


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("route", READS, ids=lambda route: route.name)
def test_an_object_is_told_legally_and_truly(route, seed):
    twins = Twins(seed)
    id = twins.make(CATALOG.schemas[route.schema].type)
    path = fill(twins.both[0], route.path).rpartition("/")[0] + f"/{id}"
    whole, sparse = twins.answers(path)
    legal(sparse)
    compare(whole["data"], sparse["data"])
    if not route.include:
        return
    include = (("include", ",".join(route.include)),)
    whole, sparse = twins.answers(path, include)
    legal(sparse)
    compare(whole["data"], sparse["data"])
    for name in (name.partition(".")[0] for name in route.include):
        links = "relationships"
        assert sparse["data"][links][name]["data"] == whole["data"][links][name]["data"]
    types = {one["type"] for one in sparse["included"]} - {o["type"] for o in whole["included"]}
    assert types == {f"{NOVEL}-things"}


@pytest.mark.parametrize("route", LISTS, ids=lambda route: route.name)
def test_a_list_is_told_legally_and_truly(route):
    twins = Twins(1)
    twins.make(CATALOG.schemas[route.schema].type)
    path = {fill(emu, route.path) for emu in twins.both}.pop()
    include = (("include", ",".join(route.include)),) if route.include else ()
    for query in ((), include):
        whole, sparse = twins.answers(path, query)
        legal(sparse)
        assert len(whole["data"]) == len(sparse["data"])
        for pair in zip(whole["data"], sparse["data"], strict=True):
            compare(*pair)
        pagination = sparse["meta"]["pagination"]
        assert pagination == whole["meta"]["pagination"]
        if "links" in sparse:
            assert sparse["links"] == whole["links"]


def test_every_way_of_telling_less_comes_up():
    ways: Counter[str] = Counter()
    documents: Counter[str] = Counter()
    for seed in range(30):
        twins = Twins(seed)
        for type in ("agent-pools", "agents"):
            id = twins.make(type)
            whole, sparse = twins.answers(f"/{type}/{id}")
            ways += compare(whole["data"], sparse["data"])
            documents["included null"] += "included" in sparse and sparse["included"] is None
            documents["included left out"] += "included" not in sparse
            documents["meta null"] += "meta" in sparse and sparse["meta"] is None
            documents["order"] += next(iter(sparse)) != "data"
            documents["links left out"] += "links" not in twins.answers(f"/{type}")[1]
    assert set(ways) == {
        "another order",
        "attribute left out",
        "links only",
        "relationship left out",
        "relationship null",
        "unknown attribute",
        "unknown relationship",
        "unknown value",
    }
    assert all(documents.values())


def test_the_seed_and_the_id_say_what_is_told():
    def told(seed, times=1):
        emu = Emulator(seed=seed, answers="sparse")
        record = emu.create("agent-pools", {"name": "p"})
        for _ in range(times):
            body = emu._service.documents.one(record, Selection())
        shown = json.loads(body)["data"]
        return {part: list(shown[part]) for part in ("attributes", "relationships")}

    assert told(1) == told(1) == told(1, times=3)
    assert len({json.dumps(told(seed)) for seed in range(20)}) > 15


def test_what_is_asked_for_is_told():
    for seed in range(20):
        emu = Emulator(seed=seed, answers="sparse")
        pool = emu.create("agent-pools", {"name": "p"})
        asked = frozenset({"webhook-url", "vcs-enabled", "workspaces"})
        selection = Selection(fields={"agent-pools": asked})
        shown = json.loads(emu._service.documents.one(pool, selection))["data"]
        assert shown["attributes"] == {"webhook-url": None, "vcs-enabled": False}
        assert shown["relationships"] == {"workspaces": {"data": []}}
        selection = Selection(fields={"agent-pools": frozenset()})
        shown = json.loads(emu._service.documents.one(pool, selection))["data"]
        assert not {"attributes", "relationships"} & {n for n in shown if shown[n]}


def test_how_much_is_told_is_one_of_two():
    with pytest.raises(ValueError, match="'terse' is not known; there is generous, sparse"):
        Emulator(answers="terse")


@pytest.mark.parametrize("seed", range(5))
async def test_what_was_read_can_be_sent_back(seed):
    async with Emulator(seed=seed, answers="sparse") as emu, aiohttp.ClientSession() as session:
        api = Api(emu, session)
        for type, path in (("workspaces", "/workspaces"), ("agent-pools", "/agent-pools")):
            id = make(emu, type)
            data = (await api.get(f"{path}/{id}"))["data"]
            whole = resource(type, data["attributes"], data["relationships"])
            status, document = await api("PATCH", f"{path}/{id}", whole)
            assert (status, document["data"]["id"]) == (200, id)
            body = resource(type, {f"not-{NOVEL}": 1})
            assert (await api("PATCH", f"{path}/{id}", body))[0] == 422
        made = emu.create("workspaces", {"name": "w"}, {"environment": ENVIRONMENT})
        assert emu.store.get("workspaces", made.id).related("environment") == (ENVIRONMENT,)


@pytest.mark.parametrize("seed", range(3))
async def test_the_client_reads_every_type(seed):
    """What it does not know stays out of its way, and what it is not told it does not make up."""
    emu = Emulator(seed=seed, answers="sparse")
    ids = {type: target(emu, type) for type in sorted(_generated.MODELS)}
    async with emu, ScalrClient(emu.url, emu.token) as scalr:
        read = 0
        for name, (module, collection) in _generated.COLLECTIONS.items():
            reading = getattr(scalr, name)
            type = reading.model.type
            paths = {route.path for route in READS if CATALOG.schemas[route.schema].type == type}
            if f"/{name.replace('_', '-')}/{{{name.removesuffix('s')}}}" not in paths:
                continue
            found = await reading.get(ids[type])
            read += 1
            again = found.raw()
            assert (found.id, again["id"]) == (ids[type], ids[type])
            for wire, value in again.get("attributes", {}).items():
                python = wire.replace("-", "_")
                if hasattr(found, python) and isinstance(value, bool | int):
                    assert getattr(found, python) == value
            for wire in emu._service.types[type].attributes:
                if wire not in again.get("attributes", {}):
                    assert getattr(found, wire.replace("-", "_"), UNSET) is UNSET
        assert read > 35


@pytest.mark.parametrize("seed", range(4))
async def test_the_client_walks_and_links(seed):
    async with (
        Emulator(seed=seed, answers="sparse") as emu,
        ScalrClient(emu.url, emu.token) as scalr,
    ):
        made = emu.seed(environments=2, workspaces=130, pools=2, agents=3)
        found = await scalr.workspaces.list(page_size=20, include=["environment"]).collect()
        assert [w.id for w in found] == list(made.workspaces)
        assert {w.environment.resource.name for w in found} == {
            emu.store.get("environments", id).attributes["name"] for id in made.environments
        }
        pool = await scalr.agent_pools.create(name="mine")
        result = await scalr.agent_pools.link_workspaces(pool, found[:9])
        assert len(result.succeeded) == 9
        result = await scalr.agent_pools.unlink_workspaces(pool, found[:3])
        assert len(result.succeeded) == 3
        await scalr.agent_pools.replace_workspaces(pool, found[5:7])
        linked = scalr.workspaces.list(agent_pool=pool)
        assert [w.id for w in await linked.collect()] == [w.id for w in found[5:7]]
