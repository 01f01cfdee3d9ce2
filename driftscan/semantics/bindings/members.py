"""Whom a policy of Google Cloud names, and which of them takes in which.

Source: IAM API v1, `Binding.members`, and v2, `DenyRule.deniedPrincipals`; IAM documentation, "Principal identifiers". A name that stands
for several (a group, a domain, a pool) is compared as it is named: who is in a group is not written in any policy.
"""

from __future__ import annotations

import re
from typing import Final

from driftscan.semantics.reading import NotUnderstoodError

EVERYBODY: Final = "allUsers"
"""Anyone on the internet, with or without an account."""
AUTHENTICATED: Final = "allAuthenticatedUsers"
"""Anyone with a Google account or a service account; no identities of other providers."""
PUBLIC: Final = (EVERYBODY, AUTHENTICATED)

_MAILED: Final = ("user:", "serviceAccount:", "group:", "domain:")
_KINDS: Final = (*_MAILED, "projectOwner:", "projectEditor:", "projectViewer:", "principal://", "principalSet://")
_CLUSTER: Final = ".svc.id.goog["
"""In the name of a Kubernetes service account, whose namespace and name are no e-mail address."""
_SECOND: Final = (
    (re.compile(r"principal://goog/subject/(.+)"), "user:"),
    (re.compile(r"principal://iam\.googleapis\.com/projects/-/serviceAccounts/(.+)"), "serviceAccount:"),
    (re.compile(r"principalSet://goog/group/(.+)"), "group:"),
)
"""Spellings of deny policies, and the kind that allow policies write."""
_SECOND_ALL: Final = "principalSet://goog/public:all"
_SERVICE_ACCOUNTS: Final = re.compile(r"principalSet://cloudresourcemanager\.googleapis\.com/projects/([^/]+)/type/ServiceAccount")
_HOME: Final = re.compile(r"serviceAccount:[^@]+@(.+)\.iam\.gserviceaccount\.com")


def member(text: str) -> str:
    """The one spelling of a member: e-mail addresses and domains in lower case, the spellings of deny policies as those of allow policies.

    Raises NotUnderstoodError where it is none of the kinds that the API documents.
    """
    if text in PUBLIC:
        return text
    if text == _SECOND_ALL:
        return EVERYBODY
    gone = "deleted:" if text.startswith("deleted:") else ""
    rest = text.removeprefix("deleted:")
    for pattern, kind in _SECOND:
        if (m := pattern.fullmatch(rest)) is not None:
            rest = kind + m[1]
    if not rest.startswith(_KINDS):
        raise NotUnderstoodError(f"the member {text!r} is of no known kind")
    if rest.startswith(_MAILED) and _CLUSTER not in rest:
        kind, _, address = rest.partition(":")
        rest = f"{kind}:{address.lower()}"
    return gone + rest


def takes_in(wide: str, narrow: str) -> bool:
    """Whether whoever is meant by one member is meant by another, as far as the two names say it. Both in the spelling of `member`.

    One takes in the other or not; that two (a group and a domain) may have members in common is not written in their names.
    """
    if wide in (narrow, EVERYBODY):
        return True
    if wide == AUTHENTICATED:
        return (narrow.startswith(_MAILED) and _CLUSTER not in narrow) or _SERVICE_ACCOUNTS.fullmatch(narrow) is not None
    if wide.startswith("domain:"):
        return narrow.startswith("user:") and narrow.endswith("@" + wide.removeprefix("domain:"))
    if wide.startswith("principalSet://"):
        if (m := _SERVICE_ACCOUNTS.fullmatch(wide)) is not None:
            home = _HOME.fullmatch(narrow)
            return home is not None and home[1] == m[1].lower()
        pool = wide.removeprefix("principalSet").removesuffix("/*")
        return wide.endswith("/*") and narrow.startswith((f"principal{pool}/", f"principalSet{pool}/"))
    return False
