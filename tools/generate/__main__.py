"""Write the generated modules and the catalog.

python -m tools.generate                writes them
python -m tools.generate --check        exits with 1 and names the files that differ, if any do
python -m tools.generate refresh FILE   takes the facts of Scalr's own OpenAPI document
"""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path

from tools.generate.document import catalog
from tools.generate.overlay import apply
from tools.generate.render import ROOT, render
from tools.generate.resolve import resolve
from tools.refresh import refresh

DOCUMENT = ROOT / "openapi" / "scalr.json"
OVERLAY = ROOT / "openapi" / "overlay.toml"
PACKAGE = ROOT / "scalr_async"
TARGET = "resources/_generated"


def generate() -> dict[str, str]:
    """Return the text of every generated file, by its path in the package."""
    overlay = tomllib.loads(OVERLAY.read_text("utf-8"))
    document = apply(json.loads(DOCUMENT.read_bytes()), overlay)
    modules = {f"{TARGET}/{name}": text for name, text in render(resolve(document)).items()}
    return modules | {"_catalog.json": catalog(document).decode()}


def differing(files: dict[str, str]) -> list[str]:
    """Return the names of files that are not on disk as generated, or should not be there."""
    found = [*(PACKAGE / TARGET).glob("*.py"), *PACKAGE.glob("_catalog.json")]
    there = {path.relative_to(PACKAGE).as_posix(): path.read_text("utf-8") for path in found}
    return sorted(name for name in {*files, *there} if files.get(name) != there.get(name))


def main(arguments: list[str]) -> int:
    """Run the command; return its exit code."""
    if arguments[:1] == ["refresh"]:
        print(refresh(Path(arguments[1]), DOCUMENT))
        return 0
    files = generate()
    changed = differing(files)
    if arguments == ["--check"]:
        print("\n".join(changed) or "up to date")
        return int(bool(changed))
    for name in changed:
        if name in files:
            (PACKAGE / name).write_text(files[name], "utf-8")
        else:
            (PACKAGE / name).unlink()
    print(f"{len(files)} files, {len(changed)} changed")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
