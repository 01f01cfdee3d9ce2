"""What a name looks like that nobody chose, and what is left of it when that is taken away."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import Final

PREFIXES: Final = {
    "acl": "AWS::EC2::NetworkAcl", "aki": "AWS::EC2::Image", "ami": "AWS::EC2::Image", "ari": "AWS::EC2::Image",
    "cgw": "AWS::EC2::CustomerGateway", "core-network": "AWS::NetworkManager::CoreNetwork",
    "cvpn-endpoint": "AWS::EC2::ClientVpnEndpoint", "dopt": "AWS::EC2::DHCPOptions",
    "eigw": "AWS::EC2::EgressOnlyInternetGateway", "eipalloc": "AWS::EC2::EIP", "eni": "AWS::EC2::NetworkInterface",
    "fl": "AWS::EC2::FlowLog", "fs": "AWS::EFS::FileSystem", "fsap": "AWS::EFS::AccessPoint", "fsmt": "AWS::EFS::MountTarget",
    "i": "AWS::EC2::Instance", "igw": "AWS::EC2::InternetGateway", "ipam-pool": "AWS::EC2::IPAMPool", "ipam-scope": "AWS::EC2::IPAMScope",
    "ipv4pool-coip": "AWS::EC2::CoipPool", "ipv4pool-ec2": "AWS::EC2::PublicIpv4Pool", "lgw-rtb": "AWS::EC2::LocalGatewayRouteTable",
    "lt": "AWS::EC2::LaunchTemplate", "nat": "AWS::EC2::NatGateway",
    "pcx": "AWS::EC2::VPCPeeringConnection", "pl": "AWS::EC2::PrefixList", "rtb": "AWS::EC2::RouteTable",
    "rtbassoc": "AWS::EC2::SubnetRouteTableAssociation", "sg": "AWS::EC2::SecurityGroup", "snap": "AWS::EC2::Snapshot",
    "subnet": "AWS::EC2::Subnet", "tgw": "AWS::EC2::TransitGateway", "tgw-attach": "AWS::EC2::TransitGatewayAttachment",
    "tgw-connect-peer": "AWS::EC2::TransitGatewayConnectPeer", "tgw-mcast-domain": "AWS::EC2::TransitGatewayMulticastDomain",
    "tgw-ptb": "AWS::EC2::TransitGatewayPolicyTable", "tgw-rtb": "AWS::EC2::TransitGatewayRouteTable",
    "vgw": "AWS::EC2::VPNGateway", "vol": "AWS::EC2::Volume", "vpc": "AWS::EC2::VPC",
    "vpce": "AWS::EC2::VPCEndpoint", "vpce-svc": "AWS::EC2::VPCEndpointService", "vpn": "AWS::EC2::VPNConnection",
}  # fmt: skip
"""What an id's prefix claims it to be."""

