"""Permissions: roles, and the policies under which service accounts are lent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from scalr_async.emulator._errors import forbidden, invalid_attribute
from scalr_async.emulator._service import Draft, Rule, require_name
from scalr_async.emulator._store import Record

__all__ = ["AssumePolicies", "Roles", "WorkloadIdentityProviders"]


_LONGEST: Final = 365 * 86_400
"""Seconds that a service account may be lent for: a year."""


class Roles(Rule):
    """Roles: Scalr's own can not be changed."""

    prefix = "role"
    unique = "account"

    def prepare(self, draft: Draft) -> None:
        """Check the name, and whose role it is."""
        require_name(draft)
        if draft.record is not None:
            self.removing(draft.record)

    def removing(self, record: Record) -> None:
        """Keep Scalr's own roles."""
        if record.attributes.get("is-system"):
            raise forbidden("System roles can not be changed.")


class AssumePolicies(Rule):
    """Policies of service accounts: conditions are about equality when they do not say."""

    prefix = "assp"
    defaults: ClassVar[Mapping[str, Any]] = {"maximum-session-duration": 3600}

    def prepare(self, draft: Draft) -> None:
        """Check the duration, and name the operators that nobody named."""
        seconds = draft.attributes.get("maximum-session-duration")
        if seconds is not None and not 0 < seconds <= _LONGEST:
            detail = f"Value must be between 1 and {_LONGEST} seconds."
            raise invalid_attribute("maximum-session-duration", detail)
        conditions = draft.attributes.get("claim-conditions") or ()
        draft.attributes["claim-conditions"] = [{"operator": "eq", **c} for c in conditions]


class WorkloadIdentityProviders(Rule):
    """Workload identity providers."""

    prefix = "wip"
    defaults: ClassVar[Mapping[str, Any]] = {"status": "active"}
