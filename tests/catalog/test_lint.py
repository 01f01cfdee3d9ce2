"""Rules that hold for the whole catalogue, against the vendors' models: one failing line per thing that a person must mend."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import UnknownServiceError
from botocore.model import Shape
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER
from policy_sentry.querying.actions import get_actions_for_service

from driftscan.catalog import errors, load, paths, permissions
from driftscan.catalog.decisions import decide
from driftscan.catalog.derived import derived, ignored
from driftscan.catalog.paths import Member, Pattern, Star, Where
from driftscan.catalog.spec import AROUND, Detail, ListCall, Spec
from driftscan.normalize.secrets import names_secret
from tests.catalog import derive, shapes
from tests.catalog.shapes import Node

SPECS = [pytest.param(s, id=s.type) for s in load().of("aws").values()]
READS = re.compile(r"(Get|List|Describe|BatchGet|BatchDescribe)[A-Z]\w*")
READS_BY_NAME = frozenset({("ec2", "SearchTransitGatewayRoutes")})
"""Reads whose names don't say so, as (service, operation)."""
DATA = {("s3", "GetObject"), ("secretsmanager", "GetSecretValue"), ("secretsmanager", "BatchGetSecretValue"), ("logs", "GetLogEvents"),
        ("dynamodb", "GetItem"), ("dynamodb", "BatchGetItem"), ("kms", "GetParametersForImport"), ("sqs", "ReceiveMessage"),
        ("ecr", "GetAuthorizationToken"), ("cognito-idp", "GetUser"), ("cognito-idp", "ListUsers")}  # fmt: skip
"""Reads of data, which a scan must never make."""
UNREAD = frozenset({"AWS::CloudFront::FieldLevelEncryptionConfig"})
"""Types that CloudFormation lacks and nothing reads: only their ids are met, where a spec refers to them."""
BULK = ("resourcegroupstaggingapi", "GetResources")


@cache
def cfn_types() -> frozenset[str]:
    return frozenset(PROVIDER_SCHEMA_MANAGER.get_resource_types(derive.REGION))


@cache
def known_actions(prefix: str) -> frozenset[str]:
    return frozenset(a.lower() for a in get_actions_for_service(prefix))


def calls(spec: Spec) -> Iterator[ListCall | Detail]:
    yield from spec.lists
    yield from spec.details


@pytest.mark.parametrize("spec", SPECS)
def test_every_call_is_a_read_that_the_vendor_has(spec: Spec) -> None:
    for call in calls(spec):
        try:
            shapes.operation(call.service, call.operation)
        except (UnknownServiceError, KeyError) as e:
            pytest.fail(f"{spec.file}: {call.service}:{call.operation} does not exist ({type(e).__name__})")
        name = (call.service, call.operation)
        assert READS.fullmatch(call.operation) or name in READS_BY_NAME, f"{spec.file}: {call.operation} does not read"
        assert name not in DATA, f"{spec.file}: {call.operation} reads data, not configuration"


@pytest.mark.parametrize("spec", SPECS)
def test_arguments_are_members_of_the_input_with_the_right_types(spec: Spec) -> None:
    for call in calls(spec):
        shape = shapes.operation(call.service, call.operation).input_shape
        members: Mapping[str, Shape] = shape.members if shape is not None else {}
        given = set(call.args) | ({call.each.arg} if call.each is not None else set())
        for name, value in call.args.items():
            assert name in members, f"{spec.file}: {call.operation} has no argument {name}; it has {', '.join(sorted(members))}"
            if isinstance(call, Detail) and call.batch is not None and call.batch.arg == name:
                assert members[name].type_name == "list", f"{spec.file}: {call.operation}.{name} takes no list"
                continue
            wrong = misfit(value, members[name])
            assert not wrong, f"{spec.file}: {call.operation}.{name}: {wrong}"
        missing = set(getattr(shape, "required_members", [])) - given
        assert not missing, f"{spec.file}: {call.operation} needs {', '.join(sorted(missing))}"
        if call.each is not None:
            assert call.each.arg in members, f"{spec.file}: {call.operation} has no argument {call.each.arg}"
            enum = getattr(members[call.each.arg], "enum", []) or []
            if call.each.values is None:
                assert enum, f"{spec.file}: {call.operation}.{call.each.arg} is no enumeration: name the values"
            elif enum:
                assert not set(call.each.values) - set(enum), f"{spec.file}: {call.operation} knows others than {call.each.values}"
        if isinstance(call, Detail) and call.batch is not None:
            assert call.batch.arg in call.args, f"{spec.file}: batch.arg {call.batch.arg} is not among the args"


