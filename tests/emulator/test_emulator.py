from __future__ import annotations

import asyncio
import copy
import inspect
import itertools
import json
import math
import ssl
import time
from datetime import UTC, datetime
from types import SimpleNamespace

import aiohttp
import pytest

from scalr_async._values import Secret
from scalr_async.emulator import DeliveryScript, Emulator, LoggedRequest, RunScript
from scalr_async.emulator.engine.faults import Failure, RateLimit
from scalr_async.emulator.scalr import seed
from tests.certificates import serving

from .conftest import ACCOUNT, ENVIRONMENT, Api, one, resource


async def test_starting_and_stopping():
    emu = Emulator(accounts=("acme", "umbrella"), token="t0ken")
    with pytest.raises(RuntimeError, match="not running"):
        emu.url
    await emu.start()
    async with aiohttp.ClientSession() as session:
        api = Api(emu, session)
        accounts = (await api.get("/accounts"))["data"]
        assert [a["attributes"]["name"] for a in accounts] == ["acme", "umbrella"]
        assert emu.url.startswith("http://127.0.0.1:")
        url = emu.url
        await emu.stop()
        with pytest.raises(aiohttp.ClientConnectionError):
            await session.get(url)
    await emu.stop()
    assert emu.store.get("accounts", ACCOUNT) is not None


async def test_listening_on_ipv6_is_a_url_too():
    emu = Emulator(host="::1")
    try:
        await emu.start()
    except OSError:
        pytest.skip("no IPv6 loopback here")
    assert emu.url.startswith("http://[::1]:")
    await emu.stop()


async def test_https_and_service_discovery(authority):
    server = serving(authority, "127.0.0.1")
    client = ssl.create_default_context()
    authority.configure_trust(client)
    async with Emulator(tls=server) as emu, aiohttp.ClientSession() as session:
        assert emu.url.startswith("https://127.0.0.1:")
        async with session.get(f"{emu.url}/.well-known/terraform.json", ssl=client) as answer:
            assert await answer.json() == {"iacp.v3": "/api/iacp/v3/"}


def test_an_emulator_needs_an_account():
    with pytest.raises(ValueError, match="account"):
        Emulator(accounts=())


def test_the_same_seed_makes_the_same_ids():
    first, again, other = Emulator(seed=5), Emulator(seed=5), Emulator(seed=6)
    made = [emu.seed(workspaces=20, pools=2, agents=3) for emu in (first, again, other)]
    assert made[0] == made[1] != made[2]
    assert first.token == again.token != other.token
    assert isinstance(first.token, Secret)
    assert repr(first.token) == "<redacted>"


def test_seeding_an_account(emulator_estate):
    emu, made = emulator_estate
    store = emu.store
    assert [len(x) for x in (made.environments, made.workspaces, made.pools, made.agents)] == [
        6,
        60,
        3,
        7,
    ]
    assert "workspaces=60" in repr(made)
    assert store.count("workspaces") == 60
    names = {
        (record.related("environment"), record.attributes["name"])
        for record in store.all("workspaces")
    }
    assert len(names) == 60
    assert any(record.related("agent-pool") for record in store.all("workspaces"))
    assert {r.attributes["status"] for r in store.all("runs")} >= {"applied", "errored"}
    assert {r.attributes["status"] for r in store.all("agents")} >= {"idle", "busy", "offline"}
    again = emu.seed(environments=1, tags=2)
    assert store.get("environments", again.environments[0]).attributes["name"] not in {
        store.get("environments", id).attributes["name"] for id in made.environments
    }


@pytest.fixture
def emulator_estate():
    emu = Emulator()
    return emu, emu.seed(environments=6, workspaces=60, pools=3, agents=7, tags=5)


