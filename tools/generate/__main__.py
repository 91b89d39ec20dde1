"""Write the generated modules.

python -m tools.generate                writes scalr_async/resources/_generated
python -m tools.generate --check        exits with 1 and names the files that differ, if any do
python -m tools.generate refresh FILE   takes the facts of Scalr's own OpenAPI document
"""

from __future__ import annotations

import hashlib
import json
import sys
import tomllib
from pathlib import Path

from tools.generate.overlay import apply
from tools.generate.render import ROOT, render
from tools.generate.resolve import resolve
from tools.refresh import refresh

__all__ = ["differing", "generate", "main"]

DOCUMENT = ROOT / "openapi" / "scalr.json"
OVERLAY = ROOT / "openapi" / "overlay.toml"
TARGET = ROOT / "scalr_async" / "resources" / "_generated"


def generate(document: bytes, overlay: bytes) -> dict[str, str]:
    """Return the text of every generated file, by name."""
    digest = hashlib.sha256(document + overlay).hexdigest()[:12]
    mended = apply(json.loads(document), tomllib.loads(overlay.decode()))
    return render(resolve(mended), digest)


def differing(files: dict[str, str]) -> list[str]:
    """Return the names of files that are not on disk as generated, or should not be there."""
    present = {path.name: path.read_text(encoding="utf-8") for path in TARGET.glob("*.py")}
    return sorted(name for name in {*files, *present} if files.get(name) != present.get(name))


def main(arguments: list[str]) -> int:
    """Run the command; return its exit code."""
    if arguments[:1] == ["refresh"]:
        print(refresh(Path(arguments[1]), DOCUMENT))
        return 0
    files = generate(DOCUMENT.read_bytes(), OVERLAY.read_bytes())
    changed = differing(files)
    if arguments == ["--check"]:
        print("\n".join(changed) or "up to date")
        return int(bool(changed))
    for name in changed:
        if name in files:
            (TARGET / name).write_text(files[name], encoding="utf-8")
        else:
            (TARGET / name).unlink()
    print(f"{len(files)} files, {len(changed)} changed")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
