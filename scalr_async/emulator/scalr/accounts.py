"""Accounts: their users, teams, tags and metrics."""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from scalr_async.emulator.engine.bodies import Changes, Lenience, parse_body, parse_changes
from scalr_async.emulator.engine.drafts import Draft, require_name
from scalr_async.emulator.engine.errors import (
    ApiError,
    conflict,
    forbidden,
    invalid_attribute,
    invalid_document,
    not_found,
)
from scalr_async.emulator.engine.filters import FilterField
from scalr_async.emulator.engine.helpers import record_answer, target
from scalr_async.emulator.engine.http import Answer, Call, download, json
from scalr_async.emulator.engine.service import Action, Rule, Service
from scalr_async.emulator.engine.store import Derived, Ids, Record, Store
from scalr_async.emulator.scalr.runs.states import CONFIRMABLE, ENDED, QUEUED

__all__ = ["ACTIONS", "DERIVED", "RULES"]

_OPENMETRICS: Final = "application/openmetrics-text; version=1.0.0; charset=utf-8"
_TAG_NAME: Final = re.compile(r"[\w.:-]+( +[\w.:-]+)*")
_OWNER_STAYS: Final = "The owner of an account can not be removed."
_TAGGED: Final = ("environments", "provider-configurations", "workspaces")
_EVERYTHING: Final = "*:*"
"""The permission that includes all others."""

_QUOTAS: Final = {
    "agent-relay-available": True,
    "agents": 100,
    "before-after-hooks-available": True,
    "environments": 1000,
    "max-concurrent-runs": 100,
    "policy-group-checks-available": True,
    "policy-groups": 100,
    "registry-modules": 1000,
    "registry-templates": 1000,
    "run-triggers": 1000,
    "service-accounts-available": True,
    "sso-available": True,
    "users": 1000,
    "vcs-providers": 100,
    "workspaces": 1000000,
}


class Accounts(Rule):
    """Accounts: their allow-list holds IPv4 networks."""

    defaults: ClassVar[Mapping[str, Any]] = {"support-access-enabled": True, "quotas": _QUOTAS}

    def prepare(self, draft: Draft) -> None:
        """Check the name, and refuse an allow-list with anything but IPv4 networks."""
        require_name(draft)
        for index, network in enumerate(draft.attributes.get("allowed-ips", ())):
            try:
                ipaddress.IPv4Network(network, strict=False)
            except ValueError:
                detail = "value is not a valid IPv4 network"
                raise invalid_attribute(f"allowed-ips/{index}", detail) from None


class Users(Rule):
    """Users: named by their email."""

    defaults: ClassVar[Mapping[str, Any]] = {"status": "Active"}

    def key(self, record: Record) -> str:
        """Return the email, which belongs to one user only."""
        return str(record.attributes.get("email"))

    def taken(self) -> ApiError:
        """Return the error of an email that another user has."""
        return invalid_attribute("email", "Email has already been taken")

    def prepare(self, draft: Draft) -> None:
        """Refuse an invalid email; use it as the user name."""
        email = str(draft.attributes.get("email", ""))
        if "@" not in email:
            raise invalid_attribute("email", "Value is not a valid email address.")
        draft.attributes.setdefault("username", email)
        known = self.service.types["users"].attributes
        for name in [name for name in draft.attributes if name not in known]:
            del draft.attributes[name]  # a password can be written but never read

    def removing(self, record: Record) -> None:
        """Refuse to delete the owner of an account."""
        if self.service.store.points_at("accounts", "owner", record.id):
            raise forbidden(_OWNER_STAYS)
        for membership in self.service.store.sources("account-users", "user", record.id):
            self.service.delete(membership)


class AccountUsers(Rule):
    """The memberships of users in accounts; the owner of an account is always a member."""

    defaults: ClassVar[Mapping[str, Any]] = {"status": "Active"}
    searched = ("user",)

    def __init__(self, service: Service) -> None:
        super().__init__(service)
        self.filters = {"is-admin": FilterField(values=lambda r: [_is_admin(service.store, r)])}

    def removing(self, record: Record) -> None:
        """Refuse to end the membership of the owner."""
        for account in self.service.store.related(record, "account"):
            if account.related("owner") == record.related("user"):
                raise forbidden(_OWNER_STAYS)


def _is_admin(store: Store, membership: Record) -> bool:
    """Return whether a member owns the account, or has a role in it that permits everything."""
    users = membership.related("user")
    holders = [("user", user) for user in users]
    holders += [("team", t.id) for user in users for t in store.sources("teams", "users", user)]
    owners = [a.relationships.get("owner") for a in store.related(membership, "account")]
    return any(owner in users for owner in owners) or any(
        _EVERYTHING in role.related("permissions")
        for kind, id in holders
        for policy in store.sources("access-policies", kind, id)
        if policy.related("account") == membership.related("account")
        for role in store.related(policy, "roles")
    )


class Teams(Rule):
    """Teams: names are unique in the account, to whose identity provider they belong."""

    unique = "account"

    def taken(self) -> ApiError:
        """Return a conflict, because the API description has one for both writes of teams."""
        return conflict("Name has already been taken")

    def prepare(self, draft: Draft) -> None:
        """Link a new team to the account's identity provider."""
        require_name(draft)
        for account in self.service.store.related(draft, "account"):
            provider = account.relationships.get("identity-provider")
            draft.relationships.setdefault("identity-provider", provider)


