"""The world outside: identity tokens, repositories, browsers, Slack, monitoring."""

from __future__ import annotations

import json
import math
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta

import pytest

from .conftest import ACCOUNT, ENVIRONMENT, Api, many, one, related, resource
from .test_every_operation import AUDIENCE, ISSUER, identity_token

ROBOT = "robot@example.com"


@pytest.fixture
def trusted(emu):
    """A service account, and the policy under which it is lent."""
    account = emu.create("service-accounts", {"name": "robot", "email": ROBOT})
    provider = emu.create(
        "workload-identity-providers",
        {"name": "ci", "url": ISSUER + "/", "allowed-audiences": [AUDIENCE]},
    )
    policy = emu.create(
        "assume-service-account-policies",
        {"name": "p", "claim-conditions": [], "maximum-session-duration": 4000},
        {"provider": provider.id, "service-account": account.id},
        owner=account.id,
    )
    return account, policy


async def assume(api, token, **asked):
    body = {"id-token": token, "service-account-email": ROBOT}
    body |= {name.replace("_", "-"): value for name, value in asked.items()}
    api.token = "nobody's"
    options = {"data": json.dumps(body), "headers": {"Content-Type": "application/json"}}
    status, _, content = await api.raw("POST", "/service-accounts/assume", **options)
    api.token = api.emu.token
    return status, json.loads(content)


async def test_a_lent_token_works_for_a_while(api, trusted):
    account, _ = trusted
    now = [datetime(2026, 3, 1, tzinfo=UTC)]
    api.emu._service.clock = lambda: now[0]
    status, lent = await assume(api, identity_token(), lifetime=600)
    assert status == 200
    assert lent["expire-time"] == "2026-03-01T00:10:00Z"
    robot = Api(api.emu, api.session)
    robot.token = lent["access-token"]
    made = await robot.create("/access-tokens", "access-tokens")
    assert api.emu.store.get("access-tokens", made["id"]).related("owner") == (account.id,)
    now[0] += timedelta(minutes=10)
    assert (await robot("GET", "/accounts"))[0] == 401
    _, lent = await assume(api, identity_token(aud=["other", AUDIENCE]))
    assert lent["expire-time"] == "2026-03-01T01:10:00Z"
    robot.token = lent["access-token"]
    assert (await robot("GET", "/accounts"))[0] == 200
    api.emu.update(account, {"status": "Inactive"})
    assert (await robot("GET", "/accounts"))[0] == 401


@pytest.mark.parametrize(
    "claims",
    [{"iss": "https://other.example.com"}, {"aud": "other"}, {"exp": 1000}, {"exp": "4e9"}],
    ids=["issuer", "audience", "expired", "text"],
)
async def test_claims_that_nobody_trusts(api, trusted, claims):
    assert (await assume(api, identity_token(**claims)))[0] == 401


@pytest.mark.parametrize(
    "asked",
    [
        {"lifetime": 5000},
        {"service_account_email": "nobody@example.com"},
        {"id_token": "nonsense"},
        {"id_token": "a.é.c"},
        {"id_token": "a.bm8.c"},
    ],
)
async def test_requests_that_are_refused(api, trusted, asked):
    status, document = await assume(api, identity_token(), **asked)
    assert (status, document["errors"][0]["title"]) == (401, "Unauthorized")


@pytest.mark.parametrize("lifetime", [0, -5])
async def test_a_lifetime_that_is_none_is_refused(api, trusted, lifetime):
    status, document = await assume(api, identity_token(), lifetime=lifetime)
    assert (status, document["errors"][0]["source"]) == (422, {"pointer": "/lifetime"})


ODD = [None, True, "", "None", -1, 1.5, 10**30, [], [None], [["aud"]], {}, {"a": 1}]


