"""What a snapshot's names mean: built in one pass over its resources, before any of them is normalised."""

from __future__ import annotations

import ipaddress
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from driftscan.catalog import Catalog, Spec, revisions
from driftscan.catalog.derived import ignored, own
from driftscan.catalog.paths import Deep, Member, Pattern, parse
from driftscan.catalog.reference import reference
from driftscan.catalog.spec import AROUND
from driftscan.model.resource import STACK, Resource
from driftscan.model.value import Address, Value
from driftscan.normalize import google, names
from driftscan.normalize.names import generated, ids
from driftscan.normalize.networks import public

_SHORTEST: Final = 8
_SHORTEST_ID: Final = 6
_SHORTEST_NUMBER: Final = 12
_SHORTEST_NAME: Final = 3
_NOTHING: Final[frozenset[str]] = frozenset()
_ASSIGNED: Final = re.compile(
    r"amazonaws|\.(?:cloudfront\.net|awsglobalaccelerator\.com|awsapprunner\.com|amplifyapp\.com|amazoncognito\.com|on\.aws)(?:[:/]|$)"
)
"""Domains under which the vendor gives hosts their names."""
_HOST: Final = re.compile(r"(?:[a-z][a-z+]*://)?[\w-]+(?:\.[\w-]+){2,}(?:[:/]\S*)?")
_LIMITS: Final = frozenset({32, 63, 64})
_HASH_END: Final = re.compile(r"-[0-9a-f]{4,8}$")
_REVISION: Final = re.compile(r":\d+$")
_PARTS: Final = frozenset({"AWS::EC2::NetworkInterface"})
"""Types whose resources are mostly made by another, which shows their ids among what the vendor assigned to it."""
_NETWORKS: Final[Mapping[str, tuple[Pattern, ...]]] = {
    "AWS::EC2::VPC": (parse("CidrBlock"), parse("CidrBlockAssociationSet[].CidrBlock")),
    "compute.googleapis.com/Subnetwork": (parse("ipCidrRange"), parse("secondaryIpRanges[].ipCidrRange")),
    "container.googleapis.com/Cluster": (parse("privateClusterConfig.masterIpv4CidrBlock"),),
}
"""What lies in networks of an environment's own, and where it says which. Google's networks have no block, their parts have."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a spelling means: the resource and which of its names it is (`arn`, `id`, `name`, or the member that holds it)."""

    address: Address
    attribute: str


@dataclass(frozen=True, slots=True)
class Stacked:
    """Where a stack holds a resource: the stack's address and the logical id in it."""

    stack: Address
    logical: str


