"""Variables, and whatever else has a value that may be sensitive."""

from __future__ import annotations

from typing import Any

from scalr_async.emulator._errors import invalid_attribute, invalid_relationship
from scalr_async.emulator._service import Draft, Rule
from scalr_async.emulator._store import Record

__all__ = ["Parameters", "VariableSetVariables", "Variables"]


class _Valued(Rule):
    """Things with a value: a sensitive one goes in and reads back blank, HCL is Terraform's."""

    def prepare(self, draft: Draft) -> None:
        """Refuse an empty key; what is no Terraform variable is no HCL."""
        if not str(draft.attributes.get("key", "")).strip():
            raise invalid_attribute("key", "Key can not be empty.")
        if draft.attributes.get("category", "terraform") != "terraform":
            draft.attributes["hcl"] = False

    def present(self, record: Record, attributes: dict[str, Any]) -> None:
        """Blank a sensitive value."""
        if record.attributes.get("sensitive"):
            attributes["value"] = ""


class Variables(_Valued):
    """Variables of accounts, environments and workspaces."""

    prefix = "var"


class VariableSetVariables(_Valued):
    """Variables of variable sets: each is in one."""

    prefix = "vsvar"

    def prepare(self, draft: Draft) -> None:
        """See that there is a set."""
        super().prepare(draft)
        if not draft.related("var-set"):
            raise invalid_relationship("var-set", "Missing required relationship.")


class Parameters(_Valued):
    """Parameters of provider configurations."""

    prefix = "pcfgp"
