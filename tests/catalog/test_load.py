"""The loader takes the vocabulary and nothing else, and says where an error stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from driftscan.catalog import load
from driftscan.catalog.load import read
from driftscan.catalog.spec import Detail, Each, Off
from driftscan.errors import ConfigError

SPEC = """\
type   = "AWS::X::Thing"
title  = "Thing"
aspect = "iam"

[parent]
type = ["AWS::X::Root", "AWS::X::Thing"]

[list]
service   = "x"
operation = "ListThings"
args      = { Root = "{parent.Id}", Deep = { Max = 5 } }
items     = "Things[].Inner[]"
as        = "Name"
off       = ["NotOn", "AccessDenied: is not enabled"]

[[detail]]
operation = "GetThing"
args      = { Names = "{Name}" }
batch     = { arg = "Names", size = 10 }
join      = { Theirs = "Name" }
take      = "Things[]"
into      = "Detail[]"
when      = { State = ["on", "half*"], Big = true }
each      = { Kind = "enum" }

[filter]
skip   = [{ A = 1 }, { B = "x" }]
latest = { by = "Time", per = "parent" }

[identity]
arn   = "arn:{scope.partition}:x:{scope.region}:{scope.account}:{Name}"
id    = ["parent", "Name"]
match = [["tags.Name"], ["Name", "Kind"]]

[compare]
tags = "Tags"

[compare.ignore]
time     = ["Created", "Parts[].Created"]
identity = ["Id"]

[compare.keys]
"Parts" = ["Name", "Kind.Code"]

[compare.references]
"VpcId" = "AWS::EC2::VPC"
"""


def test_the_catalogue_loads_and_has_a_digest() -> None:
    catalog = load()
    assert len(catalog.specs) >= 110
    assert list(catalog.specs) == sorted(catalog.specs)
    assert len(catalog.digest) == 64
    assert load() is catalog


def test_a_whole_spec() -> None:
    spec = read(SPEC, "aws/x/thing.toml")
    (listing,), (detail,) = spec.lists, spec.details
    assert (spec.parent, spec.scope, spec.pair, spec.cfn, spec.singleton) == (
        ("AWS::X::Root", "AWS::X::Thing"),
        "region",
        True,
        True,
        False,
    )
    assert (listing.as_, listing.off) == ("Name", (Off("NotOn"), Off("AccessDenied", "is not enabled")))
    assert isinstance(detail, Detail)
    assert (detail.service, detail.into, detail.append, detail.join) == ("x", "Detail", True, (("Theirs", "Name"),))
    assert detail.each == Each("Kind", None)
    assert [(str(c.path), c.globs) for c in detail.when[0]] == [("State", ("on", "half*")), ("Big", ("true",))]
    assert len(spec.filter.skip) == 2
    assert spec.identity.match == (("tags.Name",), ("Name", "Kind"))
    assert [(str(i.path), i.reason) for i in spec.compare.ignore] == [("Created", "time"), ("Parts[].Created", "time"), ("Id", "identity")]
    assert {str(k): tuple(map(str, v)) for k, v in spec.compare.keys.items()} == {"Parts": ("Name", "Kind.Code")}
    assert {str(k): v for k, v in spec.compare.references.items()} == {"VpcId": ("AWS::EC2::VPC",)}


def test_what_ref_returns_may_depend_on_the_item() -> None:
    line = 'id    = ["parent", "Name"]\n'
    assert line in SPEC
    assert [r.text for r in read(SPEC.replace(line, line + 'ref   = "Name"\n'), "aws/x/thing.toml").identity.ref] == ["Name"]
    text = 'ref   = [{ is = "{Name}|x", when = { Kind = "x*" } }, "Name"]\n'
    first, second = read(SPEC.replace(line, line + text), "aws/x/thing.toml").identity.ref
    assert (first.text, first.when[0][0].globs, second.text, second.when) == ("{Name}|x", ("x*",), "Name", ())
    with pytest.raises(ConfigError, match="unknown key 'if'"):
        read(SPEC.replace(line, line + 'ref   = { is = "Name", if = 1 }\n'), "aws/x/thing.toml")


def test_an_arn_may_have_alternatives() -> None:
    line = 'arn   = "arn:{scope.partition}:x:{scope.region}:{scope.account}:{Name}"'
    assert line in SPEC
    identity = read(SPEC.replace(line, 'arn   = ["Arn", "arn:x/{Name}", "arn:y"]'), "aws/x/thing.toml").identity
    assert (identity.arn, identity.other_arns) == ("Arn", ("arn:x/{Name}", "arn:y"))


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('title  = "Thing"', 'titel  = "Thing"', 2, "did you mean 'title'"),
        ('aspect = "iam"', 'aspect = "iams"', 3, "did you mean 'iam'"),
        ('aspect = "iam"', "aspect = 3", 3, "must be a text"),
        ('items     = "Things[].Inner[]"', 'item      = "Things[]"', 12, "did you mean 'items'"),
        ('items     = "Things[].Inner[]"', 'items     = "Things[.x"', 12, "is no path"),
        ('operation = "GetThing"', 'operations = "GetThing"', 17, "did you mean 'operation'"),
        ('operation = "GetThing"', 'operation = "GetThing"\nabsent = ["Code: text"]', 18, "only `off`"),
        ("size = 10", 'size = "10"', 19, "whole number"),
        ('per = "parent"', 'pro = "parent"', 28, "did you mean 'per'"),
        ('time     = ["Created"', 'tine     = ["Created"', 39, "did you mean 'time'"),
        ('"VpcId" = "AWS::EC2::VPC"', '"VpcId" = 4', 46, "text or a list of texts"),
        ('"{parent.Id}"', '"{parent.Id"', 11, "a brace stays open"),
        ("[parent]", "[parent", 5, ""),
        ('type   = "AWS::X::Thing"', 'type   = "Thing"', 1, "as CloudFormation does"),
        ('id    = ["parent", "Name"]\n', "", 30, "'id' is missing"),
        ('tags = "Tags"', 'tags = "Tags"\nconfig = ["Id.Kind"]', 37, "Id is dropped whole"),
    ],
)
def test_an_error_says_line_and_remedy(old: str, new: str, line: int, words: str) -> None:
    assert old in SPEC
    with pytest.raises(ConfigError) as caught:
        read(SPEC.replace(old, new, 1), "aws/x/thing.toml")
    assert (caught.value.file, caught.value.line) == ("aws/x/thing.toml", line), str(caught.value)
    assert words in str(caught.value)
    assert caught.value.hint


ASSET = """\
type   = "compute.googleapis.com/Thing"
title  = "Thing"
schema = "compute.v1:Thing"
aspect = "network"
content = ["RESOURCE", "ORG_POLICY"]
population = true
owner = "creator"

