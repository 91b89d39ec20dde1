"""Secrets: what shows of them, and of what is made of them."""

from __future__ import annotations

import copy
import inspect
import itertools
import json
import pickle
import pprint
import reprlib
import traceback
from collections.abc import Iterator
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalr_async import UNSET
from scalr_async._values import Secret, SecretBytes, conceal, hide_arguments

TEXT = "zqn7x2jw-ZQHVX9"
SECRET = Secret(TEXT)
BODY = SecretBytes(TEXT, "utf-8")
PIECES = {TEXT[start : start + 3].lower() for start in range(len(TEXT) - 2)}

ARGUMENTS: list[tuple[Any, ...]] = [
    (),
    *((value,) for value in ("", "n", "H", "zq", "2", "x%sx", "utf-8", ".9", b"", b"n", b"2")),
    *((value,) for value in (1, 3, 60, slice(0, 80), slice(None, None, -1), slice(2, 9), -1)),
    *((value,) for value in (["a", "b"], [b"a", b"b"], {"k": "v"}, {104: "x"}, None, object())),
    *((first, then) for first, then in itertools.permutations(["n", "x", 40, b"n", b"x"], 2)),
    ("n", "x", 1),
    (b"n", b"x", 1),
]
"""What any method of `str` and `bytes` may be called with."""
DOORS = {"__str__", "__bytes__"}
"""How somebody gets at the plain value on purpose."""


def attempts(secret: Any) -> Iterator[tuple[str, Any]]:
    """Yield what every attribute gives with every argument, errors included."""
    for name in dir(secret):
        member = getattr(secret, name)
        if name in DOORS or isinstance(member, type) or name == "__doc__":
            continue
        for arguments in ARGUMENTS if callable(member) else [()]:
            try:
                made = member(*arguments) if callable(member) else member
            except Exception as error:  # noqa: BLE001  # whatever it is, it must not show
                made = error
            yield name, list(made) if isinstance(made, Iterator) else made


def shown(value: Any) -> str:
    texts = [repr(value)]
    if isinstance(value, Exception):
        texts += [str(value), repr(value.args), repr(vars(value))]
    return " ".join(texts).lower()


@pytest.mark.parametrize("secret", [SECRET, BODY], ids=["text", "bytes"])
def test_nothing_that_is_made_of_a_secret_shows_it(secret: Any) -> None:
    made = list(attempts(secret))

    assert [name for name, value in made if PIECES & set(words(shown(value)))] == []
    concealed = {name for name, value in made if conceal(value) is value}
    assert {"__getitem__", "__add__", "__mod__", "__mul__", "strip", "lower", "join"} <= concealed


def words(text: str) -> Iterator[str]:
    return (text[start : start + 3] for start in range(len(text) - 2))


def test_the_check_above_sees_what_shows() -> None:
    made = attempts(TEXT)

    assert len({name for name, value in made if PIECES & set(words(shown(value)))}) > 30


@pytest.mark.parametrize("secret", [SECRET, BODY], ids=["text", "bytes"])
def test_what_is_made_is_what_a_plain_value_makes(secret: Any) -> None:
    plain = TEXT if secret is SECRET else TEXT.encode()
    same = {"__class__", "__reduce__", "__reduce_ex__", "__repr__", "__sizeof__", "__radd__"}
    kept = vars(type(plain)).keys() - same - {"__doc__", "__new__", "__getattribute__"}
    checked = 0

    for name, arguments in itertools.product(kept, ARGUMENTS):
        if not callable(getattr(plain, name)) or (name == "__str__" and secret is BODY):
            continue
        try:
            expected = getattr(plain, name)(*arguments)
        except Exception as error:  # noqa: BLE001  # the same one is expected
            with pytest.raises(type(error)):
                getattr(secret, name)(*arguments)
            continue
        found = getattr(secret, name)(*arguments)
        if isinstance(expected, Iterator):
            expected, found = list(expected), list(found)
        if not isinstance(expected, memoryview):
            assert found == expected, (name, arguments)
            checked += 1

    assert checked > 200


@given(st.text(), st.text())
def test_a_secret_put_together_with_text_is_a_secret(text: str, other: str) -> None:
    secret = Secret(text)

    for made in (secret + other, other + secret, "%s" % secret, f"{secret}", secret[:80]):  # noqa: UP031  # as a caller may
        assert type(made) is Secret
    assert (secret + other, other + secret) == (text + other, other + text)
    assert (b"x" + SecretBytes(text, "utf-8")) == b"x" + text.encode()


