"""Filters compare what answers show: each value that is shown finds the object that shows it."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from scalr_async.emulator import Emulator, LoggedRequest
from scalr_async.emulator.engine.store import Record

from .conftest import ENVIRONMENT, TEAM
from .world import CATALOG, fill, target

LISTS = [r for r in CATALOG.routes if r.operation == "list" and r.schema]


SECRET_HEADER = {"name": "X-Key", "value": "hidden", "sensitive": True}
ATTRIBUTES = {
    "agent-pools": {"webhook-headers": [SECRET_HEADER]},
    "drift-detection-schedule": {"workspace-filters": {"name-patterns": []}},
    "hook-environment-links": {"events": ["pre-plan"]},
    "modules": {"provider": "aws"},
    "provider-configurations": {"aws-secret-key": "hidden"},
    "runs": {"status": "plan_queued"},
    "state-versions": {
        "outputs": [{"name": "count", "value": {"a": 1}, "sensitive": False}],
        "providers": ["hashicorp/aws"],
        "resources": [{"address": "aws_instance.one", "type": "aws_instance"}],
    },
    "var-set-variables": {"sensitive": True, "value": "hidden"},
    "vcs-revisions": {},
    "vars": {"sensitive": True, "value": "hidden"},
    "webhook-integration-deliveries": {
        "response-code": 200,
        "triggered-at": "2026-01-02T03:04:05Z",
    },
    "webhook-integrations": {"headers": [SECRET_HEADER]},
}
"""Attributes without which a list would be empty, or that answers have in another form."""


def full_world() -> Emulator:
    """Return the demo account with an object of each type that has all its relationships."""
    emu = Emulator(demo=True)
    emu.run_step = math.inf
    types = {CATALOG.schemas[r.schema].type for r in LISTS} | set(ATTRIBUTES)
    stored = sorted(type for type in types if emu._service.rows(type) is None)
    for type in stored:
        target(emu, type)
    owners = emu.store.all("service-accounts"), emu.store.all("policy-groups")
    emu.create("access-tokens", {"name": "robot"}, owner=owners[0][-1].id)
    emu.create("policy-check-results", {"result": "passed"}, owner=owners[1][-1].id)
    for type in stored:
        for record in emu.store.all(type)[-2:]:
            emu.update(record, ATTRIBUTES.get(type, {}), links(emu, record))
    workspace = emu.store.all("workspaces")[-1]
    emu.update(workspace, {}, {"remote-state-consumers": (workspace.id,)})
    home = emu.store.related(workspace, "environment")[0]
    emu.update(home, {}, {"federated-environments": (home.id,)})
    return emu


def links(emu: Emulator, record: Record) -> dict[str, Any]:
    """Return links for the relationships that an object is without."""
    found: dict[str, Any] = {}
    for name, relationship in emu._service.types[record.type].relationships.items():
        others = emu.store.all(relationship.target)
        if others and not record.related(name) and (record.type, name) not in emu.store.inverses:
            found[name] = (others[-1].id,) if relationship.many else others[-1].id
    return found


EMULATOR = full_world()


def listed(path, *query):
    request = LoggedRequest(method="GET", path=path, query=(*query, ("page[size]", "100")))
    answer = EMULATOR._api.answer(request, authorization=f"Bearer {EMULATOR.token}")
    assert answer.status == 200, (query, answer.body)
    return json.loads(answer.body)


def ids(path, *query):
    return [resource["id"] for resource in listed(path, *query)["data"]]


def texts(resource):
    """Return parameter and value of a filter for each scalar that a resource shows."""
    fields = EMULATOR._service.types[resource["type"]].attributes
    for name, value in resource["attributes"].items():
        for each in value if isinstance(value, list) else [value]:
            inner = each if isinstance(each, dict) else {}
            known = (fields[name].items or fields[name]).fields
            scalars = {f"[{name}]": each} | {
                f"[{name}][{key}]": inner[key] for key in inner if key in known
            }
            yield from ((key, text(v)) for key, v in scalars.items() if is_comparable(v))


def is_comparable(value):
    """`null` is no value in a filter, whether or not something is named so."""
    return isinstance(value, bool | int | float | str) and value != "null"


def text(value):
    return str(value).lower() if isinstance(value, bool) else str(value)


def linkage(resource, name):
    data = resource["relationships"][name]["data"]
    return [] if data is None else data if isinstance(data, list) else [data]


def paths(route):
    """The list's path; below a parent, that of the last object of the type."""
    return fill(EMULATOR, route.path)


