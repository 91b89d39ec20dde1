"""Things with credentials: these go in and are never read back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from scalr_async.emulator._errors import invalid_attribute, invalid_relationship
from scalr_async.emulator._service import Draft, Rule, require_name
from scalr_async.emulator._store import Record

__all__ = [
    "DatadogIntegrations",
    "DockerIntegrations",
    "InfracostIntegrations",
    "ProviderConfigurations",
    "SSHKeys",
    "SamlIntegrations",
    "StorageProfiles",
    "VcsProviders",
    "WebhookDeliveries",
    "WebhookIntegrations",
]

_NAME: Final = re.compile(r"[\w.@/: -]+")
_REFUSED: Final = ("fake", "invalid", "wrong")
"""The beginnings of credentials that are refused: there is nobody outside to ask."""

_HOSTS: Final = {
    "azure_dev_ops_services": "https://dev.azure.com",
    "bitbucket": "https://bitbucket.org",
    "github": "https://github.com",
    "gitlab": "https://gitlab.com",
}
"""The addresses of the VCS providers that are not self-hosted."""

_STRATEGY: Final = "google-default-label-strategy"
_INTERIM_STRATEGY: Final = "google-default-labels-strategy"
"""The name that it had for a while; both are given, and taken, as one."""

_PORTS: Final = {"http": ":80", "https": ":443"}
_BUILT_IN: Final = ("aws", "azurerm", "google", "scalr")


def _refused(credential: Any) -> bool:
    return isinstance(credential, str) and credential.startswith(_REFUSED)


class _Secretive(Rule):
    """Things with secrets: null when they are read, or empty where null is not allowed."""

    secrets: ClassVar[tuple[str, ...]] = ()

    def present(self, record: Record, attributes: dict[str, Any]) -> None:
        """Blank the secrets."""
        fields = self.service.types[record.type].attributes
        for name in self.secrets:
            attributes[name] = None if fields[name].nullable else ""


class VcsProviders(_Secretive):
    """VCS providers: their tokens are tried out, and agents may stand between.

    One that names no environments is shared with all of them.
    """

    prefix = "vcs"
    secrets = ("token",)

    def prepare(self, draft: Draft) -> None:
        """Check name, token and agent pool."""
        require_name(draft)
        if not _NAME.fullmatch(draft.attributes["name"]):
            raise invalid_attribute("name", "Name has characters that are not allowed.")
        if _refused(draft.changes.attributes.get("token")):
            raise invalid_attribute("token", "Invalid access token.")
        if draft.attributes.get("url") is None:
            draft.attributes["url"] = _HOSTS.get(draft.attributes.get("vcs-type", ""))
        draft.attributes.setdefault("is-shared", not draft.related("environments"))
        for pool in self.service.store.related(draft, "agent-pool"):
            if not pool.attributes.get("vcs-enabled"):
                detail = f"AgentPool '{pool.id}' does not carry VCS traffic."
                raise invalid_relationship("agent-pool", detail)


class ProviderConfigurations(_Secretive):
    """Provider configurations: names are unique in the account."""

    prefix = "pcfg"
    unique = "account"
    secrets = ("aws-secret-key", "azurerm-client-secret", "google-credentials", "scalr-token")
    defaults: ClassVar[Mapping[str, Any]] = {"status": "active"}

    def prepare(self, draft: Draft) -> None:
        """Complete what the provider implies."""
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


class SSHKeys(_Secretive):
    """SSH keys: in use where a workspace has them."""

    prefix = "ssh"
    unique = "account"
    secrets = ("private-key",)
    computed = frozenset({"in-use"})

    def present(self, record: Record, attributes: dict[str, Any]) -> None:
        """Blank the key, and say whether it is used."""
        super().present(record, attributes)
        attributes["in-use"] = self.service.store.points_at("workspaces", "ssh-key", record.id)


class StorageProfiles(_Secretive):
    """Storage profiles: one of them is the default."""

    prefix = "sp"
    secrets = ("google-credentials", "google-encryption-key")

    def prepare(self, draft: Draft) -> None:
        """Take the default from the others."""
        require_name(draft)
        if draft.changes.attributes.get("default"):
            for other in self.service.store.all("storage-profiles"):
                if other is not draft.record and other.attributes.get("default"):
                    self.service.store.change(other, {"default": False}, {})


class SamlIntegrations(_Secretive):
    """SAML integrations."""

    secrets = ("mapping-azure-aad-secret-key", "sp-private-key")
    defaults: ClassVar[Mapping[str, Any]] = {
        "status": "active",
        "verification-status": "pending",
        "idp-cert-fingerprint-algorithm": "sha256",
        "security-requested-authn-context-comparison": "exact",
        "security-signature-algorithm": "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    }


class _Connected(_Secretive):
    """Integrations that fail when their key is not taken, and say so in their status."""

    secrets = ("api-key",)
    defaults: ClassVar[Mapping[str, Any]] = {"status": "active"}

    def prepare(self, draft: Draft) -> None:
        """Try the key out, as far as that is possible here."""
        require_name(draft)
        if draft.sets("api-key"):
            failed = _refused(draft.attributes["api-key"])
            draft.attributes["status"] = "failed" if failed else "active"
            draft.attributes["err-message"] = "The API key is not accepted." if failed else None
            if not failed:
                draft.attributes["status"] = draft.changes.attributes.get("status", "active")


class DatadogIntegrations(_Connected):
    """Datadog integrations."""


class InfracostIntegrations(_Connected):
    """Infracost integrations: environments with one have the costs of their plans estimated."""


class DockerIntegrations(_Secretive):
    """Docker registries: Scalr logs in before it keeps them."""

    secrets = ("password",)
    defaults: ClassVar[Mapping[str, Any]] = {"status": "active"}

    def prepare(self, draft: Draft) -> None:
        """Check the password, and write the URL as Scalr does."""
        if _refused(draft.changes.attributes.get("password")):
            raise invalid_attribute("password", "The registry does not accept the credentials.")
        url = draft.changes.attributes.get("registry-url")
        if url:
            draft.attributes["registry-url"] = _normal(url.strip())


def _normal(url: str) -> str:
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
    except ValueError:
        raise invalid_attribute("registry-url", "Value is not a valid URL.") from None
    return f"{parts.scheme}://{parts.netloc.lower().removesuffix(_PORTS.get(parts.scheme, '/'))}"


class WebhookIntegrations(_Secretive):
    """Webhooks: their key is told once, made when none is given; header values may be sensitive."""

    prefix = "wh"
    secrets = ("secret-key",)
    defaults: ClassVar[Mapping[str, Any]] = {
        "enabled": True,
        "http-method": "POST",
        "max-attempts": 3,
        "timeout": 15,
    }

    def prepare(self, draft: Draft) -> None:
        """Check the URL, and make a key when there is none."""
        require_name(draft)
        if not draft.attributes.get("url", "").startswith(("http://", "https://")):
            raise invalid_attribute("url", "Value is not a valid URL.")
        if not draft.attributes.get("secret-key"):
            draft.attributes["secret-key"] = self.service.text(32)

    def present(self, record: Record, attributes: dict[str, Any]) -> None:
        """Blank the key and the sensitive headers."""
        super().present(record, attributes)
        headers = attributes["headers"]
        if headers is not None:
            attributes["headers"] = [
                {**header, "sensitive": secret, "value": "" if secret else header["value"]}
                for header in headers
                for secret in (header.get("sensitive", False),)
            ]

    def once(self, record: Record) -> Mapping[str, Mapping[str, Any]]:
        """Tell the key."""
        return {"attributes": {"secret-key": record.attributes["secret-key"]}}


class WebhookDeliveries(Rule):
    """The log of what was sent to webhooks."""

    prefix = "wd"
    defaults: ClassVar[Mapping[str, Any]] = {"attempts": 0, "status": "pending"}