def misfit(value: Any, shape: Shape) -> str:
    """Why a constant or template does not fit an input, or ""."""
    match value:
        case str() if "{" in value:
            return ""
        case str():
            known = getattr(shape, "enum", None) or []
            if shape.type_name not in ("string", "timestamp"):
                return f"{value!r} is text, a {shape.type_name} is wanted"
            return f"{value!r} is none of {', '.join(known)}" if known and value not in known else ""
        case bool():
            return "" if shape.type_name == "boolean" else f"a {shape.type_name} is wanted"
        case int():
            if shape.type_name not in ("integer", "long", "float", "double"):
                return f"a {shape.type_name} is wanted"
            most = shape.metadata.get("max")
            return f"{value} is more than {most}" if most is not None and value > most else ""
        case list() | tuple():
            return "no list is wanted" if shape.type_name != "list" else next((w for v in value if (w := misfit(v, shape.member))), "")
        case dict():
            if shape.type_name == "map":
                return next((w for v in value.values() if (w := misfit(v, shape.value))), "")
            if shape.type_name != "structure":
                return "no table is wanted"
            unknown = set(value) - set(shape.members)
            return f"unknown {min(unknown)}" if unknown else next((w for k, v in value.items() if (w := misfit(v, shape.members[k]))), "")
    return ""


@pytest.mark.parametrize("spec", SPECS)
def test_the_parts_that_calls_take_exist(spec: Spec) -> None:
    for call in spec.lists:
        node = shapes.descend(shapes.output(call.service, call.operation), call.items)
        assert node is not None, f"{spec.file}: {call.items} is not in the answer of {call.operation}"
        # a bare string may stand alone: a listing of at most one
        assert call.as_ or isinstance(call.items.steps[-1], Where), f"{spec.file}: items {call.items} must end in [] (or [K=V])"
        assert (node.kind == "structure") != bool(call.as_), f"{spec.file}: `as` goes with bare strings, and only with them"
        missing = set(call.only) - set(node.members) if not call.as_ else set()
        assert not missing, f"{spec.file}: {call.operation} gives no {', '.join(sorted(missing))}"
    for detail in spec.details:
        answer = shapes.output(detail.service, detail.operation)
        node = shapes.descend(answer, detail.take) if detail.take is not None else answer
        assert node is not None, f"{spec.file}: {detail.take} is not in the answer of {detail.operation}"
        missing = set(detail.only) - set(node.members)
        assert not missing, f"{spec.file}: {detail.operation} gives no {', '.join(sorted(missing))}"
        for theirs, _ in detail.join:
            assert shapes.descend(node, paths.parse(theirs)) is not None, f"{spec.file}: {detail.operation} gives no {theirs} to join by"
        if not detail.into:
            assert node.kind in ("structure", "map"), f"{spec.file}: {detail.operation}.{detail.take} is a {node.kind}: it needs `into`"


@pytest.mark.parametrize("spec", SPECS)
def test_every_path_exists_in_the_assembled_document(spec: Spec) -> None:
    document = shapes.assembled(spec)
    inside = [p.text for p, kind in spec.compare.documents.items() if kind == "json"]  # what a text holds no model says
    found = (item for item in document_paths(spec) if not any(item[1].text.startswith(f"{text}.") for text in inside))
    missing = [f"{where}: {path}" for where, path in found if not exists(document, path)]
    assert not missing, f"{spec.file}: not in the vendor's shape: {'; '.join(missing)}"


