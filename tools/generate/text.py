"""Words and source text: names, sentences about them, and pieces of Python."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable
from typing import Final

from scalr_async.jsonapi._response import STATUS_ERRORS, error_class
from tools.generate.document import Operation

_HUMPS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_PROPER: Final = "AI AWS GPG SAML SSH SSO VCS Checkov Datadog Docker Infracost Slack Terraform"
_SENTENCES: Final = {
    "list": "List {the}{things}{whose}", "get": "Read {one}{whose}",
    "create": "Create {one}{whose}", "update": "Update {one}{whose}",
    "delete": "Delete {one}{whose}", "add": "Add {things} to {owner}",
    "replace": "Replace all {things}{whose}", "remove": "Remove {things} from {owner}",
}  # fmt: skip
_RECONCILE: Final = " `reconcile` is a list that finds the object if the answer is lost."
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
    return re.sub("([^aeiou])y$", r"\1ie", name).removesuffix("s") + "s"


def singular(name: str) -> str:
    """Return the singular of a name whose last word is a plural noun."""
    return re.sub("(?<!s)s$", "", re.sub("ies$", "y", name))


def words(name: str) -> str:
    """Return a name as people write it: `AWS event bridge integration`."""
    spellings = {name.lower(): name for name in _PROPER.split()}
    return " ".join(spellings.get(word, word) for word in snake(name).split("_"))


def title(name: str) -> str:
    """Return a name as it begins a sentence."""
    return capital(words(name))


def an(noun: str) -> str:
    """Return the noun with its indefinite article."""
    return f"{'an' if re.match('(?i)[aeio]|un(?!i)|SSH', noun) else 'a'} {noun}"


def docstring(text: str) -> str:
    """Return a docstring, wrapped and indented by four; text in backticks is not broken."""
    glued = re.sub("`[^`]*`", lambda found: found[0].replace(" ", _GLUE), text)
    lines = "\n\n".join(_filled(paragraph, 88) for paragraph in glued.split("\n\n"))
    closing = '\n"""' if "\n" in lines else '"""'
    return textwrap.indent(f'"""{lines}{closing}', " " * 4)


def filled(text: str, brackets: str) -> str:
    """Return a long line with the content of its outermost brackets wrapped below it."""
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


def about(operation: Operation, name: str, schema: str) -> str:
    """Return the docstring of a function: what it does, its endpoint, what is raised."""
    (verb, _, noun), csv = name.partition("_"), name.endswith("_csv")
    owner, one = an(words(schema)), an(words(noun or schema))
    things, whose = (words(noun), f" of {owner}") if noun else (plural(words(schema)), "")
    the = "the " if noun else ""
    said = _SENTENCES.get(verb, "Read the {name} of {owner}")
    said = said.format(name=words(name), the=the, things=things, one=one, whose=whose, owner=owner)
    said = f"{title(name)} {owner}" if "/actions/" in operation.path else said
    said = operation.node.get("summary", said)
    said = f"Download what `{name.removesuffix('_csv')}` lists as CSV" if csv else said
    place = f"`{operation.method} {operation.path}{'?format=csv' if csv else ''}`."
    parts = []
    for status in operation.errors:
        unnamed = f"status {status}" if status not in STATUS_ERRORS else ""
        note = operation.node["responses"][str(status)].get("description") or unnamed
        parts.append(f"`{error_class(status).__name__}`" + (f" ({note})" if note else ""))
    listed = " or ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))
    raised = f" Raises {listed}." if listed else ""
    return f"{said}.\n\n{place}{_RECONCILE if operation.kind == 'create' else ''}{raised}"
