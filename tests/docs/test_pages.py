"""Every example of the README and the documentation runs, against an emulator, as it is printed."""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import sys
from pathlib import Path
from typing import get_args

import attrs
import pytest

from scalr_async import Event, ScalrClient, errors
from scalr_async.cli._parser import parser
from scalr_async.emulator import Emulator
from tests.docs.pages import PAGES, ROOT, anchors, blocks, commands, examples, files, links, name_of
from tests.docs.prompt import typed
from tests.docs.test_reference import reference

TYPED = [ROOT / "README.md", ROOT / "docs" / "quickstart.md", ROOT / "docs" / "tutorial.md"]

every_page = pytest.mark.parametrize("page", PAGES, ids=name_of)


@pytest.mark.parametrize("page", [page for page in PAGES if page not in TYPED], ids=name_of)
async def test_examples_run_and_print_what_the_page_shows(
    page: Path,
    emu: Emulator,
    scalr: ScalrClient,
    environment: dict[str, str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    names = {"__name__": page.stem, "scalr": scalr, "emu": emu}
    for example in examples(page):
        await example.block.run(names)
        output = capsys.readouterr().out
        where = f"{name_of(page)}:{example.block.line}"
        assert example.agrees_with(output), f"{where} printed\n{output}"


@pytest.mark.parametrize("page", TYPED, ids=name_of)
async def test_a_page_can_be_typed_into_a_prompt_from_its_first_line_to_its_last(
    page: Path, emu: Emulator, environment: dict[str, str], tmp_path: Path
) -> None:
    shown = [*examples(page)]
    texts = [example.block.text for example in shown]
    variables = {**os.environ, **environment, "PYTHONPATH": str(ROOT)}
    printed = await asyncio.to_thread(typed, texts, variables, tmp_path)
    for example, output in zip(shown, printed, strict=True):
        where = f"{name_of(page)}:{example.block.line}"
        assert example.agrees_with(output), f"{where} printed\n{output}"


@pytest.mark.parametrize("page", [*filter(files, PAGES)], ids=name_of)
async def test_files_shown_on_a_page_run_as_programs_or_as_a_test_suite(
    page: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    shown = files(page)
    for path, text in shown.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    plugin = ("-p", "no:scalr_async", "-p", "scalr_async.testing")  # installed or not
    command = ("-m", "pytest", *plugin, "-q", "-p", "no:cacheprovider", "-W", "error")
    tested = any(Path(path).name.startswith("test_") for path in shown)
    for arguments in (command,) if tested else [(path,) for path in shown]:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *arguments,
            cwd=tmp_path,
            env={**os.environ, **environment, "PYTHONPATH": str(ROOT)},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        assert process.returncode == 0, output.decode()


@every_page
def test_blocks_are_of_known_languages(page: Path) -> None:
    known = {
        "python",
        "text",
        "sh",
        "json",
        "toml",
        "yaml",
        "{toctree}",
        "{eval-rst}",
        "{literalinclude}",
        "{include}",
    }
    assert {block.language for block in blocks(page)} <= known


@every_page
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    made = {ROOT / "docs" / "reference" / path for path in reference()}
    for link in links(page):
        target, _, anchor = link.partition("#")
        path = (page.parent / target).resolve() if target else page
        assert path in made or path.exists(), link
        assert not anchor or path in made or anchor in anchors(path), link


@every_page
def test_commands_are_those_of_the_command_line(page: Path) -> None:
    for command in commands(page):
        program, *arguments = shlex.split(command, comments=True)
        if program == "scalr-async":
            parser().parse_args([word for word in arguments if word not in ("<", ">", "|")])


def test_readme_opens_with_the_demo_and_the_test_command_of_ci() -> None:
    demo, test = commands(ROOT / "README.md")[:2]
    install = ".venv/bin/pip install -q --disable-pip-version-check -e"
    assert demo.endswith(f"{install} '.[cli]' && .venv/bin/scalr-async demo")
    assert test in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


def test_the_tree_of_errors_is_that_of_the_code() -> None:
    tree = [line for line in (errors.__doc__ or "").splitlines() if line[:1] in "S│├└"]
    shown = (block.text.splitlines() for block in blocks(ROOT / "docs" / "errors.md"))
    assert [line for line in tree if line] in shown


def test_the_table_of_events_has_all_of_them_with_their_fields() -> None:
    page = (ROOT / "docs" / "telemetry.md").read_text(encoding="utf-8")
    rows = {row[0]: row[-1] for line in page.splitlines() if (row := re.findall(r"`(.+?)`", line))}
    for event in get_args(Event):
        assert rows[event.__name__].split() == [field.name for field in attrs.fields(event)]


def test_every_page_is_in_the_table_of_contents() -> None:
    entries = [
        line
        for block in blocks(ROOT / "docs" / "index.md")
        if block.language == "{toctree}"
        for line in block.text.splitlines()
    ]
    docs = ROOT / "docs"
    pages = {str(page.relative_to(docs).with_suffix("")) for page in PAGES if docs in page.parents}
    pages.remove("index")
    assert pages <= set(entries)


def test_files_that_contributors_are_sent_to_exist() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    named = re.findall(r"`((?:docs|openapi|scalr_async|tests)/[\w/.-]+)`", text)

    assert len(named) > 10
    assert [path for path in named if not (ROOT / path).exists()] == []
