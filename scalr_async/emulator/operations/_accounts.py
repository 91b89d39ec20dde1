"""Accounts: their people, their figures, and the token that a service account is lent."""

from __future__ import annotations

import binascii
import fnmatch
from base64 import urlsafe_b64decode
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import msgspec

from scalr_async.emulator._bodies import Changes, parse_body, parse_changes
from scalr_async.emulator._call import Action, Answer, Call, json
from scalr_async.emulator._errors import invalid_document, not_found, unauthorized
from scalr_async.emulator._service import Service, Session
from scalr_async.emulator._stages import CONFIRMABLE, ENDED, QUEUED
from scalr_async.emulator._store import OWNER, Record
from scalr_async.emulator.operations._targets import shown, target

__all__ = ["ACTIONS", "figures"]

_LIFETIME: Final = 3600
"""Seconds that a lent token works when nobody says more or less."""

_OPERATORS: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "contains": lambda value, wanted: wanted in value,
    "endswith": lambda value, wanted: value.endswith(wanted),
    "eq": lambda value, wanted: value == wanted,
    "like": fnmatch.fnmatchcase,
    "startswith": lambda value, wanted: value.startswith(wanted),
}


def _invite(service: Service, call: Call) -> Answer:
    account = target(service, call, "accounts")
    schema = service.catalog.schemas["UserInvite"]
    document = parse_body(call.body)
    changes = parse_changes(service.store, service.schemas, schema, document, id=None)
    email = changes.attributes["email"]
    user = service.store.holder("users", email)
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
        relationships={
            "account": account.id,
            "teams": changes.relationships.get("teams", ()),
            "user": user.id,
        },
    )
    return shown(service, service.create("account-users", joined, call.actor), 201)


def _remove_user(service: Service, call: Call) -> Answer:
    account = target(service, call, "accounts")
    id = call.parameters["user"]
    user = service.store.get("users", id)
    memberships = service.store.sources("account-users", "user", id)
    here = [m for m in memberships if account.id in m.related("account")]
    if user is None or not here:
        raise not_found("User", id)
    service.delete(user if len(memberships) == 1 else here[0])
    return Answer(status=204)


def figures(service: Service, account: Record) -> dict[str, int]:
    """Return what an account is made of in numbers."""
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
    return json(figures(service, target(service, call, "accounts")))


def _assume(service: Service, call: Call) -> Answer:
    """Lend a token to whoever a policy of the service account trusts.

    The claims of the identity token count; its signature is not verified.
    """
    asked = call.object(service.catalog.objects)
    claims = _claims(asked["id-token"])
    email = asked["service-account-email"]
    accounts = service.store.all("service-accounts")
    account = next((a for a in accounts if a.attributes["email"] == email), None)
    if account is None or account.attributes.get("status", "Active") != "Active":
        raise unauthorized("The service account is unknown, or not active.")
    granted = [_granted(policy) for policy in _trusting(service, account, claims)]
    if not granted:
        raise unauthorized("No policy of the service account allows the identity token.")
    lifetime = asked.get("lifetime") or min(_LIFETIME, max(granted))
    if not 0 < lifetime <= max(granted):
        raise unauthorized(f"The policy allows no more than {max(granted)} seconds.")
    token = f"{service.text(15)}.{service.text(48)}"
    session = Session(holder=account.id, expires=service.now(seconds=lifetime))
    service.sessions[token] = session
    return json({"access-token": token, "expire-time": session.expires})


def _granted(policy: Record) -> int:
    return int(policy.attributes.get("maximum-session-duration") or _LIFETIME)


def _claims(token: str) -> dict[str, Any]:
    """Read the claims of a JSON Web Token."""
    parts = token.split(".")
    try:
        if len(parts) == 3:
            padded = parts[1] + "=" * (-len(parts[1]) % 4)
            return msgspec.json.decode(urlsafe_b64decode(padded), type=dict[str, Any])
    except (binascii.Error, msgspec.DecodeError, UnicodeError, ValueError):
        pass
    raise unauthorized("The identity token is not a JSON Web Token.")


def _trusting(service: Service, account: Record, claims: Mapping[str, Any]) -> Iterator[Record]:
    audience = claims.get("aud")
    named = set(audience if isinstance(audience, list) else [audience])
    over = claims.get("exp")
    if isinstance(over, int | float) and over <= service.clock().timestamp():
        return
    for policy in service.store.sources("assume-service-account-policies", OWNER, account.id):
        for provider in service.store.related(policy, "provider"):
            known = provider.attributes["url"].rstrip("/") == str(claims.get("iss")).rstrip("/")
            known = known and not named.isdisjoint(provider.attributes["allowed-audiences"])
            if known and all(_meets(c, claims) for c in policy.attributes["claim-conditions"]):
                yield policy


def _meets(condition: Mapping[str, str], claims: Mapping[str, Any]) -> bool:
    compare = _OPERATORS[condition.get("operator", "eq")]
    return compare(str(claims.get(condition["claim"])), condition["value"])


ACTIONS: Final[Mapping[str, Action]] = {
    "assume_service_account": _assume,
    "get_metrics": _metrics,
    "invite_user_to_account": _invite,
    "remove_user_from_account": _remove_user,
}
