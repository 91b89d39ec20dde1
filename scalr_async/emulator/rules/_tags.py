"""Tags."""

from __future__ import annotations

import re
from typing import Any, Final

from scalr_async.emulator._errors import invalid_attribute
from scalr_async.emulator._filters import Source
from scalr_async.emulator._service import Draft, Rule, Service, require_name
from scalr_async.emulator._store import Record

__all__ = ["Tags"]

_NAME: Final = re.compile(r"[\w.:-]+( +[\w.:-]+)*")
_TAGGED: Final = ("environments", "provider-configurations", "workspaces")


class Tags(Rule):
    """Tags: names are unique in the account."""

    prefix = "tag"
    unique = "account"
    computed = frozenset({"in-use"})

    def __init__(self, service: Service) -> None:
        super().__init__(service)
        self.filters = {"resource-type": Source(values=self._tagged)}

    def prepare(self, draft: Draft) -> None:
        """Check the name."""
        require_name(draft, "Name cannot be empty.")
        if not _NAME.fullmatch(draft.attributes["name"]):
            detail = "Name can only have letters, numbers, spaces and any of . : _ -"
            raise invalid_attribute("name", detail)

    def present(self, record: Record, attributes: dict[str, Any]) -> None:
        """Say whether anything carries the tag."""
        attributes["in-use"] = bool(self._tagged(record))

    def _tagged(self, record: Record) -> list[str]:
        store = self.service.store
        return [type for type in _TAGGED if store.points_at(type, "tags", record.id)]
