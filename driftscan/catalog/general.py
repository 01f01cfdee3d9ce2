"""The general rule for Google's types: how an asset is compared of which nobody wrote a spec."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from driftscan.catalog import paths, policy
from driftscan.catalog.spec import Compare, Identity, Ignored, Spec

MATCH: Final = (("name",),)
"""What finds an asset's counterpart unless a spec says otherwise: the last segment of its full resource name."""
_TYPE: Final = re.compile(r"(?:[a-z0-9-]+\.googleapis\.com|(?:[a-z0-9-]+\.)*k8s\.io)/[A-Za-z][A-Za-z0-9]*")


def covers(type: str) -> bool:
    """Whether a type name is one of Cloud Asset Inventory's: `compute.googleapis.com/Firewall`, `apps.k8s.io/Deployment`."""
    return _TYPE.fullmatch(type) is not None


NAMES: Final = {
    "identity": ("selfLink", "selfLinkWithId", "uid", "uniqueId", "projectNumber"),
    "time": ("createTime", "updateTime", "creationTimestamp"),
    "derived": ("etag", "fingerprint", "labelFingerprint"),
    "scope": ("kind",),
}


@cache
def spec(type: str) -> Spec:
    """The general spec of one of Google's types."""
    dropped = tuple(Ignored(paths.parse(f"**.{n}"), reason) for reason, names in NAMES.items() for n in names)
    return Spec(
        type=type,
        title=type.partition("/")[2],
        aspect="capacity",
        cfn=False,
        identity=Identity(match=MATCH),
        compare=policy.added(type, Compare(ignore=dropped)),
        content=("RESOURCE", "IAM_POLICY"),
    )
