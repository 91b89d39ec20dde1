"""Resources as documents of an inventory: as the server sent them, without secrets and links."""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import msgspec

from scalr_async.inventory._collections import label_of
from scalr_async.inventory._secrets import without_secrets
from scalr_async.inventory._text import CONTROLS

__all__ = ["Document", "SeenIds", "document", "identity_of", "included_in", "json_lines"]

Document = dict[str, Any]
"""A resource object of JSON:API: `type`, `id`, `attributes`, `relationships`, and `meta`.

`meta` has the `origin` of the server, the `profile` if one was named, and `included` for resources
that were only included with others.
"""

_CONTROLS: Final = re.compile(f"[{CONTROLS}]")
_REMEMBERED: Final = 100_000


def document(resource: Any, meta: Document, names: Sequence[str] = ()) -> Document:
    """Return a resource as a document.

    Secrets are null. Links are left out, because some of them give access without a token. In the
    relationships of `names`, each identifier gets the name of its resource as `meta`.
    """
    sent = resource.raw()
    made: Document = {"type": sent.get("type"), "id": sent.get("id")}
    attributes = sent.get("attributes")
    if isinstance(attributes, dict):
        made["attributes"] = without_secrets(type(resource), attributes)
    relationships = sent.get("relationships")
    if isinstance(relationships, dict):
        made["relationships"] = {
            name: {"data": link["data"]}
            for name, link in relationships.items()
            if isinstance(link, dict) and "data" in link
        }
        for name in names:
            _add_names(made["relationships"].get(name.replace("_", "-")), getattr(resource, name))
    made["meta"] = meta
    return made


def json_lines(documents: Iterable[Document]) -> bytes:
    """Return documents as NDJSON; control characters and line separators are escaped."""
    return b"".join(map(_line, documents))


def identity_of(found: Document) -> tuple[str, str]:
    """Return the identity of a document within an account: its type and id."""
    return str(found.get("type")), str(found.get("id"))


def included_in(resource: Any, paths: Iterable[str]) -> Iterator[Any]:
    """Yield the resources that were included with another one, through the paths."""
    for path in paths:
        link = getattr(resource, path, None)
        for ref in link if isinstance(link, tuple) else (link,):
            found = getattr(ref, "resource", None)
            if found is not None:
                yield found


class SeenIds:
    """The newest 100,000 ids of included resources, so that each is written once."""

    def __init__(self) -> None:
        self._seen: OrderedDict[tuple[str, str], None] = OrderedDict()

    def is_new(self, identity: tuple[str, str]) -> bool:
        """Return whether an id is new, and remember it."""
        if identity in self._seen:
            self._seen.move_to_end(identity)
            return False
        self._seen[identity] = None
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return True


def _line(found: Document) -> bytes:
    try:
        line = msgspec.json.encode(found)
    except UnicodeEncodeError:  # a lone surrogate: JSON can contain it, UTF-8 cannot
        line = json.dumps(found).encode()
    if not line.isascii() or b"\x7f" in line:
        text = line.decode()
        if not text.isprintable():
            text = _CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
            line = text.encode()
    return line + b"\n"


def _add_names(link: Document | None, refs: Any) -> None:
    data = link and link["data"]
    for identifier, ref in zip(
        data if isinstance(data, list) else [data],
        refs if isinstance(refs, tuple) else [refs],
        strict=False,  # a server may contradict itself
    ):
        found = getattr(ref, "resource", None)
        if isinstance(identifier, dict) and found is not None:
            label = label_of(found.type)
            name = getattr(found, label.replace("-", "_"), None) if label else None
            if isinstance(name, str):
                identifier["meta"] = {"name": name}