@dataclass
class Index:
    """arns: every known ARN. loose: spellings that mean their resource wherever they stand, because nobody chose them.

    named: names by (type, account) and spelling, for places where only names of that type stand. services: the same by the lower-case
    service of the type. stacked: where stacks hold what is read; unread: what stacks name and nobody reads. members: type -> its members.
    networks: the environment's own blocks, longest prefix first, each with the networks that have it.
    stacks: what people call them. regions: home of stacks' global members.
    series: ARNs without their revision, of types that have one. users: revisions -> who runs them. spelled: address -> its other names.
    owners: what another resource shows as a part of itself (the interface of a NAT gateway) -> that resource.
    assigned: types whose id is the vendor's own invention. google: Google's spellings of what it names by paths.
    nouns: type -> what its resources' own ARNs call their kind (`model` of `arn:...:model/ranking`).
    """

    arns: dict[str, Known] = field(default_factory=dict)
    loose: dict[str, Known] = field(default_factory=dict)
    named: dict[tuple[str, str], dict[str, list[Address]]] = field(default_factory=lambda: defaultdict(dict))
    services: dict[str, dict[str, list[Address]]] = field(default_factory=lambda: defaultdict(dict))
    stacked: dict[Address, Stacked] = field(default_factory=dict)
    unread: dict[Address, Stacked] = field(default_factory=dict)
    members: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    networks: list[tuple[int, int, tuple[Address, ...]]] = field(default_factory=list)
    stacks: dict[Address, str] = field(default_factory=dict)
    series: dict[str, Address] = field(default_factory=dict)
    users: dict[Address, tuple[Address, ...]] = field(default_factory=dict)
    spelled: dict[Address, tuple[str, ...]] = field(default_factory=dict)
    owners: dict[Address, Address] = field(default_factory=dict)
    regions: dict[Address, str] = field(default_factory=dict)
    assigned: frozenset[str] = frozenset()
    google: google.Links = field(default_factory=google.Links)
    nouns: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def find(self, types: Iterable[str], account: str, region: str, text: str) -> Address | None:
        """The one resource of the types that is called so, as seen from (account, region); None where there is none or several."""
        for type_ in types:
            found = self.named[type_, account].get(text) if (type_, account) in self.named else None
            if found:
                near = [a for a in found if a.region in (region, "global")] or found
                if len(near) == 1:
                    return near[0]
        return None

    def own_names(self, address: Address) -> frozenset[str]:
        """The names that mean a resource in its own document, whatever else is called so.

        Those of a resource that a stack or Google made: nobody chose them, so that they say nothing. Of others those that mean another
        resource elsewhere: two services show one thing (`AWS::RDS`, `AWS::Neptune`), and only one of them may have been read.
        """
        if address.provider == "gcp":
            last = google.name_of(address.id).last
            return frozenset({last}) if generated(last) else _NOTHING
        if address not in self.stacked:
            mine = (address.id, *self.spelled.get(address, ()))
            return frozenset(n for n in mine if (known := self.loose.get(n)) is not None and known.address != address)
        return frozenset(n for n in (address.id, *self.spelled.get(address, ())) if len(n) >= _SHORTEST_NAME)

    def of_service(self, service: str, account: str, region: str, noun: str, text: str, near: str = "") -> Address | None:
        """The resource that an ARN of (service, account, region) means by `text`.

        noun: what the ARN calls its kind, or "". near: where there are several, the region of the one that is meant.
        """
        names = self.services.get(SERVICES.get(service, service))
        found = names.get(text, ()) if names else ()
        fit = [a for a in found if account in ("", a.account) and (not region or a.region in (region, "global"))]
        if len(fit) > 1 and noun:
            fit = [a for a in fit if a.type.rpartition("::")[2].lower().startswith(noun)]
        if len(fit) > 1 and near:
            fit = [a for a in fit if a.region == near]
        return fit[0] if len(fit) == 1 else None


def noun_of(rest: str) -> str:
    """What an ARN calls its kind of resource, of its last part: `loggroup` of `log-group:/ecs/web`; empty where it names nothing else."""
    found = _NOUN.match(rest)
    return found[1].replace("-", "").lower() if found is not None else ""


_NOUN: Final = re.compile(r"([^/:]*)[/:]")


SERVICES: Final[Mapping[str, str]] = {
    "elasticloadbalancing": "elasticloadbalancingv2", "states": "stepfunctions", "es": "opensearchservice", "cognito-idp": "cognito",
    "monitoring": "cloudwatch", "execute-api": "apigateway", "application-autoscaling": "applicationautoscaling", "kafka": "msk",
    "elasticfilesystem": "efs", "firehose": "kinesisfirehose", "acm": "certificatemanager", "catalog": "glue",
    "aoss": "opensearchserverless", "mq": "amazonmq", "airflow": "mwaa", "ds": "directoryservice",
}  # fmt: skip
"""What an ARN calls a service -> the service in CloudFormation's type names, lower case; where they differ."""


