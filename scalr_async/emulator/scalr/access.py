"""Access: roles, service accounts, access tokens, and their principals."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from email.utils import format_datetime
from typing import Any, ClassVar, Final
from urllib.parse import urlencode

import attrs

from scalr_async.emulator.engine.drafts import Draft, require_name
from scalr_async.emulator.engine.errors import (
    conflict,
    forbidden,
    invalid_attribute,
    invalid_document,
    invalid_relationship,
    unauthorized,
)
from scalr_async.emulator.engine.filters import FilterField
from scalr_async.emulator.engine.http import Actor, Answer, Call, json, redirect
from scalr_async.emulator.engine.service import Action, Rule, Service
from scalr_async.emulator.engine.store import OWNER, Record
from scalr_async.emulator.scalr.identity_tokens import Claims, parse_claims

__all__ = ["ACTIONS", "PUBLIC", "RULES", "TOKEN", "authenticate", "is_expired"]

TOKEN: Final = "secret"  # noqa: S105 - a name, not a token
"""The hidden attribute of an access token that holds its secret."""

_LONGEST_SESSION: Final = 365 * 86_400
"""The longest session of a service account in seconds: a year."""

_LONGEST_TOKEN: Final = 10 * 525_600
"""The longest lifetime of a token in minutes: ten years."""

_LIFETIME: Final = 3600
"""The default lifetime of a session token in seconds."""


class Roles(Rule):
    """Roles: those of Scalr itself cannot be changed, and those in use cannot be deleted."""

    unique = "account"

    def prepare(self, draft: Draft) -> None:
        """Check the name, and refuse changes of Scalr's own roles."""
        require_name(draft)
        if draft.record is not None:
            _refuse_system(draft.record)

    def removing(self, record: Record) -> None:
        """Refuse to delete Scalr's own roles, and those that an access policy grants."""
        _refuse_system(record)
        if self.service.store.points_at("access-policies", "roles", record.id):
            raise conflict("The role is used by access policies.")


def _refuse_system(role: Record) -> None:
    if role.attributes.get("is-system"):
        raise forbidden("System roles can not be changed.")


class AssumePolicies(Rule):
    """Policies of service accounts: a condition without an operator compares for equality."""

    searched = ("service-account",)
    defaults: ClassVar[Mapping[str, Any]] = {"maximum-session-duration": 3600}

    def prepare(self, draft: Draft) -> None:
        """Check the duration, and add missing operators."""
        seconds = draft.attributes.get("maximum-session-duration")
        if seconds is not None and not 0 < seconds <= _LONGEST_SESSION:
            detail = f"Value must be between 1 and {_LONGEST_SESSION} seconds."
            raise invalid_attribute("maximum-session-duration", detail)
        conditions = draft.attributes.get("claim-conditions") or ()
        draft.attributes["claim-conditions"] = [{"operator": "eq", **c} for c in conditions]


class WorkloadIdentityProviders(Rule):
    """Workload identity providers."""

    defaults: ClassVar[Mapping[str, Any]] = {"status": "active"}


class AccessPolicies(Rule):
    """Access policies: of an account, an environment or a workspace, with at least one role."""

    scopes = ("workspace", "environment", "account")

    def prepare(self, draft: Draft) -> None:
        """Refuse a policy without roles; leave out the account of one with a narrower scope."""
        if not draft.related("roles"):
            raise invalid_relationship("roles", "At least one role is required.")
        narrower = draft.related("environment") or draft.related("workspace")
        if draft.record is None and narrower and not draft.sets("account"):
            draft.relationships["account"] = None


class ServiceAccounts(Rule):
    """Service accounts: each has an email made of its id; their tokens are deleted with them."""

    unique = "account"
    defaults: ClassVar[Mapping[str, Any]] = {"status": "Active"}

    def __init__(self, service: Service) -> None:
        super().__init__(service)
        self.filters = {"has-owners": FilterField(values=lambda r: [bool(r.related("owners"))])}
        self.personal = {"owned-by-me": self._owned_by}

    def prepare(self, draft: Draft) -> None:
        """Check the name, and give the account its email."""
        require_name(draft, "Service account name can not be empty.")
        draft.attributes.setdefault("email", f"{draft.id}@service-accounts.scalr.io")

    def _owned_by(self, record: Record, holder: str) -> list[bool]:
        teams = self.service.store.related(record, "owners")
        return [any(holder in team.related("users") for team in teams)]


class AccessTokens(Rule):
    """Access tokens: shown once, valid until they expire or are deleted."""

    private = True
    volatile = True
    computed = frozenset({"is-expired"})

    def prepare(self, draft: Draft) -> None:
        """Make the token; `expires-in` counts minutes."""
        attributes = draft.attributes
        attributes["description"] = attributes.get("description") or ""
        if draft.record is None:
            attributes[TOKEN] = f"{draft.id}.{self.service.text(48)}"
        minutes = attributes.get("expires-in")
        if minutes is not None and not 0 < minutes <= _LONGEST_TOKEN:
            detail = f"Value must be between 1 and {_LONGEST_TOKEN} minutes."
            raise invalid_attribute("expires-in", detail)
        if draft.alters("expires-in"):
            ends = None if minutes is None else self.service.now(minutes=minutes)
            attributes["expires-at"] = ends

    def loaded(self, record: Record, owner: Actor) -> None:
        """Make a new secret, because the file contains none; the server's owner is its holder."""
        self.service.store.change(
            record, {TOKEN: f"{record.id}.{self.service.text(48)}"}, {OWNER: owner.holder}
        )

    def present(self, record: Record, attributes: dict[str, Any]) -> None:
        """Hide the token, and set whether it is still valid."""
        del attributes[TOKEN]
        attributes["token"] = None
        attributes["is-expired"] = is_expired(self.service, record)

    def once(self, record: Record) -> Mapping[str, Mapping[str, Any]]:
        """Return the token."""
        return {"attributes": {"token": record.attributes[TOKEN]}}


