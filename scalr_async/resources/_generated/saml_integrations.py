"""SAML integrations.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Required, TypedDict, Unpack, get_args

from scalr_async._values import UNSET, Secret
from scalr_async.filters import Filter
from scalr_async.jsonapi import Identity, Operation, Ref, Resource, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._with_response import with_response

# fmt: off
SamlIntegrationSecurityDigestAlgorithm = Literal[
    "http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2001/04/xmldsig-more#sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512"]
SamlIntegrationSecurityRequestedAuthnContextComparison = Literal[
    "exact", "minimum", "better", "maximum"]
SamlIntegrationSecuritySignatureAlgorithm = Literal[
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512"]
SamlIntegrationStatus = Literal["active", "disabled", "failed"]
SamlIntegrationVerificationStatus = Literal["pending", "success", "running"]
SamlIntegrationSort = Literal["name", "-name"]
# fmt: on


@resource("saml-integration")
class SamlIntegration(Resource):
    """Single sign-on of an account by SAML."""

    auto_redirect: bool | None = UNSET
    base_url: str | None = UNSET
    debug: bool = UNSET
    error_message: str | None = UNSET
    idp_cert_fingerprint: str | None = UNSET
    idp_cert_fingerprint_algorithm: str = UNSET
    idp_entity_id: str = UNSET
    idp_single_logout_service_binding: str | None = UNSET
    idp_single_logout_service_response_url: str | None = UNSET
    idp_single_logout_service_url: str | None = UNSET
    idp_single_sign_on_service_binding: str | None = UNSET
    idp_single_sign_on_service_url: str = UNSET
    idp_x509cert: str | None = UNSET
    idp_x509cert_multi_encryption: str | None = UNSET
    idp_x509cert_multi_signing: str | None = UNSET
    is_used: bool = UNSET
    mapping_azure_aad_account_type: str | None = UNSET
    mapping_azure_aad_client_id: str | None = UNSET
    mapping_azure_aad_enabled: bool = UNSET
    mapping_azure_aad_secret_key: Secret | None = UNSET
    mapping_azure_aad_tenant_id: str | None = UNSET
    mapping_email: str | None = UNSET
    mapping_fullname: str | None = UNSET
    mapping_groups: str | None = UNSET
    mapping_separator: str | None = UNSET
    name: str = UNSET
    security_allow_repeat_attribute_name: bool = UNSET
    security_authn_requests_signed: bool = UNSET
    security_digest_algorithm: SamlIntegrationSecurityDigestAlgorithm | None = UNSET
    security_logout_request_signed: bool = UNSET
    security_logout_response_signed: bool = UNSET
    security_name_id_encrypted: bool = UNSET
    security_requested_authn_context: str = UNSET
    security_requested_authn_context_comparison: SamlIntegrationSecurityRequestedAuthnContextComparison = UNSET
    security_sign_metadata: bool | None = UNSET
    security_signature_algorithm: SamlIntegrationSecuritySignatureAlgorithm = UNSET
    security_want_assertions_encrypted: bool = UNSET
    security_want_assertions_signed: bool = UNSET
    security_want_messages_signed: bool = UNSET
    security_want_name_id: bool = UNSET
    security_want_name_id_encrypted: bool = UNSET
    sp_assertion_consumer_service_binding: str = UNSET
    sp_default_entity_id: str = UNSET
    sp_entity_id: str = UNSET
    sp_name_id_format: str = UNSET
    sp_private_key: Secret | None = UNSET
    sp_single_logout_service_binding: str = UNSET
    sp_x509cert: str | None = UNSET
    sp_x509cert_new: str | None = UNSET
    status: SamlIntegrationStatus = UNSET
    strict: bool = UNSET
    use_identifier_in_urls: bool = UNSET
    verification_status: SamlIntegrationVerificationStatus = UNSET
    account: Ref[api.Account] = UNSET


class _SamlIntegrationValues(TypedDict, total=False):
    """The values of every write of a SAML integration."""

    auto_redirect: bool | None
    base_url: str | None
    debug: bool
    idp_cert_fingerprint: str | None
    idp_cert_fingerprint_algorithm: str
    idp_single_logout_service_binding: str | None
    idp_single_logout_service_response_url: str | None
    idp_single_logout_service_url: str | None
    idp_single_sign_on_service_binding: str | None
    idp_x509cert: str | None
    idp_x509cert_multi_encryption: str | None
    idp_x509cert_multi_signing: str | None
    mapping_azure_aad_account_type: str | None
    mapping_azure_aad_client_id: str | None
    mapping_azure_aad_enabled: bool
    mapping_azure_aad_secret_key: str | None
    mapping_azure_aad_tenant_id: str | None
    mapping_email: str | None
    mapping_fullname: str | None
    mapping_groups: str | None
    mapping_separator: str | None
    security_allow_repeat_attribute_name: bool
    security_authn_requests_signed: bool
    security_digest_algorithm: SamlIntegrationSecurityDigestAlgorithm | None
    security_logout_request_signed: bool
    security_logout_response_signed: bool
    security_name_id_encrypted: bool
    security_requested_authn_context: str
    security_requested_authn_context_comparison: (
        SamlIntegrationSecurityRequestedAuthnContextComparison
    )
    security_sign_metadata: bool | None
    security_signature_algorithm: SamlIntegrationSecuritySignatureAlgorithm
    security_want_assertions_encrypted: bool
    security_want_assertions_signed: bool
    security_want_messages_signed: bool
    security_want_name_id: bool
    security_want_name_id_encrypted: bool
    sp_assertion_consumer_service_binding: str
    sp_entity_id: str
    sp_name_id_format: str
    sp_private_key: str | None
    sp_single_logout_service_binding: str
    sp_x509cert: str | None
    sp_x509cert_new: str | None
    status: SamlIntegrationStatus
    strict: bool
    use_identifier_in_urls: bool


class SamlIntegrationCreate(_SamlIntegrationValues, total=False):
    """The values for creating a SAML integration."""

    idp_entity_id: Required[str]
    idp_single_sign_on_service_url: Required[str]
    name: Required[str]


class SamlIntegrationUpdate(_SamlIntegrationValues, total=False):
    """The values for updating a SAML integration."""

    idp_entity_id: str
    idp_single_sign_on_service_url: str
    name: str


class SamlIntegrationListOptions(ListOptions, total=False):
    """The options of `list`."""

    account: Filter[Identity[api.Account]]
    source: Filter[str]
    sort: SamlIntegrationSort | Sequence[SamlIntegrationSort]


# fmt: off
_LIST: Operation[SamlIntegration] = Operation(
    "GET", "/integrations/saml", paginated=True, sort=get_args(SamlIntegrationSort),
    filters={"account": "filter[account]", "source": "filter[source]"},
    filter_types={"account": "accounts"})
_CREATE: Operation[SamlIntegration] = Operation("POST", "/integrations/saml")
_GET: Operation[SamlIntegration] = Operation(
    "GET", "/integrations/saml/{saml_integration}", ids=("saml-integration",))
_UPDATE: Operation[SamlIntegration] = Operation(
    "PATCH", "/integrations/saml/{saml_integration}", ids=("saml-integration",))
_DELETE: Operation[None] = Operation(
    "DELETE", "/integrations/saml/{saml_integration}", ids=("saml-integration",), idempotent=True)
# fmt: on


class SamlIntegrations(Collection[SamlIntegration]):
    """The calls of `scalr.saml_integrations`."""

    model = SamlIntegration

    def list(self, **options: Unpack[SamlIntegrationListOptions]) -> Pager[SamlIntegration]:
        """List SAML integrations.

        `GET /integrations/saml`. Raises `ForbiddenError` or `NotFoundError`.

        Keywords: `account`; `source`; `sort` by `name` (`-` reverses); `page_size`; `prefetch`;
        `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    async def create(
        self,
        *,
        reconcile: Pager[SamlIntegration] | None = None,
        **values: Unpack[SamlIntegrationCreate],
    ) -> SamlIntegration:
        """Create a SAML integration.

        `POST /integrations/saml`. `reconcile` is a list that finds the object if the answer is
        lost. Raises `ForbiddenError`, `NotFoundError` or `UnprocessableEntityError`.

        Keywords: `auto_redirect`; `base_url`; `debug`; `idp_cert_fingerprint`;
        `idp_cert_fingerprint_algorithm`; `idp_entity_id` (required);
        `idp_single_logout_service_binding`; `idp_single_logout_service_response_url`;
        `idp_single_logout_service_url`; `idp_single_sign_on_service_binding`;
        `idp_single_sign_on_service_url` (required); `idp_x509cert`;
        `idp_x509cert_multi_encryption`; `idp_x509cert_multi_signing`;
        `mapping_azure_aad_account_type`; `mapping_azure_aad_client_id`;
        `mapping_azure_aad_enabled`; `mapping_azure_aad_secret_key`;
        `mapping_azure_aad_tenant_id`; `mapping_email`; `mapping_fullname`; `mapping_groups`;
        `mapping_separator`; `name` (required); `security_allow_repeat_attribute_name`;
        `security_authn_requests_signed`; `security_digest_algorithm`;
        `security_logout_request_signed`; `security_logout_response_signed`;
        `security_name_id_encrypted`; `security_requested_authn_context`;
        `security_requested_authn_context_comparison`; `security_sign_metadata`;
        `security_signature_algorithm`; `security_want_assertions_encrypted`;
        `security_want_assertions_signed`; `security_want_messages_signed`;
        `security_want_name_id`; `security_want_name_id_encrypted`;
        `sp_assertion_consumer_service_binding`; `sp_entity_id`; `sp_name_id_format`;
        `sp_private_key`; `sp_single_logout_service_binding`; `sp_x509cert`; `sp_x509cert_new`;
        `status`; `strict`; `use_identifier_in_urls`.
        """
        return await self._create(_CREATE, (), values, reconcile=reconcile)

    async def get(self, saml_integration: Identity[SamlIntegration]) -> SamlIntegration:
        """Read a SAML integration.

        `GET /integrations/saml/{saml_integration}`. Raises `ForbiddenError` or `NotFoundError`.
        """
        return await self._get(_GET, (saml_integration,))

    async def update(
        self, saml_integration: Identity[SamlIntegration], **values: Unpack[SamlIntegrationUpdate]
    ) -> SamlIntegration:
        """Update a SAML integration.

        `PATCH /integrations/saml/{saml_integration}`. Raises `ForbiddenError`, `NotFoundError`
        or `UnprocessableEntityError`.

        Keywords: `auto_redirect`; `base_url`; `debug`; `idp_cert_fingerprint`;
        `idp_cert_fingerprint_algorithm`; `idp_entity_id`; `idp_single_logout_service_binding`;
        `idp_single_logout_service_response_url`; `idp_single_logout_service_url`;
        `idp_single_sign_on_service_binding`; `idp_single_sign_on_service_url`; `idp_x509cert`;
        `idp_x509cert_multi_encryption`; `idp_x509cert_multi_signing`;
        `mapping_azure_aad_account_type`; `mapping_azure_aad_client_id`;
        `mapping_azure_aad_enabled`; `mapping_azure_aad_secret_key`;
        `mapping_azure_aad_tenant_id`; `mapping_email`; `mapping_fullname`; `mapping_groups`;
        `mapping_separator`; `name`; `security_allow_repeat_attribute_name`;
        `security_authn_requests_signed`; `security_digest_algorithm`;
        `security_logout_request_signed`; `security_logout_response_signed`;
        `security_name_id_encrypted`; `security_requested_authn_context`;
        `security_requested_authn_context_comparison`; `security_sign_metadata`;
        `security_signature_algorithm`; `security_want_assertions_encrypted`;
        `security_want_assertions_signed`; `security_want_messages_signed`;
        `security_want_name_id`; `security_want_name_id_encrypted`;
        `sp_assertion_consumer_service_binding`; `sp_entity_id`; `sp_name_id_format`;
        `sp_private_key`; `sp_single_logout_service_binding`; `sp_x509cert`; `sp_x509cert_new`;
        `status`; `strict`; `use_identifier_in_urls`.
        """
        return await self._update(_UPDATE, (saml_integration,), values)

    async def delete(self, saml_integration: Identity[SamlIntegration]) -> None:
        """Delete a SAML integration.

        `DELETE /integrations/saml/{saml_integration}`. Raises `ForbiddenError` or
        `NotFoundError`.
        """
        return await self._delete(_DELETE, (saml_integration,))

    async def find(
        self, *, name: str, account: Identity[api.Account] | None = None
    ) -> SamlIntegration:
        """Find a SAML integration by its name.

        `GET /integrations/saml`. Raises `NoResultError`, which tells names that come close, or
        `MultipleResultsError`, which tells all that have the name.
        """
        return await self._find(_LIST, name, {"account": account})

    @property
    def with_response(self) -> SamlIntegrationsWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return SamlIntegrationsWithResponse(self)


class SamlIntegrationsWithResponse:
    """The calls of `scalr.saml_integrations.with_response`."""

    def __init__(self, calls: SamlIntegrations) -> None:
        self.list = with_response(calls.list)
        self.create = with_response(calls.create)
        self.get = with_response(calls.get)
        self.update = with_response(calls.update)
        self.delete = with_response(calls.delete)