GAP: Final = "\ue000"
"""Stands for a token of a setting that stays closed."""
_UUID: Final = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
_CUT_UUID: Final = r"(?=[0-9a-f-]*[0-9])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{4,11}"
"""A UUID that lost its end where a name was cut at its limit."""
_INNER_UUID: Final = r"(?=[0-9a-f-]*[0-9])[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}"
"""The middle of a UUID, which templates take of a stack's id: its version and variant show what it is."""
_MOMENT: Final = r"(?:\d{8}T\d{6,8}|20\d{16}[0-9a-f]{8})"
"""A moment that a tool appends to a name: a console's `20220908T101010`, Terraform's with its counter `2021040616172930630000000a`."""
_DIGEST: Final = r"(?=[a-f]*[0-9])(?=[0-9]*[a-f])[0-9a-f]{32}"
_LONG_HEX: Final = r"(?:(?=[a-f]*[0-9])(?=[0-9]*[a-f])[0-9a-f]{16,32}|(?=[A-F]*[0-9])(?=[0-9]*[A-F])[0-9A-F]{16,32})"
"""Random digits. Forty of them may be a commit, which is content."""
_SUFFIX: Final = re.compile(rf"(?<=[A-Za-z0-9{GAP}])-([A-Z0-9]{{10,14}}|[a-z0-9]{{12,13}})(?![A-Za-z0-9])")
_LONG_SUFFIX: Final = re.compile(
    rf"(?:(?<=[A-Za-z0-9_.-]{{5}})-(?:{_UUID}|{_CUT_UUID}|{_INNER_UUID}|{_LONG_HEX}|\d{{13}})|(?<=[A-Za-z0-9])-{_MOMENT}"
    rf"|(?<=[A-Za-z]{{3}}){_UUID})(?![0-9A-Za-z])"
)
"""What consoles and tools append to a name: a UUID, a moment. Behind a short prefix (`ws-...`) all but a moment are an id, no suffix.
A UUID may be glued to a word (`sample25334968-21d9-41ae-8c3e-9483812b54c2`)."""
_CUT_SUFFIX: Final = re.compile(r"(?<=[A-Za-z0-9])-(?:[A-Z0-9]{2,11}|[A-Z])\Z")
_CUT_LOWER: Final = re.compile(r"(?<=[A-Za-z0-9])-(?=[a-z0-9]*[0-9][a-z])[a-z0-9]{3,11}\Z")
_INNER_DIGIT: Final = re.compile(r"^[A-Z0-9]*[0-9][A-Z][A-Z0-9]*$")
_CUTS: Final = frozenset({64, 128, 255})
_LEAST_CUT: Final = 63
"""Where RDS cuts, in whose names there are no capitals."""
_HEX: Final = r"(?<![0-9A-Za-z])(?=[a-f]*[0-9])(?=[0-9]*[a-f])[0-9a-f]{8,}(?![0-9A-Za-z])"
_UPPER_HEX: Final = r"(?<![0-9A-Za-z])(?=[A-F]*[0-9])(?=[0-9]*[A-F])[0-9A-F]{8,}(?![0-9A-Za-z])"
_NUMBER: Final = r"(?<![0-9A-Za-z])(?!\d{12}(?!\d))\d{9,}(?![0-9A-Za-z])"
_MIXED: Final = r"(?<![0-9A-Za-z])(?=[0-9A-Za-z]{8})[0-9]*(?:[A-Za-z]+[0-9]+){2,}[A-Za-z]*(?![0-9A-Za-z])"  # filtered by `idlike`
_MADE: Final = rf"(?<![0-9A-Za-z])(?:{_CUT_UUID}|{_MOMENT})(?![0-9A-Za-z])|(?<=(?<![0-9A-Za-z])Stmt)\d{{13}}(?![0-9A-Za-z])"
_GENERATED: Final = re.compile("|".join((_UUID, _MADE, _HEX, _UPPER_HEX, _NUMBER, f"(?P<mixed>{_MIXED})")))
_MAYBE: Final = re.compile(r"[0-9]|-[A-Z]{2}|-[a-z]{12}|\{id\}|Identity |identity/")
"""Without any of these there is nothing generated in a text: most texts need no closer look."""
_SPOT: Final = re.compile(
    r"(?<![0-9A-Za-z])(?!\d{12}(?![0-9A-Za-z]))(?:(?=[A-Za-z]*[0-9])[0-9A-Za-z]{8}|[A-Z0-9]{10}|[a-z0-9]{12})|[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-"
    r"|[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab]|dentity[ /]"
)
"""Where an id or a suffix of any kind below may begin; an account id is none. One quick look instead of one for each of them."""
_WORD: Final = 8
"""So many letters in a row, none of them a rare pair, are a word."""
_NUMBERED: Final = re.compile(r"[A-Za-z]{6,}[0-9]+")
"""A word with a number behind it (`production01`)."""
_LETTERS: Final = re.compile(r"[a-z]+")
_FOLLOWERS: Final = {
    "a": "hjo", "b": "bghkqwxz", "c": "bfgjnqvwxz", "d": "xz", "e": "z", "f": "bcdghjknpqvwxz", "g": "qwxz", "h": "hjknqvwxz",
    "i": "hijkquwy", "j": "abcdfghijklmnpqrstuvwxyz", "k": "bghjkqvwxyz", "l": "hjqxz", "m": "ghjkqwxyz", "n": "xz", "o": "hqz",
    "p": "jkqwxz", "q": "abcdefghijkmnopqrstvwxyz", "r": "hjxz", "s": "jxz", "t": "xz", "u": "fhjkquvwxyz", "v": "bdfghjklnqstuvwxyz",
    "w": "bcdfgjkpquvwxyz", "x": "bfghjkmnoquvwxz", "y": "hjkqxy", "z": "bcdfghijklmnpqrstuvwxyz",
}  # fmt: skip
_RARE: Final = frozenset(a + b for a, followers in _FOLLOWERS.items() for b in followers)
"""Pairs of letters of which less than one in 20,000 is in the names of AWS's operations, shapes and members: where three of them
stand in twelve letters, nobody wrote a word or glued two (`northstaging`, `rdsdbcluster`)."""
_PIECE: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_KNOWN: Final = "|".join(sorted(PREFIXES, key=len, reverse=True))
_IAM: Final = {
    "AGPA": "AWS::IAM::Group", "AIDA": "AWS::IAM::User", "AIPA": "AWS::IAM::InstanceProfile", "ANPA": "AWS::IAM::ManagedPolicy",
    "AROA": "AWS::IAM::Role",
}  # fmt: skip
"""How IAM's unique ids begin, and whose they are."""
PREFIXED: Final = (
    rf"(?<![0-9A-Za-z-])(?:(?:{_KNOWN})-(?=[a-f0-9]*[0-9])[0-9a-f]{{8}}(?:[0-9a-f]{{9}})?|[a-z]{{1,12}}-(?=[a-f]*[0-9])[0-9a-f]{{17}}"
    rf"|(?:fleet|[a-z]{{1,4}})-{_UUID}|(?:{'|'.join(_IAM)})[A-Z0-9]{{16,17}})(?![0-9A-Za-z])"
    rf"|(?<=default-)(?:vpc|subnet)-(?=[a-f0-9]*[0-9])[0-9a-f]{{8}}(?:[0-9a-f]{{9}})?(?![0-9A-Za-z])"
    rf"|(?<=[0-9A-Za-z]-)(?:{_KNOWN})-(?=[a-f]*[0-9])[0-9a-f]{{17}}(?![0-9A-Za-z])"
)
"""An id with its prefix: a known one and 8 or 17 hex digits, or any and 17; a short one and a UUID; IAM's unique ids.

Inside a name (`default-vpc-0a1b2c3d`) only what AWS itself puts there, and known prefixes with 17 digits.
"""
SHORTEST_BARE: Final = 20
"""Ids without a dash in them have at least as many characters: IAM's, 32 hex digits, an origin access identity in its sentence."""
_DIGITS: Final = re.compile(r"(?=[a-f0-9]*[0-9])[0-9a-f]{8}(?:[0-9a-f]{9})?")
_PREFIXED: Final = re.compile(PREFIXED)
_ORIGIN: Final = r"(?<=[Oo]rigin Access Identity )[A-Z0-9]{10,15}|(?<=origin-access-identity/cloudfront/)[A-Z0-9]{10,15}"
_DKIM: Final = r"(?<![0-9A-Za-z-])(?=[a-z]*[0-9])[a-z0-9]{32}(?=\._domainkey\.|\.dkim\.amazonses\.com)"
"""A label that SES invents for signing mail."""
_FORM: Final = re.compile(rf"{PREFIXED}|{_ORIGIN}|{_DKIM}|(?<![0-9A-Za-z-])({_UUID}|{_DIGEST})(?![0-9A-Za-z-])")
_BALANCED: Final = re.compile(
    r"(?<![0-9A-Za-z])(?:(targetgroup|truststore)|app|net|gwy)/[\w-]{1,32}/([0-9a-f]{16})(?:/([0-9a-f]{16})(?:/([0-9a-f]{16}))?)?(?![0-9A-Za-z])"
)
_BALANCING: Final = {"targetgroup": "TargetGroup", "truststore": "TrustStore"}
_DIRECTORY: Final = re.compile(r"(?<![0-9A-Za-z-])d-(?=[a-f]*[0-9])[0-9a-f]{10}(?![0-9A-Za-z-])")
_STACK_NAME: Final = re.compile(r"(.+)-[A-Za-z0-9]+-[A-Z0-9]{12,13}")
_SEPARATORS: Final = re.compile(r"([-_.])\1+|-\{id\}")
_HASHED_ID: Final = re.compile(r"(?<=[A-Za-z0-9])(?:(?=[0-9a-f]*[0-9])[0-9a-f]{8,40}|(?=[0-9A-F]*[0-9])[0-9A-F]{8})$")