def test_what_can_not_be_seeded_is_said():
    emu = Emulator()
    with pytest.raises(ValueError, match="pool"):
        emu.seed(agents=1)
    emu.delete(emu.store.get("environments", ENVIRONMENT))
    with pytest.raises(ValueError, match="environment"):
        emu.seed(environments=0, workspaces=1)
    assert emu.store.count("tags") == 0
    emu.seed(environments=1, workspaces=2, pools=1, tags=0)
    more = emu.seed(environments=0, workspaces=1, agents=1)
    home = emu.store.get("workspaces", more.workspaces[0]).related("environment")
    assert emu.store.find(home[0]) is not None


def test_active_agents_were_seen_just_now():
    emu = Emulator()
    moment = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
    emu._service.clock = lambda: moment
    emu.seed(pools=3, agents=12)
    made = emu.create("agents", {"name": "a"})
    for agent in emu.store.all("agents"):
        status = agent.attributes.get("status", "idle")
        seen = datetime.fromisoformat(agent.attributes["last-seen-at"])
        assert (seen == moment) is (status in ("idle", "busy"))
    assert made.attributes["last-seen-at"] == "2026-03-01T12:30:00Z"
    old = emu.create("agents", {"name": "b", "last-seen-at": "2026-01-01T00:00:00Z"})
    assert old.attributes["last-seen-at"] == "2026-01-01T00:00:00Z"


async def test_objects_no_client_can_make(api):
    agent = api.emu.create("agents", {"name": "a"})
    assert await api.ids("/agents") == [agent.id]
    api.emu.update(agent, {"status": "busy"})
    assert (await api.get(f"/agents/{agent.id}"))["data"]["attributes"]["status"] == "busy"
    assert api.emu.store.get("agents", "agent-none") is None
    assert api.emu.store.find(agent.id) is agent
    pool = api.emu.create("agent-pools", {"name": "p"})
    api.emu.update(agent, relationships={"pool": pool.id})
    assert (await api("DELETE", f"/agent-pools/{pool.id}"))[0] == 409
    api.emu.delete(pool)
    assert await api.ids("/agent-pools") == []


async def test_the_log_holds_each_request(api):
    await api("GET", "/tags?filter[name]=a%20b")
    await api("POST", "/tags", resource("tags", {"name": "x"}))
    async with api.session.get(f"{api.emu.url}/elsewhere?a=1") as answer:
        assert answer.status == 404
        assert (await answer.json(content_type=None))["errors"]
    read, written, elsewhere = api.emu.requests
    assert (read.method, read.path, read.status) == ("GET", "/tags", 200)
    assert read.query == (("filter[name]", "a b"),)
    assert read.headers["authorization"] == "<redacted>"
    assert api.token not in repr(api.emu.requests)
    assert json.loads(written.body)["data"]["attributes"] == {"name": "x"}
    assert written.status == 201
    assert written.connection == read.connection > 0
    assert written.at >= read.at
    assert elsewhere.path == "/elsewhere"


async def test_connections_are_told_apart(emu):
    for _ in range(2):
        async with aiohttp.ClientSession() as session:
            await Api(emu, session)("GET", "/tags")
    assert len({request.connection for request in emu.requests}) == 2


async def test_preference_is_applied(api):
    _, headers, _ = await api.raw("GET", "/tags", headers={"Prefer": "profile=preview"})
    assert headers["Preference-Applied"] == "profile=preview"
    _, headers, _ = await api.raw("GET", "/tags")
    assert "Preference-Applied" not in headers


async def test_latency_holds_answers_back(api, monkeypatch):
    waited = []
    real = asyncio.sleep

    async def sleep(seconds):
        waited.append(seconds)
        await real(0)

    monkeypatch.setattr("scalr_async.emulator.engine.server._sleep", sleep)
    await api.get("/tags")
    api.emu.latency = 0.25
    assert api.emu.latency == 0.25
    await api.get("/tags")
    assert waited == [0.25]


