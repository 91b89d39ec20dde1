"""Variables, variables of sets, and parameters: all have a value that may be sensitive."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Final

from scalr_async.emulator.engine.drafts import Draft
from scalr_async.emulator.engine.errors import (
    ApiError,
    invalid_attribute,
    invalid_relationship,
)
from scalr_async.emulator.engine.service import Rule, prefixed
from scalr_async.emulator.engine.store import Record

__all__ = ["RULES"]


_SCOPES: Final = ("workspace", "environment", "account")


class _Valued(Rule):
    """A type with a value: a sensitive one reads as blank.

    `hcl` is kept for all categories, though it has no effect on shell variables: the official
    Terraform provider warns, sends it, and expects to read what it has sent.
    """

    computed = frozenset({"value"})

    def prepare(self, draft: Draft) -> None:
        """Refuse an empty key, and a change that would show a secret."""
        earlier = draft.record.attributes if draft.record else {}
        exposed = earlier.get("sensitive") and not draft.attributes.get("sensitive")
        if exposed and "value" not in draft.changes.attributes:
            detail = "A sensitive value can not be read back. Set a new value as well."
            raise invalid_attribute("sensitive", detail)
        if not str(draft.attributes.get("key", "")).strip():
            raise invalid_attribute("key", "Key can not be empty.")

    def present(self, record: Record, attributes: dict[str, Any]) -> None:
        """Remove a sensitive value."""
        if record.attributes.get("sensitive"):
            attributes["value"] = ""


class Variables(_Valued):
    """Variables of accounts, environments, workspaces; keys are unique per scope and category."""

    prefix = "var"
    scopes = ("environment", "workspace")

    def key(self, record: Record) -> Hashable:
        """Return key, category and the narrowest scope that the variable names."""
        scopes = (record.relationships.get(name) for name in _SCOPES)
        scope = next(filter(None, scopes), None)
        return scope, record.attributes.get("category"), record.attributes.get("key")

    def taken(self) -> ApiError:
        """Return the error of a key that another variable of the scope has."""
        return invalid_attribute("key", "Key has already been taken")


class VariableSetVariables(_Valued):
    """Variables of variable sets: each belongs to one set."""

    prefix = "vsvar"

    def prepare(self, draft: Draft) -> None:
        """Check that the variable names a set."""
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