@pytest.mark.parametrize("spec", SPECS)
def test_what_is_said_of_a_place_fits_its_kind(spec: Spec) -> None:
    document = shapes.assembled(spec)
    for pattern in (*spec.compare.ordered, *spec.compare.keys):
        node = shapes.descend(document, pattern)
        assert node is None or node.kind == "list", (
            f"{spec.file}: {pattern} is a {node.kind if node else ''}, only lists have order or keys"
        )
    for pattern in spec.compare.empty:
        node = shapes.descend(document, pattern)
        assert node is not None
        assert node.kind in ("list", "string"), f"{spec.file}: {pattern} is a {node.kind}: `empty` is about lists and texts"
    for pattern in spec.compare.documents:
        node = shapes.descend(document, pattern)
        assert node is None or node.leaf, f"{spec.file}: {pattern} is no text that could hold a document"
    for pattern, members in spec.compare.keys.items():
        for member in members:
            found = decide(spec, f"{pattern.text}[].{member.text}")
            assert found.outcome == "compared", f"{spec.file}: {pattern} is keyed by {member}, which is {found.outcome} ({found.reason})"


def document_paths(spec: Spec) -> Iterator[tuple[str, Pattern]]:
    """Every path of a spec that is about its own document, with the key it stands under."""
    c = spec.compare
    for text in (
        spec.identity.arn,
        *spec.identity.other_arns,
        spec.identity.region,
        *spec.identity.id,
        *(p for a in spec.identity.match for p in a),
    ):
        for pattern in own_holes(text):
            yield "identity", pattern
    for condition in (*spec.filter.keep, *spec.filter.skip, *(w for d in spec.details for w in d.when)):
        for check in condition:
            yield "filter", check.path
    if spec.filter.latest is not None:
        yield "latest", spec.filter.latest.by
        yield from (("latest", paths.parse(p)) for p in spec.filter.latest.per if p != "parent")
    for detail in spec.details:
        yield from (("join", paths.parse(ours)) for _, ours in detail.join)
        for value in detail.args.values():
            yield from (("args", p) for p in own_holes(value if isinstance(value, str) and "{" in value else None))
    if c.tags not in (None, "tagging-api"):
        yield "tags", paths.parse(str(c.tags))
    yield from (("ignore", i.path) for i in c.ignore)
    for name in ("config", "sensitive", "reveal", "ordered", "empty"):
        yield from ((name, p) for p in getattr(c, name))
    for pattern, members in c.keys.items():
        yield "keys", pattern
        yield from (("keys", paths.parse(f"{pattern.text}[].{m.text}")) for m in members)
    for name in ("defaults", "documents", "references", "aspects", "meaning"):
        yield from ((name, p) for p in getattr(c, name))
    yield from (("grants", p) for p in c.grants.values())
    yield from (("owner", p) for p in spec.owner)


def own_holes(text: str | None) -> list[Pattern]:
    """The paths of the type's own document in a path or template."""
    if text is None or text in AROUND:
        return []
    parts = paths.holes(text) if "{" in text else (paths.parse(text),)
    return [p for p in parts if isinstance(p, Pattern) and p.steps[0] not in (Member("parent"), Member("scope"))]


def exists(document: Node, pattern: Pattern) -> bool:
    if pattern.steps[0] == Member("tags") and len(pattern.steps) == 2:
        return True
    if shapes.descend(document, pattern) is not None:
        return True
    return inside_pairs(document, pattern)


def inside_pairs(document: Node, pattern: Pattern) -> bool:
    """`Attributes.'access_logs.s3.bucket'`: a list of key/value structures, named as the map that it becomes."""
    for n in range(1, len(pattern.steps)):
        head = Pattern("", pattern.steps[:n], (), False)
        node = shapes.descend(document, head)
        if node is not None and node.kind == "list" and node.element is not None and isinstance(pattern.steps[n], Member | Star):
            return bool({"Key", "key", "Name", "name"} & set(node.element.members)) and len(pattern.steps) == n + 1
    return False


