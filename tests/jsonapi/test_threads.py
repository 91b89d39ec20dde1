"""Resources read by several threads: whoever looks first, everybody sees the same."""

from __future__ import annotations

import pickle
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from scalr_async.jsonapi import IdentityMap, Ref, codec_for
from scalr_async.jsonapi._compile import (
    ToMany,
    _open_twin,
    relationships_filler,
    relationships_struct,
)
from scalr_async.jsonapi._resource import fill_lock
from tests.jsonapi.documents import body, item
from tests.jsonapi.models import Gadget, Part

RELATIONSHIPS = {
    "owner": {"data": {"type": "accounts", "id": "acc-1"}},
    "parent": {"data": {"type": "gadgets", "id": "gad-2"}},
    "parts": {"data": [{"type": "parts", "id": "p-1"}, {"type": "parts", "id": "p-2"}]},
    "box-list": {"data": []},
}
INCLUDED = [item(type="parts", id=f"p-{number}", attributes={"name": "n"}) for number in (1, 2)]
THREADS = 4

Read = Callable[[dict[str, Any]], Gadget]


def alone(relationships: dict[str, Any]) -> Gadget:
    data = item(relationships=relationships, links={"self": "/x"})
    return codec_for(Gadget).read_one(body({"data": data}))


def linked(relationships: dict[str, Any]) -> Gadget:
    """Read one of a walk that includes some: its relationships come in two groups."""
    data = item(relationships=relationships, links={"self": "/x"})
    document = body({"data": [data], "included": INCLUDED})
    return codec_for(Gadget).read_page(document, IdentityMap(frozenset({"parts"}))).items[0]


READS: dict[str, Read] = {
    "alone": alone,
    "linked": linked,
    "leniently": lambda relationships: alone(relationships | {"owner": {"data": 7}}),
}


@pytest.fixture(autouse=True)
def _switching() -> Iterator[None]:
    """Let threads take turns as often as the interpreter can."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


def together(look: Callable[[int], Any]) -> list[Any]:
    """Return what each of several threads sees, or the error that it got."""
    begin, seen = threading.Barrier(THREADS), [None] * THREADS

    def run(number: int) -> None:
        begin.wait()
        try:
            seen[number] = look(number)
        except BaseException as error:  # noqa: BLE001  # it belongs to the thread of the test
            seen[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seen


LOOKS: dict[str, Callable[[Gadget], Any]] = {
    "one to one": lambda gadget: gadget.parent,
    "one to many": lambda gadget: [ref.id for ref in gadget.parts],
    "both groups": lambda gadget: (gadget.parts, gadget.owner, gadget.boxes),
    "links": lambda gadget: gadget.links,
    "comparison": lambda gadget: gadget == gadget,  # by two threads at once
    "pickle": pickle.dumps,
    "no such name": lambda gadget: hasattr(gadget, "nmae"),
}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("read", READS)
def test_threads_that_look_at_once_see_the_same(read: str, look: str) -> None:
    for _ in range(25):
        gadget = READS[read](RELATIONSHIPS)
        expected = LOOKS[look](READS[read](RELATIONSHIPS))

        assert together(lambda _, gadget=gadget: LOOKS[look](gadget)) == [expected] * THREADS


@pytest.mark.parametrize("read", READS)
def test_threads_that_look_at_different_things_are_all_served(read: str) -> None:
    looks = list(LOOKS.values())[:4]
    for _ in range(50):
        gadget, twin = READS[read](RELATIONSHIPS), READS[read](RELATIONSHIPS)

        assert together(lambda number, g=gadget: looks[number](g)) == [f(twin) for f in looks]
        assert type(gadget) is Gadget


def test_threads_find_one_resource_among_what_is_included() -> None:
    for _ in range(50):
        parts = linked(RELATIONSHIPS).parts

        found = together(lambda _, parts=parts: [ref.resource for ref in parts])

        assert all(isinstance(part, Part) for part in found[0])
        assert len({id(part) for parts in found for part in parts}) == 2


@pytest.mark.parametrize("read", READS)
def test_a_slot_that_was_filled_after_it_was_found_empty_is_read(read: str) -> None:
    gadget = READS[read](RELATIONSHIPS)
    everything = (gadget.parts, gadget.owner, gadget.parent, gadget.boxes, gadget.links)

    late = [
        Gadget.__getattr__(gadget, name) for name in ("parts", "owner", "parent", "boxes", "links")
    ]

    assert tuple(late) == everything


@pytest.mark.parametrize("look", ["comparison", "pickle"])
def test_who_asks_for_the_class_waits_until_it_is_filled(look: str) -> None:
    gadget = alone(RELATIONSHIPS)
    expected = LOOKS[look](gadget)
    begun = threading.Event()

    def fill() -> None:
        with fill_lock:
            object.__setattr__(gadget, "__class__", _open_twin(Gadget))
            begun.set()
            time.sleep(0.01)
            gadget.__class__ = Gadget

    thread = threading.Thread(target=fill)
    thread.start()
    begun.wait()
    seen = LOOKS[look](gadget), gadget == alone(RELATIONSHIPS)
    thread.join()

    assert seen == (expected, True)


def test_what_ends_the_filling_leaves_the_resource_as_it_was() -> None:
    class Interrupt(list[Any]):
        def __iter__(self) -> Iterator[Any]:
            raise KeyboardInterrupt

    gadget = linked(RELATIONSHIPS)
    sent = relationships_struct(Gadget, ["parts"])(parts=ToMany(data=Interrupt([1])))
    with pytest.raises(KeyboardInterrupt):
        relationships_filler(Gadget, ["parts"], linked=True)(gadget, sent, None, None)

    assert type(gadget) is Gadget
    assert gadget.parts == (Ref("parts", "p-1"), Ref("parts", "p-2"))