[identity]
match = ["parent", "name"]

[compare]
tags = "labels"

[compare.ignore]
time = ["made"]

[compare.references]
"network" = "compute.googleapis.com/Network"
"""


def test_a_whole_spec_of_googles() -> None:
    spec = read(ASSET, "gcp/compute/thing.toml")
    assert (spec.provider, spec.service, spec.singleton, spec.cfn) == ("gcp", "compute", False, False)
    assert (spec.schemas, spec.content, spec.population) == (("compute.v1:Thing",), ("RESOURCE", "ORG_POLICY"), True)
    assert (spec.identity.match, [str(p) for p in spec.owner]) == ((("parent", "name"),), ["creator"])
    plain = read('type = "k8s.io/Pod"\ntitle = "Pod"\nschema = "k8s.v1:Pod"\naspect = "capacity"\n', "gcp/k8s/pod.toml")
    assert (plain.content, plain.identity.match, plain.service) == (("RESOURCE", "IAM_POLICY"), (("name",),), "k8s.io")


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('schema = "compute.v1:Thing"', 'shema = "compute.v1:Thing"', 3, "did you mean 'schema'"),
        ('schema = "compute.v1:Thing"', 'schema = "compute:Thing"', 3, "is no schema"),
        ('schema = "compute.v1:Thing"\n', "", 1, "'schema' is missing"),
        ('"ORG_POLICY"', '"ORG_POLICIES"', 5, "did you mean 'ORG_POLICY'"),
        ('["RESOURCE", "ORG_POLICY"]', "[]", 5, "names nothing"),
        ("[identity]", "[list]\nservice = 1\n[identity]", 9, "unknown key 'list'"),
        ("match =", "id = 1\nmatch =", 10, "unknown key 'id'"),
        ("googleapis.com/Thing", "googleapi.com/Thing", 1, "unknown key"),
    ],
)
def test_an_error_in_one_of_googles_says_line_and_remedy(old: str, new: str, line: int, words: str) -> None:
    assert old in ASSET
    with pytest.raises(ConfigError) as caught:
        read(ASSET.replace(old, new, 1), "gcp/compute/thing.toml")
    assert words in str(caught.value)
    assert caught.value.hint
    if "unknown key" not in words or line != 1:
        assert caught.value.line == line, str(caught.value)


def test_a_type_without_a_spec_has_a_general_one_if_it_is_googles() -> None:
    catalog = load()
    made = catalog.spec("networkmanagement.googleapis.com/ConnectivityTest")
    assert made is not None
    assert made is catalog.spec(made.type)
    assert made.type not in catalog.specs
    assert (made.provider, made.service, made.file) == ("gcp", "networkmanagement", "")
    assert catalog.spec("AWS::No::Such") is None
    assert catalog.spec("no.such/Thing") is None
    assert all(catalog.spec(name) is spec for name, spec in catalog.specs.items())
    for name in ("k8s.io/Pod", "apps.k8s.io/Deployment", "rbac.authorization.k8s.io/ClusterRole", "networking.k8s.io/Ingress"):
        found = catalog.spec(name)
        assert found is not None
        assert found.provider == "gcp"


def test_no_type_stands_twice(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / "aws" / "x").mkdir(parents=True, exist_ok=True)
        (tmp_path / "aws" / "x" / f"{name}.toml").write_text(SPEC)
    with pytest.raises(ConfigError, match=r"stands in aws/x/one\.toml too"):
        load(tmp_path)
