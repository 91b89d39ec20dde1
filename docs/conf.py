"""How the documentation is built: `nox -s docs`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from scalr_async import __version__

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS.parent))  # `tools` is no part of the package

project = "scalr_async"
author = "the scalr_async authors"
release = version = __version__

extensions = ["myst_parser", "sphinx_copybutton"]
html_theme = "furo"
html_title = f"scalr_async {release}"
html_baseurl = ""
exclude_patterns = ["_build"]
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence"]

add_module_names = False
suppress_warnings = ["ref.python"]  # two classes are called DriftReport, and both are meant
toc_object_entries_show_parents = "hide"
copybutton_exclude = ".linenos, .gp, .go"
html_theme_options = {"navigation_with_keys": True}


def _write_reference(_: Any) -> None:
    """Write the pages of the reference: they are made from the code, at each build."""
    from tools.reference.__main__ import write  # noqa: PLC0415  # found by the path set above

    write(DOCS / "reference")


def _write_llms(app: Any, error: Exception | None) -> None:
    """Write `llms.txt`: each page with its title, and where its Markdown is."""
    if error is None and app.builder.format == "html":
        lines = [f"# scalr_async {release}", "", f"> {DESCRIPTION}", "", "## Pages", ""]
        lines += [
            f"- [{app.env.titles[page].astext()}](_sources/{page}.md.txt)"
            for page in sorted(app.env.found_docs)
        ]
        Path(app.outdir, "llms.txt").write_text("\n".join(lines) + "\n", "utf-8")


DESCRIPTION = "The asyncio client for Scalr: typed, exact about what became of each request."


def setup(app: Any) -> None:
    """Register what is above with Sphinx."""
    app.connect("builder-inited", _write_reference)
    app.connect("build-finished", _write_llms)
