"""Variables, and whatever else has a value that may be sensitive."""

from __future__ import annotations

from typing import Any

from scalr_async.emulator._service import Rule
from scalr_async.emulator._store import Record

__all__ = ["Parameters", "VariableSetVariables", "Variables"]


class _Valued(Rule):
    """Things with a value: a sensitive one goes in and reads back blank."""

    def present(self, record: Record, attributes: dict[str, Any]) -> None:
        """Blank a sensitive value."""
        if record.attributes.get("sensitive"):
            attributes["value"] = ""


class Variables(_Valued):
    """Variables of accounts, environments and workspaces."""

    prefix = "var"


class VariableSetVariables(_Valued):
    """Variables of variable sets."""

    prefix = "vsvar"


class Parameters(_Valued):
    """Parameters of provider configurations."""

    prefix = "pcfgp"
