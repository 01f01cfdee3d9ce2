"""Writes a first `answers.json` for a type from the vendor's model, for a person to edit.

python -m tests.catalog.example_maker AWS::SQS::Queue [...]      existing files stay; --force writes them again
"""

from __future__ import annotations

import copy
import hashlib
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from driftscan.catalog import load, paths, tags
from driftscan.catalog.paths import Member, Pattern, Star, Where
from driftscan.catalog.spec import Detail, ListCall, Spec
from driftscan.model.value import ABSENT
from tests.catalog import shapes
from tests.catalog.answers import folder
from tests.catalog.shapes import Node

ACCOUNT, REGION, PARTITION, WORD = "333333333333", "eu-west-1", "aws", "stage"
SCOPE = {"account": ACCOUNT, "region": REGION, "partition": PARTITION}
WHEN = "2026-03-0{}T08:30:00Z"
PREFIXES = {
    "vpc": "vpc",
    "subnet": "subnet",
    "securitygroup": "sg",
    "group": "sg",
    "instance": "i",
    "image": "ami",
    "volume": "vol",
    "snapshot": "snap",
    "networkinterface": "eni",
    "routetable": "rtb",
    "networkacl": "acl",
    "natgateway": "nat",
    "internetgateway": "igw",
    "transitgateway": "tgw",
    "vpcendpoint": "vpce",
    "launchtemplate": "lt",
    "allocation": "eipalloc",
    "association": "eipassoc",
    "filesystem": "fs",
    "accesspoint": "fsap",
    "ipam": "ipam",
    "prefixlist": "pl",
    "carriergateway": "cagw",
    "egressonlyinternetgateway": "eigw",
    "dhcpoptions": "dopt",
    "vpcpeeringconnection": "pcx",
    "customergateway": "cgw",
    "vpngateway": "vgw",
    "vpnconnection": "vpn",
    "keypair": "key",
}
ARNS = (
    ("kms", "arn:aws:kms:{r}:{a}:key/{uuid}"),
    ("role", "arn:aws:iam::{a}:role/{n}"),
    ("policyarn", "arn:aws:iam::{a}:policy/{n}"),
    ("topic", "arn:aws:sns:{r}:{a}:{n}"),
    ("sns", "arn:aws:sns:{r}:{a}:{n}"),
    ("queue", "arn:aws:sqs:{r}:{a}:{n}"),
    ("dlq", "arn:aws:sqs:{r}:{a}:{n}"),
    ("deadletter", "arn:aws:sqs:{r}:{a}:{n}"),
    ("lambda", "arn:aws:lambda:{r}:{a}:function:{n}"),
    ("function", "arn:aws:lambda:{r}:{a}:function:{n}"),
    ("bucket", "arn:aws:s3:::{n}"),
    ("loggroup", "arn:aws:logs:{r}:{a}:log-group:{n}"),
    ("certificate", "arn:aws:acm:{r}:{a}:certificate/{uuid}"),
    ("secret", "arn:aws:secretsmanager:{r}:{a}:secret:{n}-Ab12Cd"),
    ("stream", "arn:aws:kinesis:{r}:{a}:stream/{n}"),
    ("table", "arn:aws:dynamodb:{r}:{a}:table/{n}"),
    ("user", "arn:aws:iam::{a}:user/{n}"),
    ("cluster", "arn:aws:ecs:{r}:{a}:cluster/{n}"),
    ("pool", "arn:aws:cognito-idp:{r}:{a}:userpool/{r}_{n}"),
)


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _uuid(seed: str) -> str:
    return f"{seed[:8]}-{seed[8:12]}-4{seed[13:16]}-a{seed[17:20]}-{seed[20:32]}"


