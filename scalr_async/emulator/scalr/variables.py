"""Variables, variable sets, and parameters: all have a value that may be sensitive."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from scalr_async.emulator.engine.drafts import Draft
from scalr_async.emulator.engine.errors import invalid_attribute, invalid_relationship
from scalr_async.emulator.engine.service import Rule, prefixed
from scalr_async.emulator.engine.store import Record

__all__ = ["RULES"]


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
    scopes = ("environment", "workspace")


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


RULES: Final[Mapping[str, type[Rule]]] = {
    "provider-configuration-parameters": Parameters,
    "var-set-variables": VariableSetVariables,
    "var-sets": prefixed("varset"),
    "vars": Variables,
}
