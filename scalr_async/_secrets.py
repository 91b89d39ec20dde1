"""Values that do not show themselves, nor does anything that is made of them."""

from __future__ import annotations

import functools
import types
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, ParamSpec, Self, TypeVar, final

from scalr_async._sentinels import UNSET

__all__ = [
    "HIDDEN",
    "REDACTED",
    "Secret",
    "SecretBytes",
    "conceal",
    "discreet",
    "guard",
    "read_secret",
]

P = ParamSpec("P")
R = TypeVar("R")

REDACTED: Final = "<redacted>"
"""The text shown in place of a secret."""

_MAKING: Final = frozenset(
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
"""Special methods of `str` and `bytes` whose result holds some of the text."""


def conceal(value: Any) -> Any:
    """Return a value with every text and every piece of bytes in it as a secret.

    Lists, tuples and the values of mappings are copied to that end; what is neither of all these,
    or goes too deep, is returned as it is.
    """
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


def discreet(function: Callable[P, R]) -> Callable[P, R]:
    """Have a function raise its errors here: the frames it is in hold what it was called with."""

    @functools.wraps(function)
    def run(*arguments: P.args, **named: P.kwargs) -> R:
        try:
            return function(*arguments, **named)
        except Exception as error:  # noqa: BLE001  # whatever it is, it is raised
            failed = error.with_traceback(None)
        failed.__context__ = None
        del arguments, named
        raise failed

    return run


def _concealing(method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def concealed(self: Any, /, *arguments: Any, **named: Any) -> Any:
        made = conceal(method(self, *arguments, **named))
        return self if made == self and type(made) is type(self) else made

    concealed.__annotations__ = {}  # of a method that has none
    return concealed


class _Hidden:
    """Behavior shared by `Secret` and `SecretBytes`: anything cut out of one is one, too."""

    __slots__ = ()

    def __init_subclass__(cls) -> None:
        (_, base) = cls.__bases__
        for name, method in vars(base).items():
            plain = isinstance(method, types.MethodDescriptorType) and name[:2] != "__"
            if plain or name in _MAKING:
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
    """A string whose `repr` is `<redacted>`; it is the value itself wherever a `str` is asked for.

    It is there to be handed on (to a header, a file, a Kubernetes secret), and shows nothing in
    the `repr` of what holds it, in logs with `%r`, in tracebacks that print locals. What is cut
    out of it or made of it (`token[:80]`, `token.strip()`, `"Bearer " + token`) is a `Secret` as
    well, `encode()` gives bytes of the kind; `str(token)`, and a longer text that it is put into
    (`f"Bearer {token}"`), are plain. A pickle holds `UNSET` in its place.
    """

    __slots__ = ()

    def __iter__(self) -> Iterator[str]:
        return map(Secret, str.__iter__(self))


@final
class SecretBytes(_Hidden, bytes):
    """Bytes whose `repr` is `<redacted>`: what a request sends, in tracebacks that print locals.

    What is cut out of them or made of them is secret as well; `bytes(body)` is plain.
    """

    __slots__ = ()

    __str__ = _Hidden.__repr__


def _unset() -> Any:
    return UNSET


HIDDEN: Final = Secret("")
"""The text that the server shows in place of a secret: equal to "", but never written back."""


def read_secret(value: Any, _: Any = None) -> Any:
    """Return a text as a `Secret`, an empty one as `HIDDEN`, anything else as it is."""
    return (Secret(value) if value else HIDDEN) if isinstance(value, str) else value


def guard(value: Any, sensitive: Any) -> Any:
    """Return a value that came beside `sensitive`: an empty text is hidden, unless that is false.

    Who did not ask for `sensitive` cannot know whether there is a secret; none is overwritten by
    accident then.
    """
    if sensitive is False:
        return Secret("") if value is HIDDEN else value
    return HIDDEN if isinstance(value, str) and not value else value
