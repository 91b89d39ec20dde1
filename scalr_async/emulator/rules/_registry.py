"""Resources that come from repositories: modules, providers, hooks, policies, checks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from scalr_async.emulator._bodies import Changes
from scalr_async.emulator._errors import invalid_attribute, invalid_relationship
from scalr_async.emulator._filters import Source
from scalr_async.emulator._service import Draft, Rule, Service, require_name
from scalr_async.emulator._store import Record

__all__ = [
    "CheckovIntegrations",
    "EventBridgeIntegrations",
    "GPGKeys",
    "Hooks",
    "ModuleVersions",
    "Modules",
    "PolicyGroups",
    "ProviderVersions",
    "Providers",
]

_REPOSITORY: Final = re.compile(r"(?:.*/)?terraform-([^-/]+)-([^/]+)")
_VERSION: Final = re.compile(r"\d+\.\d+\.\d+")


class Modules(Rule):
    """Modules: named after their repository (`terraform-PROVIDER-NAME`), with one version.

    They come from a repository, or from a Docker registry.
    """

    prefix = "mod"
    defaults: ClassVar[Mapping[str, Any]] = {
        "description": "",
        "status": "setup_complete",
    }

    def prepare(self, draft: Draft) -> None:
        """See where it comes from; make name, provider and source."""
        image = draft.attributes.get("docker-image")
        draft.attributes.setdefault("source-type", "docker" if image else "vcs")
        if image and not draft.related("docker-integration"):
            raise invalid_relationship("docker-integration", "Missing required relationship.")
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

    prefix = "modver"
    defaults: ClassVar[Mapping[str, Any]] = {
        "is-root-module": True,
        "status": "ok",
        "version": "1.0.0",
    }

    def links(self, record: Record) -> Mapping[str, str | None]:  # noqa: ARG002 - the same for all
        """The sources of registry modules are not kept here."""
        return {"download": None}


class Providers(Rule):
    """Private providers: in the namespace of their account."""

    prefix = "prov"

    def prepare(self, draft: Draft) -> None:
        """Put it into the account's namespace."""
        account = self.service.store.get("accounts", draft.actor.account)
        if account is not None:
            draft.attributes.setdefault("namespace", account.attributes["name"])


class ProviderVersions(Rule):
    """Versions of private providers: the newest is the latest."""

    prefix = "provver"
    defaults: ClassVar[Mapping[str, Any]] = {"status": "pending"}

    def created(self, record: Record) -> None:
        """Make it the latest of its provider."""
        latest = {"latest-provider-version": record.id, "provider-version": record.id}
        for provider in self.service.store.related(record, "provider"):
            self.service.store.change(provider, {}, latest)


class GPGKeys(Rule):
    """Keys that sign provider versions."""

    prefix = "gpg"
    computed = frozenset({"usage-count"})

    def present(self, record: Record, attributes: dict[str, Any]) -> None:
        """Count the versions that it signs."""
        versions = self.service.store.sources("provider-versions", "gpg-key", record.id)
        attributes["usage-count"] = len(versions)


class Hooks(Rule):
    """Hooks: found by the events of the environments they are linked to."""

    prefix = "hook"
    defaults: ClassVar[Mapping[str, Any]] = {"status": "active"}

    def __init__(self, service: Service) -> None:
        super().__init__(service)
        self.filters = {"events": Source(values=self._events)}

    def prepare(self, draft: Draft) -> None:
        """Check the name."""
        require_name(draft)

    def _events(self, record: Record) -> list[str]:
        links = self.service.store.sources("hook-environment-links", "hook", record.id)
        return [event for link in links for event in link.attributes["events"]]


class PolicyGroups(Rule):
    """Policy groups: they hold one policy, whatever the repository says."""

    prefix = "pgrp"
    unique = "account"
    defaults: ClassVar[Mapping[str, Any]] = {
        "execute-as": "policy_check",
        "opa-version": "0.61.0",
        "status": "active",
    }

    def prepare(self, draft: Draft) -> None:
        """Check the version of OPA; name the branch that nobody named."""
        require_name(draft)
        version = draft.attributes.get("opa-version")
        if version is not None and not _VERSION.fullmatch(version):
            raise invalid_attribute("opa-version", f"Version '{version}' is not supported.")
        repository = draft.attributes.get("vcs-repo")
        if repository and not repository.get("branch"):
            draft.attributes["vcs-repo"] = {"path": None, **repository, "branch": "main"}

    def created(self, record: Record) -> None:
        """Find the policy."""
        attributes = {"name": "policy", "enabled": True, "enforced-level": "soft-mandatory"}
        policy = Changes(attributes=attributes, relationships={"policy-group": record.id})
        self.service.create("policies", policy, self.service.owner)


class CheckovIntegrations(Rule):
    """Checkov integrations: environments with one check configurations before planning."""

    defaults: ClassVar[Mapping[str, Any]] = {"status": "active", "version": "3.2.312"}

    def prepare(self, draft: Draft) -> None:
        """Check the name."""
        require_name(draft)


class EventBridgeIntegrations(Rule):
    """AWS EventBridge integrations: AWS names the event source."""

    defaults: ClassVar[Mapping[str, Any]] = {"status": "active"}

    def prepare(self, draft: Draft) -> None:
        """Make source and ARN."""
        require_name(draft)
        source = f"aws.partner/scalr.com/{draft.id}"
        region = draft.attributes.get("region")
        draft.attributes.setdefault("event-source", source)
        arn = f"arn:aws:events:{region}::event-source/{source}"
        draft.attributes.setdefault("event-source-arn", arn)