@pytest.mark.parametrize("spec", SPECS)
def test_what_the_model_flags_as_sensitive_is_decided(spec: Spec) -> None:
    decided = [*spec.compare.sensitive, *spec.compare.reveal, *(i.path for i in spec.compare.ignore)]
    open_ = []
    for flagged in derive.sensitive(spec):
        below = [at for at in shapes.leaves(shapes.assembled(spec)) if at == flagged or at.startswith((flagged + ".", flagged + "["))]
        if not all(any(p.covers(names(at)) for p in decided) for at in below or [flagged]):
            open_.append(flagged)
    assert not open_, f"{spec.file}: put into sensitive or reveal: {', '.join(open_)}"


SETTINGS = re.compile(
    r"""UserData(?:\.Value)?\Z | [Vv]ariables\.\*\Z | [Vv]ariableOverrides\.\*\Z | Environment\.\*\Z | [Ee]nv(?:ironment)?\[\]\.[Vv]alue\Z
      | [Ee]nvironmentVariables\[\]\.[Vv]alue\Z | Arguments\.\*\Z | Hyper[Pp]arameters\.\*\Z | ConnectionProperties\.\*\Z
      | Stack:Parameters\[\]\.ParameterValue\Z | OutputValue\Z | OptionSettings\[\]\.Value\Z
      | JobDefinition:parameters\.\*\Z | Parameter:Value\Z
      | (?:Header|QueryString)Parameters\.\*\Z""",
    re.VERBOSE,
)
"""What people fill with anything, passwords among it, and the vendor's model flags seldom: `TYPE:path` of a leaf."""


@pytest.mark.parametrize("spec", SPECS)
def test_what_the_model_forgets_to_flag_is_decided(spec: Spec) -> None:
    """Settings that people fill, and texts whose own name is a secret's: closed, dropped, or declared to be none."""
    decided = [*spec.compare.sensitive, *spec.compare.reveal]
    texts = {at for at, node in shapes.places(shapes.assembled(spec)) if node.kind in ("string", "blob")}
    open_ = [
        at
        for at in sorted(texts.intersection(shapes.leaves(shapes.assembled(spec))))
        if decide(spec, at).outcome == "compared" and not any(p.covers(names(at)) for p in decided)
        if SETTINGS.search(f"{spec.type}:{at}") or (names_secret(names(at)[-1]) and not enumerated(spec, at))
    ]
    assert not open_, f"{spec.file}: put into sensitive or reveal: {', '.join(open_)}"


def enumerated(spec: Spec, path: str) -> bool:
    """Whether the model lists the values of a leaf: a word of the vendor's is no secret."""
    node = shapes.descend(shapes.assembled(spec), paths.parse(path))
    return node is not None and node.shape is not None and bool(getattr(node.shape, "enum", ()))


@pytest.mark.parametrize("spec", SPECS)
def test_what_a_spec_takes_back_is_reached(spec: Spec) -> None:
    """A walk stops at what is dropped, and a leaf that the model flags is hidden whatever stands above it."""
    dropped = [(i.path, names(i.path.text)) for i in ignored(spec)]
    lost = [
        f"`config` {kept} lies below {path}, which is dropped whole"
        for kept in spec.compare.config
        for path, own in dropped
        if len(own) < len(names(kept.text)) and path.covers(names(kept.text))
    ]
    flagged = [p for p in derived(spec.type).sensitive if not any(r.matches(names(p.text)) for r in spec.compare.reveal)]
    lost += [
        f"`reveal` {shown} does not reach {p}, which the model flags: reveal that itself"
        for shown in spec.compare.reveal
        for p in flagged
        if len(names(p.text)) > len(names(shown.text)) and shown.covers(names(p.text))
    ]
    assert not lost, f"{spec.file}: {'; '.join(lost)}"


def names(path: str) -> tuple[str, ...]:
    return tuple(getattr(s, "name", "*") for s in paths.parse(path).members)


@pytest.mark.parametrize("spec", SPECS)
def test_error_codes_are_known(spec: Spec) -> None:
    for call in calls(spec):
        known = set(errors.codes(call.service))
        for shape in shapes.service(call.service).error_shapes:
            known |= {shape.name, shape.metadata.get("error", {}).get("code", shape.name)}
        for code in (*call.absent, *(o.code for o in call.off)):
            assert code in known, f"{spec.file}: no model knows {code}; if {call.service} really answers it, add it to errors.toml"


