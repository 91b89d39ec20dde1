"""The account of `Emulator(demo=True)`: whatever the documentation names is there."""

from __future__ import annotations

import shlex
from typing import Any

import pytest

from scalr_async.emulator import Emulator
from scalr_async.emulator.engine.store import Record
from tests.docs.pages import PAGES, commands, name_of

NAMING = {"--environment": "environments", "--tag": "tags"}


def named(emu: Emulator, type: str, word: str) -> list[Record]:
    """Return the objects that a word of the command line stands for."""
    home, _, name = word.rpartition("/")
    found = [r for r in emu.store.all(type) if name in (r.id, r.attributes.get("name"))]
    homes = {r.id for r in emu.store.all("environments") if r.attributes["name"] == home}
    return [r for r in found if not home or not homes.isdisjoint(r.related("environment"))]


def words_of(arguments: list[str], option: str) -> list[str]:
    """Return the words behind an option, up to the next one."""
    found: list[str] = []
    for place, argument in enumerate(arguments):
        if argument == option:
            for word in arguments[place + 1 :]:
                if word.startswith("-"):
                    break
                found.append(word)
    return found


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_of_a_page_name_what_the_demo_account_has(page):
    emu = Emulator(demo=True)
    pools: set[Any] = {r.attributes["name"] for r in emu.store.all("agent-pools")}
    missing = []
    for command in commands(page):
        program, *arguments = shlex.split(command, comments=True)
        if program != "scalr-async":
            continue
        for option, type in {**NAMING, "--workspace": "workspaces"}.items():
            words = words_of(arguments, option)
            missing += [w for w in words if len(named(emu, type, w)) != 1]
        match arguments:
            case ["pools", "create", name, *_]:
                pools.add(name)
            case ["pools", "link" | "unlink" | "show" | "token" | "delete", name, *_]:
                missing += [] if name in pools else [name]

    assert missing == []


def test_links_by_the_tag_of_the_examples_find_workspaces():
    emu = Emulator(demo=True)
    (tag,) = named(emu, "tags", "linux")

    tagged = emu.store.sources("workspaces", "tags", tag.id)

    assert {"network", "payments"} < {str(w.attributes["name"]) for w in tagged}
    assert emu.store.get("workspaces", "ws-1") in tagged


def test_a_reset_brings_the_demo_account_back():
    emu = Emulator(demo=True)
    for workspace in emu.store.all("workspaces"):
        emu.delete(workspace)
    emu.reset()

    assert emu.store.count("workspaces") == 250
    assert emu.store.count("agent-pools") == 2


def test_the_demo_account_is_the_same_whenever_it_is_made():
    first, second = Emulator(demo=True), Emulator(demo=True)

    ids = [[record.id for record in emu.store.all("workspaces")] for emu in (first, second)]

    assert ids[0] == ids[1]


def test_an_emulator_has_no_estate_unless_asked_for():
    assert Emulator().store.count("workspaces") == 0