def build(resources: Iterable[Resource], catalog: Catalog) -> Index:
    """The index of a snapshot's resources. The order of the resources changes nothing."""
    index = Index()
    claims: dict[str, list[Known]] = defaultdict(list)
    stacks: list[Resource] = []
    parents: dict[Address, Address] = {}
    plans: dict[str, _Plan] = {}
    index.assigned = frozenset(
        type_ for type_, spec in catalog.specs.items() if len(spec.identity.id) == 1 and parse(spec.identity.id[0]) in own(spec)
    )
    users = _Users(catalog.specs)
    blocks: dict[tuple[int, int], set[Address]] = defaultdict(set)
    for resource in resources:
        address = resource.address
        users.add(resource)
        if address.type not in plans:
            plans[address.type] = _plan(catalog, address.type)
        plan = plans[address.type]
        if address.provider == "gcp":
            _google(index, resource)
        else:
            _names(index, resource, plan.called, assigned=address.type in index.assigned)
        index.members[address.type].update(resource.value)
        if resource.parent is not None:
            parents[address] = resource.parent
        said = {v for p in plan.keys for _, v in p.select(resource.value) if isinstance(v, str)}
        for pattern in plan.claimed:
            for place, value in pattern.select(resource.value):
                if isinstance(value, str) and value in said:  # repeats whom the resource belongs to, or what it leads to
                    continue
                member = next(str(p) for p in reversed(place) if isinstance(p, str))
                _claim(claims, address, member, value, catalog.specs, plan.documents)
        for pattern in plan.allotted:
            for _, value in pattern.select(resource.value):
                if isinstance(value, str) and public(value):
                    claims[value].append(Known(address, "address"))
        text = reference(plan.spec, resource)
        if text != address.id and _HOST.fullmatch(text) is not None:  # an address, which templates write where they say `Ref`
            claims[text].append(Known(address, "ref"))
        if address.type == STACK:
            stacks.append(resource)
            index.stacks[address] = str(resource.value.get("StackName", address.id))
        elif address.type in _NETWORKS:
            for block in _blocks(resource):
                blocks[block].add(address)
    for text, owners in claims.items():
        owner = _owner(owners)
        part = index.loose.get(text)
        if part is not None and part.address.type in _PARTS:
            if owner is not None and owner.address != part.address:
                index.owners[part.address] = owner.address
        elif owner is not None and text not in index.loose and text not in index.arns:
            (index.arns if text.startswith("arn:") else index.loose)[text] = owner
    _same_stack(index)
    index.users = users.found()
    index.networks = [(*b, tuple(sorted(blocks[b]))) for b in sorted(blocks, key=lambda b: (-b[1], b[0]))]
    older: dict[Address, list[tuple[Stacked, str]]] = defaultdict(list)
    for stack in stacks:
        for address, stacked, physical in _read_stack(index, stack, parents):
            older[address].append((stacked, physical))
    for address, claimed in older.items():
        _shared(index, address, claimed)
    return index


class _Users:
    """Who runs which revision of what."""

    def __init__(self, specs: Mapping[str, Spec]) -> None:
        self._specs, self._places = specs, revisions.places(specs)
        self._known: dict[revisions.Series, dict[int, Address]] = defaultdict(dict)
        self._uses: list[tuple[revisions.Use, Address]] = []

    def add(self, resource: Resource) -> None:
        """One resource of the snapshot."""
        spec = self._specs.get(resource.address.type)
        if spec is not None and spec.revisions is not None:
            found = revisions.of(resource)
            if found is not None and found.number is not None:
                self._known[found.series][found.number] = resource.address
        self._uses += ((use, resource.address) for use in revisions.uses(resource, self._places, self._specs))

    def found(self) -> dict[Address, tuple[Address, ...]]:
        """Each revision that was read and that somebody runs, with who does, sorted. Where no number is given the newest runs."""
        out: dict[Address, set[Address]] = defaultdict(set)
        for (series, number), user in self._uses:
            known = self._known.get(series, {})
            address = known.get(number if number is not None else max(known, default=0))
            if address is not None:
                out[address].add(user)
        return {address: tuple(sorted(found)) for address, found in out.items()}


