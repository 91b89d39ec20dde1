"""Sentences for docstrings, by rule: the document itself carries no prose."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from scalr_async.errors import STATUS_ERRORS, error_class
from tools.generate.model import Module
from tools.generate.names import article, capital, plural, words
from tools.generate.source import Node, Source

__all__ = ["about_call", "about_csv"]

_SENTENCES: Final = {
    "list": "List {things}{whose}",
    "get": "Read {one}{whose}",
    "create": "Create {one}{whose}",
    "update": "Update {one}{whose}",
    "delete": "Delete {one}{whose}",
    "add": "Add {things} to {owner}",
    "replace": "Replace all {things}{whose}",
    "remove": "Take {things} from {owner}",
}
_RECONCILE: Final = "`reconcile` is the list that is looked at when the answer is lost."


def about_call(source: Source, name: str, module: Module) -> str:
    """Return the docstring of a function: what it does, its endpoint, what is raised."""
    summary = source.node.get("summary") or _summary(source, name, words(module.schema))
    text = f"{summary}.\n\n`{source.method} {source.path}`."
    if name == "create":
        text += f" {_RECONCILE}"
    raised = list(_raised(source.node["responses"]))
    return f"{text} Raises {_or(raised)}." if raised else text


def about_csv(source: Source, name: str) -> str:
    """Return the docstring of a function that downloads what another lists."""
    text = f"Download what `{name}` lists as CSV.\n\n`{source.method} {source.path}?format=csv`."
    raised = list(_raised(source.node["responses"]))
    return f"{text} Raises {_or(raised)}." if raised else text


def _summary(source: Source, name: str, owner: str) -> str:
    """Return the sentence for a name: a verb, what it is done to, and whose that is."""
    verb, _, noun = name.partition("_")
    if "/actions/" in source.path:
        return f"{capital(words(name))} {article(owner)}"
    sentence = _SENTENCES.get(verb)
    if sentence is None:
        return f"Read the {words(name)} of {article(owner)}"
    things = words(noun) if noun else plural(owner)
    return sentence.format(
        things=f"the {things}" if noun and verb == "list" else things,
        one=article(words(noun) if noun else owner),
        whose=f" of {article(owner)}" if noun else "",
        owner=article(owner),
    )


def _raised(responses: Node) -> Iterator[str]:
    for status, answer in responses.items():
        if status.isdigit() and int(status) >= 400:
            unnamed = int(status) not in STATUS_ERRORS
            note = answer.get("description") or (f"status {status}" if unnamed else "")
            name = f"`{error_class(int(status)).__name__}`"
            yield f"{name} ({note})" if note else name


def _or(parts: list[str]) -> str:
    return " or ".join(part for part in (", ".join(parts[:-1]), parts[-1]) if part)