class Tags(Rule):
    """Tags: names are unique in the account."""

    unique = "account"
    computed = frozenset({"in-use"})

    def __init__(self, service: Service) -> None:
        super().__init__(service)
        self.filters = {"resource-type": FilterField(values=self._tagged)}

    def prepare(self, draft: Draft) -> None:
        """Check the name."""
        require_name(draft, "Name cannot be empty.")
        if not _TAG_NAME.fullmatch(draft.attributes["name"]):
            detail = "Name can only have letters, numbers, spaces and any of . : _ -"
            raise invalid_attribute("name", detail)

    def present(self, record: Record, attributes: dict[str, Any]) -> None:
        """Set whether any object has the tag."""
        attributes["in-use"] = bool(self._tagged(record))

    def _tagged(self, record: Record) -> list[str]:
        store = self.service.store
        return [type for type in _TAGGED if store.points_at(type, "tags", record.id)]


def _invite(service: Service, call: Call) -> Answer:
    account = target(service, call, "accounts")
    schema = service.catalog.schemas["UserInvite"]
    document = parse_body(call.body)
    changes = parse_changes(
        service.store, service.kinds, schema, document, id=None, lenience=Lenience()
    )
    email = changes.attributes["email"]
    user = service.store.find_by_key("users", email)
    if user is None:
        invited = Changes(attributes={"email": email, "status": "Pending"}, relationships={})
        user = service.create("users", invited, call.actor)
    memberships = service.store.sources("account-users", "user", user.id)
    if any(account.id in membership.related("account") for membership in memberships):
        raise invalid_document("/data/attributes/email", "User is already in the account.")
    teams = [service.store.get("teams", id) for id in changes.relationships.get("teams") or ()]
    for team in filter(None, teams):
        service.store.change(team, {}, {"users": (*team.related("users"), user.id)})
    joined = Changes(
        attributes={"status": user.attributes.get("status", "Active")},
        relationships={"account": account.id, "user": user.id},
    )
    membership = service.create("account-users", joined, call.actor)
    roles = changes.relationships.get("roles")
    if roles:
        granted: dict[str, Ids] = {"account": account.id, "user": user.id, "roles": roles}
        policy = Changes(attributes={}, relationships=granted)
        service.create("access-policies", policy, call.actor)
    return record_answer(service, call, membership, 201)


def _remove_user(service: Service, call: Call) -> Answer:
    account = target(service, call, "accounts")
    id = call.parameters["user"]
    user = service.store.get("users", id)
    memberships = service.store.sources("account-users", "user", id)
    here = [m for m in memberships if account.id in m.related("account")]
    if user is None or not here:
        raise not_found("User", id)
    elsewhere = len(memberships) > 1 or service.store.points_at("accounts", "owner", id)
    service.delete(here[0] if elsewhere else user)
    return Answer(status=204)


def _teams(store: Store, membership: Record) -> Iterable[str]:
    """Yield the teams of the account to which the user of a membership belongs."""
    for user in membership.related("user"):
        for team in store.sources("teams", "users", user):
            if team.related("account") == membership.related("account"):
                yield team.id


def _figures(service: Service, account: Record) -> dict[str, int]:
    """Return the metrics of an account: the numbers of its objects."""
    store = service.store
    homes = store.sources("environments", "account", account.id)
    workspaces = [w for home in homes for w in store.sources("workspaces", "environment", home.id)]
    runs = [run for w in workspaces for run in store.sources("runs", "workspace", w.id)]
    statuses = Counter(str(run.attributes.get("status")) for run in runs)
    dry = sum(bool(run.attributes.get("is-dry")) for run in runs)
    waiting = CONFIRMABLE | {"policy_override"}
    queued = sum(statuses[status] for status in QUEUED)
    idle = sum(statuses[status] for status in waiting | ENDED) + queued
    return {
        "billings-flex-runs-count": 0,
        "billings-run-minutes-count": 0,
        "billings-runs-count": len(runs) - dry,
        "environments-count": len(homes),
        "quota-max-concurrency": 100,
        "runs-awaiting-confirmation": sum(statuses[status] for status in waiting),
        "runs-concurrency": len(runs) - idle,
        "runs-count": len(runs),
        "runs-failed": statuses["errored"],
        "runs-queue-size": queued,
        "runs-successful": statuses["applied"] + statuses["planned_and_finished"],
        "workspaces-count": len(workspaces),
    }


def _metrics(service: Service, call: Call) -> Answer:
    return json(_figures(service, target(service, call, "accounts")))


def _open_metrics(service: Service, call: Call) -> Answer:
    """Answer with the metrics of the token's account, in OpenMetrics text."""
    account = service.store.get("accounts", call.actor.account)
    numbers = {} if account is None else _figures(service, account)
    lines: list[str] = []
    for name, value in sorted(numbers.items()):
        metric = f"scalr_{name.replace('-', '_')}"
        lines += [f"# TYPE {metric} gauge", f'{metric}{{account="{call.actor.account}"}} {value}']
    return download(("\n".join([*lines, "# EOF"]) + "\n").encode(), _OPENMETRICS)


def _ping(service: Service, call: Call) -> Answer:  # noqa: ARG001 - as all are
    return Answer(status=200)


DERIVED: Final[Mapping[tuple[str, str], Derived]] = {
    ("account-users", "teams"): Derived(ids=_teams, sources=frozenset({"teams"})),
}

RULES: Final[Mapping[str, type[Rule]]] = {
    "account-users": AccountUsers,
    "accounts": Accounts,
    "tags": Tags,
    "teams": Teams,
    "users": Users,
}

ACTIONS: Final[Mapping[str, Action]] = {
    "get_metrics": _metrics,
    "get_open_metrics": _open_metrics,
    "invite_user_to_account": _invite,
    "ping": _ping,
    "remove_user_from_account": _remove_user,
}
