"""The reference of the documentation, as Markdown: every public name, call, option and event.

`facts` inspects the package, `resources` renders a page for each resource, `names` those of
everything written by hand, `tables` the operations, the events and the command line. The pages
are rendered while the documentation is built, so they cannot be out of date; `python -m
tools.reference FOLDER` writes them elsewhere.
"""

from __future__ import annotations

from tools.reference import names, resources, tables

__all__ = ["pages"]


def pages() -> dict[str, str]:
    """Return every page by its path below `docs/reference`."""
    made = {**names.pages(), **resources.pages(), **tables.pages()}
    return {**tables.index(made), **made}