@pytest.mark.parametrize("route", LISTS, ids=lambda route: route.name)
def test_nested_filters_find_what_include_shows(route):
    path = paths(route)
    for name in CATALOG.schemas[route.schema].relationships:
        document = listed(path, ("include", name))
        shown = {r["id"]: r for r in (*document["data"], *document["included"])}
        first: dict[tuple[str, str], str] = {}
        for resource in document["data"]:
            for id in {identifier["id"] for identifier in linkage(resource, name)} & set(shown):
                for key, value in texts(shown[id]):
                    first.setdefault((f"filter[{name}]{key}", value), resource["id"])
        missed = [each for each, id in first.items() if id not in ids(path, each)]
        assert missed == [], name


@pytest.mark.parametrize("route", LISTS, ids=lambda route: route.name)
def test_filters_find_what_is_shown(route):
    path = paths(route)
    first: dict[tuple[str, str], str] = {}
    for resource in listed(path)["data"]:
        for key, value in texts(resource):
            first.setdefault((f"filter{key}", value), resource["id"])
        for name in resource.get("relationships", ()):
            for identifier in linkage(resource, name):
                first.setdefault((f"filter[{name}]", identifier["id"]), resource["id"])
    missed = [each for each, id in first.items() if id not in ids(path, each)]
    assert missed == []


@pytest.mark.parametrize("route", LISTS, ids=lambda route: route.name)
def test_null_finds_what_shows_nothing(route):
    path = paths(route)
    first: dict[str, str] = {}
    for resource in listed(path)["data"]:
        shown = {n: v for n, v in resource["attributes"].items() if not isinstance(v, dict)}
        shown |= {name: linkage(resource, name) for name in resource.get("relationships", ())}
        for name, value in shown.items():
            if value in (None, []):
                first.setdefault(name, resource["id"])
    missed = [n for n, id in first.items() if id not in ids(path, (f"filter[{n}]", "null"))]
    assert missed == []


SAME = ("{}", "{}+00:00", "{}.000Z")
OPERATORS = ("{}", "in:null,{}", "between:{0},{0}", "gte:{}", "lte:{}")


@pytest.mark.parametrize("route", LISTS, ids=lambda route: route.name)
def test_every_operator_compares_times_as_moments(route):
    path = paths(route)
    fields = CATALOG.schemas[route.schema].attributes
    times = [name for name, field in fields.items() if field.format == "date-time"]
    first: dict[str, tuple[str, str]] = {}
    for resource in listed(path)["data"]:
        for name in times:
            value = resource["attributes"].get(name)
            if value is not None:
                first.setdefault(f"filter[{name}]", (value, resource["id"]))
    for name, (value, id) in first.items():
        plain = value.removesuffix("Z")
        shapes = [value, *(shape.format(plain) for shape in SAME)]
        conditions = [each.format(shape) for each in OPERATORS for shape in shapes]
        conditions += [f"gte:{plain[:length]}" for length in (4, 7, 10)]
        missed = [each for each in conditions if id not in ids(path, (name, each))]
        assert missed == []
        wrong = plain.replace("T", "T9")
        assert ids(path, (name, "in:2001-01-01T00:00:00Z,x")) == []
        assert ids(path, (name, f"gte:{wrong}")) == ids(path, (name, wrong)) == []


def shown_values():
    """Return everything that answers show: ids, scalars, and the days of times."""
    found = {"true", "false"}
    for type in EMULATOR._service.types:
        for record in EMULATOR._service.rows(type) or EMULATOR.store.all(type):
            shown = {"type": type, "attributes": EMULATOR._service.documents.attributes(record)}
            found |= {record.id, *(value for _, value in texts(shown))}
    return sorted(value for value in found | {v[:10] for v in found} if "," not in value)


VALUES = shown_values()
NOT_THERE = {
    ("get_access_policies", "conditions"),
    ("get_policy_group_check_results", "policy"),
    ("get_policy_group_check_results", "terragrunt-unit"),
    ("get_runs", "resource-drifts"),
    ("get_runs_queue", "resource-drifts"),
    ("get_workspaces", "run.resource-drifts"),
    ("list_pull_request_policy_check_results", "terragrunt-unit"),
    ("list_saml_integrations", "source"),
    ("list_terraform_module_usages", "tf-module-namespace"),
    ("list_terraform_provider_usage", "version"),
}
"""Documented filters for what the emulator does not have."""


@pytest.mark.parametrize(
    ("route", "name"),
    [(route, f.name) for route in LISTS for f in route.filters],
    ids=lambda each: each if isinstance(each, str) else each.name,
)
def test_documented_filters_find_what_they_are_about(route, name):
    parameter = f"filter[{name.replace('.', '][')}]"
    found = ids(paths(route), (parameter, f"in:{','.join(VALUES)}"))
    assert bool(found) is ((route.name, name) not in NOT_THERE)