async def test_rate_limit(api):
    api.emu.limit_rate(2, per=1000)
    answers = [await api.raw("GET", "/tags") for _ in range(3)]
    assert [status for status, _, _ in answers] == [200, 200, 429]
    assert answers[2][1]["Retry-After"] == "500"
    assert json.loads(answers[2][2])["errors"][0]["status"] == "429"
    api.emu.limit_rate(1, per=1000, retry_after=False)
    answers = [await api.raw("GET", "/tags") for _ in range(2)]
    assert "Retry-After" not in answers[1][1]
    api.emu.limit_rate(None)
    assert (await api("GET", "/tags"))[0] == 200


def test_a_rate_limit_refills_with_time():
    now = [0.0]
    limit = RateLimit(10, per=2.0, clock=lambda: now[0])
    assert [limit.refuse() for _ in range(11)][9:] == [None, {"Retry-After": "1"}]
    now[0] = 0.41
    assert [limit.refuse() for _ in range(3)] == [None, None, {"Retry-After": "1"}]
    now[0] = 1000
    assert [limit.refuse() for _ in range(11)].count(None) == 10
    for wrong in ((0, 1.0), (1, 0)):
        with pytest.raises(ValueError, match="positive"):
            RateLimit(wrong[0], per=wrong[1])


async def test_scripted_answers(api):
    workspace = await api.workspace("w")
    path = f"/workspaces/{workspace['id']}"
    api.emu.fail("PATCH", "/workspaces/*", status=503, times=2, headers={"Retry-After": "7"})
    api.emu.fail("GET", "/tags", status=200, body=b"<html>", headers={"content-type": "text/html"})
    body = resource("workspaces", {"auto-apply": True})
    for _ in range(2):
        status, headers, answer = await api.raw("PATCH", path, data=json.dumps(body))
        assert (status, headers["Retry-After"]) == (503, "7")
        assert json.loads(answer)["errors"][0]["status"] == "503"
    assert (await api("GET", path))[1]["data"]["attributes"]["auto-apply"] is False
    assert (await api("PATCH", path, body))[0] == 200
    status, headers, answer = await api.raw("GET", "/tags")
    assert (status, headers["Content-Type"], answer) == (200, "text/html", b"<html>")
    assert (await api("GET", "/tags"))[0] == 200


def test_which_requests_a_failure_takes():
    request = LoggedRequest(method="GET", path="/tags")
    assert Failure(method="*", path="/t*").takes(request)
    assert not Failure(method="POST", path="/tags").takes(request)
    assert not Failure(method="GET", path="/users").takes(request)
    assert not Failure(method="GET", path="/tags", match=lambda r: bool(r.body)).takes(request)
    third = Failure(method="GET", path="/tags", every=3, left=None)
    assert [third.takes(request) for _ in range(7)] == [False, False, True] * 2 + [False]
    always = Failure(method="GET", path="/tags", left=None)
    assert all(always.takes(request) for _ in range(5))
    once = Failure(method="GET", path="/tags")
    assert [once.takes(request), once.takes(request)] == [True, False]


@pytest.mark.parametrize("cut", ["before", "headers", "body", "after-apply"])
async def test_cut_connections(api, cut):
    api.emu.fail("POST", "/tags", cut=cut)
    with pytest.raises((aiohttp.ServerDisconnectedError, aiohttp.ClientPayloadError)):
        await api.create("/tags", "tags", {"name": "x"})
    applied = api.emu.store.count("tags")
    assert applied == (0 if cut == "before" else 1)
    assert api.emu.requests[-1].status is None
    assert (await api("GET", "/tags"))[0] == 200
    api.emu.fail("GET", "/ping", cut=cut, times=2)  # aiohttp repeats a GET by itself
    with pytest.raises((aiohttp.ServerDisconnectedError, aiohttp.ClientPayloadError)):
        await api("GET", "/ping")


