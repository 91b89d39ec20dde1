"""`Ref`: a link from one resource to another."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import msgspec

from scalr_async._text import shown

__all__ = ["Finder", "IncludedRef", "Linkable", "Ref"]


class Linkable:
    """The base class of possible targets of a `Ref`: of resources."""

    __slots__ = ()


R_co = TypeVar("R_co", bound=Linkable, covariant=True)
"""A resource class."""


class Finder:
    """A place in which a `Ref` finds its resource: the `included` member of its document."""

    __slots__ = ()

    def find(self, type_: str, id_: str) -> Any:
        """Return the included resource, None if it is not included."""
        raise NotImplementedError


class Ref(
    msgspec.Struct,  # not attrs: msgspec decodes it directly, in a tenth of the time
    Generic[R_co],
    frozen=True,
    eq=False,
    gc=False,  # holds two strings
):
    """A link to a resource: its `type`, its `id`, and the `resource` itself if it was included.

    Hashable; two refs are equal if their types and ids are. Copies and pickles contain type and id
    only. Programs may create a ref themselves: `Ref("workspaces", "ws-1")`.

    Args:
        type: The JSON:API type of the resource.
        id: The id of the resource.
    """

    type: str
    id: str

    @property
    def resource(self) -> R_co | None:
        """The resource if the answer included it, otherwise None; decoded on first use.

        An included resource is the same object everywhere in one walk. Only `included` is searched,
        not the primary data of the page.
        """
        return None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Ref):
            return NotImplemented
        return self.id == other.id and self.type == other.type

    def __ne__(self, other: object) -> bool:
        return not self == other  # msgspec's own `__ne__` compares identities

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
        """The resource if the answer included it, otherwise None; decoded on first use."""
        found = self._found
        if isinstance(found, Finder):
            found = found.find(self.type, self.id)
            msgspec.structs.force_setattr(self, "_found", found)
        return found  # type: ignore[no-any-return]  # an object of the class for its type
