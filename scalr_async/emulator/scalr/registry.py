"""The private registry: modules, providers, and the keys that sign them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from scalr_async.emulator.engine.bodies import Changes, Lenience
from scalr_async.emulator.engine.drafts import Draft
from scalr_async.emulator.engine.errors import invalid_attribute, invalid_relationship
from scalr_async.emulator.engine.helpers import target
from scalr_async.emulator.engine.http import Answer, Call, text
from scalr_async.emulator.engine.service import Action, Rule, Service
from scalr_async.emulator.engine.store import Record, Store

__all__ = ["ACTIONS", "RULES", "resync", "software"]

_REPOSITORY: Final = re.compile(r"(?:.*/)?terraform-([^-/]+)-([^/]+)")


def software(store: Store, type: str, version: str) -> list[str]:
    """Return the id of the software that a version of a program names; it may be `latest`."""
    return [
        record.id
        for record in store.all("software-versions")
        if record.attributes["software-type"] == type
        and version in (record.attributes["version"], record.attributes.get("latest") and "latest")
    ]


class Modules(Rule):
    """Modules: named after their repository (`terraform-PROVIDER-NAME`), with one version.

    They come from a repository, or from a Docker registry.
    """

    lenience = Lenience(instead="docker-image")
    defaults: ClassVar[Mapping[str, Any]] = {
        "description": "",
        "status": "setup_complete",
    }

    def prepare(self, draft: Draft) -> None:
        """Find the module's origin; set name, provider and source."""
        image = draft.attributes.get("docker-image")
        draft.attributes.setdefault("source-type", "docker" if image else "vcs")
        origin = "docker-integration" if image else "vcs-provider"
        if not image and not draft.attributes.get("vcs-repo"):
            raise invalid_attribute("vcs-repo", "Missing required attribute.")
        if not draft.related(origin):
            raise invalid_relationship(origin, "Missing required relationship.")
        repository = (draft.attributes.get("vcs-repo") or {}).get("identifier", "")
        named = _REPOSITORY.fullmatch(repository)
        provider, name = named.groups() if named else ("null", repository.rpartition("/")[2])
        draft.attributes.setdefault("provider", provider)
        draft.attributes.setdefault("name", name or draft.id)
        home = next(iter(draft.related("namespace") or draft.related("environment")), None)
        scope = home or draft.relationships.get("account")
        name, provider = draft.attributes["name"], draft.attributes["provider"]
        draft.attributes.setdefault("source", f"{scope}/{name}/{provider}")

    def created(self, record: Record) -> None:
        """Publish the first version."""
        first = Changes(attributes={"version": "1.0.0"}, relationships={"module": record.id})
        version = self.service.create("module-versions", first, self.service.owner)
        latest = {"latest-module-version": version.id, "module-version": version.id}
        self.service.store.change(record, {}, latest)


class ModuleVersions(Rule):
    """Versions of modules."""

    defaults: ClassVar[Mapping[str, Any]] = {
        "is-root-module": True,
        "status": "ok",
        "version": "1.0.0",
    }

    def links(self, record: Record) -> Mapping[str, str | None]:  # noqa: ARG002 - the same for all
        """Return a null download link: the emulator stores no sources of modules."""
        return {"download": None}


class Providers(Rule):
    """Private providers: in the namespace of their account."""

    def prepare(self, draft: Draft) -> None:
        """Set the account's namespace."""
        account = self.service.store.get("accounts", draft.actor.account)
        if account is not None:
            draft.attributes.setdefault("namespace", account.attributes["name"])


class ProviderVersions(Rule):
    """Versions of private providers: the newest is the latest."""

    defaults: ClassVar[Mapping[str, Any]] = {"status": "pending"}

    def prepare(self, draft: Draft) -> None:
        """Refuse a version without a number or a provider."""
        if not str(draft.attributes.get("version", "")).strip():
            raise invalid_attribute("version", "Version can not be empty.")
        if not draft.related("provider"):
            raise invalid_relationship("provider", "Missing required relationship.")

    def created(self, record: Record) -> None:
        """Make the version the latest of its provider."""
        latest = {"latest-provider-version": record.id, "provider-version": record.id}
        for provider in self.service.store.related(record, "provider"):
            self.service.store.change(provider, {}, latest)


class GPGKeys(Rule):
    """Keys that sign provider versions."""

    computed = frozenset({"usage-count"})

    def present(self, record: Record, attributes: dict[str, Any]) -> None:
        """Count the versions that the key signs."""
        versions = self.service.store.sources("provider-versions", "gpg-key", record.id)
        attributes["usage-count"] = len(versions)


def _changelog(service: Service, call: Call) -> Answer:
    module = target(service, call, "modules")
    versions = service.store.sources("module-versions", "module", module.id)
    entries = [f"## {v.attributes['version']}\n\n- Released.\n" for v in reversed(versions)]
    return text("\n".join(["# Changelog\n", *entries]))


def resync(type: str) -> Action:
    """Return the action that synchronizes an object of a type with its repository, at once."""

    def act(service: Service, call: Call) -> Answer:
        record = target(service, call, type)
        call.object(service.catalog.objects)
        done = {"modules": "setup_complete", "module-versions": "ok"}.get(type, "active")
        known = service.types[type].attributes
        healed: dict[str, Any] = {
            name: None for name in ("err-message", "error-message") if name in known
        }
        service.store.change(record, {"status": done, **healed}, {})
        return Answer(status=204)

    return act


RULES: Final[Mapping[str, type[Rule]]] = {
    "gpg-keys": GPGKeys,
    "module-versions": ModuleVersions,
    "modules": Modules,
    "provider-versions": ProviderVersions,
    "providers": Providers,
}

ACTIONS: Final[Mapping[str, Action]] = {
    "get_module_changelog": _changelog,
    "resync_module": resync("modules"),
    "resync_module_version": resync("module-versions"),
}
