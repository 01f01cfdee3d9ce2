"""A snapshot pinned as rules holds for itself and for its twin, and every mutation of an example breaks it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from driftscan.catalog import load
from driftscan.config.baselines import load_baselines
from driftscan.errors import UsageError
from driftscan.jobs import capture as module
from driftscan.jobs.capture import capture, pinned
from driftscan.judge.baselines import Ground, judge_baselines
from driftscan.judge.expectation import HELD, Speech, agreement
from driftscan.judge.logical import logical_keys
from driftscan.model.baseline import BaselineJudgement, BaselineRule
from driftscan.model.drift import Verdict
from driftscan.model.resource import Canonical, Provenance
from driftscan.model.value import Address, Opaque, Redacted, Text, Unknown, Word
from tests.catalog import answers as recorded
from tests.catalog.harness import ENVIRONMENTS, SETTINGS, World, stage, twin_of
from tests.catalog.mutate import excused, mutations
from tests.jobs.estate import QUEUE, context, queue, snapshot
from tests.judge.ground import NOW

FEW = (
    "AWS::EC2::SecurityGroup",
    "AWS::IAM::Role",
    "AWS::Route53::RecordSet",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
    "AWS::EC2::VPCEndpoint",
)
ALL = [s.type for s in load().of("aws").values() if s.pair and not s.population and (recorded.folder(s) / "answers.json").exists()]
TYPES = [pytest.param(t, id=t, marks=[] if t in FEW else [pytest.mark.slow]) for t in ALL]


def ground(world: World, canonicals: Mapping[Address, Canonical] | None = None) -> Ground:
    held = canonicals or world.canonicals
    seals = {a: c.seal for a, c in held.items()}
    return Ground(
        environment=replace(ENVIRONMENTS[world.environment], role=world.environment),
        snapshot="memory",
        catalog=load(),
        settings=SETTINGS,
        as_of=NOW,
        types=tuple(sorted({a.type for a in seals})),
        forms=lambda type: [c for a, c in sorted(held.items()) if a.type == type],
        seals=seals,
        keys=logical_keys(seals, world.environment),
        listings=world.snapshot.listings,
        incomplete={},
        accounts=tuple({a.account for a in seals}),
    )


def rules_of(world: World, type: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[BaselineRule, ...]:
    """The rules that pin one type of a world, for everyone."""
    monkeypatch.setattr(module, "ground_of", lambda *_: ground(world))
    file = folder / "pinned.yaml"
    file.write_text(capture(context(), world.snapshot, (type,), ("*",)))
    return load_baselines([file])


def declared(world: World, type: str) -> list[Address]:
    return [a for a, c in world.canonicals.items() if a.type == type and c.seal.provenance is Provenance.DECLARED]


@pytest.mark.parametrize("type", TYPES)
def test_it_holds_for_itself_and_every_mutation_breaks_it(type: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out, world = stage(type)
    if not declared(world, type):
        with pytest.raises(UsageError):
            rules_of(world, type, tmp_path, monkeypatch)
        return
    rules = rules_of(world, type, tmp_path, monkeypatch)
    assert [f.title for f in judge_baselines(ground(world), rules).findings] == []
    spec, seen, missed = load().specs[type], set(), []
    for raw in (r for r in out.resources if r.address in declared(world, type)):
        for mutation in [m for m in mutations(spec, raw.value, seen) if not excused(spec, raw.value, m)][:30]:
            mutated = {**world.canonicals, raw.address: world.mutated(raw, [mutation])}
            if not judge_baselines(ground(world, mutated), rules).findings:
                missed.append(f"{raw.address.id}: {mutation}")
    assert missed == []


@pytest.mark.parametrize("type", ["AWS::SQS::Queue", "AWS::SNS::Topic", "AWS::S3::Bucket", "AWS::IAM::Role", "AWS::CloudWatch::Alarm"])
def test_it_holds_for_another_environment(type: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names, account and region are the other one's; ids that nothing explains are unknown, never drift."""
    rules = rules_of(stage(type)[1], type, tmp_path, monkeypatch)
    found = judge_baselines(ground(twin_of(load().specs[type])[1]), rules).findings
    assert [f.title for f in found if f.verdict is Verdict.DRIFT] == []


