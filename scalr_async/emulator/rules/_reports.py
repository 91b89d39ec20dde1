"""Rows of reports: filters that name what a row counts or is part of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from scalr_async.emulator._filters import Source
from scalr_async.emulator._service import Rule, Service
from scalr_async.emulator._usage import DATES, USAGE

__all__ = ["REPORTS"]

_FILTERS: Final[Mapping[str, Mapping[str, str]]] = {
    "access-token-usages": {},
    "billing-usages": {"date": DATES},
    "tf-module-usages": {"environment": "environments", "workspace": "workspaces"},
    "tf-module-version-usages": {"tf-module-usage": USAGE},
    "tf-provider-usages": {},
    "tf-provider-version-usages": {"tf-provider-usage": USAGE},
    "tf-resource-instance-usages": {"tf-resource-usage": "resource"},
    "tf-resource-usages": {},
    "tf-version-usages": {},
    "usage-statistics": {"date": DATES},
}


def _rule(filters: Mapping[str, str]) -> type[Rule]:
    class Row(Rule):
        volatile = True

        def __init__(self, service: Service) -> None:
            super().__init__(service)
            self.filters = {name: _along(link) for name, link in filters.items()}

    return Row


def _along(relationship: str) -> Source:
    return Source(values=lambda record: record.related(relationship))


REPORTS: Final[Mapping[str, type[Rule]]] = {name: _rule(f) for name, f in _FILTERS.items()}