@pytest.mark.parametrize("other", [5, None, b"x", ["x"]])
def test_what_cannot_be_added_is_a_type_error(other: Any) -> None:
    with pytest.raises(TypeError):
        other + SECRET
    with pytest.raises(TypeError):
        SECRET + other


def test_it_is_the_plain_value_where_that_is_asked_for() -> None:
    assert (type(str(SECRET)), str(SECRET)) == (str, TEXT)
    assert (type(bytes(BODY)), bytes(BODY)) == (bytes, TEXT.encode())
    assert f"Bearer {SECRET}" == f"Bearer {TEXT}"
    assert json.dumps({"token": SECRET}) == json.dumps({"token": TEXT})
    assert SECRET == TEXT
    assert {SECRET: 1}[TEXT] == 1


@attrs.frozen
class Holder:
    value: Any


@pytest.mark.parametrize("secret", [SECRET, BODY], ids=["text", "bytes"])
def test_what_holds_it_does_not_show_it(secret: Any) -> None:
    holders = [[secret], {"token": secret}, (secret,), ValueError(secret), Holder(secret)]

    for holder in [secret, *holders]:
        for text in (repr(holder), pprint.pformat(holder, width=10), reprlib.repr(holder)):
            assert TEXT not in text
    assert "%r" % secret == "<redacted>"  # noqa: UP031  # how logging formats
    assert f"{secret!r}" == "<redacted>"


def test_a_traceback_with_locals_does_not_show_it() -> None:
    def fail(token: str, body: bytes) -> None:
        cut, line = token[:80], body[1:]
        raise ValueError(len(cut) + len(line))

    with pytest.raises(ValueError, match=r"\d") as caught:
        fail(SECRET, BODY)
    told = "".join(
        traceback.TracebackException.from_exception(caught.value, capture_locals=True).format()
    )

    assert "cut = <redacted>" in told
    assert TEXT[:8] not in told


@pytest.mark.parametrize("secret", [SECRET, BODY], ids=["text", "bytes"])
def test_a_copy_is_the_same(secret: Any) -> None:
    for twin in (copy.copy(secret), copy.deepcopy([secret])[0]):
        assert twin is secret


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("secret", [SECRET, BODY], ids=["text", "bytes"])
def test_a_pickle_does_not_hold_it(secret: Any, protocol: int) -> None:
    stored = pickle.dumps({"token": secret, "cut": secret[2:]}, protocol)

    assert b"x2jw" not in stored
    assert pickle.loads(stored) == {"token": UNSET, "cut": UNSET}


def test_an_empty_cut_of_nothing_stays_the_same_object() -> None:
    nothing = Secret("")

    assert nothing.strip() is nothing[:] is nothing


def test_values_are_concealed_wherever_they_stand() -> None:
    given = {"a": "x", "b": [b"x", ("x", 5)], "c": {"d": None}, "e": SECRET, "f": BODY}

    concealed = conceal(given)

    assert concealed == given
    assert "x" not in repr(concealed)
    assert (concealed["e"], concealed["f"]) == (SECRET, BODY)
    assert conceal(UNSET) is UNSET


def test_what_is_discreet_raises_without_the_frames_that_hold_its_arguments() -> None:
    @hide_arguments
    def fail(token: str, *, body: str) -> str:
        try:
            raise KeyError(token)
        except KeyError:
            raise ValueError("bad") from None

    with pytest.raises(ValueError, match="bad") as caught:
        fail(TEXT, body=TEXT)

    told = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    ours = [frame for frame in told.stack if frame.name != "test_" + fail.__name__]
    assert caught.value.__context__ is None
    assert [frame.name for frame in ours[1:]] == ["run"]
    assert TEXT not in repr(ours[1].locals)
    assert list(inspect.signature(fail).parameters) == ["token", "body"]


def test_what_is_discreet_keeps_the_frames_of_the_callers_own_code() -> None:
    names: dict[str, Any] = {"__name__": "mine"}
    exec("def hook(value):\n    raise LookupError\n", names)

    @hide_arguments
    def fail(token: str) -> None:
        names["hook"](token[:0])

    with pytest.raises(LookupError) as caught:
        fail(TEXT)

    assert [frame.name for frame in caught.traceback][1:] == ["run", "hook"]


def test_what_is_discreet_returns_and_is_interrupted_as_ever() -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    assert hide_arguments(len)("abc") == 3
    with pytest.raises(KeyboardInterrupt) as caught:
        hide_arguments(interrupt)()
    assert caught.traceback[-1].name == "interrupt"


def test_what_goes_too_deep_is_left_as_it_is() -> None:
    deep: list[Any] = []
    deep.append(deep)

    assert conceal(deep) is deep
