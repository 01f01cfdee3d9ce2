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


def test_no_type_stands_twice(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / "aws" / "x").mkdir(parents=True, exist_ok=True)
        (tmp_path / "aws" / "x" / f"{name}.toml").write_text(SPEC)
    with pytest.raises(ConfigError, match=r"stands in aws/x/one\.toml too"):
        load(tmp_path)
