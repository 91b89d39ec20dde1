"""Offers of real shells after a few letters and a tab."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from scalr_async.cli import main

POOLS = ["create", "delete", "link", "list", "show", "token", "unlink"]
OFFERS = [
    ("po", ["pools"]),
    ("pools ", POOLS),
    ("pools unl", ["unlink"]),
    ("pools link --dr", ["--dry-run"]),
    ("completion fi", ["fish"]),
    ("crawl --format ", ["csv", "ndjson", "parquet", "sqlite"]),
    ("crawl age", ["agent_pools", "agents"]),
    ("emulate --answers s", ["sparse"]),
    ("pools link --file ws", ["ws.csv"]),
    ("pools token eu --output ws", ["ws.csv"]),
    ("report --output ws", ["ws.csv"]),
]
BASH = """
source {script}
COMP_WORDS=({words}); COMP_CWORD=$(({number} - 1)); COMP_LINE='{line}'; COMP_POINT={length}
$(complete -p scalr-async | sed 's/.*-F \\([^ ]*\\).*/\\1/')
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
ZSH = r"""
PS1=; fpath=({folder} $fpath); unsetopt list_ambiguous; autoload -Uz compinit; compinit -D -u
shown() {{ print -r -- "LINE=$BUFFER"; print -r -- END }}; zle -N shown; bindkey '^X' shown
print READY
"""
CONTROLS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r|\x07")


@pytest.fixture
def script(capsys, tmp_path):
    """Write the script of a shell; skip where there is no such shell."""

    def write(shell: str, name: str = "script") -> str:
        if shutil.which(shell) is None:
            pytest.skip(f"there is no {shell} here")
        assert main(["completion", shell]) == 0
        (tmp_path / "ws.csv").touch()
        (tmp_path / "scripts").mkdir()
        (tmp_path / "scripts" / name).write_text(capsys.readouterr().out)
        return str(tmp_path / "scripts" / name)

    return write


def environ(home) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(home), "TERM": "dumb", "LANG": "C.UTF-8"}


def output(*argv: str, home) -> list[str]:
    ended = subprocess.run(argv, env=environ(home), cwd=home, capture_output=True, text=True)
    assert ended.stderr == ""
    return ended.stdout.splitlines()


@pytest.mark.parametrize(("typed", "offered"), OFFERS)
def test_bash_completes(script, tmp_path, typed, offered) -> None:
    line = f"scalr-async {typed}"
    words = line.split(" ")
    asked = BASH.format(
        script=script("bash"),
        words=" ".join(f"'{word}'" for word in words),
        number=len(words),
        line=line,
        length=len(line),
    )

    found = output("bash", "--norc", "-c", asked, home=tmp_path)

    assert sorted(word for word in found if word[:1] != "-" or typed[-4:-2] == "--") == offered


@pytest.mark.parametrize(("typed", "offered"), OFFERS)
def test_fish_completes(script, tmp_path, typed, offered) -> None:
    asked = f"source {script('fish')}; complete -C 'scalr-async {typed}'"

    found = output("fish", "--no-config", "-c", asked, home=tmp_path)

    assert sorted(line.split("\t")[0] for line in found) == offered


@pytest.mark.parametrize(("typed", "offered"), OFFERS)
def test_zsh_completes(script, tmp_path, typed, offered) -> None:
    folder = Path(script("zsh", "_scalr-async")).parent
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 100, 200, 0, 0))
    streams = dict.fromkeys(("stdin", "stdout", "stderr"), theirs)

    def heard(mark: str) -> str:
        text = ""
        while f"\n{mark}\n" not in text:
            text += CONTROLS.sub("", os.read(ours, 65536).decode())
        return text

    argv = ("zsh", "-f", "-i")
    with subprocess.Popen(
        argv, env=environ(tmp_path), cwd=tmp_path, process_group=0, **streams
    ) as shell:
        os.close(theirs)
        os.write(ours, ZSH.format(folder=folder).encode())
        heard("READY")
        os.write(ours, f"scalr-async {typed}\t\x18".encode())
        text = heard("END")
        shell.kill()
    os.close(ours)

    shown, _, line = text.partition("LINE=scalr-async ")
    seen = {*shown.split(), line.split()[-2]}  # before END
    assert set(offered) <= seen
    assert not seen & ({"crawl", "report", *POOLS} - {*offered, *typed.split()})


async def test_without_the_extra_it_is_said_what_to_install(run, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "shtab", None)

    ended = await run("completion", "bash")

    assert ended.code == 2
    assert "pip install 'scalr-async[cli]'" in ended.err