@pytest.mark.parametrize("claim", ["iss", "aud", "exp", "sub"])
@pytest.mark.parametrize("value", ODD, ids=json.dumps)
async def test_a_claim_of_another_kind_matches_nothing(api, trusted, claim, value):
    conditions = [{"claim": "sub", "operator": "eq", "value": "ci"}]
    api.emu.update(trusted[1], {"claim-conditions": conditions})
    expected = 200 if claim == "exp" and value == 10**30 else 401
    assert (await assume(api, identity_token(**{claim: value})))[0] == expected


@pytest.mark.parametrize("operator", ["eq", "contains", "like", "startswith", "endswith"])
async def test_a_claim_that_is_missing_or_no_scalar_meets_no_condition(api, trusted, operator):
    for value, text in ((None, "None"), ([], "[]"), ({}, "{}"), (["x"], "x"), (True, "True")):
        conditions = [{"claim": "team", "operator": operator, "value": text}]
        api.emu.update(trusted[1], {"claim-conditions": conditions})
        assert (await assume(api, identity_token(team=value)))[0] == 401
    api.emu.update(trusted[1], {"claim-conditions": [{**conditions[0], "value": "None"}]})
    assert (await assume(api, identity_token()))[0] == 401


async def test_booleans_and_numbers_meet_conditions_as_json(api, trusted):
    for value, text in ((True, "true"), (12, "12"), (1.5, "1.5")):
        conditions = [{"claim": "team", "operator": "eq", "value": text}]
        api.emu.update(trusted[1], {"claim-conditions": conditions})
        assert (await assume(api, identity_token(team=value)))[0] == 200


async def test_claims_that_are_nested_too_deeply_are_none(api, trusted):
    claims = urlsafe_b64encode(b'{"aud": ' + b"[" * 9000 + b"]" * 9000 + b"}").decode()
    assert (await assume(api, f"e30.{claims.rstrip('=')}.x"))[0] == 401


@pytest.mark.parametrize(
    ("operator", "value", "fits"),
    [
        ("eq", "repo:acme/app", True),
        ("eq", "repo:acme", False),
        ("startswith", "repo:acme/", True),
        ("endswith", "/app", True),
        ("contains", "acme", True),
        ("contains", "other", False),
        ("like", "repo:*/app", True),
        (None, "repo:acme/app", True),
    ],
)
async def test_conditions_on_claims(api, trusted, operator, value, fits):
    account, policy = trusted
    condition = {"claim": "sub", "value": value, **({"operator": operator} if operator else {})}
    path = f"/service-accounts/{account.id}/assume-policies/{policy.id}"
    body = resource("assume-service-account-policies", {"claim-conditions": [condition]})
    status, document = await api("PATCH", path, body)
    assert status == 200
    shown = document["data"]["attributes"]["claim-conditions"]
    assert shown[0]["operator"] == operator or "eq"
    expected = 200 if fits else 401
    assert (await assume(api, identity_token(sub="repo:acme/app")))[0] == expected


async def test_durations_are_bounded(api, trusted):
    account, policy = trusted
    path = f"/service-accounts/{account.id}/assume-policies/{policy.id}"
    for seconds, expected in ((0, 422), (10**30, 422), (None, 200), (60, 200)):
        body = resource("assume-service-account-policies", {"maximum-session-duration": seconds})
        assert (await api("PATCH", path, body))[0] == expected


async def test_an_inactive_account_is_not_lent(api, trusted):
    api.emu.update(trusted[0], {"status": "Inactive"})
    assert (await assume(api, identity_token()))[0] == 401
    api.token = "nobody's"
    assert (await api("GET", "/nowhere"))[0] == 401
    options = {"data": b"{", "headers": {"Content-Type": "application/json"}}
    assert (await api.raw("POST", "/service-accounts/assume", **options))[0] == 400


async def test_signing_in_is_for_browsers(api):
    api.token = ""
    for path, place in (
        ("/iam/signin/github?post_auth_state=x", "/login?provider=github&post_auth_state=x"),
        ("/iam/signup/google", "/login?provider=google"),
        ("/logout", "/login"),
    ):
        status, headers, _ = await api.raw("GET", path, allow_redirects=False)
        assert (status, headers["Location"]) == (302, api.emu.url + place)


