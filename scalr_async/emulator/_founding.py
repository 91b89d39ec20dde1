"""The initial objects of a server: accounts, their owner and team, one environment.

The ids are those of the examples in Scalr's documentation and of its official clients' tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from scalr_async.emulator._fixtures import add_fixtures
from scalr_async.emulator._service import Actor, Service
from scalr_async.emulator._store import Ids, Record

__all__ = ["found"]

_ACCOUNT: Final = "acc-svrcncgh453bi8g"
_ENVIRONMENT: Final = "env-svrcnchebt61e30"
_IDENTITY_PROVIDER: Final = "idp-sohkb0o1phrdmr8"
_OWNER: Final = "user-svrcmmpcrkmit1g"
_TEAM: Final = "team-v0os7i01qr63263l1"
_EMAIL: Final = "tf-admin@scalr.com"


def found(service: Service, accounts: Sequence[str]) -> Actor:
    """Fill an empty store; returns the owner."""
    now = service.now()
    add_fixtures(service)

    def add(type: str, id: str, attributes: dict[str, Any], relationships: dict[str, Ids]) -> None:
        record = Record(type=type, id=id, attributes=attributes, relationships=relationships)
        service.store.add(record)

    provider = {"name": "Scalr", "idp-type": "scalr"}
    add("identity-providers", _IDENTITY_PROVIDER, provider, {"account": _ACCOUNT})
    owner = {"email": _EMAIL, "username": _EMAIL, "full-name": "Account Owner", "created-at": now}
    add("users", _OWNER, owner, {"identity-providers": (_IDENTITY_PROVIDER,)})
    for index, name in enumerate(accounts):
        id = service.new_id("accounts") if index else _ACCOUNT
        belongings: dict[str, Ids] = {"owner": _OWNER, "identity-provider": _IDENTITY_PROVIDER}
        add("accounts", id, {"name": name, "created-at": now}, belongings)
        member = service.new_id("account-users")
        add("account-users", member, {}, {"account": id, "user": _OWNER})
    team: dict[str, Ids] = {"account": _ACCOUNT, "identity-provider": _IDENTITY_PROVIDER}
    add("teams", _TEAM, {"name": "Administrators"}, {**team, "users": (_OWNER,)})
    slack = {"slack-workspace-name": accounts[0]}
    add("slack-connections", service.new_id("slack-connections"), slack, {"account": _ACCOUNT})
    environment = {"name": "main", "created-at": now, "created-by-email": _EMAIL}
    home: dict[str, Ids] = {"account": _ACCOUNT, "created-by": _OWNER}
    add("environments", _ENVIRONMENT, environment, home)
    return Actor(holder=_OWNER, user=_OWNER, account=_ACCOUNT, email=_EMAIL)
