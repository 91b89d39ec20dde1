"""Special values of fields: absent, secret, hidden by the server."""

from __future__ import annotations

import enum
import functools
import types
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Literal, ParamSpec, Self, TypeVar, final

__all__ = [
    "REDACTED",
    "REDACTED_BY_SERVER",
    "UNSET",
    "Secret",
    "SecretBytes",
    "UnsetType",
    "conceal",
    "hide_arguments",
    "hide_init_arguments",
    "plain_value",
    "read_secret",
    "read_sensitive",
]

C = TypeVar("C", bound=type)
P = ParamSpec("P")
R = TypeVar("R")


class _Unset(enum.Enum):
    """The type of `UNSET`: an enum, so that copies and pickles yield the same object."""

    UNSET = "UNSET"

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"

    __str__ = __repr__


UnsetType = Literal[_Unset.UNSET]
"""The type of parameters that distinguish an absent value from `None`."""

UNSET: Any = _Unset.UNSET
"""The value of a field that the server did not send, or that a write leaves alone; falsy.

Fields have the type that the server promises (`name: str`), because only a sparse fieldset omits
them; the type `Any` lets strict type checkers accept `value is UNSET` for every field.
"""


def plain_value(value: Any) -> Any:
    """Return the value of a member of an enumeration; other values, and `UNSET`, unchanged."""
    return value.value if isinstance(value, enum.Enum) and value is not UNSET else value


REDACTED: Final = "<redacted>"
"""The text shown in place of a secret."""

_DERIVING: Final = frozenset(
    {
        "__add__",
        "__format__",
        "__getitem__",
        "__getnewargs__",
        "__mod__",
        "__mul__",
        "__rmod__",
        "__rmul__",
    }
)
"""Special methods of `str` and `bytes` whose result contains part of the text."""


def conceal(value: Any) -> Any:
    """Return a value with every `str` and `bytes` in it turned into a secret.

    Lists, tuples and mappings are copied. Other values, and values nested too deep, are returned
    unchanged.
    """
    if value is None:  # the most common argument
        return None
    try:
        return _concealed(value)
    except RecursionError:
        return value


def _concealed(value: Any) -> Any:
    if isinstance(value, str):
        return value if type(value) is Secret else Secret(value)
    if isinstance(value, bytes | bytearray):
        return value if type(value) is SecretBytes else SecretBytes(value)
    if type(value) in (list, tuple):
        return type(value)(map(_concealed, value))
    if isinstance(value, Mapping):
        return {key: _concealed(item) for key, item in value.items()}
    return value


def hide_arguments(function: Callable[P, R]) -> Callable[P, R]:
    """Keep the arguments of a function out of the tracebacks of its errors.

    The error is raised again from here, without the frames of this package. Those of the caller's
    own code that it called (a generator, a hook) stay, because they tell what failed.
    """
    package = function.__module__.partition(".")[0]

    @functools.wraps(function)
    def run(*arguments: P.args, **named: P.kwargs) -> R:
        try:
            return function(*arguments, **named)
        except Exception as error:  # noqa: BLE001  # raised again below
            failed = error.with_traceback(_beyond(package, error.__traceback__))
        failed.__context__ = None
        del arguments, named
        raise failed

    return run


def _beyond(package: str, traceback: types.TracebackType | None) -> types.TracebackType | None:
    """Return the part of a traceback after the last frame of a package."""
    rest = traceback
    while traceback is not None:
        name = str(traceback.tb_frame.f_globals.get("__name__", package))
        traceback = traceback.tb_next
        rest = traceback if name.partition(".")[0] == package else rest
    return rest


def hide_init_arguments(cls: C) -> C:
    """Keep the arguments of a class's `__init__` out of the tracebacks of its errors."""
    cls.__init__ = hide_arguments(cls.__init__)  # type: ignore[misc]  # the class itself
    return cls


def _concealing(method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def concealed(self: Any, /, *arguments: Any, **named: Any) -> Any:
        made = conceal(method(self, *arguments, **named))
        return self if made == self and type(made) is type(self) else made

    concealed.__annotations__ = {}  # a built-in method has none
    return concealed


class _Hidden:
    """The behavior shared by `Secret` and `SecretBytes`: any part of a secret is a secret."""

    __slots__ = ()

    def __init_subclass__(cls) -> None:
        (_, base) = cls.__bases__
        for name, method in vars(base).items():
            plain = isinstance(method, types.MethodDescriptorType) and name[:2] != "__"
            if plain or name in _DERIVING:
                setattr(cls, name, _concealing(method))

    def __repr__(self) -> str:
        return REDACTED

    def __radd__(self, other: Any) -> Any:
        return conceal(other) + self if isinstance(other, str | bytes) else NotImplemented

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce_ex__(self, protocol: object) -> tuple[Any, ...]:
        return (_unset, ())

    def __reduce__(self) -> tuple[Any, ...]:
        return (_unset, ())


@final
class Secret(_Hidden, str):
    """A string whose `repr` is `<redacted>`; everywhere else it is a normal `str`.

    Pass it on as it is (to a header, a file, a Kubernetes secret). It does not show up in the
    `repr` of an object that holds it, in logs with `%r` or in tracebacks that print locals. Parts
    and derived strings (`token[:80]`, `token.strip()`, `"Bearer " + token`) are a `Secret` too,
    and `encode()` returns `SecretBytes`; `str(token)` and f-strings (`f"Bearer {token}"`) are
    plain. A pickle holds `UNSET` in its place.
    """

    __slots__ = ()

    def __iter__(self) -> Iterator[str]:
        return map(Secret, str.__iter__(self))


@final
class SecretBytes(_Hidden, bytes):
    """Bytes whose `repr` is `<redacted>`, such as the body of a request.

    Parts and derived values are secret as well; `bytes(body)` is plain.
    """

    __slots__ = ()

    __str__ = _Hidden.__repr__


def _unset() -> Any:
    return UNSET


REDACTED_BY_SERVER: Final = Secret("")
"""The empty text that the server sends in place of a secret; it is never written back."""


def read_secret(value: Any, _: Any = None) -> Any:
    """Return a text as a `Secret`, an empty one as `REDACTED_BY_SERVER`, other values unchanged."""
    return (Secret(value) if value else REDACTED_BY_SERVER) if isinstance(value, str) else value


def read_sensitive(value: Any, sensitive: Any) -> Any:
    """Return a value from an object with a `sensitive` flag.

    An empty text is `REDACTED_BY_SERVER` unless the flag is False: without the flag it may stand
    for a hidden secret, which must not be overwritten by accident.
    """
    if sensitive is False:
        return Secret("") if value is REDACTED_BY_SERVER else value
    return REDACTED_BY_SERVER if isinstance(value, str) and not value else value