# --------------------------------------------------------------------------------------------- what is written


def pinned_queues(folder: Path, *resources: object, types: tuple[str, ...] = (), environments: tuple[str, ...] = ()) -> BaselineJudgement:
    from driftscan.jobs.baselines import ground_of

    made = context()
    held = snapshot(made.store, "prod", "2026-11-01T06:00:00Z", resources)  # type: ignore[arg-type]
    (folder / "pinned.yaml").write_text(capture(made, held, types, environments))
    return judge_baselines(ground_of(made, held), load_baselines([folder / "pinned.yaml"]))


def test_rules_are_for_the_environment_unless_said_otherwise(tmp_path: Path) -> None:
    pinned_queues(tmp_path, queue("prod"))
    rules = load_baselines([tmp_path / "pinned.yaml"])
    assert {r.select.environments for r in rules} == {("prod",)}
    assert [r.id for r in rules] == [f"{QUEUE}/orders-{{env}}", f"{QUEUE} in number"]
    pinned_queues(tmp_path, queue("prod"), environments=("*",))
    assert {r.select.environments for r in load_baselines([tmp_path / "pinned.yaml"])} == {()}


def test_one_more_and_one_less_are_seen(tmp_path: Path) -> None:
    from driftscan.jobs.baselines import ground_of

    pinned_queues(tmp_path, queue("prod"), queue("prod", "invoices"))
    rules = load_baselines([tmp_path / "pinned.yaml"])
    made = context()
    more = snapshot(made.store, "prod", "2026-11-02T06:00:00Z", [queue("prod"), queue("prod", "invoices"), queue("prod", "new")])
    assert [f.rule for f in judge_baselines(ground_of(made, more), rules).findings] == [f"{QUEUE} in number"]
    less = snapshot(made.store, "prod", "2026-11-03T06:00:00Z", [queue("prod")])
    found = judge_baselines(ground_of(made, less), rules).findings
    assert sorted(f.rule or "" for f in found) == [f"{QUEUE} in number", f"{QUEUE}/invoices-{{env}}"]


@pytest.mark.parametrize("name", ["a*b", "=x", "what?", "no", "0644", "a: b"])
def test_names_that_are_globs_or_yaml_mean_themselves(tmp_path: Path, name: str) -> None:
    judgement = pinned_queues(tmp_path, queue("prod", name), queue("prod", "axb"), queue("prod", "whatx"))
    assert judgement.findings == ()
    assert all(row.held == row.selected > 0 for row in judgement.coverage)


def test_what_was_not_read_is_not_pinned(tmp_path: Path) -> None:
    judgement = pinned_queues(tmp_path, queue("prod", DelaySeconds=Unknown("AccessDenied")))
    assert judgement.findings == ()
    assert "DelaySeconds" not in (tmp_path / "pinned.yaml").read_text()


def test_nothing_that_fits() -> None:
    made = context()
    held = snapshot(made.store, "prod", "2026-11-01T06:00:00Z", [queue("prod")])
    with pytest.raises(UsageError, match=r"nothing in .* fits"):
        capture(made, held, ("AWS::S3::*",))


def test_masked_values_are_pinned_by_their_digest() -> None:
    speech = Speech("prod", lambda _: None)
    setting = Text(("http://", Word("prod", "prod", "{env}"), Opaque("0123456789", "k")))
    for value in (Redacted("secret", ("0123456789",), "k"), Opaque("0123456789", "k"), setting):
        literal = pinned(value, speech)
        assert set(literal) == {"redacted"}
        assert agreement(value, literal, speech) == HELD
    assert pinned(setting, speech)["redacted"]["text"] == "http://{env}«01234567»"