def is_expired(service: Service, record: Record) -> bool:
    """Return whether a token has expired."""
    expires = record.attributes.get("expires-at")
    return expires is not None and expires <= service.now()


@attrs.frozen(kw_only=True)
class _Session:
    """A session token: the id of its service account, and its expiry."""

    holder: str
    expires: str


class Sessions:
    """The session tokens of one server, which are not objects of the API."""

    def __init__(self, service: Service) -> None:  # noqa: ARG002 - as all parts of a server
        self._sessions: dict[str, _Session] = {}

    def open(self, token: str, holder: str, expires: str) -> None:
        """Accept a token until it expires."""
        self._sessions[token] = _Session(holder=holder, expires=expires)

    def holder(self, token: str, now: str) -> str | None:
        """Return the id of the service account of a session token; None if it is not valid."""
        session = self._sessions.get(token)
        return session.holder if session is not None and session.expires > now else None


def authenticate(service: Service, token: str, header: str) -> Actor | None:
    """Return the principal of an `Authorization` value; `token` is that of the server's owner."""
    scheme, _, given = header.partition(" ")
    if scheme.lower() != "bearer":
        return None
    if hmac.compare_digest(given.encode("utf-8", "surrogateescape"), token.encode()):
        return service.owner
    holder = _holder(service, given)
    if holder is None:
        return None
    return Actor(
        holder=holder.id,
        user=holder.id if holder.type == "users" else service.owner.user,
        account=service.account_of(holder) or service.owner.account,
        email=str(holder.attributes.get("email")),
    )


def _holder(service: Service, token: str) -> Record | None:
    """Return the user or service account of a token; those of agents belong to another API."""
    lent = service.part(Sessions).holder(token, service.now())
    if lent is not None:
        return _active(service, lent)
    record = service.store.get("access-tokens", token.partition(".")[0])
    if record is None or record.attributes[TOKEN] != token or is_expired(service, record):
        return None
    holder, now = _active(service, record.related(OWNER)[0]), service.now()
    if holder is not None and record.attributes.get("last-used-at") != now:
        service.store.change(record, {"last-used-at": now}, {})
    return holder


def _active(service: Service, id: str) -> Record | None:
    holder = service.store.find(id)
    if holder is None or holder.type == "agent-pools":
        return None
    return holder if holder.attributes.get("status", "Active") == "Active" else None


def _assume(service: Service, call: Call) -> Answer:
    """Answer with a session token if a policy of the service account trusts the claims.

    The claims of the identity token count; its signature is not verified.
    """
    asked = call.object(service.catalog.objects)
    lifetime = asked.get("lifetime")
    if lifetime is not None and lifetime <= 0:
        raise invalid_document("/lifetime", "Value must be at least 1 second.")
    claims = parse_claims(asked["id-token"])
    email = asked["service-account-email"]
    accounts = service.store.all("service-accounts")
    account = next((a for a in accounts if a.attributes.get("email") == email), None)
    if account is None or account.attributes.get("status", "Active") != "Active":
        raise unauthorized("The service account is unknown, or not active.")
    granted = [_granted(policy) for policy in _trusting(service, account, claims)]
    if not granted:
        raise unauthorized("No policy of the service account allows the identity token.")
    if lifetime is None:
        lifetime = min(_LIFETIME, max(granted))
    if lifetime > max(granted):
        raise unauthorized(f"The policy allows no more than {max(granted)} seconds.")
    token = f"{service.text(15)}.{service.text(48)}"
    expires = service.now(seconds=lifetime)
    service.part(Sessions).open(token, account.id, expires)
    answer = json({"access-token": token, "expire-time": expires})
    date = format_datetime(service.clock(), usegmt=True)  # by the clock of `expire-time`
    return attrs.evolve(answer, headers={**answer.headers, "Date": date})


def _granted(policy: Record) -> int:
    return int(policy.attributes.get("maximum-session-duration") or _LIFETIME)


def _trusting(service: Service, account: Record, claims: Claims) -> Iterator[Record]:
    if not claims.is_current(service.clock().timestamp()):
        return
    for policy in service.store.sources("assume-service-account-policies", OWNER, account.id):
        for provider in service.store.related(policy, "provider"):
            known = claims.is_from(provider.attributes["url"])
            known = known and claims.is_for(provider.attributes["allowed-audiences"])
            if known and all(map(claims.meet, policy.attributes["claim-conditions"])):
                yield policy


def _signin(service: Service, call: Call) -> Answer:
    query = urlencode([("provider", call.target), *call.pairs])
    return redirect(f"{service.blobs.root}/login?{query}")


def _logout(service: Service, call: Call) -> Answer:  # noqa: ARG001 - as all are
    return redirect(f"{service.blobs.root}/login")


RULES: Final[Mapping[str, type[Rule]]] = {
    "access-policies": AccessPolicies,
    "access-tokens": AccessTokens,
    "assume-service-account-policies": AssumePolicies,
    "roles": Roles,
    "service-accounts": ServiceAccounts,
    "workload-identity-providers": WorkloadIdentityProviders,
}

ACTIONS: Final[Mapping[str, Action]] = {
    "assume_service_account": _assume,
    "logout": _logout,
    "oauth_signin": _signin,
    "oauth_signup": _signin,
}

PUBLIC: Final = frozenset({"assume_service_account", "logout", "oauth_signin", "oauth_signup"})
"""Operations that need no token, because they obtain or drop one."""