def _shared(index: Index, address: Address, claimed: list[tuple[Stacked, str]]) -> None:
    """A series of which only the newest revision is read belongs to the stack that holds that one, or else to the only one that holds any.

    The revisions that other stacks hold are resources of theirs that nobody reads.
    """
    if address not in index.stacked and len(claimed) == 1:
        index.stacked[address] = claimed[0][0]
        return
    for stacked, physical in claimed:
        _unread(index, stacked.stack, Address(address.type, address.account, address.region, physical), stacked.logical)


_NAME_MEMBER: Final = re.compile(r"(?:name|identifier|id|alias|family|label)$", re.IGNORECASE)


def _same_stack(index: Index) -> None:
    """A name of CloudFormation's form whose suffix looks like a word is made up too, where other names show that the stack exists."""
    stacks = {names.stack_prefix(text) for text in index.loose}
    for address, spelled in index.spelled.items():
        for text, attribute in ((address.id, "id"), *((t, "name") for t in spelled)):
            prefix = names.stack_prefix(text)
            if prefix is not None and prefix in stacks and not text.startswith("arn:") and not generated(text):
                index.loose.setdefault(text, Known(address, attribute))


class _Plan(NamedTuple):
    """Where a type holds its name, the parts of its keys, what the vendor assigned to it, and addresses that the vendor handed out."""

    spec: Spec | None = None
    called: tuple[Pattern, ...] = ()
    keys: tuple[Pattern, ...] = ()
    claimed: tuple[Pattern, ...] = ()
    allotted: tuple[Pattern, ...] = ()
    documents: frozenset[str] = frozenset()
    """Members that are documents: what stands in them is about others."""


def _plan(catalog: Catalog, type_: str) -> _Plan:
    spec = catalog.spec(type_)
    if spec is None:
        return _Plan()
    parts = (p for alternative in spec.identity.match for p in alternative if p not in AROUND and not p.startswith("tags."))
    keys = tuple(p for part in parts if (p := parse(part)) not in own(spec))
    claimed = () if type_ == STACK else _claimed(spec)  # a stack's outputs are others' names
    return _Plan(spec, _called(spec), keys, claimed, spec.compare.allotted, _documents(spec))


def _documents(spec: Spec) -> frozenset[str]:
    return frozenset(last.name for p in spec.compare.documents if isinstance(last := p.steps[-1], Member))


def _called(spec: Spec) -> tuple[Pattern, ...]:
    """Where a type holds the name that it is matched by; other parts of a key (an instance's type and image) name nothing."""
    paths = [parse(p) for a in spec.identity.match for p in a if p not in AROUND and not p.startswith("tags.")]
    return tuple(
        p
        for p in paths
        if all(isinstance(s, Member) for s in p.steps) and p not in spec.compare.references and _NAME_MEMBER.search(str(p)) is not None
    )


def _names(index: Index, resource: Resource, called: Iterable[Pattern], *, assigned: bool) -> None:
    """Every name of one resource. assigned: its id is the vendor's own invention, however it looks."""
    address = resource.address
    spelled = {address.id}
    for pattern in called:
        name = pattern.first(resource.value)
        if isinstance(name, str) and not name.startswith("arn:") and known_form(name) is None:
            spelled.add(name)
    if "|" in address.id:
        spelled.add(address.id.rpartition("|")[2])
    if resource.arn:
        index.arns[resource.arn.removesuffix(":*")] = Known(address, "arn")
        if (series := _REVISION.sub("", resource.arn)) != resource.arn:
            index.series[series] = max(address, index.series.get(series, address), key=lambda a: (not _REVISION.search(a.id), a))
        tail = resource.arn.split(":", 5)[-1]
        if noun := noun_of(tail):
            index.nouns[address.type].add(noun)
        spelled |= {tail, tail.rpartition("/")[2], tail.rpartition(":")[2], tail.partition("/")[2], tail.partition(":")[2]}
    if address.id.startswith("arn:"):
        index.arns.setdefault(address.id, Known(address, "arn"))
    elif _loose(address.id) or (assigned and len(address.id) >= _SHORTEST_ID):
        index.loose[address.id] = Known(address, "id")
    spelled = {text for text in spelled if not text.isdigit()}  # a revision or a port is no name
    for text in spelled - {""}:
        add(index, address, text)
        if text != address.id and "|" not in address.id and _loose(text):
            index.loose.setdefault(text, Known(address, "name"))
    index.spelled[address] = tuple(sorted(spelled - {"", address.id}))


