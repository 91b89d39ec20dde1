"""How the documentation is built: `nox -s docs`."""

from __future__ import annotations

from typing import Any

from scalr_async import __version__

project = "scalr_async"
author = "the scalr_async authors"
release = version = __version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.viewcode",
]
html_theme = "furo"
html_title = f"scalr_async {release}"
exclude_patterns = ["_build"]
myst_heading_anchors = 3

default_role = "code"  # docstrings mark code with single backticks
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_default_options = {"members": True}


def _mark_literals(*event: Any) -> None:
    """Make indented blocks literal: docstrings are written to be read as they stand."""
    lines: list[str] = event[-1]
    marked: list[str] = []
    inside = False
    for line in lines:
        indented = line.startswith("    ")
        if indented and not inside and marked and not marked[-1]:
            marked += ["::", ""]
        inside = indented or (inside and not line)
        marked.append(line)
    lines[:] = marked


def setup(app: Any) -> None:
    """Register what is above with Sphinx."""
    app.connect("autodoc-process-docstring", _mark_literals)