@pytest.mark.parametrize("spec", SPECS)
def test_the_type_is_cloudformations_unless_it_says_otherwise(spec: Spec) -> None:
    assert (spec.type in cfn_types()) == spec.cfn, f"{spec.file}: cfn = {str(spec.type in cfn_types()).lower()}"


@pytest.mark.parametrize("spec", SPECS)
def test_the_permissions_exist(spec: Spec) -> None:
    for name in permissions.actions(spec):
        assert name.lower() in known_actions(name.partition(":")[0]), f"{spec.file}: IAM knows no {name}: add a line to permissions.toml"


@pytest.mark.parametrize("spec", SPECS)
def test_references_and_parents_name_types(spec: Spec) -> None:
    known = cfn_types() | set(load().specs) | UNREAD
    for pattern, types in spec.compare.references.items():
        for name in types:
            assert name in known, f"{spec.file}: {pattern} refers to {name}, which is no type"
    for name in spec.parent:
        assert name in load().specs, f"{spec.file}: the catalogue has no {name}"


@pytest.mark.parametrize("spec", SPECS)
def test_the_file_lies_where_its_name_says(spec: Spec) -> None:
    provider, service, _ = spec.type.split("::")
    assert provider == "AWS"
    assert re.fullmatch(rf"aws/{service.lower()}/[a-z0-9_]+\.toml", spec.file), f"{spec.file}: belongs into aws/{service.lower()}/"


@pytest.mark.parametrize("spec", SPECS)
def test_identity_says_who_it_is(spec: Spec) -> None:
    assert spec.singleton == (not spec.identity.id), f"{spec.file}: a listing needs an id, a settings document has none"
    assert not spec.pair or spec.singleton or spec.identity.match, f"{spec.file}: say by what the counterpart is found"


@pytest.mark.parametrize("spec", SPECS)
def test_nothing_is_said_twice(spec: Spec) -> None:
    texts = [i.path.text for i in spec.compare.ignore]
    assert len(set(texts)) == len(texts), f"{spec.file}: ignored twice: {sorted({t for t in texts if texts.count(t) > 1})}"
    both = set(texts) & {p.text for p in spec.compare.config}
    assert not both, f"{spec.file}: in ignore and in config: {sorted(both)}"


def test_the_derived_facts_are_current() -> None:
    for file, data in zip(("derived.json", "leaves.json"), derive.facts(), strict=True):
        assert (derive.HERE / file).read_text() == derive.render(data), f"{file} is old: run `python -m tests.catalog.derive`"


@pytest.mark.slow
def test_what_google_says_is_current() -> None:
    assert (derive.HERE / "gcp.json").read_text() == derive.render_google(derive.google()), "old: run `python -m tests.catalog.derive`"


def test_base_permissions_and_prefixes_exist() -> None:
    for statement in permissions.policy(load())["Statement"]:
        for name in statement["Action"]:
            assert name.lower() in known_actions(name.partition(":")[0]), name


def test_no_example_is_without_its_type() -> None:
    from tests.catalog.answers import EXAMPLES, folder

    wanted = {folder(s) for s in load().of("aws").values()}
    assert [str(p.parent) for p in Path(EXAMPLES).glob("*/*/answers.json") if p.parent not in wanted] == []


MADE_UP = re.compile(
    r'"(?:[A-Za-z]\w*-stage-(?=[a-f]*\d)[0-9a-f]{4}|the same everywhere [0-9a-f]{4}|Text of .*|[A-Z]\w+ of [a-z-]+-stage-[a-z](?:-\d)*)"'
)
"""What the maker of examples writes where it knows no better."""


def test_no_example_was_left_as_it_was_made() -> None:
    from tests.catalog.answers import EXAMPLES

    files = sorted(Path(EXAMPLES).glob("*/*/answers.json"))
    left = {f"{p.parent.parent.name}/{p.parent.name}": found for p in files if (found := sorted(set(MADE_UP.findall(p.read_text()))))}
    assert left == {}, "edit the example until it looks like the real service (FINISHING.md, step 4)"