async def test_a_commit_runs_where_its_repository_is_used(api):
    api.emu.run_step = math.inf
    for name, repository in (
        ("any", {"identifier": "acme/app"}),
        ("main", {"identifier": "acme/app", "branch": "main"}),
        ("dev", {"identifier": "acme/app", "branch": "dev"}),
        ("none", None),
    ):
        await api.create(
            "/workspaces",
            "workspaces",
            {"name": name, "vcs-repo": repository},
            {"environment": one("environments", ENVIRONMENT)},
        )
    commit = {"repository-id": "acme/app", "branch": "main", "commit-sha": "c0ffee"}
    assert (await api("POST", "/vcs-tasks", commit))[0] == 202
    document = await api.get("/runs?include=workspace,vcs-revision")
    included = {r["id"]: r["attributes"] for r in document["included"]}
    names = [included[related(run, "workspace")]["name"] for run in document["data"]]
    assert names == ["any", "main"]
    revision = included[related(document["data"][0], "vcs-revision")]
    assert revision["commit-sha"] == "c0ffee"
    assert document["data"][0]["attributes"]["source"] == "vcs"
    assert (await api("POST", "/vcs-tasks", {"branch": "main"}))[0] == 422


async def test_slack(api):
    path = f"/integrations/slack/{ACCOUNT}/connection"
    connection = (await api.get(path))["data"]
    assert connection["attributes"]["slack-workspace-name"] == "mainiacp"
    channels = await api.get(f"{path}/channels")
    assert [c["name"] for c in channels["data"]] == ["general", "deployments", "incidents"]
    assert channels["meta"]["pagination"]["total-count"] == 3
    assert (await api.get(f"{path}/channels?query=GEN"))["data"][0]["id"] == "C123"
    assert (await api.get(f"{path}/channels/C123"))["name"] == "general"
    assert (await api("GET", f"{path}/channels/C0"))[0] == 404
    body = resource(
        "slack-integrations",
        {"name": "s", "channel-id": "C123", "events": ["run_success"], "run-mode": None},
        {
            "connection": one("slack-connections", connection["id"]),
            "environments": many("environments", ENVIRONMENT),
        },
    )
    assert (await api("POST", "/integrations/slack", body))[0] == 201
    assert (await api("DELETE", path))[0] == 204
    assert await api("GET", path) == (200, {"data": None})
    for method, below in (("DELETE", ""), ("GET", "/channels"), ("GET", "/channels/C123")):
        assert (await api(method, path + below))[0] == 404


async def test_figures_of_the_account(api):
    api.emu.seed(environments=2, workspaces=24)
    numbers = await api.get(f"/accounts/{ACCOUNT}/metrics")
    assert numbers["workspaces-count"] == 24
    assert numbers["environments-count"] == 3
    assert numbers["runs-count"] == 6
    statuses = [run.attributes["status"] for run in api.emu.store.all("runs")]
    assert numbers["runs-awaiting-confirmation"] == statuses.count("planned")
    successes = statuses.count("applied") + statuses.count("planned_and_finished")
    assert numbers["runs-successful"] == successes > 0
    assert numbers["runs-failed"] == statuses.count("errored") > 0
    assert (await api("GET", "/accounts/acc-none/metrics"))[0] == 404
    status, headers, content = await api.raw("GET", "/metrics")
    assert (status, headers["Content-Type"].partition(";")[0]) == (
        200,
        "application/openmetrics-text",
    )
    assert f'scalr_workspaces_count{{account="{ACCOUNT}"}} 24\n'.encode() in content
    assert content.endswith(b"# EOF\n")


