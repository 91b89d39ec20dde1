"""The documents of the static server: workspaces with every field, and pages of them."""

from __future__ import annotations

import functools
import json
from typing import Any, Final

__all__ = ["INCLUDE", "POOL", "Pages", "included", "name_of", "prepared", "workspace"]

ENVIRONMENTS: Final = 40
POOLS: Final = 8
USERS: Final = 25
TAGS: Final = 30

INCLUDE: Final = "environment,agent-pool,tags,created-by"
"""The `include` parameter of a page with included resources."""
POOL: Final = "apool-000000000000007"
"""The pool to which workspaces are linked."""

_STAMP: Final = "2025-01-02T03:04:05.678901Z"

Object = dict[str, Any]


def name_of(index: int) -> str:
    """Return the id of a workspace by its place in the list, from 0."""
    return f"ws-{index:09d}"


def workspace(index: int) -> Object:
    """Return one workspace in Scalr's form: every attribute and every relationship, 3 KB."""
    return resource("workspaces", name_of(index), _attributes(index), _relationships(index))


def included() -> list[Object]:
    """Return the resources that `INCLUDE` adds to every page."""
    return [
        *map(_environment, range(ENVIRONMENTS)),
        *map(_pool, range(POOLS)),
        *map(_tag, range(TAGS)),
        *map(_user, range(USERS)),
    ]


def resource(kind: str, name: str, attributes: Object, relationships: Object) -> Object:
    """Return a resource object whose relationships are given by their linkage."""
    return {
        "type": kind,
        "id": name,
        "attributes": attributes,
        "relationships": {key: {"data": data} for key, data in relationships.items()},
        "links": {"self": f"https://example.scalr.io/api/iacp/v3/{kind}/{name}"},
    }


def _one(kind: str, name: str) -> Object:
    return {"type": kind, "id": name}


def _attributes(index: int) -> Object:
    locked = index % 17 == 0
    return {
        "apply-schedule": None,
        "auto-apply": index % 3 == 0,
        "auto-destroy-days": None,
        "auto-destroy-status": None,
        "auto-destroy-time": None,
        "auto-queue-runs": "skip_first",
        "created-at": "2025-03-14T09:26:53.589793Z",
        "deletion-protection-changed-by-email": None,
        "deletion-protection-enabled": True,
        "destroy-schedule": None,
        "environment-type": "production",
        "execution-mode": "remote",
        "favorite": False,
        "force-latest-run": False,
        "has-resources": True,
        "hooks": {
            "post-apply": "./notify.sh --done",
            "post-plan": None,
            "pre-apply": None,
            "pre-init": "./prepare.sh",
            "pre-plan": None,
        },
        "iac-platform": "opentofu",
        "lock-reason": "frozen until the migration is over" if locked else None,
        "locked": locked,
        "name": f"network-{index:09d}",
        "operations": True,
        "permissions": {
            "can-create-run": True,
            "can-destroy": False,
            "can-force-unlock": True,
            "can-lock": True,
            "can-queue-run": True,
            "can-read-settings": True,
            "can-unlock": True,
            "can-update": True,
            "can-update-variable": True,
        },
        "remote-backend": True,
        "remote-state-sharing": True,
        "run-operation-timeout": None,
        "terraform-version": f"1.9.{index % 9}",
        "terragrunt": None,
        "updated-at": "2026-10-01T12:00:00.123456Z",
        "updated-by-email": f"user-{index % USERS}@example.com",
        "var-files": ["common.tfvars", f"region-{index % 5}.tfvars"],
        "vcs-repo": {
            "branch": "main",
            "dry-runs-enabled": True,
            "identifier": f"platform/network-{index % 97}",
            "ingress-submodules": False,
            "path": None,
            "trigger-patterns": None,
            "trigger-prefixes": ["modules/vpc", "stacks/common"],
            "version-constraint": None,
        },
        "working-directory": f"stacks/network-{index % 97}",
    }


def _relationships(index: int) -> Object:
    return {
        "agent-pool": _one("agent-pools", f"apool-{index % POOLS:015d}"),
        "configuration-version": _one("configuration-versions", f"cv-{index:015d}"),
        "created-by": _one("users", f"user-{index % USERS:015d}"),
        "current-run": _one("runs", f"run-{index:015d}"),
        "drift-report": None,
        "environment": _one("environments", f"env-{index % ENVIRONMENTS:015d}"),
        "latest-configuration-version": _one("configuration-versions", f"cv-{index:015d}"),
        "latest-run": _one("runs", f"run-{index:015d}"),
        "locked-by": None,
        "locked-by-run": None,
        "module": None,
        "module-version": None,
        "readme-id": None,
        "ssh-key": None,
        "tags": [_one("tags", f"tag-{(index + n) % TAGS:015d}") for n in range(3)],
        "updated-by": _one("users", f"user-{(index + 7) % USERS:015d}"),
        "vcs-provider": _one("vcs-providers", "vcs-000000000000001"),
    }


