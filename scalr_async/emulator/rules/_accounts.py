"""Accounts and the people in them."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from scalr_async.emulator._errors import forbidden, invalid_attribute
from scalr_async.emulator._service import Draft, Rule, require_name
from scalr_async.emulator._store import Record

__all__ = ["AccountUsers", "Accounts", "Teams", "Users"]

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

    prefix = "acc"
    defaults: ClassVar[Mapping[str, Any]] = {"support-access-enabled": True, "quotas": _QUOTAS}

    def prepare(self, draft: Draft) -> None:
        """Refuse an allow-list with anything but IPv4 networks."""
        for index, network in enumerate(draft.attributes.get("allowed-ips", ())):
            try:
                ipaddress.IPv4Network(network, strict=False)
            except ValueError:
                detail = "value is not a valid IPv4 network"
                raise invalid_attribute(f"allowed-ips/{index}", detail) from None


class Users(Rule):
    """Users: named by their email."""

    prefix = "user"
    defaults: ClassVar[Mapping[str, Any]] = {"status": "Active"}

    def key(self, record: Record) -> str:
        """An email belongs to one user."""
        return str(record.attributes.get("email"))

    def prepare(self, draft: Draft) -> None:
        """Refuse what is no email or is taken; a user is called by it."""
        email = str(draft.attributes.get("email", ""))
        if "@" not in email:
            raise invalid_attribute("email", "Value is not a valid email address.")
        holder = self.service.store.holder("users", email)
        if holder is not None and holder is not draft.record:
            raise invalid_attribute("email", "Email has already been taken")
        draft.attributes.setdefault("username", email)
        known = self.service.types["users"].attributes
        for name in [name for name in draft.attributes if name not in known]:
            del draft.attributes[name]  # a password goes in and never comes out

    def removing(self, record: Record) -> None:
        """Keep the owners of accounts."""
        if self.service.store.points_at("accounts", "owner", record.id):
            raise forbidden("The owner of an account can not be removed.")
        for membership in self.service.store.sources("account-users", "user", record.id):
            self.service.delete(membership)


class AccountUsers(Rule):
    """The memberships of users in accounts."""

    prefix = "au"
    defaults: ClassVar[Mapping[str, Any]] = {"status": "Active"}


class Teams(Rule):
    """Teams: they belong to the identity provider of their account."""

    prefix = "team"

    def prepare(self, draft: Draft) -> None:
        """Put a new team under the account's identity provider."""
        require_name(draft)
        for account in self.service.store.related(draft, "account"):
            provider = account.relationships.get("identity-provider")
            draft.relationships.setdefault("identity-provider", provider)