async def test_modules_come_from_repositories(api):
    provider = api.emu.create("vcs-providers", {"name": "v"})
    links = {"vcs-provider": one("vcs-providers", provider.id)}
    attributes = {"vcs-repo": {"identifier": "acme/terraform-aws-vpc-endpoint"}}
    made = await api.create("/modules", "modules", attributes, links)
    shown = (await api.get(f"/modules/{made['id']}"))["data"]["attributes"]
    assert (shown["provider"], shown["name"], shown["status"]) == (
        "aws",
        "vpc-endpoint",
        "setup_complete",
    )
    found = (await api.get(f"/modules?filter[source]={shown['source']}"))["data"]
    assert [m["id"] for m in found] == [made["id"]]
    versions = (await api.get(f"/module-versions?filter[module]={made['id']}"))["data"]
    assert [v["attributes"]["version"] for v in versions] == ["1.0.0"]
    status, headers, content = await api.raw("GET", f"/modules/{made['id']}/changelog")
    assert (status, headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert b"## 1.0.0" in content
    plain = await api.create("/modules", "modules", {"vcs-repo": {"identifier": "acme/x"}}, links)
    assert plain["attributes"]["name"] == "x"
    await api("POST", f"/modules/{made['id']}/actions/resync", {"force": True})


async def test_private_providers(api):
    key = await api.create("/gpg-keys", "gpg-keys", {"name": "k", "ascii-armor": "----"})
    assert key["attributes"]["usage-count"] == 0
    provider = await api.create("/providers", "providers", {"name": "acme"})
    assert provider["attributes"]["namespace"] == "mainiacp"
    links = {
        "provider": one("providers", provider["id"]),
        "gpg-key": one("gpg-keys", key["id"]),
    }
    version = await api.create(
        "/provider-versions", "provider-versions", {"version": "1.0.0"}, links
    )
    shown = (await api.get(f"/providers/{provider['id']}"))["data"]
    assert related(shown, "latest-provider-version") == version["id"]
    assert (await api.get(f"/gpg-keys/{key['id']}"))["data"]["attributes"]["usage-count"] == 1
    emu = api.emu
    emu.store.remove(emu.store.get("accounts", ACCOUNT))
    assert emu.create("providers", {"name": "other"}).attributes.get("namespace") is None


async def test_policy_groups_know_their_branch(api):
    provider = api.emu.create("vcs-providers", {"name": "v"})
    made = await api.create(
        "/policy-groups",
        "policy-groups",
        {"name": "g", "vcs-repo": {"identifier": "acme/policies", "path": "clouds"}},
        {"vcs-provider": one("vcs-providers", provider.id)},
    )
    assert made["attributes"]["vcs-repo"] == {
        "identifier": "acme/policies",
        "path": "clouds",
        "branch": "main",
    }
    document = await api.get(f"/policy-groups/{made['id']}?include=policies")
    assert document["included"][0]["attributes"]["name"] == "policy"
    named = {"identifier": "acme/policies", "branch": "dev"}
    status, document = await api.patch(made, "/policy-groups", {"vcs-repo": named})
    assert (status, document["data"]["attributes"]["vcs-repo"]) == (200, named)


async def test_system_roles_stay_as_they_are(api):
    roles = (await api.get("/roles?filter[name]=user"))["data"]
    assert roles[0]["attributes"]["is-system"] is True
    assert related(roles[0], "account") is None
    assert (await api.patch(roles[0], "/roles", {"name": "x"}))[0] == 403
    assert (await api("DELETE", f"/roles/{roles[0]['id']}"))[0] == 403
    own = await api.create(
        "/roles", "roles", {"name": "own"}, {"permissions": many("permissions", "*:read")}
    )
    assert (await api.patch(own, "/roles", {"name": "mine"}))[0] == 200
    unknown = {"permissions": many("permissions", "something:create")}
    assert (await api("POST", "/roles", resource("roles", {"name": "z"}, unknown)))[0] == 404


async def test_the_figures_of_an_account_that_is_gone(api):
    api.emu.store.remove(api.emu.store.get("accounts", ACCOUNT))
    _, _, content = await api.raw("GET", "/metrics")
    assert content == b"# EOF\n"
