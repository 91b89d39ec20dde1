"""Errors that several items share are copied, whatever the program has registered for pickling."""

from __future__ import annotations

import copy
import copyreg
import types
from collections.abc import Iterator
from typing import Any

import pytest

from scalr_async import errors
from scalr_async.errors import ScalrError


def tree(cls: type[ScalrError] = ScalrError) -> Iterator[type[ScalrError]]:
    yield cls
    for below in cls.__subclasses__():
        if below.__module__ == errors.__name__:
            yield from tree(below)


def raised(cls: Any) -> ScalrError:
    try:
        raise cls("m", [ScalrError("inner")]) if cls is errors.BulkError else cls("m")
    except ScalrError as error:
        error.method, error.path, error.page = "GET", "/runs", 3
        error.add_note("first")
        return error


def with_traceback(error: BaseException) -> Any:
    """Reduce an error as Dask's pickling does."""
    return restore, (type(error), error.args, error.__traceback__, error.__dict__)


def restore(cls: Any, args: Any, traceback: types.TracebackType, state: Any) -> BaseException:
    made = cls(*args).with_traceback(traceback)
    made.__dict__.update(state)
    return made


@pytest.mark.parametrize("registered", [False, True])
@pytest.mark.parametrize("cls", dict.fromkeys(tree()), ids=lambda cls: cls.__name__)
def test_a_copy_has_all_but_the_traceback_and_notes_of_its_own(
    cls: type[ScalrError], registered: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if registered:
        monkeypatch.setitem(copyreg.dispatch_table, cls, with_traceback)
    error = raised(cls)

    made = copy.copy(error)
    made.add_note("second")

    assert (type(made), str(made), repr(made)) == (cls, str(error), repr(error))
    assert made.page == 3
    assert made.__traceback__ is None
    assert error.__notes__ == ["first"]
    assert made.__notes__ == ["first", "second"]
