"""Types with credentials, which can be written but never read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from scalr_async.emulator.engine.bodies import Lenience
from scalr_async.emulator.engine.drafts import Draft, require_name
from scalr_async.emulator.engine.errors import (
    conflict,
    invalid_attribute,
    invalid_relationship,
)
from scalr_async.emulator.engine.service import Rule
from scalr_async.emulator.engine.store import Record

__all__ = ["RULES", "Secretive", "is_refused", "masked", "masked_headers"]

_NAME: Final = re.compile(r"[\w.@/: -]+")
_REFUSED: Final = ("fake", "invalid", "wrong")
"""The beginnings of credentials that count as wrong: the emulator cannot verify any."""

_HOSTS: Final = {
    "azure_dev_ops_services": "https://dev.azure.com",
    "bitbucket": "https://bitbucket.org",
    "github": "https://github.com",
    "gitlab": "https://gitlab.com",
}
"""The addresses of the VCS providers that are not self-hosted."""

_STRATEGY: Final = "google-default-label-strategy"
_INTERIM_STRATEGY: Final = "google-default-labels-strategy"
"""The attribute's interim name; it is shown and accepted as the same attribute."""

_BUILT_IN: Final = ("aws", "azurerm", "google", "scalr")


def is_refused(credential: Any) -> bool:
    """Return whether a credential counts as wrong."""
    return isinstance(credential, str) and credential.startswith(_REFUSED)


def masked(items: list[dict[str, Any]] | None) -> list[dict[str, Any]] | None:
    """Return variables or header fields without the values of sensitive ones."""
    return items and [{**item, "value": ""} if item.get("sensitive") else item for item in items]


def masked_headers(headers: list[dict[str, Any]] | None) -> list[dict[str, Any]] | None:
    """Return header fields, each with its flag, without the values of sensitive ones."""
    return headers and masked([{"sensitive": False, **header} for header in headers])


class Secretive(Rule):
    """A type with secrets: they read as null, or as empty if null is not allowed."""

    secrets: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        """Count the secrets as computed, so that no filter finds their stored values."""
        cls.computed |= frozenset(cls.secrets)

    def present(self, record: Record, attributes: dict[str, Any]) -> None:
        """Remove the secrets."""
        fields = self.service.types[record.type].attributes
        for name in self.secrets:
            attributes[name] = None if fields[name].nullable else ""


class VcsProviders(Secretive):
    """VCS providers: their tokens are verified; an agent pool may connect to them.

    A provider that names no environments is shared with all of them.
    """

    lenience = Lenience(retired=frozenset({"oauth"}))
    secrets = ("token",)

    def prepare(self, draft: Draft) -> None:
        """Check name, token and agent pool."""
        require_name(draft)
        if not _NAME.fullmatch(draft.attributes["name"]):
            raise invalid_attribute("name", "Name has characters that are not allowed.")
        if is_refused(draft.changes.attributes.get("token")):
            raise invalid_attribute("token", "Invalid access token.")
        if draft.attributes.get("url") is None:
            draft.attributes["url"] = _HOSTS.get(draft.attributes.get("vcs-type", ""))
        draft.attributes.setdefault("is-shared", not draft.related("environments"))
        for pool in self.service.store.related(draft, "agent-pool"):
            if not pool.attributes.get("vcs-enabled"):
                detail = f"AgentPool '{pool.id}' does not carry VCS traffic."
                raise invalid_relationship("agent-pool", detail)


class ProviderConfigurations(Secretive):
    """Provider configurations: names are unique in the account."""

    unique = "account"
    secrets = ("aws-secret-key", "azurerm-client-secret", "google-credentials", "scalr-token")
    defaults: ClassVar[Mapping[str, Any]] = {"status": "active"}

    def prepare(self, draft: Draft) -> None:
        """Set the values that follow from the provider."""
        require_name(draft)
        provider = draft.attributes.get("provider-name")
        if draft.attributes.get("is-custom") is None:
            draft.attributes["is-custom"] = provider not in _BUILT_IN
        for name in (_STRATEGY, _INTERIM_STRATEGY):
            if draft.sets(name):
                draft.attributes |= dict.fromkeys(
                    (_STRATEGY, _INTERIM_STRATEGY), draft.attributes[name]
                )
                break
        if provider == "google" and not draft.attributes.get("google-auth-type"):
            draft.attributes["google-auth-type"] = "service-account-key"


class ProviderConfigurationLinks(Rule):
    """Links of provider configurations to workspaces: found and sorted by the configurations."""

    searched = ("provider-configuration",)


class SSHKeys(Secretive):
    """SSH keys: in use if any workspace has them."""

    unique = "account"
    secrets = ("private-key",)
    computed = frozenset({"in-use"})

    def present(self, record: Record, attributes: dict[str, Any]) -> None:
        """Remove the key, and set whether it is in use."""
        super().present(record, attributes)
        attributes["in-use"] = self.service.store.points_at("workspaces", "ssh-key", record.id)


class StorageProfiles(Secretive):
    """Storage profiles: one of them is the default; only unused ones can be deleted."""

    secrets = ("google-credentials", "google-encryption-key")

    def prepare(self, draft: Draft) -> None:
        """If the profile becomes the default, unset the previous one."""
        require_name(draft)
        if draft.changes.attributes.get("default"):
            for other in self.service.store.all("storage-profiles"):
                if other is not draft.record and other.attributes.get("default"):
                    self.service.store.change(other, {"default": False}, {})

    def removing(self, record: Record) -> None:
        """Refuse to delete the default profile, and one that an environment uses."""
        used = self.service.store.points_at("environments", "storage-profile", record.id)
        if used or record.attributes.get("default"):
            raise conflict("Cannot delete storage profile that is in use or is set as default.")


RULES: Final[Mapping[str, type[Rule]]] = {
    "account-ssh-keys": SSHKeys,
    "provider-configuration-links": ProviderConfigurationLinks,
    "provider-configurations": ProviderConfigurations,
    "storage-profiles": StorageProfiles,
    "vcs-providers": VcsProviders,
}
