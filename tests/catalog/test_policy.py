"""What holds for the IAM policy of every one of Google's types, written or general, and who has a part in policies."""

from __future__ import annotations

from pathlib import Path

import pytest

from driftscan.catalog import load, policy
from driftscan.catalog.paths import parse
from driftscan.catalog.spec import Compare
from driftscan.errors import ConfigError
from driftscan.judge.aspects import aspect_of
from driftscan.model.value import Key

BINDINGS = parse("iamPolicy.bindings")
WRITTEN, GENERAL = "storage.googleapis.com/Bucket", "spanner.googleapis.com/Backup"


@pytest.mark.parametrize("type_", [WRITTEN, GENERAL])
def test_a_policy_is_compared_alike_whatever_it_is_set_on(type_: str) -> None:
    spec = load().spec(type_)
    assert spec is not None
    assert [p.text for p in spec.compare.keys[BINDINGS]] == ["role", "condition.expression"]
    assert (spec.compare.meaning[BINDINGS], spec.compare.grants["bindings"]) == ("bindings", BINDINGS)
    at = ("iamPolicy", "bindings", Key(("roles/viewer",)))
    assert aspect_of(spec, (*at, "members", Key(("x",)))) == "iam"
    assert aspect_of(spec, (*at, "condition", "title")) == "metadata"
    assert aspect_of(spec, ("iamPolicy", "auditConfigs", Key(("allServices",)))) == "observability"


def test_who_has_a_part_in_policies() -> None:
    found = {
        type_: {kind: at.text for kind, at in spec.compare.grants.items() if kind != "bindings"}
        for type_ in policy._PARTS
        if (spec := load().spec(type_)) is not None
    }
    assert found == {type_: dict(parts) for type_, parts in policy._PARTS.items()}
    deny, firewall = load().spec("iam.googleapis.com/PolicyV2"), load().spec("compute.googleapis.com/Firewall")
    assert deny is not None
    assert firewall is not None
    assert {at.text: kind for at, kind in deny.compare.meaning.items()} == {"iamPolicy.bindings": "bindings", "rules": "denials"}
    assert firewall.compare.whole == "firewall"
    aws = load().spec("AWS::SQS::Queue")
    assert aws is not None
    assert not aws.compare.grants


def test_what_a_spec_says_counts() -> None:
    own = Compare(keys={BINDINGS: (parse("role"),)}, aspects={parse("iamPolicy"): "cost"}, whole="firewall")
    found = policy.added(WRITTEN, own)
    assert (found.keys[BINDINGS], found.aspects[parse("iamPolicy")], found.whole) == ((parse("role"),), "cost", "firewall")


def test_a_whole_that_nobody_knows(tmp_path: Path) -> None:
    text = 'type = "compute.googleapis.com/X"\ntitle = "X"\nschema = "compute.v1:X"\naspect = "network"\n\n[compare]\nwhole = "{}"\n'
    for whole in ("firewall", "wall"):
        file = tmp_path / whole / "gcp" / "compute" / "x.toml"
        file.parent.mkdir(parents=True)
        file.write_text(text.format(whole))
    spec = load(tmp_path / "firewall").spec("compute.googleapis.com/X")
    assert spec is not None
    assert spec.compare.whole == "firewall"
    with pytest.raises(ConfigError, match="wall"):
        load(tmp_path / "wall")
