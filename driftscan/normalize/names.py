"""What a name looks like that nobody chose, and what is left of it when that is taken away."""

from __future__ import annotations

import re
from typing import Final

_UUID: Final = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
_STACK_SUFFIX: Final = r"(?<=[A-Za-z0-9])-(?=[A-Z0-9]*[0-9])(?=[A-Z0-9]*[A-Z])[A-Z0-9]{10,14}(?![A-Za-z0-9])"
_LOWER_SUFFIX: Final = r"(?<=[a-z0-9])-(?=(?:[a-z]*[0-9]){2})(?=(?:[0-9]*[a-z]){2})[a-z0-9]{12,13}(?![A-Za-z0-9])"
_HEX: Final = r"(?<![0-9A-Za-z])(?=[a-f]*[0-9])(?=[0-9]*[a-f])[0-9a-f]{8,}(?![0-9A-Za-z])"
_UPPER_HEX: Final = r"(?<![0-9A-Za-z])(?=[A-F]*[0-9])(?=[0-9]*[A-F])[0-9A-F]{8,}(?![0-9A-Za-z])"
_NUMBER: Final = r"(?<![0-9A-Za-z])(?!\d{12}(?!\d))\d{9,}(?![0-9A-Za-z])"
_MIXED: Final = r"(?<![0-9A-Za-z])(?=[0-9A-Za-z]*[A-Za-z][0-9]+[A-Za-z])(?=(?:[A-Za-z]*[0-9]){2})[0-9A-Za-z]{8,}(?![0-9A-Za-z])"
_GENERATED: Final = re.compile("|".join((_UUID, _STACK_SUFFIX, _LOWER_SUFFIX, _HEX, _UPPER_HEX, _NUMBER, _MIXED)))
STACK_SUFFIX: Final = re.compile(_STACK_SUFFIX)
_PREFIXED: Final = re.compile(
    r"(?<![0-9A-Za-z-])([a-z]{1,12}(?:-[a-z]{2,8})?)-(?=[a-f0-9]*[0-9])[0-9a-f]{8}(?:[0-9a-f]{9})?(?![0-9A-Za-z])"
)
_FORM: Final = re.compile(rf"{_PREFIXED.pattern}|(?<![0-9A-Za-z-])({_UUID})(?![0-9A-Za-z-])")
_SEPARATORS: Final = re.compile(r"([-_.])\1+|-\{id\}")
_HASHED_ID: Final = re.compile(r"(?<=[A-Za-z0-9])(?:(?=[0-9a-f]*[0-9])[0-9a-f]{8,40}|(?=[0-9A-F]*[0-9])[0-9A-F]{8})$")

PREFIXES: Final = {
    "acl": "AWS::EC2::NetworkAcl", "ami": "AWS::EC2::Image", "cgw": "AWS::EC2::CustomerGateway", "dopt": "AWS::EC2::DHCPOptions",
    "eigw": "AWS::EC2::EgressOnlyInternetGateway", "eipalloc": "AWS::EC2::EIP", "eni": "AWS::EC2::NetworkInterface",
    "fl": "AWS::EC2::FlowLog", "fs": "AWS::EFS::FileSystem", "fsap": "AWS::EFS::AccessPoint", "fsmt": "AWS::EFS::MountTarget",
    "i": "AWS::EC2::Instance", "igw": "AWS::EC2::InternetGateway", "lt": "AWS::EC2::LaunchTemplate", "nat": "AWS::EC2::NatGateway",
    "pcx": "AWS::EC2::VPCPeeringConnection", "pl": "AWS::EC2::PrefixList", "rtb": "AWS::EC2::RouteTable",
    "rtbassoc": "AWS::EC2::SubnetRouteTableAssociation", "sg": "AWS::EC2::SecurityGroup", "snap": "AWS::EC2::Snapshot",
    "subnet": "AWS::EC2::Subnet", "tgw": "AWS::EC2::TransitGateway", "tgw-attach": "AWS::EC2::TransitGatewayAttachment",
    "tgw-rtb": "AWS::EC2::TransitGatewayRouteTable", "vgw": "AWS::EC2::VPNGateway", "vol": "AWS::EC2::Volume", "vpc": "AWS::EC2::VPC",
    "vpce": "AWS::EC2::VPCEndpoint", "vpce-svc": "AWS::EC2::VPCEndpointService", "vpn": "AWS::EC2::VPNConnection",
}  # fmt: skip
"""What an id's prefix claims it to be."""


def generated(text: str) -> bool:
    """Whether a name holds a part that nobody chose: a stack's suffix, random hex, a UUID, a long number that is no account id."""
    return _GENERATED.search(text) is not None or _PREFIXED.search(text) is not None


def chosen(text: str) -> str:
    """The name without its generated parts; empty where nothing that a person chose is left.

    `orders-Queue-1A2B3C4D5E6F7` -> `orders-Queue`; `sg-0123456789abcdef0` -> ``.
    """
    left = bare(text).strip("-_.:/ ")
    return left if any(c.isalpha() for c in left) else ""


def bare(text: str) -> str:
    """The text without its generated parts, wherever they stand; what separated them stays once."""
    return _SEPARATORS.sub(lambda m: m[1] or "", _GENERATED.sub("", _PREFIXED.sub("", text)))


def logical(text: str) -> str:
    """A logical id without the hash that a synthesiser appends to it: `ApiDeployment5a7f3c9d2e` -> `ApiDeployment`."""
    return _HASHED_ID.sub("", text) or text


def ids(text: str) -> list[tuple[int, int, str]]:
    """Where the text holds ids of a known form: (start, end, the type that the form claims, or "")."""
    return [(m.start(), m.end(), PREFIXES.get(m[1] or "", "")) for m in _FORM.finditer(text)]
