"""The result of an `ensure` call; the steps are in `_ensuring`, imported with the first call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, Literal, NamedTuple, TypeVar

import attrs

from scalr_async._value_class import value_class
from scalr_async.jsonapi import Resource

__all__ = ["Action", "Ensured", "FieldChange"]

M = TypeVar("M", bound=Resource)

Action = Literal["created", "updated", "unchanged"]


class FieldChange(NamedTuple):
    """The value of a field before and after a write; `UNSET` if the server did not send it."""

    before: Any
    after: Any


@value_class
@attrs.frozen(eq=False, repr=False)
class Ensured(Generic[M]):
    """The result of an `ensure` call: the object, and the action that was needed.

    `action` is also `created` after a create whose answer was lost, if the object exists. `changes`
    has each field that was written, by its name. Values that may be secret are `Secret`s.
    """

    resource: M
    action: Action
    changes: Mapping[str, FieldChange] = attrs.field(factory=dict)

    @property
    def changed(self) -> bool:
        """True if anything was written."""
        return self.action != "unchanged"
