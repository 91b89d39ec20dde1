"""Words and source text: the names of things, the sentences on them, and pieces of Python."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping
from typing import Final

from scalr_async.errors import STATUS_ERRORS, error_class
from tools.generate.document import Operation

_HUMPS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_PROPER: Final = "AI AWS GPG SAML SSH SSO VCS Checkov Datadog Docker Infracost Slack Terraform"
_SPELLINGS: Final = {name.lower(): name for name in _PROPER.split()}
_SAID_WITH_A_VOWEL: Final = re.compile(r"(?i)[aeio]|un(?!i)|SSH")
_SENTENCES: Final = {
    "list": "List {things}{whose}", "get": "Read {one}{whose}", "create": "Create {one}{whose}",
    "update": "Update {one}{whose}", "delete": "Delete {one}{whose}",
    "add": "Add {things} to {owner}", "replace": "Replace all {things}{whose}",
    "remove": "Take {things} from {owner}",
}  # fmt: skip
_RECONCILE: Final = " `reconcile` is the list that is looked at when the answer is lost."
_GLUE: Final = "\N{NO-BREAK SPACE}"


def snake(name: str) -> str:
    """Return the Python name of a schema or of a wire name: `ssh_key`, `run_status`."""
    return re.sub(r"[^a-z0-9]+", "_", _HUMPS.sub("_", name).lower()).strip("_")


def pascal(name: str) -> str:
    """Return a wire name as part of a class name: `WebhookHeaders`."""
    return "".join(capital(word) for word in re.split(r"[^A-Za-z0-9]+", name))


def capital(text: str) -> str:
    """Return the text with its first letter in upper case."""
    return text[:1].upper() + text[1:]


def plural(name: str) -> str:
    """Return the plural of a name whose last word is a singular noun."""
    if re.search(r"[^aeiou]y$", name):
        return name[:-1] + "ies"
    return name if name.endswith("s") else name + "s"


def singular(name: str) -> str:
    """Return the singular of a name whose last word is a plural noun."""
    if name.endswith("ies"):
        return name[:-3] + "y"
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else name


def words(name: str) -> str:
    """Return a name as people write it: `AWS event bridge integration`."""
    return " ".join(_SPELLINGS.get(word, word) for word in snake(name).split("_"))


def title(name: str) -> str:
    """Return a name as it begins a sentence."""
    return capital(words(name))


def an(noun: str) -> str:
    """Return the noun with its indefinite article."""
    return f"{'an' if _SAID_WITH_A_VOWEL.match(noun) else 'a'} {noun}"


def docstring(text: str) -> str:
    """Return a docstring, filled and indented by four; what stands in backticks is not broken."""
    parts = text.split("`")
    parts[1::2] = [part.replace(" ", _GLUE) for part in parts[1::2]]
    lines = "\n\n".join(_filled(paragraph, 88) for paragraph in "`".join(parts).split("\n\n"))
    closing = '\n"""' if "\n" in lines else '"""'
    return textwrap.indent(f'"""{lines}{closing}', " " * 4)


def filled(text: str, brackets: str) -> str:
    """Return a long line with what stands in its outermost brackets filled below it."""
    head, _, inner = text.removesuffix(brackets[1]).partition(brackets[0])
    lines = textwrap.indent(_filled(inner.replace(": ", f":{_GLUE}"), 95), " " * 4)
    return f"{head}{brackets[0]}\n{lines}{brackets[1]}" if len(text) > 100 else text


def _filled(text: str, width: int) -> str:
    lines = textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
    return "\n".join(lines).replace(_GLUE, " ")


def table(lines: Iterable[str]) -> str:
    """Return lines that the formatter leaves as they are."""
    text = "\n".join(lines)
    return f"# fmt: off\n{text}\n# fmt: on" if "\n    " in text else text


def literal(name: str, values: Iterable[str | int]) -> str:
    """Return a Literal."""
    listed = ", ".join(f'"{value}"' if isinstance(value, str) else str(value) for value in values)
    return filled(f"{name} = Literal[{listed}]", "[]")


def typed_dict(name: str, about: str, items: Mapping[str, str], base: str = "TypedDict") -> str:
    """Return a TypedDict."""
    lines = (f"    {key}: {annotation}" for key, annotation in items.items())
    return "\n".join([f"class {name}({base}, total=False):", docstring(about), "", *lines])


def about(operation: Operation, name: str, owner: str, *, csv: bool = False) -> str:
    """Return the docstring of a function: what it does, its endpoint, what is raised."""
    summary = operation.node.get("summary") or _summary(operation.path, name, words(owner))
    if csv:
        summary = f"Download what `{name}` lists as CSV"
    place = f"`{operation.method} {operation.path}{'?format=csv' if csv else ''}`."
    note = _RECONCILE if name == "create" else ""
    return f"{summary}.\n\n{place}{note}{_raised(operation)}"


def _summary(path: str, name: str, owner: str) -> str:
    """Return the sentence for a name: a verb, what it is done to, and whose that is."""
    verb, _, noun = name.partition("_")
    if "/actions/" in path:
        return f"{title(name)} {an(owner)}"
    things = words(noun) if noun else plural(owner)
    return _SENTENCES.get(verb, f"Read the {words(name)} of {an(owner)}").format(
        things=f"the {things}" if noun and verb == "list" else things,
        one=an(words(noun) if noun else owner),
        whose=f" of {an(owner)}" if noun else "",
        owner=an(owner),
    )


def _raised(operation: Operation) -> str:
    """Return the sentence on the errors that the document names."""
    parts = []
    for status in operation.errors:
        unnamed = f"status {status}" if status not in STATUS_ERRORS else ""
        note = operation.node["responses"][str(status)].get("description") or unnamed
        parts.append(f"`{error_class(status).__name__}`" + (f" ({note})" if note else ""))
    listed = " or ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))
    return f" Raises {listed}." if listed else ""
