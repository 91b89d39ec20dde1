"""`Ref`: a link from one resource to another."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import msgspec

from scalr_async._text import shown

__all__ = ["Finder", "IncludedRef", "Linkable", "Ref"]


class Linkable:
    """The base of what a `Ref` may lead to: resources alone."""

    __slots__ = ()


R_co = TypeVar("R_co", bound=Linkable, covariant=True)
"""A resource class."""


class Finder:
    """The place that a `Ref` finds its resource in: the `included` member of its document."""

    __slots__ = ()

    def find(self, type_: str, id_: str) -> Any:
        """Return the included resource, None when it is not there."""
        raise NotImplementedError


class Ref(
    msgspec.Struct,  # not attrs: decoded from JSON as it stands, in a tenth of the time
    Generic[R_co],
    frozen=True,
    eq=False,
    gc=False,  # holds two strings
):
    """A link to a resource: its `type`, its `id`, and the `resource` itself when it was included.

    Hashable, and equal when type and id are. Copies and pickles hold type and id only. Programs may
    make one themselves: `Ref("workspaces", "ws-1")`.

    Args:
        type: The JSON:API type of the resource.
        id: Its id.
    """

    type: str
    id: str

    @property
    def resource(self) -> R_co | None:
        """The resource when the answer included it, else None; decoded on first use.

        The same included resource is the same object everywhere in one walk. `included` alone is
        looked into, not the primary data of the page.
        """
        return None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Ref):
            return NotImplemented
        return self.id == other.id and self.type == other.type

    def __ne__(self, other: object) -> bool:
        return not self == other  # msgspec's own tells objects apart

    def __hash__(self) -> int:
        return hash((self.type, self.id))

    def __repr__(self) -> str:
        return f"Ref({shown(self.type)}, {shown(self.id)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return (Ref, (self.type, self.id))

    def __copy__(self) -> Ref[R_co]:
        return self

    def __deepcopy__(self, memo: object) -> Ref[R_co]:
        return self


class IncludedRef(Ref[R_co], frozen=True, eq=False, gc=True):
    """A `Ref` of a document that includes resources."""

    _found: Any = None

    @property
    def resource(self) -> R_co | None:
        """The resource when the answer included it, else None; decoded on first use."""
        found = self._found
        if isinstance(found, Finder):
            found = found.find(self.type, self.id)
            msgspec.structs.force_setattr(self, "_found", found)
        return found  # type: ignore[no-any-return]  # of the class that its type says