def _google(index: Index, resource: Resource) -> None:
    """Every name of one of Google's resources: its paths, its last segment, the e-mail of a service account."""
    address = resource.address
    index.google.add(resource)
    index.arns[address.id] = Known(address, "name")
    last = google.name_of(address.id).last
    spelled = {last, *(text.rpartition("/")[2] for text in google.spellings(resource)), *google.emails(resource)}
    for text in spelled - {""}:
        add(index, address, text)
        if "@" in text or (address.type in google.LEVELS and text == last) or (_loose(text) and address.type != google.PROJECT):
            index.loose.setdefault(text, Known(address, "name"))
    index.spelled[address] = tuple(sorted(spelled - {""}))


def add(index: Index, address: Address, text: str) -> None:
    """One more name of a resource, for places where names of its type are expected."""
    for table in (index.named[address.type, address.account], index.services[service_of(address.type)]):
        found = table.setdefault(text, [])
        if address not in found:
            found.append(address)
            found.sort()


def service_of(type_: str) -> str:
    """`sqs` of `AWS::SQS::Queue`, `compute.googleapis.com` of `compute.googleapis.com/Firewall`."""
    return type_.split("::")[1].lower() if "::" in type_ else type_.partition("/")[0]


def _loose(text: str) -> bool:
    return len(text) >= _SHORTEST and generated(text)


_OTHERS: Final = ("HostedZoneId", "GroupName", "TemplateName", "TopicName")
"""How members end that name something else: a constant of the region, the group, template or topic that a resource uses."""


def _claimed(spec: Spec) -> tuple[Pattern, ...]:
    """Where a type holds what the vendor assigned to it and nobody compares: what stands there may name the resource elsewhere."""
    return tuple(
        i.path
        for i in ignored(spec)
        if i.reason in ("identity", "derived")
        and not any(isinstance(s, Deep) or (isinstance(s, Member) and s.name.endswith(_OTHERS)) for s in i.path.steps)
    )


def _claim(
    claims: dict[str, list[Known]], address: Address, member: str, value: Value, read: Collection[str], documents: Collection[str]
) -> None:
    """What the vendor assigned to a resource names it: generated ids, hosts and URLs, public addresses.

    Not what merely repeats the id of another, whose type is `read` too.
    """
    if isinstance(value, str):
        if value.isdigit() and len(value) < _SHORTEST_NUMBER:
            return  # it may be anything
        form = known_form(value)
        if form not in (None, "", address.type) and form in read:
            if form in _PARTS:
                claims[value].append(Known(address, member))
            return
        host = _HOST.fullmatch(value) is not None and (_ASSIGNED.search(value) is not None or public(value))
        if value.startswith("arn:") or (len(value) >= _SHORTEST and (generated(value) or host)):
            claims[value.rstrip(".")].append(Known(address, member))
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name not in documents:
                _claim(claims, address, name, inner, read, documents)
    elif isinstance(value, list | tuple):
        for inner in value:
            _claim(claims, address, member, inner, read, documents)


def _owner(claims: Iterable[Known]) -> Known | None:
    """Whose a spelling is that several resources show (an address: its EIP and its instance): of the first type where only one does."""
    types: dict[str, dict[Address, Known]] = defaultdict(dict)
    for known in claims:
        types[known.address.type].setdefault(known.address, known)
    first = types[min(types)]
    return next(iter(first.values())) if len(first) == 1 else None


def _blocks(resource: Resource) -> Iterator[tuple[int, int]]:
    for pattern in _NETWORKS[resource.address.type]:
        for _, text in pattern.select(resource.value):
            try:
                block = ipaddress.IPv4Network(str(text))
            except ValueError:
                continue
            yield int(block.network_address), block.prefixlen


