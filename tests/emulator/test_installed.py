"""The emulator of a program that is installed as one file: its data come along."""

from __future__ import annotations

import runpy
import subprocess
import sys
import tomllib
import types
import zipfile
from pathlib import Path

import scalr_async
from scalr_async._pyinstaller import hooks

PROGRAM = """
import asyncio, sys
import scalr_async
from scalr_async._pyinstaller import hooks
from scalr_async import ScalrClient
from scalr_async.emulator import Emulator

async def main():
    async with Emulator() as emu, ScalrClient(emu.url, emu.token) as scalr:
        emu.seed(workspaces=3)
        print(await scalr.workspaces.list().count(), ".zip" in scalr_async.__file__)
        document = await scalr.request("GET", "/openapi-public.yml")
        print(document.status, b'"servers"' in document.body)

asyncio.run(main())
"""


def test_data_are_found_in_a_zip_archive(tmp_path: Path) -> None:
    package = Path(scalr_async.__file__).parent
    archive = tmp_path / "program.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for file in package.rglob("*"):
            if file.suffix in (".json", ".py"):
                packed.write(file, Path("scalr_async", file.relative_to(package)))
    ran = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(archive)!r})\n{PROGRAM}"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=60,
    )
    assert (ran.stdout, ran.stderr) == ("3 True\n200 True\n", "")


def test_pyinstaller_is_told_of_data_and_of_what_is_imported_by_name(monkeypatch) -> None:
    """Its hook names every file that is no module, and every generated module."""
    package = Path(scalr_async.__file__).parent
    utils = types.ModuleType("PyInstaller.utils.hooks")
    utils.collect_data_files = lambda name: [f"data of {name}"]
    utils.collect_submodules = lambda name: [f"modules of {name}"]
    for name in ("PyInstaller", "PyInstaller.utils"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    monkeypatch.setitem(sys.modules, utils.__name__, utils)
    (folder,) = hooks()
    told = runpy.run_path(str(Path(folder, "hook-scalr_async.py")))
    assert told["datas"] == ["data of scalr_async"]
    assert told["hiddenimports"] == ["modules of scalr_async.resources"]
    project = tomllib.loads((package.parent / "pyproject.toml").read_text())["project"]
    assert project["entry-points"]["pyinstaller40"] == {
        "hook-dirs": f"{hooks.__module__}:{hooks.__name__}"
    }
