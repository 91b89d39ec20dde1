"""Service accounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from scalr_async.emulator._service import Draft, Rule, require_name

__all__ = ["ServiceAccounts"]


class ServiceAccounts(Rule):
    """Service accounts: each has an email made of its id; their tokens go with them."""

    prefix = "sa"
    unique = "account"
    defaults: ClassVar[Mapping[str, Any]] = {"status": "Active"}

    def prepare(self, draft: Draft) -> None:
        """Check the name, and give the account its email."""
        require_name(draft, "Service account name can not be empty.")
        draft.attributes.setdefault("email", f"{draft.id}@service-accounts.scalr.io")
