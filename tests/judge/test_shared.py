"""The same secret in stage and prod is a finding of its own; nothing else that agrees is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from driftscan.model.drift import Severity, Verdict
from driftscan.model.settings import Expected
from driftscan.model.value import Redacted, Value, show_path
from tests.judge.estate import Estate, settings


def secret(digest: str, kind: str = "secret", key: str = "k1") -> Redacted:
    return Redacted(kind, (digest,), key)


def estate(ours: Value, theirs: Value, **environments: str) -> Estate:
    """A pair that differs in nothing but, perhaps, its secrets."""
    out = Estate(**environments)
    pair = out.pair("orders", bodies=({"Environment": {"TOKEN": ours}}, {"Environment": {"TOKEN": theirs}}))
    for side, (address, value) in enumerate(((pair.candidate, ours), (pair.reference, theirs))):
        held = (f"{value.key_id}:{value.parts[0]}",) if isinstance(value, Redacted) and value.kind == "secret" else ()
        out.seals[side][address] = replace(out.seals[side][address], secrets=held)
    return out


def test_the_same_secret_in_both_is_high_drift() -> None:
    (finding,) = estate(secret("a"), secret("a")).judge().findings
    assert (finding.verdict, finding.severity, finding.rule) == (Verdict.DRIFT, Severity.HIGH, "shared-secret")
    assert [show_path(c.path) for c in finding.changes] == ["Environment.TOKEN"]
    assert finding.title.endswith("Environment.TOKEN holds the same secret in stage and prod")
    assert finding.severity_reason == "one secret opens both environments"


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (secret("a"), secret("b")),
        (secret("a"), secret("a", key="k2")),
        (secret("#a", "setting"), secret("#a", "setting")),
        (secret("a", "person"), secret("a", "person")),
        ("", ""),
        ("debug", "debug"),
    ],
)
def test_nothing_else_that_agrees_is_one(ours: Value, theirs: Value) -> None:
    assert estate(ours, theirs).judge().findings == ()


def test_one_environment_over_time_keeps_its_secret() -> None:
    assert estate(secret("a"), secret("a"), candidate="prod", reference="prod").judge().findings == ()


def test_a_rule_that_expects_it_makes_it_expected() -> None:
    rule = Expected("one-key", "*", "Environment.TOKEN", "any", "the vendor gives one key", "platform")
    (finding,) = estate(secret("a"), secret("a")).judge(settings(expected=(rule,))).findings
    assert (finding.verdict, finding.severity, finding.rule) == (Verdict.EXPECTED, Severity.INFO, "one-key")