def suffixes(text: str) -> list[tuple[int, int]]:
    """Where the text holds suffixes as CloudFormation and consoles append them to the names they make, with their dash.

    A name at a length limit may have lost the end of its suffix.
    """
    if "-" not in text or _MAYBE.search(text) is None:
        return []
    out: list[tuple[int, int]] = []
    if _SPOT.search(text) is not None:
        long = [m.span() for m in _LONG_SUFFIX.finditer(text)]
        out = [m.span() for m in _SUFFIX.finditer(text) if _random(m[1]) and not any(a <= m.start() < b for a, b in long)]
        out = sorted((*out, *long))
    if not out and len(text) >= _LEAST_CUT:
        name = text.rpartition(":")[2].rpartition("/")[2]
        m = _CUT_SUFFIX.search(text) if len(name) in _CUTS else _CUT_LOWER.search(text) if len(name) == _LEAST_CUT else None
        if m is not None:
            out.append(m.span())
    return out


def _random(token: str) -> bool:
    """Whether letters and digits look drawn at random: digits between them, or hardly a vowel."""
    if _INNER_DIGIT.search(token):
        return True
    digits = sum(c.isdigit() for c in token)
    letters = len(token) - digits
    if digits >= 2 and letters >= 2 and _NUMBERED.fullmatch(token) is None:
        return True
    if letters == 0 or len(token) < 12:
        return False
    rare = _rare(token)
    if rare >= 3 - bool(digits):
        return True
    vowels = sum(c in "aeiouyAEIOU" for c in token) / letters
    return rare > 0 and vowels < (0.2 if token.islower() else 0.28)