def _environment(number: int) -> Object:
    attributes = {
        "created-at": _STAMP,
        "created-by-email": f"user-{number % USERS}@example.com",
        "favorite": False,
        "is-federated-to-account": False,
        "lock-reason": None,
        "locked": False,
        "mask-sensitive-output": True,
        "name": f"environment-{number**3}",
        "permissions": {"can-update": True, "can-create-workspace": True},
        "remote-backend": True,
        "remote-backend-overridable": False,
        "status": "Active",
        "updated-at": _STAMP,
    }
    relationships = {
        "account": _one("accounts", "acc-svrcncgh453bi8g"),
        "created-by": _one("users", f"user-{number % USERS:015d}"),
        "default-provider-configurations": [],
        "default-workspace-agent-pool": None,
        "drift-detection-schedules": [],
        "locked-by": None,
        "policy-groups": [_one("policy-groups", f"pgrp-{number % 3:015d}")],
        "provider-configurations": [_one("provider-configurations", "pcfg-000000000000001")],
        "storage-profile": None,
        "tags": [],
        "updated-by": None,
    }
    return resource("environments", f"env-{number:015d}", attributes, relationships)


def _pool(number: int) -> Object:
    attributes = {
        "default": False,
        "features": [],
        "in-use": True,
        "is-scalr-managed": False,
        "is-shared": True,
        "name": f"pool-{10**number}",
        "vcs-enabled": False,
        "webhook-enabled": False,
        "webhook-headers": [],
        "webhook-url": None,
    }
    relationships = {
        "account": _one("accounts", "acc-svrcncgh453bi8g"),
        "agents": [_one("agents", f"agent-{number:015d}")],
        "default-environments": [],
        "environment": None,
        "environments": [],
        "workspaces": [],
    }
    return resource("agent-pools", f"apool-{number:015d}", attributes, relationships)


def _tag(number: int) -> Object:
    attributes = {"in-use": True, "name": f"tag-{number**4}"}
    account = {"account": _one("accounts", "acc-svrcncgh453bi8g")}
    return resource("tags", f"tag-{number:015d}", attributes, account)


def _user(number: int) -> Object:
    attributes = {
        "created-at": _STAMP,
        "email": f"user-{number**2}@example.com",
        "full-name": f"User {number}",
        "last-login-at": _STAMP,
        "status": "Active",
        "username": f"user-{number}",
    }
    relationships = {"identity-providers": [], "teams": [_one("teams", "team-000000000000001")]}
    return resource("users", f"user-{number:015d}", attributes, relationships)


class Pages:
    """The pages of a list of any length, cut from the bytes of 300 prepared workspaces."""

    PREPARED: Final = 300

    def __init__(self, total: int) -> None:
        self.total = total
        mark = name_of(0)
        items = [_encode({**workspace(n), "id": mark}) for n in range(self.PREPARED)]
        self._parts = [item.split(mark.encode(), 1) for item in items]
        self._included = b',"included":' + _encode(included())

    def item(self, index: int) -> bytes:
        """Return the resource object of one workspace."""
        before, after = self._parts[index % self.PREPARED]
        return b"%b%b%b" % (before, name_of(index).encode(), after)

    def page(self, number: int, size: int, *, include: bool) -> bytes:
        """Return the document of a page, joined anew each time, whatever the length of the list."""
        first = (number - 1) * size
        items = [self.item(n) for n in range(first, min(first + size, self.total))]
        last = max(1, -(-self.total // size))
        pagination = {
            "current-page": number,
            "page-size": size,
            "prev-page": number - 1 or None,
            "next-page": number + 1 if number < last else None,
            "total-pages": last,
            "total-count": self.total,
        }
        return b'{"data":[%b]%b,"links":%b,"meta":{"pagination":%b}}' % (
            b",".join(items),
            self._included if include else b"",
            _encode(_links(number, size, last)),
            _encode(pagination),
        )


@functools.cache
def prepared(total: int) -> tuple[bytes, ...]:
    """Return the pages of a list, 100 workspaces each, for reading from memory."""
    pages = Pages(total)
    return tuple(pages.page(n + 1, 100, include=False) for n in range(-(-total // 100)))


def _links(number: int, size: int, last: int) -> Object:
    places = {"self": number, "first": 1, "prev": number - 1, "next": number + 1, "last": last}
    path = "/api/iacp/v3/workspaces?page%5Bnumber%5D={}&page%5Bsize%5D={}"
    return {
        name: path.format(place, size) if 1 <= place <= last else None
        for name, place in places.items()
    }


def _encode(value: object) -> bytes:
    return json.dumps(value).encode()
