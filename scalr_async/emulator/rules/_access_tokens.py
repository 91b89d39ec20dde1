"""Access tokens of users, service accounts and agent pools."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from scalr_async.emulator._errors import invalid_attribute
from scalr_async.emulator._service import Draft, Rule, Service
from scalr_async.emulator._store import TOKEN, Record

__all__ = ["AccessTokens", "expired"]

_LONGEST: Final = 10 * 525_600
"""Minutes that a token may last: ten years."""


class AccessTokens(Rule):
    """Access tokens: shown once, valid until they expire or are deleted."""

    prefix = "at"
    volatile = True
    computed = frozenset({"is-expired"})

    def prepare(self, draft: Draft) -> None:
        """Make the token; `expires-in` counts minutes."""
        attributes = draft.attributes
        attributes["description"] = attributes.get("description") or ""
        if draft.record is None:
            attributes[TOKEN] = f"{draft.id}.{self.service.text(48)}"
        minutes = attributes.get("expires-in")
        if minutes is not None and not 0 < minutes <= _LONGEST:
            detail = f"Value must be between 1 and {_LONGEST} minutes."
            raise invalid_attribute("expires-in", detail)
        if draft.sets("expires-in"):
            ends = None if minutes is None else self.service.now(minutes=minutes)
            attributes["expires-at"] = ends

    def present(self, record: Record, attributes: dict[str, Any]) -> None:
        """Hide the token, and say whether it still works."""
        del attributes[TOKEN]
        attributes["token"] = None
        attributes["is-expired"] = expired(self.service, record)

    def once(self, record: Record) -> Mapping[str, Mapping[str, Any]]:
        """Tell the token."""
        return {"attributes": {"token": record.attributes[TOKEN]}}


def expired(service: Service, record: Record) -> bool:
    """Say whether a token's time is over."""
    expires = record.attributes.get("expires-at")
    return expires is not None and expires <= service.now()
