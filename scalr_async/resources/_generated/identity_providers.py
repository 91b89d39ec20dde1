"""Identity providers.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from typing import Literal

from scalr_async._values import UNSET
from scalr_async.jsonapi import Ref, Resource, resource
from scalr_async.resources import _generated as api

IdentityProviderIdpType = Literal["scalr", "ldap", "saml"]
IdentityProviderVerificationStatus = Literal["pending", "success", "running"]
IdentityProviderField = Literal["id", "idp_type", "name", "verification_status", "account"]


@resource("identity-providers")
class IdentityProvider(Resource):
    """The identity provider of users: Scalr itself, or a SAML or LDAP service."""

    idp_type: IdentityProviderIdpType = UNSET
    name: str = UNSET
    verification_status: IdentityProviderVerificationStatus = UNSET
    account: Ref[api.Account] | None = UNSET
