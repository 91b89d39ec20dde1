from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys

import attrs
import pytest

from scalr_async.cli import _demo_server
from scalr_async.cli import main as run
from scalr_async.cli._demo_server import DemoServer, Settings, main
from scalr_async.errors import InvalidArgumentError, ScalrError

SMALL = ("--workspaces", "300", "--links", "60", "--latency", "0.001", "--rate-limit", "2000")
SETTINGS = Settings(
    seed=1, latency=0.0, rate_limit=1000.0, environments=1, workspaces=5, pools=1, agents=1
)


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "scalr_async", "demo", *words]


@pytest.fixture(scope="module")
def ended() -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*SMALL), capture_output=True, text=True, check=False, timeout=60)


def test_the_demo_ends_well(ended) -> None:
    assert (ended.returncode, ended.stderr) == (0, "")


def test_in_a_pipe_it_is_plain_text(ended) -> None:
    assert ended.stdout.replace("\n", "").isprintable()
    assert ended.stdout.isascii()


def test_it_tells_one_story_with_a_verdict_for_each_step(ended) -> None:
    for line in (
        r"  ok  1 account, 4 environments, 300 workspaces, 4 agent pools, 12 agents$",
        r"  ok  demo is apool-\w+; a token for its agents: <redacted>$",
        r"  ok  56 linked; where an answer was lost, it was looked up$",
        r"  2 deleted, 1 with a lost answer, 1 with one 503, 1 with only 500s, 1 in an$",
        r"  environment without the pool$",
        r"  no    2  404 Not Found: Workspace with ID '...' not found or user$\n +unauthorized\.$",
        r"  no    1  422 .*",
        r"  no    1  500 Internal Server Error.*",
        r"  ok  reported as unknown, sent 1 time: the server has 1 such pool$",
        r"  ok  56 unlinked, the pool is deleted$",
        r"Try next: scalr-async emulate",
    ):
        assert re.search(f"^{line}", ended.stdout, re.MULTILINE), line


def test_every_reason_was_announced_and_is_whole(ended) -> None:
    """A failure is announced by its cause; a reason that is cut would end in three dots."""
    announced = ended.stdout.partition("while things go wrong")[2].partition("  ok  ")[0]
    failed = re.findall(r"^  no +(\d+)  (.*\n(?: {11}.*\n)*)", ended.stdout, re.MULTILINE)
    reasons = {" ".join(reason.split()).partition(" ")[0]: int(n) for n, reason in failed}
    causes = {"404": "deleted", "500": "with only 500s", "422": "in an environment"}

    assert reasons.keys() == causes.keys()
    for status, cause in causes.items():
        assert f"{reasons[status]} {cause}" in " ".join(announced.split())
    assert not any(reason.endswith("...\n") for _, reason in failed)
    assert re.search(r"is not available to\s+environment\s+'env-\w+'", ended.stdout)


@pytest.mark.parametrize(
    "words", [("--workspaces", "0"), ("--environments", "0"), ("--links", "3")], ids="-".join
)
def test_only_what_goes_wrong_is_announced(capsys, words) -> None:
    assert run(["demo", *SMALL, *words]) == 0

    out = capsys.readouterr().out
    assert ("while things go wrong" in out) == ("  no  " in out)
    assert not re.search(r"^  (?!ok|no).*\b0 ", out, re.MULTILINE)


def test_it_fits_a_screen(ended) -> None:
    lines = ended.stdout.splitlines()

    assert len(lines) <= 28
    assert max(map(len, lines)) <= 80


def test_client_and_server_count_the_same_requests(ended) -> None:
    ours, theirs = re.search(
        r"^([\d,]+) requests, the server saw ([\d,]+)", ended.stdout, re.MULTILINE
    ).groups()

    assert ours == theirs


def test_no_token_is_shown(ended) -> None:
    assert not re.search(r"at-\w{10,}", ended.stdout)


def test_an_estate_that_cannot_be_is_refused() -> None:
    words = command("--pools", "0", "--agents", "3")

    ended = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)

    assert ended.returncode == 2
    assert ended.stderr == "scalr-async: agents need a pool: give --pools 1 or more\n"


def test_nothing_is_left_running_when_it_is_interrupted() -> None:
    words = command("--latency", "0.5")
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as demo:
        url = re.search(r"http://127.0.0.1:\d+", demo.stdout.readline()).group()
        children = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(demo.pid)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
        demo.send_signal(signal.SIGINT)
        _, errors = demo.communicate(timeout=30)

    assert (demo.returncode, errors) == (130, "scalr-async: interrupted\n")
    assert url
    assert len(children) == 1
    with pytest.raises(ProcessLookupError):
        os.kill(int(children[0]), 0)


def test_the_same_in_this_process(capsys) -> None:
    assert run(["demo", *SMALL]) == 0

    assert "56 linked;" in capsys.readouterr().out


@pytest.fixture
def child(monkeypatch, capsys):
    """Be the child, with this input; returns what it answers."""

    def answers(settings: Settings, text: str) -> list[dict]:
        monkeypatch.setattr(sys, "argv", ["-c", json.dumps(attrs.asdict(settings))])
        monkeypatch.setattr(sys, "stdin", io.StringIO(text))
        main()
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return answers


def test_the_child_takes_faults_until_its_input_ends(child) -> None:
    fault = {"method": "GET", "path": "/accounts", "status": 500}

    begun, taken, ended = child(SETTINGS, json.dumps(fault) + "\n")

    assert begun["url"].startswith("http://127.0.0.1:")
    assert (taken, ended) == ({}, {"requests": 0})


def test_the_child_refuses_what_cannot_be(child) -> None:
    [answer] = child(attrs.evolve(SETTINGS, pools=0), "")

    assert answer == {"refused": "agents need a pool: give pools=1 or more"}


async def test_what_the_child_refuses_is_raised_and_it_is_gone() -> None:
    server = DemoServer(attrs.evolve(SETTINGS, pools=0))

    with pytest.raises(InvalidArgumentError, match="agents need a pool"):
        await server.__aenter__()

    assert server._process.returncode == 0


async def test_a_child_that_dies_is_told() -> None:
    async with DemoServer(SETTINGS) as server:
        server._process.kill()
        with pytest.raises(ScalrError, match="ended unexpectedly"):
            await server.fail("GET", "/accounts")


def test_the_child_imports_from_where_this_process_does(monkeypatch, tmp_path, capsys) -> None:
    """A zipapp or a wheel is on `sys.path` alone; here it is a package that ends the child."""
    (tmp_path / "attrs.py").write_text("raise SystemExit")
    monkeypatch.syspath_prepend(tmp_path)

    assert run(["demo", *SMALL]) == 3
    expected = "scalr-async: the emulator's process ended unexpectedly\n"
    assert capsys.readouterr() == ("", expected)


async def test_a_child_that_does_not_end_is_killed(monkeypatch) -> None:
    monkeypatch.setattr(_demo_server, "_PATIENCE", 0.0)

    async with DemoServer(SETTINGS) as server:
        pass

    assert server._process.returncode == -signal.SIGKILL
