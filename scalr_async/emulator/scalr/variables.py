"""Variables, variables of sets, and parameters: all have a value that may be sensitive."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from itertools import pairwise
from typing import Any, Final

from scalr_async.emulator.engine.drafts import Draft
from scalr_async.emulator.engine.errors import (
    ApiError,
    invalid_attribute,
    invalid_relationship,
)
from scalr_async.emulator.engine.service import Rule
from scalr_async.emulator.engine.store import Record

__all__ = ["RULES"]


class _Valued(Rule):
    """A type with a value: a sensitive one reads as blank; only Terraform variables may be HCL."""

    computed = frozenset({"value"})

    def prepare(self, draft: Draft) -> None:
        """Refuse an empty key, keep secrets, and unset HCL unless it is a Terraform variable."""
        earlier = draft.record.attributes if draft.record else {}
        exposed = earlier.get("sensitive") and not draft.attributes.get("sensitive")
        if exposed and "value" not in draft.changes.attributes:
            detail = "A sensitive value can not be read back. Set a new value as well."
            raise invalid_attribute("sensitive", detail)
        if not str(draft.attributes.get("key", "")).strip():
            raise invalid_attribute("key", "Key can not be empty.")
        if draft.attributes.get("category", "terraform") != "terraform":
            draft.attributes["hcl"] = False

    def present(self, record: Record, attributes: dict[str, Any]) -> None:
        """Remove a sensitive value."""
        if record.attributes.get("sensitive"):
            attributes["value"] = ""


class Variables(_Valued):
    """Variables of accounts, environments, workspaces: of the narrowest scope that they name.

    They name the wider ones too. Keys are unique per scope and category.
    """

    scopes = ("workspace", "environment", "account")

    def key(self, record: Record | Draft) -> Hashable:
        """Return scope, category and key."""
        return next(iter(self._keys(record)), None)

    def taken(self) -> ApiError:
        """Return the error of a key that another variable of the scope has."""
        return invalid_attribute("key", "Key has already been taken")

    def prepare(self, draft: Draft) -> None:
        """Set the wider scopes, and check that no final variable is overridden."""
        super().prepare(draft)
        for name, wider in pairwise(self.scopes):
            for scope in self.service.store.related(draft, name):
                implied = scope.relationships.get(wider)
                if draft.changes.relationships.get(wider) not in (None, implied):
                    detail = f"The {name} '{scope.id}' is of another {wider}."
                    raise invalid_relationship(wider, detail)
                draft.relationships[wider] = implied
        self._check_final(draft)

    def created(self, record: Record) -> None:
        """Delete the variables that override a final one: the write was forced."""
        for variable in self._overriding(record):
            self.service.delete(variable)

    def changed(self, record: Record) -> None:
        """Delete the variables that override one that became final."""
        self.created(record)

    def _check_final(self, draft: Draft) -> None:
        """Refuse to override a final variable, and one that is final though it is overridden."""
        wider = [self.service.store.find_by_key("vars", key) for key in self._keys(draft)[1:]]
        if any(v and v.id != draft.id and v.attributes.get("final") for v in wider):
            detail = "A final variable of a higher scope has this key, and can not be overridden."
            raise invalid_attribute("key", detail)
        if self._overriding(draft) and not draft.changes.forced:
            detail = "A variable of a lower scope has this key. Use force to delete it."
            raise invalid_attribute("final", detail)

    def _keys(self, variable: Record | Draft) -> list[Hashable]:
        """Return the key of a variable, and those of the variables that it overrides."""
        same = variable.attributes.get("category"), variable.attributes.get("key")
        return [(scope, *same) for name in self.scopes for scope in variable.related(name)]

    def _overriding(self, variable: Record | Draft) -> list[Record]:
        """Return the variables of lower scopes that override a final one."""
        if not variable.attributes.get("final"):
            return []
        key, others = self.key(variable), self.service.store.all("vars")
        return [v for v in others if v.id != variable.id and key in self._keys(v)[1:]]


class VariableSetVariables(_Valued):
    """Variables of variable sets."""


class Parameters(_Valued):
    """Parameters of provider configurations."""


RULES: Final[Mapping[str, type[Rule]]] = {
    "provider-configuration-parameters": Parameters,
    "var-set-variables": VariableSetVariables,
    "vars": Variables,
}
