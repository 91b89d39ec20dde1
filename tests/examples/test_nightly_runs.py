"""Nightly runs: as many at a time as asked for, each waited for, none lost, and an exit code."""

from __future__ import annotations

import argparse
import asyncio
import math
import os
import sys
from types import ModuleType
from typing import Any

import pytest

from scalr_async.emulator import Emulator, RunScript
from tests.docs.pages import ROOT
from tests.examples.conftest import ACCOUNT, HOME, Load, workspace


@pytest.fixture
def nightly(load: Load) -> ModuleType:
    return load("nightly_runs")


def options(**changed: Any) -> argparse.Namespace:
    given = {"environment": "main", "tag": None, "apply": False, "message": "nightly"}
    return argparse.Namespace(**{**given, "concurrency": 20, "timeout": 30.0, **changed})


async def test_it_runs_as_a_program_with_an_exit_code(
    emu: Emulator, environment: dict[str, str]
) -> None:
    emu.run_step = 0
    for number in range(3):
        workspace(emu, f"network-{number}")

    async def program(*arguments: str) -> tuple[int | None, str, str]:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-W", "error", str(ROOT / "examples" / "nightly_runs.py"), *arguments),
            env={**os.environ, **environment, "PYTHONPATH": str(ROOT)},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
        return process.returncode, out.decode(), err.decode()

    good, typed = await asyncio.gather(program("main"), program("mian"))

    assert (good[0], good[2]) == (0, "")
    assert good[1].splitlines()[-1] == "3 workspaces: 3 planned_and_finished"
    assert (typed[0], typed[1]) == (2, "")
    assert "none has the name 'mian'; close: 'main'" in typed[2]


async def test_workspaces_with_a_tag_are_planned_and_not_applied(
    emu: Emulator, nightly: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    emu.run_step = 0
    tag = emu.create("tags", {"name": "nightly"}, {"account": ACCOUNT})
    network = workspace(emu, "network", tags=(tag.id,))
    workspace(emu, "other")

    assert await nightly.run_all(options(tag="nightly")) == 0

    [run] = emu.store.all("runs")
    assert run.related("workspace") == (network.id,)
    assert (run.attributes["is-dry"], run.attributes["message"]) == (True, "nightly")
    assert capsys.readouterr().out.splitlines() == [
        f"network: planned_and_finished, with changes ({run.id})",
        "1 workspaces: 1 planned_and_finished",
    ]


async def test_they_are_applied_if_asked_to(
    emu: Emulator, nightly: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    emu.run_step = 0
    workspace(emu, "network")

    assert await nightly.run_all(options(apply=True)) == 0

    assert "1 applied" in capsys.readouterr().out


async def test_nothing_to_run_is_said(
    emu: Emulator, nightly: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await nightly.run_all(options()) == 0
    assert capsys.readouterr().out == "0 workspaces: nothing to run\n"


async def test_a_run_that_errors_is_told_and_fails_the_job(
    emu: Emulator, nightly: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    emu.run_step = 0
    emu.run_script = RunScript(fails="plan")
    workspace(emu, "network")

    assert await nightly.run_all(options()) == 1

    assert capsys.readouterr().out.splitlines()[-1] == "1 workspaces: 1 errored"


async def test_one_that_cannot_run_stops_no_other(
    emu: Emulator, nightly: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    emu.run_step = 0
    emu.create("workspaces", {"name": "empty"}, {"environment": HOME})  # there is nothing to run
    workspace(emu, "network")

    assert await nightly.run_all(options()) == 1

    told = capsys.readouterr()
    assert told.err.startswith("empty: rejected: POST /runs: 422")
    assert told.out.endswith("2 workspaces: 1 rejected, 1 planned_and_finished\n")


async def test_a_run_of_which_nobody_knows_is_told_as_unknown(
    emu: Emulator, nightly: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    emu.run_step = 0
    workspace(emu, "network")
    emu.fail("POST", "/runs", cut="after-apply")

    assert await nightly.run_all(options()) == 1

    told = capsys.readouterr()
    assert told.err.startswith("network: unknown: POST /runs: ")
    assert told.out == "1 workspaces: 1 unknown\n"


async def test_a_run_that_takes_too_long_is_named(
    emu: Emulator, nightly: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    emu.run_step = math.inf
    workspace(emu, "network")

    assert await nightly.run_all(options(timeout=0.05)) == 1

    told = capsys.readouterr()
    [run] = emu.store.all("runs")
    assert f"network: not over in time: GET /runs/{run.id}: " in told.err
    assert told.out == "1 workspaces: 1 not over in time\n"


async def test_a_run_that_waits_for_a_person_is_told_as_that(
    emu: Emulator, nightly: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    emu.run_step = 0
    emu.run_script = RunScript(policies="soft_failed")
    provider = emu.create("vcs-providers", {"name": "git"}).id
    policies = {"name": "policies", "vcs-repo": {"identifier": "acme/policies"}}
    group = emu.create("policy-groups", policies, {"vcs-provider": provider})
    emu.update(group, relationships={"environments": (HOME,)})
    workspace(emu, "network")

    assert await nightly.run_all(options(apply=True)) == 1

    assert capsys.readouterr().out.endswith("1 workspaces: 1 needs a person\n")


async def test_only_so_many_run_at_a_time(emu: Emulator, nightly: ModuleType) -> None:
    emu.run_step = math.inf
    for number in range(5):
        workspace(emu, f"network-{number}")

    job = asyncio.create_task(nightly.run_all(options(concurrency=2)))
    async with asyncio.timeout(10):
        while not any(r.method == "GET" and r.path.startswith("/runs") for r in emu.requests):
            await asyncio.sleep(0.005)
    begun = emu.store.count("runs")
    job.cancel()
    await asyncio.wait([job])

    assert begun == 2