def plain(text: str) -> bool:
    """Whether a closer look can be spared: nothing in the text can be generated."""
    return _MAYBE.search(text) is None or (len(text) < _LEAST_CUT and _SPOT.search(text) is None)


@lru_cache(maxsize=1 << 15)
def generated(text: str) -> bool:
    """Whether a name holds a part that nobody chose: a stack's suffix, random hex, a UUID, a long number that is no account id."""
    if plain(text):
        return False
    return any(m["mixed"] is None or idlike(m[0]) for m in _GENERATED.finditer(text)) or bool(_PREFIXED.search(text) or suffixes(text))


def idlike(run: str) -> bool:
    """Whether a run that mixes letters and digits is an id: of one case, or in pieces of one or two characters; else it is camel case.

    What holds a word is none (`Pipeline1a8aStage`).
    """
    pieces = _PIECE.findall(run)
    if run.upper() == run:
        return True
    if any(len(p) >= _WORD and not _rare(p) for p in pieces if p.isalpha()):
        return False
    return run.lower() == run or len(run) <= 2.5 * len(pieces)


def _rare(text: str) -> int:
    """How many pairs of letters in a text hardly stand in any word."""
    return sum(a + b in _RARE for run in _LETTERS.findall(text.lower()) for a, b in pairwise(run))


def chosen(text: str) -> str:
    """The name without its generated parts; empty where nothing that a person chose is left.

    `orders-Queue-1A2B3C4D5E6F7` -> `orders-Queue`; `sg-0123456789abcdef0` -> ``.
    """
    left = bare(text).strip("-_.:/ ")
    return left if any(c.isalpha() for c in left) else ""


@lru_cache(maxsize=1 << 15)
def bare(text: str) -> str:
    """The text without its generated parts, wherever they stand; what separated them stays once."""
    if _MAYBE.search(text) is None:
        return text
    if not plain(text):
        text = _FORM.sub("", text)
        for start, end in reversed(suffixes(text)):
            text = text[:start] + text[end:]
        text = _GENERATED.sub(lambda m: "" if m["mixed"] is None or idlike(m[0]) else m[0], text)
    return _SEPARATORS.sub(lambda m: m[1] or "", text)


def logical(text: str) -> str:
    """A logical id without the hash that a synthesiser appends to it: `ApiDeployment5a7f3c9d2e` -> `ApiDeployment`."""
    return _HASHED_ID.sub("", text) or text


def whole(text: str) -> str:
    """The type that a text claims which is nothing but an id with a known prefix (`sg-0123456789abcdef0`); empty for others."""
    prefix, _, digits = text.rpartition("-")
    type_ = PREFIXES.get(prefix, "")
    return type_ if type_ and _DIGITS.fullmatch(digits) is not None else ""


def ids(text: str) -> list[tuple[int, int, str]]:
    """Where the text holds ids of a known form: (start, end, the type that the form claims, or "").

    Of `app/web/50dc6c495c0c9188` and `targetgroup/web/73e2d6bc24d8a067` the id is the last part: people chose the others. Behind the
    load balancer's stand its listener's and that one's rule's.
    """
    out = [
        (m.start(), m.end(), "" if m[1] else PREFIXES.get(m[0].rpartition("-")[0]) or _IAM.get(m[0][:4], "")) for m in _FORM.finditer(text)
    ]
    if "/" in text:
        for m in _BALANCED.finditer(text):
            kinds = (_BALANCING.get(m[1], "LoadBalancer"), "Listener", "ListenerRule")
            out += [(*m.span(n), f"AWS::ElasticLoadBalancingV2::{kind}") for n, kind in enumerate(kinds, 2) if m[n] is not None]
    if "d-" in text:
        out += [(*m.span(), "AWS::DirectoryService::MicrosoftAD") for m in _DIRECTORY.finditer(text)]
    return out


def stack_prefix(text: str) -> str | None:
    """What stands before the logical id in a name of CloudFormation's form (`stack-Logical-SUFFIX`); None in other names."""
    m = _STACK_NAME.fullmatch(text)
    return m[1] if m is not None else None