@pytest.mark.parametrize("cut", [None, "before", "headers", "body", "after-apply"])
@pytest.mark.parametrize("latency", [0, 0.25])
async def test_a_single_request_may_be_answered_late(api, monkeypatch, cut, latency):
    waited = []

    async def sleep(seconds):
        waited.append(seconds)

    monkeypatch.setattr("scalr_async.emulator.engine.server._sleep", sleep)
    api.emu.latency = latency
    api.emu.fail("POST", "/tags", status=None, cut=cut, delay=30)
    if cut is None:
        assert (await api("POST", "/tags", resource("tags", {"name": "late"})))[0] == 201
    else:
        with pytest.raises((aiohttp.ServerDisconnectedError, aiohttp.ClientPayloadError)):
            await api("POST", "/tags", resource("tags", {"name": "late"}))
    assert waited == [30 if cut == "before" else 30 + latency]
    assert api.emu.store.count("tags") == (0 if cut == "before" else 1)

    api.emu.latency = 0
    api.emu.fail("GET", "/tags", status=503, delay=7)
    assert [(await api("GET", "/tags"))[0] for _ in range(2)] == [503, 200]
    assert waited[1:] == [7]


async def test_a_failure_can_look_at_the_body(api):
    api.emu.fail("POST", "/tags", match=lambda request: b'"red"' in request.body)
    await api.create("/tags", "tags", {"name": "blue"})
    assert (await api("POST", "/tags", resource("tags", {"name": "red"})))[0] == 503


@pytest.mark.parametrize("cut", ["headers", "after-apply"])
async def test_a_client_that_leaves_before_its_connection_is_cut(api, monkeypatch, cut):
    entered, leave = asyncio.Event(), asyncio.Event()

    async def sleep(_):
        entered.set()
        await leave.wait()

    monkeypatch.setattr("scalr_async.emulator.engine.server._sleep", sleep)
    api.emu.latency = 1
    api.emu.fail("POST", "/tags", cut=cut)
    calling = asyncio.ensure_future(api.create("/tags", "tags", {"name": "x"}))
    await entered.wait()
    calling.cancel()
    await asyncio.wait([calling])
    await api.session.close()
    connections = api.emu._server._connections
    while connections._numbers:
        await asyncio.to_thread(int)
    leave.set()
    while not api.emu.store.count("tags"):
        await asyncio.to_thread(int)
    assert api.emu.requests[-1].status is None


async def test_churn_creates_and_deletes_all_the_while(api, monkeypatch):
    api.emu.seed(environments=1, workspaces=50)
    before = set(await api.ids("/workspaces?page[size]=100"))
    async with api.emu.churn("workspaces", per_second=2000):
        after = before
        deadline = time.monotonic() + 60
        while len(after ^ before) < 20 and time.monotonic() < deadline:
            await asyncio.sleep(0.01)
            after = {record.id for record in api.emu.store.all("workspaces")}
    assert len(after ^ before) >= 20
    assert abs(api.emu.store.count("workspaces") - 50) <= 1
    still = api.emu.store.revision
    await asyncio.sleep(0.01)
    assert api.emu.store.revision == still
    async with api.emu.churn("service-accounts", per_second=100):
        while not api.emu.store.count("service-accounts"):
            await asyncio.sleep(0.001)


async def test_a_machine_that_is_too_slow_for_the_churn_makes_fewer_changes(monkeypatch):
    now, made, turns = 0.0, [], 0

    def change(*_):
        nonlocal now
        made.append(now)
        now += 1  # second, in which 400 more are due

    async def sleep(seconds):
        nonlocal now, turns
        now, turns = now + seconds, turns + 1
        if turns == 10:
            raise asyncio.CancelledError

    loop = SimpleNamespace(time=lambda: now)
    clock = SimpleNamespace(get_running_loop=lambda: loop, sleep=sleep)
    monkeypatch.setattr(seed, "asyncio", clock)
    monkeypatch.setattr(seed, "_change_one", change)

    with pytest.raises(asyncio.CancelledError):
        await seed.churn(lambda: None, itertools.count(), "tags", 400)

    assert 4 <= len(made) <= 10 * 4