class Maker:
    """Makes the answers that reading one type needs, in the order in which a reader asks."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.noun = re.sub(r"(?<!^)(?=[A-Z][a-z])", "-", spec.type.rpartition("::")[2]).lower()
        self.answers: dict[str, list[dict[str, Any]]] = {}

    # ----------------------------------------------------------------------------------------- answers

    def make(self) -> dict[str, list[dict[str, Any]]]:
        catalog = load()
        parents: list[list[dict[str, Any]]] = [[]]
        for name in self.spec.parent:
            if name != self.spec.type:
                above = Maker(catalog.specs[name])
                above.answers = self.answers
                chain = above.sparse()
                parents = [chain]
                break
        for chain in parents:
            items = self.listed(chain)
            for detail in self.spec.details:
                self.detail(detail, items, chain)
            if self.spec.type in self.spec.parent:
                for item in items:
                    for call in self.spec.lists:
                        args, _ = paths.render_args(call.args, {}, [item, *chain], SCOPE)
                        self.record(
                            call.service, call.operation, args, self.wrap(shapes.output(call.service, call.operation), call.items.steps, [])
                        )
        if self.spec.compare.tags == "tagging-api":
            self.bulk_tags(items, parents[0])
        return self.answers

    def sparse(self) -> list[dict[str, Any]]:
        """One item of a parent type with what names it, its details left empty: gives it and its own parents, nearest first."""
        chain: list[dict[str, Any]] = []
        for name in self.spec.parent:
            if name != self.spec.type:
                above = Maker(load().specs[name])
                above.answers = self.answers
                chain = above.sparse()
                break
        items = self.listed(chain, 1, sparse=True)
        for detail in self.spec.details:
            self.detail(detail, items, chain, sparse=True)
        return [items[0], *chain]

    def record(self, service: str, operation: str, args: Mapping[str, Any] | None, answer: Any) -> None:
        entry = copy.deepcopy({"answer": answer} if args is None else {"args": dict(args), "answer": answer})
        known = self.answers.setdefault(f"{service}:{operation}", [])
        if entry not in known:
            known.append(entry)

    def recorded(self, service: str, operation: str, args: Mapping[str, Any]) -> dict[str, Any] | None:
        """The entry that answers this call already: a listing may read the parent's own description again."""
        return next((e for e in self.answers.get(f"{service}:{operation}", []) if e.get("args") == args), None)

    @staticmethod
    def place(answer: dict[str, Any], path: Pattern, value: Any) -> None:
        """Puts a value where a path of members says."""
        *above, last = [s.name for s in path.steps if isinstance(s, Member)]
        for name in above:
            answer = answer.setdefault(name, {})
        answer[last] = value

    def listed(self, chain: list[dict[str, Any]], count: int = 2, *, sparse: bool = False) -> list[dict[str, Any]]:
        out: list[dict[str, Any]] = []
        for number, call in enumerate(self.spec.lists):
            args, _ = paths.render_args(call.args, {}, chain, SCOPE)
            node = shapes.items(call)
            assert node is not None, f"{self.spec.type}: {call.items} is not in {call.service}:{call.operation}"
            if call.each is not None:
                args[call.each.arg] = self.values(call)[0]
            alone = not isinstance(call.items.steps[-1], Where)
            made = [self.fill(node, (), 2 * number + i, sparse=sparse) for i in range(1 if alone else count)]
            for item in made:
                for arg, value in args.items():
                    if arg in item and isinstance(value, str):
                        item[arg] = value
            top = shapes.output(call.service, call.operation)
            raw = [item[call.as_] if call.as_ else {**self.beside(call), **item} for item in made]
            if alone and (entry := self.recorded(call.service, call.operation, args)) is not None:
                self.place(entry["answer"], call.items, raw[0])
            else:
                self.record(call.service, call.operation, args, self.wrap(top, call.items.steps, raw))
            out += made
        return out if self.spec.lists else [{}]

    def beside(self, call: ListCall) -> dict[str, Any]:
        """What the model requires in an item beside the members that the listing takes."""
        whole = shapes.descend(shapes.output(call.service, call.operation), call.items)
        return self.fill(whole, ("beside",), 0, sparse=True) if call.only and whole is not None else {}

    def values(self, call: ListCall | Detail) -> list[str]:
        assert call.each is not None
        if call.each.values is not None:
            return list(call.each.values)
        return list(shapes.argument(call.service, call.operation, call.each.arg).enum)

    def detail(self, call: Detail, items: list[dict[str, Any]], chain: list[dict[str, Any]], *, sparse: bool = False) -> None:
        node = shapes.output(call.service, call.operation)
        inner = shapes.descend(node, call.take) if call.take is not None else node
        assert inner is not None, f"{self.spec.type}: {call.take} is not in {call.service}:{call.operation}"
        into = (call.into,) if call.into else ()
        many = call.take is not None and isinstance(call.take.steps[-1], Where)
        if call.join:
            groups: dict[str, tuple[dict[str, Any], list[int]]] = {}
            for i, item in enumerate(items):
                args, _ = paths.render_args(call.args, item, chain, SCOPE)
                if call.batch is not None:
                    args[call.batch.arg] = [args[call.batch.arg]]
                    key = "batch"
                else:
                    key = json.dumps(args, sort_keys=True)
                if key in groups and call.batch is not None:
                    groups[key][0][call.batch.arg] += args[call.batch.arg]
                groups.setdefault(key, (args, []))[1].append(i)
            for args, members in groups.values():
                raw = []
                for i in members:
                    for k in range(2 if call.into and not sparse else 1):
                        element = self.fill(inner, into, i, (k,) if call.into else (), sparse=sparse)
                        if isinstance(element, dict):
                            for theirs, ours in call.join:
                                element[theirs] = paths.parse(ours).first(items[i])
                        raw.append(element)
                        self.merge(call, items[i], [element] if call.into else element)
                assert call.take is not None
                self.record(call.service, call.operation, args, self.wrap(node, call.take.steps, raw))
            return
        for i, item in enumerate(items):
            args, missing = paths.render_args(call.args, item, chain, SCOPE)
            assert not missing or sparse, f"{self.spec.type}: {call.operation} misses {missing} in {sorted(item)}"
            if missing:
                continue
            for n, value in enumerate(self.values(call) if call.each is not None else [""]):
                if call.each is not None:
                    args = {**args, call.each.arg: value}
                    if n > 7:
                        break
                got: Any = [self.fill(inner, into, i, (k,), sparse=sparse) for k in range(0 if sparse else 2)] if many else None
                if got is None:
                    got = self.fill(inner, into, i, (n,) if call.append else (), sparse=sparse)
                    if call.each is not None and isinstance(got, dict) and not call.into:
                        mine = {
                            k: v
                            for k, v in got.items()
                            if k.lower() == value.lower()
                            or (k in shapes.output(call.service, call.operation).members and k not in call.only)
                        }
                        got = mine or got
                answer = got if call.take is None else self.wrap(node, call.take.steps, got if many else [got])
                self.record(call.service, call.operation, args, answer)
                self.merge(call, item, got)

    def merge(self, call: Detail, item: dict[str, Any], got: Any) -> None:
        if call.only and isinstance(got, dict):
            got = {k: v for k, v in got.items() if k in call.only}
        if call.into:
            item[call.into] = (
                [*item.get(call.into, []), *(got if isinstance(got, list) else [got])] if call.append or isinstance(got, list) else got
            )
        elif isinstance(got, dict):
            item.update(got)

    def bulk_tags(self, items: list[dict[str, Any]], chain: list[dict[str, Any]]) -> None:
        mappings = []
        for item in items:
            arn = paths.locate(self.spec.identity.arn or "", item, chain, SCOPE) if self.spec.identity.arn else ABSENT
            if arn is not ABSENT:
                mappings.append({"ResourceARN": arn, "Tags": [{"Key": "Environment", "Value": WORD}, {"Key": "Team", "Value": "orders"}]})
        self.record("resourcegroupstaggingapi", "GetResources", None, {"ResourceTagMappingList": mappings})

    def wrap(self, node: Node, steps: Sequence[paths.Step], raw: list[Any]) -> Any:
        """An answer that holds `raw` where the path says, and what the model requires beside it."""
        if not steps:
            return raw[0] if raw else None
        head, rest = steps[0], steps[1:]
        if isinstance(head, Where):
            inner = node.element
            assert inner is not None
            if not rest:
                extra = {} if head.key is None else {head.key: {"true": True, "false": False}.get(head.text, head.text)}
                return [{**r, **extra} if extra else r for r in raw]
            return [self.wrap(inner, rest, [r]) for r in raw]
        assert isinstance(head, Member)
        out = {}
        for name in getattr(node.shape, "required_members", []) or []:
            if name != head.name:
                member = shapes.tree(node.shape.members[name])  # type: ignore[union-attr]
                out[name] = False if member.kind == "boolean" else self.fill(member, (name,), 0, sparse=True)
        value = self.wrap(node.members[head.name], rest, raw)
        return {**out, head.name: value} if value is not None else out

    # ----------------------------------------------------------------------------------------- values

    def fill(self, node: Node, at: tuple[str, ...], index: int, salt: tuple[Any, ...] = (), *, sparse: bool = False) -> Any:
        """A value for a place of the document of item `index`; at: member names above it; salt: elements and union choices above it."""
        if node.kind == "structure":
            names = list(node.members)
            needed = set(getattr(node.shape, "required_members", []) or [])
            if sparse:
                wanted = needed | (self.used() if not at else set())
                names = [n for n in names if n in wanted]
            if len(at) > 7:
                names = [n for n in names if node.members[n].leaf or n in needed]
            if alternatives(node):
                names = [names[(salt[-1] if salt and isinstance(salt[-1], int) else 0) % len(names)]]
            out = {}
            for name in names:
                value = self.fill(node.members[name], (*at, name), index, salt, sparse=sparse and bool(at))
                if value is ABSENT and name in needed:
                    value = {}
                if value is not ABSENT:
                    out[name] = value
            return out
        if node.kind == "list":
            least, most = limits_of(node).get("min", 0), limits_of(node).get("max", 99)
            if node.element is None or node.element.kind == "recursive":
                return []
            if sparse:
                return [self.fill(node.element, at, index, (*salt, k), sparse=True) for k in range(least)]
            where = tags.path(self.spec.compare)
            if where is not None and where.matches(at):
                return self.tag_list(node.element, index)
            count = 1 if len(at) > 3 else 2
            if len(at) < 3:
                count = max([count, *(len(n.members) for n in (node.element, *node.element.members.values()) if alternatives(n))])
            return [self.fill(node.element, at, index, (*salt, k)) for k in range(max(min(count, most), least))]
        if node.kind == "map":
            if sparse or node.element is None or node.element.kind == "recursive":
                return {}
            where = tags.path(self.spec.compare)
            if where is not None and where.matches(at):
                return {"Environment": WORD, "Name": self.name("Name", index, ())}
            keys = list(getattr(getattr(node.shape, "key", None), "enum", []) or []) or ["First", "Second"]
            least = (getattr(getattr(node.shape, "key", None), "metadata", {}) or {}).get("min", 0)
            if not at:
                keys = sorted({*(k for k in keys if k not in ("All", "First", "Second")), *self.named()})
                return {k: self.fill(node.element, (k,), index) for k in keys}
            return {k: self.fill(node.element, (*at, k), index, (*salt, k)) for k in (k.ljust(least, "x") for k in keys[:2])}
        if node.kind == "recursive":
            return ABSENT if at else {}
        return self.scalar(node, at, index, salt)

    def named(self) -> set[str]:
        """First members that the spec's own paths name: what stands in a map whose keys the model does not list."""
        c = self.spec.compare
        patterns = [*(i.path for i in c.ignore), *c.config, *c.sensitive, *c.documents, *c.references, *c.defaults]
        listed = {name for call in self.spec.lists for name in (shapes.items(call) or Node("structure")).members}
        listed |= {d.into for d in self.spec.details if d.into} | {"Tags"}
        return {p.steps[0].name for p in patterns if isinstance(p.steps[0], Member)} - listed

    def used(self) -> set[str]:
        """Top-level members that name the item, or that its calls and children use."""
        texts = [
            self.spec.identity.arn or "",
            *self.spec.identity.id,
            *(p for a in self.spec.identity.match for p in a),
            self.spec.identity.region or "",
        ]
        texts += [json.dumps(d.args) for d in self.spec.details] + [o for d in self.spec.details for _, o in d.join]
        for child in load().of("aws").values():
            if self.spec.type in child.parent:
                texts += [json.dumps(c.args).replace("parent.", "") for c in (*child.lists, *child.details)] + [
                    (child.identity.arn or "").replace("parent.", "")
                ]
        for condition in (*self.spec.filter.keep, *self.spec.filter.skip):
            texts += [c.path.text for c in condition]
        return set(re.findall(r"\w+", " ".join(texts)))

    def tag_list(self, element: Node, index: int) -> list[Any]:
        out = []
        for key, value in (("Environment", WORD), ("Name", self.name("Name", index, ()))):
            one = {n: self.fill(m, (n,), index) for n, m in element.members.items()}
            for k, v in (("Key", "Value"), ("key", "value"), ("TagKey", "TagValue"), ("tagKey", "tagValue")):
                if k in one:
                    one[k], one[v] = key, value
            out.append(one)
        return out

    def name(self, member: str, index: int, salt: tuple[Any, ...]) -> str:
        letter = "abcdefghij"[index % 10]
        tail = "".join(f"-{s}" for s in salt if isinstance(s, int))
        return f"{self.noun}-{WORD}-{letter}{tail}"

    def forced(self, at: tuple[str, ...], node: Node) -> Any:
        """What filters and conditions want here, or None where they don't care."""
        for condition in self.spec.filter.skip:
            for check in condition[:1]:
                if check.path.matches(at):
                    if "*" in check.globs or node.kind == "boolean":
                        return ABSENT if "*" in check.globs else "true" not in check.globs
                    free = [e for e in node.enum if not any(paths.glob(g, e) for g in check.globs)]
                    return free[0] if free else None
        for condition in (*self.spec.filter.keep, *(c for d in self.spec.details for c in d.when)):
            for check in condition:
                if check.path.matches(at):
                    text = paths.render(check.globs[0], {}, (), SCOPE)
                    return (
                        text == "true"
                        if node.kind == "boolean"
                        else text.replace("*", f"{REGION}:{ACCOUNT}:regional/x")
                        if "*" in text and "arn" not in text
                        else None
                        if "*" in text
                        else text
                    )
        return None

    def scalar(self, node: Node, at: tuple[str, ...], index: int, salt: tuple[Any, ...]) -> Any:
        member = at[-1] if at else (self.spec.lists[0].as_ or self.spec.identity.id[0] if self.spec.lists else "Value")
        nested = (*at[:-1], *salt) if len(at) > 1 or salt else ()
        seed = _digest(self.spec.type, member, index, nested)
        number = int(seed[:8], 16)
        limits = (getattr(node.shape, "metadata", {}) or {}) if node.shape is not None else {}
        forced = self.forced(at, node)
        if forced is not None:
            return forced
        if node.enum:
            turn = sum(s for s in salt if isinstance(s, int)) + (index if not salt else 0)
            return node.enum[turn % len(node.enum)]
        match node.kind:
            case "boolean":
                return number % 2 == 0
            case "integer" | "long":
                least, most = int(limits.get("min", 1)), int(limits.get("max", 10_000))
                return least + number % (min(most - least, 50) + 1) if most >= least else least
            case "float" | "double":
                return round(float(limits.get("min", 0)) + 1 + number % 40 / 4, 2)
            case "timestamp":
                return WHEN.format(1 + number % 9)
            case "blob":
                return "c3RhZ2U="
        return self.text(node, member, at, index, salt, seed, limits)

    def text(
        self, node: Node, member: str, at: tuple[str, ...], index: int, salt: tuple[Any, ...], seed: str, limits: Mapping[str, Any]
    ) -> Any:
        for pattern, kind in self.spec.compare.documents.items():
            if pattern.matches(at):
                return self.document(kind, index)
        if node.shape is not None and node.shape.name == "policyDocumentType":
            return self.document("policy", index)
        if any(p.covers(at) and not self.setting(p) for p in self.spec.compare.sensitive):
            return f"the same everywhere {seed[:4]}".ljust(int(limits.get("min", 0)), "x")
        low = member.lower()
        name = self.name(member, index, salt)
        own = self.spec.identity.arn
        made: str
        if own == ".".join(at) and own is not None:
            service = self.spec.service
            made = f"arn:aws:{shapes.service(service).signing_name}:{REGION}:{ACCOUNT}:{self.noun}/{name}"
        elif low.endswith(("accountid", "ownerid", "registryid", "awsaccountid")) or low in ("account", "owner"):
            made = ACCOUNT
        elif low.endswith(("arn", "arns")):
            form = next((f for k, f in ARNS if k in low), "arn:aws:{s}:{r}:{a}:{m}/{n}")
            service = self.spec.service
            made = form.format(r=REGION, a=ACCOUNT, n=name, uuid=_uuid(seed), s=service, m=re.sub(r"arns?$", "", low) or "item")
        elif "zoneid" in low and "availability" in low:
            made = "euw1-az1"
        elif "availabilityzone" in low:
            made = f"{REGION}{'abc'[index % 3]}"
        elif low.endswith("region"):
            made = REGION
        elif low.endswith("resourcetype"):
            made = "AWS::SNS::Topic"
        elif "kmskey" in low or "kmsmasterkey" in low:
            made = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{_uuid(seed)}"
        elif low.endswith(("cidr", "cidrblock", "cidrip")):
            made = f"10.{index}.{number_of(seed) % 200}.0/24"
        elif low.endswith(("ipv6cidrblock", "cidripv6")):
            made = f"2001:db8:{index}::/56"
        elif "ipaddress" in low or low.endswith(("privateip", "publicip")):
            made = f"10.{index}.{number_of(seed) % 200}.{number_of(seed[4:]) % 200}"
        elif low.endswith(("url", "uri", "endpoint")):
            made = f"https://{name}.{REGION}.example.org/{ACCOUNT}"
        elif low.endswith(("dnsname", "domainname", "hostname")):
            made = f"{name}.example.org"
        elif "email" in low:
            made = "team-orders@example.org"
        elif low.endswith(("id", "ids")) and low not in ("id",):
            base = re.sub(r"ids?$", "", low)
            prefix = next((PREFIXES[k] for k in sorted(PREFIXES, key=len, reverse=True) if base.endswith(k)), None)
            made = f"{prefix}-0{seed[:16]}" if prefix else _uuid(seed)
        elif low == "id":
            made = name if len(at) > 1 else _uuid(seed)
        elif "hash" in low or "sha256" in low or low.endswith(("etag", "token")):
            made = seed[:40]
        elif re.search(r"(time|date|at|created|modified)$", low) and "format" not in low and "state" not in low:
            made = WHEN.format(1 + number_of(seed) % 9)
        elif low.endswith(("version", "versionlabel")):
            made = str(1 + number_of(seed) % 9)
        elif low.endswith(("size", "count", "port", "days", "seconds")):
            made = str(1 + number_of(seed) % 900)
        elif low.endswith(("name", "names", "identifier", "alias", "group")):
            made = name
        elif low.endswith(("description", "comment", "message", "reason")):
            made = f"{member} of {name}"
        elif low.endswith("path"):
            made = "/"
        else:
            made = f"{member[:1].lower()}{member[1:]}-{WORD}-{seed[:4]}"
        least, most = int(limits.get("min", 0)), int(limits.get("max", 100_000))
        return made[:most] if len(made) > most else made.ljust(least, "x")

    def setting(self, pattern: Pattern) -> bool:
        """A sensitive path that holds settings (environment variables, parameters), which name things of their environment."""
        return isinstance(pattern.steps[-1], Star) or pattern.steps[-1] in (Member("value"), Member("Value"))

    def document(self, kind: str, index: int) -> str:
        name = self.name("Name", index, ())
        match kind:
            case "policy":
                return json.dumps(
                    {
                        "Version": "2012-10-17",
                        "Statement": [
                            {
                                "Sid": "App",
                                "Effect": "Allow",
                                "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/app-{WORD}"},
                                "Action": ["s3:GetObject", "s3:ListBucket"],
                                "Resource": [f"arn:aws:s3:::app-{WORD}", f"arn:aws:s3:::app-{WORD}/*"],
                            }
                        ],
                    }
                )
            case "json":
                return json.dumps(
                    {"name": name, "retries": 3, "targets": [f"{WORD}-one", f"{WORD}-two"], "note": "what a person wrote here"}
                )
            case "base64":
                return "IyEvYmluL3NoCmVjaG8gc3RhZ2UK"
            case "number":
                return "5"
            case "csv":
                return f"subnet-0{_digest(index, 1)[:16]},subnet-0{_digest(index, 2)[:16]}"
            case _:
                return f"{name}.example.org."


def limits_of(node: Node) -> dict[str, Any]:
    """The least and most that the model allows here."""
    return dict(getattr(node.shape, "metadata", None) or {})


def alternatives(node: Node) -> bool:
    """One of its members is meant at a time: a union, or a structure that is one in all but name (WAF's Statement)."""
    below = [m for m in node.members.values() if m.kind in ("structure", "recursive")]
    return node.kind == "structure" and len(node.members) > 1 and (node.union or (len(below) > 7 and len(below) == len(node.members)))


def number_of(seed: str) -> int:
    return int(seed[:8], 16)


def main(arguments: list[str]) -> Iterator[str]:
    catalog = load()
    wanted = [a for a in arguments if not a.startswith("-")] or list(catalog.of("aws"))
    for name in wanted:
        spec = catalog.specs[name]
        file = folder(spec) / "answers.json"
        if file.exists() and "--force" not in arguments:
            yield f"{name}: {file} is there already (--force writes it again)"
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(Maker(spec).make(), indent=1) + "\n")
        yield f"{name}: {file}"


if __name__ == "__main__":
    for line in main(sys.argv[1:]):
        print(line)