def _read_stack(index: Index, stack: Resource, parents: Mapping[Address, Address]) -> Iterator[tuple[Address, Stacked, str]]:
    """Logical ids and physical ids of one stack's members; yields each series of which it holds an older revision, where, and which."""
    home = stack.address
    waiting: list[tuple[str, list[Address]]] = []
    held: set[Address] = {home}
    for row in stack.value.get("StackResources") or ():
        if not isinstance(row, dict):
            continue
        logical, physical, type_ = (row.get(k) for k in ("LogicalResourceId", "PhysicalResourceId", "ResourceType"))
        if not (isinstance(logical, str) and isinstance(physical, str) and isinstance(type_, str) and physical):
            continue
        found = _read(index, home, type_, physical)
        series = index.series.get(_REVISION.sub("", physical)) if not found else None
        if series is not None and series.type == type_ and not _REVISION.search(series.id):
            yield series, Stacked(home, logical), physical
        elif len(found) == 1:
            index.stacked[found[0]] = Stacked(home, logical)
            held.add(found[0])
            _made_up(index, found[0], index.stacks[home], logical)
        elif found:
            waiting.append((logical, found))
        else:
            _unread(index, home, Address(type_, home.account, home.region, physical), logical)
    for logical, found in waiting:
        own = [a for a in found if parents.get(a) in held]
        if len(own) == 1:
            index.stacked[own[0]] = Stacked(home, logical)
    for address in held:
        if address.region == "global":
            index.regions[address] = home.region


def _made_up(index: Index, address: Address, stack: str, logical: str) -> None:
    """A name that begins with the stack's and the logical id's is CloudFormation's own, whatever its suffix looks like."""
    for text, attribute in ((address.id, "id"), *((t, "name") for t in index.spelled.get(address, ()))):
        if not text.startswith("arn:") and _of_stack(text, stack, logical):
            index.loose.setdefault(text, Known(address, attribute))


def _of_stack(text: str, stack: str, logical: str) -> bool:
    """Whether a name begins as CloudFormation makes it of a stack and a logical id, or was cut at a length limit."""
    start = f"{stack}-{logical}-".lower()
    cut = start[: max(len(stack) + 2, min(len(start), len(text) - 4))]
    return text.lower().startswith(cut) or _cut_off(text, stack)


def _cut_off(text: str, stack: str) -> bool:
    """Whether a name that began with the stack's was cut at a length limit and got a hash instead of its end."""
    return len(text) in _LIMITS and _HASH_END.search(text) is not None and text[:_SHORTEST].lower() == stack[:_SHORTEST].lower()


def _read(index: Index, home: Address, type_: str, physical: str) -> list[Address]:
    """The read resources that a physical id can mean."""
    known = index.arns.get(physical) or index.loose.get(physical)
    if known is not None and known.address.type == type_:
        return [known.address]
    names = index.named.get((type_, home.account), {})
    for text in (physical, physical.rpartition("/")[2], physical.rpartition(":")[2]):
        found = names.get(text, [])
        near = [a for a in found if a.region == home.region] or found
        if near:
            return near
    for part in physical.split("|") if "|" in physical else ():  # WAF's `name|id|scope`, a parent's id and the own one
        if len(found := names.get(part, [])) == 1:
            return found
    return []


def _unread(index: Index, home: Address, address: Address, logical: str) -> None:
    index.unread[address] = Stacked(home, logical)
    physical = address.id
    if physical.startswith("arn:"):
        index.arns.setdefault(physical, Known(address, "arn"))
    elif _loose(physical) or _of_stack(physical, index.stacks[home], logical):
        index.loose.setdefault(physical, Known(address, "id"))
    add(index, address, physical)


def known_form(text: str) -> str | None:
    """The type that an id of a known form claims (may be ""), or None where the whole text is none."""
    found = ids(text)
    return found[0][2] if len(found) == 1 and found[0][:2] == (0, len(text)) else None