@pytest.fixture
def estate(emu):
    """Two objects of each of a few types; every filter below finds one of them."""
    owner, account = emu.store.all("users")[0], emu.store.all("accounts")[0]
    emu.create("service-accounts", {"name": "owned"}, {"owners": (TEAM,)})
    emu.create("service-accounts", {"name": "free"})
    stranger = emu.create("teams", {"name": "strangers"})
    emu.create("service-accounts", {"name": "foreign"}, {"owners": (stranger.id,)})
    for name, version in (("old", "1.4.7"), ("newest", "latest"), ("usual", None)):
        chosen = {"terraform-version": version} if version else {}
        emu.create("workspaces", {"name": name, **chosen}, {"environment": ENVIRONMENT})
    emu.create("policy-groups", {"name": "usual", "vcs-repo": {"identifier": "a/b"}})
    other = {"opa-version": "0.50.0", "vcs-repo": {"identifier": "a/b"}}
    emu.create("policy-groups", {"name": "old", **other})
    for name, day in (("over", "2020-01-01T00:00:00Z"), ("valid", "2999-01-01T00:00:00Z")):
        emu.create("access-tokens", {"name": name, "expires-at": day}, owner=owner.id)
    inactive = emu.create("users", {"email": "inactive@example.com", "status": "Inactive"})
    emu.create("access-tokens", {"name": "locked"}, owner=inactive.id)
    users = [
        emu.create("users", {"email": f"{n}@example.com"}) for n in ("admin", "lead", "guest", "x")
    ]
    team = emu.create("teams", {"name": "leads"}, {"users": (users[1].id,)})
    roles = {r.attributes["name"]: (r.id,) for r in emu.store.all("roles")}
    scope = {"account": account.id}
    for holder, role, place in (
        ({"user": users[0].id}, "admin", scope),
        ({"team": team.id}, "admin", scope),
        ({"user": users[2].id}, "reader", scope),
        ({"user": users[3].id}, "admin", {"environment": ENVIRONMENT}),
    ):
        emu.create("access-policies", {}, {**holder, **place, "roles": roles[role]})
    for user in users:
        emu.create("account-users", {"status": "Active"}, {"account": account.id, "user": user.id})
    workspace = emu.store.all("workspaces")[0].id
    for name, more in (
        ("by schedule", {"source": "schedule"}),
        ("planned later", {"plan-at": "2999-01-01T00:00:00Z"}),
        ("at once", {}),
    ):
        emu.create("runs", {"message": name, "status": "pending", **more}, {"workspace": workspace})
    return emu


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("/service-accounts?filter[has-owners]=true", ["owned", "foreign"]),
        ("/service-accounts?filter[has-owners]=false", ["free"]),
        ("/service-accounts?filter[owned-by-me]=true", ["owned"]),
        ("/service-accounts?filter[owned-by-me]=false", ["free", "foreign"]),
        ("/workspaces?filter[software-version]=terraform-1.4.7", ["old"]),
        ("/workspaces?filter[software-version]=terraform-1.5.7", ["newest", "usual"]),
        ("/policy-groups?filter[software-version]=opa-0.61.0", ["usual"]),
        ("/policy-groups?filter[software-version]=null", ["old"]),
        ("/reports/access-tokens?filter[is-expired]=true", ["over"]),
        ("/reports/access-tokens?filter[is-expired]=false", ["valid", "locked"]),
        ("/reports/access-tokens?filter[user][status]=Active", ["over", "valid"]),
        ("/reports/access-tokens?filter[user][status]=Inactive", ["locked"]),
        ("/account-users?filter[is-admin]=true", ["tf-admin", "admin", "lead"]),
        ("/account-users?filter[is-admin]=false", ["guest", "x"]),
        ("/account-users?query=LEAD@", ["lead"]),
        ("/runs?scheduled=true", ["by schedule", "planned later"]),
        ("/runs?scheduled=false", ["at once"]),
    ],
)
async def test_filters_of_what_is_no_member(api, estate, query, expected):
    found = []
    for resource in (await api.get(query))["data"]:
        attributes = resource["attributes"]
        user = resource.get("relationships", {}).get("user", {}).get("data")
        email = estate.store.get("users", user["id"]).attributes["email"] if user else ""
        named = attributes.get("name") or attributes.get("message")
        found.append(named or email.partition("@")[0])
    assert found == expected


async def test_own_service_accounts_are_those_of_who_asks(api, estate):
    query = "/service-accounts?filter[owned-by-me]=true"
    assert len(await api.ids(query)) == 1
    user = estate.create("users", {"email": "new@example.com"})
    token = estate.create("access-tokens", {"name": "t"}, owner=user.id)
    api.token = token.attributes["secret"]
    assert await api.ids(query) == []
    api.token = estate.token
    assert len(await api.ids(query)) == 1
