"""Build the release files, and test them as a user would: `python -m tools.release`.

Builds the sdist, and the wheel from it. Checks their contents, installs the wheel alone into a
clean environment of each installed Python, imports it from elsewhere, and type-checks the examples
against it. `--quick` uses only this Python, and checks no types.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from email.parser import HeaderParser
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
PYTHONS: Final = ("3.11", "3.12", "3.13", "3.14")
_OF_EXAMPLES: Final = ("rich", "pytest", "fastapi", "prometheus-client")
"""Packages with types that the examples and the modules for extras need."""
_USE: Final = """
import importlib, pathlib, pkgutil, sys, scalr_async
from scalr_async import resources
names = [m.name for m in pkgutil.walk_packages(scalr_async.__path__, "scalr_async.")]
skipped = ("scalr_async.__main__", "scalr_async._pyinstaller", "scalr_async.testing")
optional = ("opentelemetry", "rich", "pytest", "PyInstaller")
for name in names:
    if not name.startswith(skipped):
        try:
            importlib.import_module(name)
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] not in optional:
                raise
for name in [*scalr_async.__all__]:
    getattr(scalr_async, name)
for name in dir(resources):
    getattr(resources, name)
assert pathlib.Path(scalr_async.__file__).with_name("py.typed").exists()
assert "site-packages" in scalr_async.__file__, scalr_async.__file__
print(sys.version.split()[0], len(names), "modules")
"""


def build(folder: Path) -> tuple[Path, Path]:
    """Build the sdist, and the wheel from it; return both."""
    _run(sys.executable, "-m", "build", "--outdir", str(folder), str(ROOT))
    (sdist,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    _run(sys.executable, "-m", "twine", "check", "--strict", str(sdist), str(wheel))
    return sdist, wheel


def faults(sdist: Path, wheel: Path) -> list[str]:
    """Return the faults of the files that would be published."""
    with zipfile.ZipFile(wheel) as archive:
        packed = archive.namelist()
        metadata = next(name for name in packed if name.endswith(".dist-info/METADATA"))
        fields = HeaderParser().parsestr(archive.read(metadata).decode())
    with tarfile.open(sdist) as tar:
        sources = {name.partition("/")[2] for name in tar.getnames()}
    found = [f"the wheel has {name}" for name in packed if not name.startswith("scalr_async")]
    modules = {str(path.relative_to(ROOT)) for path in (ROOT / "scalr_async").rglob("*.py")}
    needed = modules | {"scalr_async/py.typed", "scalr_async/_catalog.json"}
    found += [f"the wheel has no {name}" for name in sorted(needed - set(packed))]
    tops = needed | {"README.md", "CHANGELOG.md", "LICENSE", "pyproject.toml", "noxfile.py"}
    found += [f"the sdist has no {name}" for name in sorted(tops - sources)]
    found += [f"the sdist has {name}" for name in sources if "__pycache__" in name]
    found += [
        f"METADATA has no {name}" for name in ("Summary", "License-Expression") if not fields[name]
    ]
    return found


def use(wheel: Path, python: str, folder: Path) -> Path:
    """Install the wheel alone for a Python, and import all of it; returns the new interpreter."""
    place = folder / Path(python).name
    _run(python, "-m", "venv", str(place))
    own = place / "bin" / "python"
    _run(str(own), "-m", "pip", "install", "-q", "--disable-pip-version-check", str(wheel))
    _run(str(own), "-W", "error", "-c", _USE, folder=folder)
    _run(str(place / "bin" / "scalr-async"), "--version", folder=folder)
    return own


def check_types(python: Path, folder: Path) -> None:
    """Check the types of the examples, as a program that uses the installed package."""
    examples = shutil.copytree(ROOT / "examples", folder / "examples")
    _run(str(python), "-m", "pip", "install", "-q", *_OF_EXAMPLES)
    mypy = ("mypy", "--strict", "--config-file=", f"--python-executable={python}", ".")
    _run(sys.executable, "-m", *mypy, folder=examples)
    _run(sys.executable, "-m", "pyright", "--pythonpath", str(python), ".", folder=examples)


def _run(*command: str, folder: Path = ROOT) -> None:
    subprocess.run(command, cwd=folder, check=True)


def classifiers() -> list[str]:
    """Return the Python versions that the metadata names."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    start = "Programming Language :: Python :: 3."
    return [
        f"3.{text.removeprefix(start)}" for text in project["classifiers"] if text.startswith(start)
    ]


def main(*, quick: bool) -> None:
    """Build, check, install and import; exit with the faults."""
    installed = {version: shutil.which(f"python{version}") for version in PYTHONS}
    pythons = [sys.executable] if quick else [found for found in installed.values() if found]
    missing = [version for version in classifiers() if not installed[version]]
    if missing and not quick:
        raise SystemExit(f"the metadata names {', '.join(missing)}, which is not installed here")
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        sdist, wheel = build(folder / "dist")
        if found := faults(sdist, wheel):
            raise SystemExit("\n".join(found))
        owns = [use(wheel, python, folder) for python in pythons]
        if not quick:
            check_types(owns[0], folder)
        print(
            f"{wheel.name}: {wheel.stat().st_size:,} bytes; {sdist.name}: {sdist.stat().st_size:,}"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="this Python alone, no types")
    main(quick=parser.parse_args().quick)
