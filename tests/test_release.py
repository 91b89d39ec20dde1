"""The metadata says what is run, and what would be published is looked into."""

from __future__ import annotations

import io
import re
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

from tools import release

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def test_the_pythons_of_the_metadata_are_those_that_are_run() -> None:
    noxfile = (ROOT / "noxfile.py").read_text("utf-8")
    listed = re.search(r"^PYTHONS = \[(.*)\]", noxfile, re.MULTILINE)
    assert listed is not None
    matrix = re.findall(r'"([\d.]+)"', listed[1])

    assert [*release.PYTHONS] == matrix
    assert [*matrix[: len(release.classifiers())]] == release.classifiers()
    assert PROJECT["requires-python"] == f">={matrix[0]}"
    ci = (ROOT / ".ci" / "run").read_text("utf-8")
    assert all(f"quick-{version}" in ci for version in release.classifiers()[1:])


def test_a_session_runs_whatever_the_suite_leaves_out_of_ci() -> None:
    files = (ROOT / "tests").rglob("test_*.py")
    sizes = r'os\.environ\.get\("(SCALR_\w+)", "\d+"\)|"(SCALR_\w+)" in os\.environ'
    found = [re.findall(sizes, path.read_text("utf-8")) for path in files]
    names = {name for each in found for pair in each for name in pair if name}
    noxfile = (ROOT / "noxfile.py").read_text("utf-8")

    assert {"SCALR_LAWS", "SCALR_LIMITS"} <= names
    assert {name for name in names if f'"{name}": ' not in noxfile} == set()


def packed(folder: Path, *, without: str = "", beside: str = "") -> tuple[Path, Path]:
    """Pack what there is into archives like those that are published."""
    names = [str(path.relative_to(ROOT)) for path in (ROOT / "scalr_async").rglob("*.py")]
    names += ["scalr_async/py.typed", "scalr_async/_catalog.json", *([beside] if beside else [])]
    tops = ["README.md", "CHANGELOG.md", "LICENSE", "pyproject.toml", "noxfile.py"]
    wheel, sdist = folder / "a.whl", folder / "a.tar.gz"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name in names:
            if name != without:
                archive.writestr(name, "")
        metadata = "Summary: a client\nLicense-Expression: MIT\n"
        archive.writestr("scalr_async-1.dist-info/METADATA", metadata)
    with tarfile.open(sdist, "w:gz") as tar:
        for name in [*names, *tops]:
            if name != without:
                tar.addfile(tarfile.TarInfo(f"scalr_async-1/{name}"), io.BytesIO())
    return sdist, wheel


def test_whole_archives_have_no_faults(tmp_path: Path) -> None:
    assert release.faults(*packed(tmp_path)) == []


@pytest.mark.parametrize("name", ["scalr_async/py.typed", "scalr_async/client.py"])
def test_an_archive_without_a_file_is_at_fault(tmp_path: Path, name: str) -> None:
    assert release.faults(*packed(tmp_path, without=name)) == [
        f"the wheel has no {name}",
        f"the sdist has no {name}",
    ]


def test_a_wheel_with_something_else_is_at_fault(tmp_path: Path) -> None:
    assert release.faults(*packed(tmp_path, beside="tests/x.py")) == ["the wheel has tests/x.py"]