async def test_reset(api):
    token = api.emu.token
    api.emu.seed(workspaces=5)
    api.emu.latency = 0.01
    api.emu.limit_rate(1)
    api.emu.quotas["tags"] = 0
    api.emu.fail("*", "*", times=None)
    api.emu.reset()
    assert len(api.emu.requests) == 0
    assert api.emu.token == token
    assert await api.ids("/workspaces") == []
    assert await api.ids("/environments") == [ENVIRONMENT]
    links = (await api.get(f"/environments/{ENVIRONMENT}"))["data"]["links"]
    assert links["self"].startswith(api.emu.url)
    await api.create("/tags", "tags", {"name": "x"})
    assert api.emu.latency == 0.0


async def test_reset_restores_every_setting():
    changed = {
        "latency": 0.01,
        "run_step": math.inf,
        "run_script": RunScript(additions=9),
        "delivery_script": DeliveryScript(copies=2),
    }
    properties = dict(inspect.getmembers(Emulator, lambda member: isinstance(member, property)))
    assert changed.keys() == {name for name, each in properties.items() if each.fset is not None}

    async with Emulator() as emu:
        before = {name: copy.copy(getattr(emu, name)) for name in {*changed, "quotas"}}
        before["delivery_hosts"] = set(emu.delivery_hosts)
        for name, value in changed.items():
            setattr(emu, name, value)
        emu.quotas["tags"] = 0
        emu.delivery_hosts.add("bot")
        emu.reset()

        assert {name: getattr(emu, name) for name in before} == before


async def test_encoded_resources_are_kept_within_bounds(api, monkeypatch):
    monkeypatch.setattr("scalr_async.emulator.engine.documents._CACHED", 10)
    api.emu.seed(environments=1, workspaces=35)
    first = await api.get("/workspaces?page[size]=100")
    assert await api.get("/workspaces?page[size]=100") == first
    assert len(api.emu.store.encoded) <= 10


async def test_changes_are_seen_at_once_in_what_was_shown_before(api):
    api.emu.seed(environments=1, workspaces=3, pools=1, tags=1)
    pool = (await api.get("/agent-pools"))["data"][0]
    tag = (await api.get("/tags"))["data"][0]
    workspaces = await api.get("/workspaces")
    for workspace in workspaces["data"]:
        await api("DELETE", f"/workspaces/{workspace['id']}")
    assert (await api.get(f"/agent-pools/{pool['id']}"))["data"]["attributes"]["in-use"] is False
    assert (await api.get(f"/tags/{tag['id']}"))["data"]["attributes"]["in-use"] is False


async def test_writes_at_once_leave_one_truth(api):
    """Fifty links at once to one pool: none is lost, however they interleave."""
    api.emu.seed(environments=1, workspaces=50)
    pool = await api.create("/agent-pools", "agent-pools", {"name": "p"})
    link = {"agent-pool": one("agent-pools", pool["id"])}
    workspaces = [{"type": "workspaces", "id": r.id} for r in api.emu.store.all("workspaces")]
    await asyncio.gather(*(api.patch(w, "/workspaces", None, link) for w in workspaces))
    shown = (await api.get(f"/agent-pools/{pool['id']}"))["data"]
    assert len(shown["relationships"]["workspaces"]["data"]) == 50


@pytest.mark.parametrize("year", [2024, 2031])
async def test_a_seeded_account_is_as_old_on_any_day(year):
    """Most of it changed of late, some of it long ago, and nothing in the future."""
    now = datetime(year, 3, 1, 12, tzinfo=UTC)
    async with Emulator() as emu:
        emu._service.clock = lambda: now
        emu.seed(environments=2, workspaces=500, pools=2, agents=4)
        ages = [
            (now - datetime.fromisoformat(record.attributes[name])).days
            for type in ("environments", "workspaces", "runs", "agents")
            for record in emu.store.all(type)
            for name in ("created-at", "updated-at")
            if record.attributes.get(name, "").startswith(("20", "19")) and record.id != ENVIRONMENT
        ]

    assert min(ages) == 0
    assert sum(age < 30 for age in ages) > 100
    assert sum(age > 365 for age in ages) > 50
