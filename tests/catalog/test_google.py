"""Google's types with a written spec: held against the discovery documents, by an example, and by a mutation of every leaf."""

from __future__ import annotations

import os
import random
import re

import pytest

from driftscan.catalog import decisions, ignored, load
from driftscan.catalog.decisions import decide, leaves
from driftscan.catalog.general import is_object, snake
from driftscan.catalog.paths import Member
from driftscan.catalog.spec import REASONS, Spec
from driftscan.model.resource import Provenance
from driftscan.normalize.secrets import names_secret
from tests.catalog import discovery, google, shapes
from tests.catalog.harness import differences
from tests.catalog.test_lint import document_paths, exists, names

WRITTEN = google.written()
SPECS = [pytest.param(s, id=s.type) for s in WRITTEN]
DRAWN = 6


def test_there_are_many() -> None:
    assert len(WRITTEN) >= 40


@pytest.mark.parametrize("spec", SPECS)
def test_the_file_lies_where_its_name_says(spec: Spec) -> None:
    noun = spec.type.partition("/")[2]
    assert spec.file == f"gcp/{spec.service}/{snake(noun)}.toml"


BESIDE = {"cloudresourcemanager.googleapis.com/Organization": ("projects", "folders")}
"""What the reader puts beside a vendor's document, and what no schema of it has."""


@pytest.mark.parametrize("spec", SPECS)
def test_every_path_exists_in_the_vendors_shape(spec: Spec) -> None:
    document = discovery.assembled(spec)
    missing = [f"{where}: {p}" for where, p in document_paths(spec) if p.steps != (Member("name"),) and not exists(document, p)]
    missing = [m for m in missing if m.removeprefix("ignore: ") not in BESIDE.get(spec.type, ())]
    missing += [f"allotted: {p}" for p in spec.compare.allotted if not exists(document, p)]
    assert not missing, f"{spec.file}: not in {', '.join(spec.schemas)}: {'; '.join(missing)}"


@pytest.mark.parametrize("spec", SPECS)
def test_what_is_said_of_a_place_fits_its_kind(spec: Spec) -> None:
    document = discovery.assembled(spec)
    for pattern in (*spec.compare.ordered, *spec.compare.keys):
        node = shapes.descend(document, pattern)
        assert node is not None
        assert node.kind == "list", f"{spec.file}: {pattern} is a {node.kind}, only lists have order or keys"
    for pattern in spec.compare.documents:
        node = shapes.descend(document, pattern)
        assert node is not None
        assert node.leaf, f"{spec.file}: {pattern} is no text that could hold a document"
    for pattern, members in spec.compare.keys.items():
        for member in members:
            found = decide(spec, f"{pattern.text}[].{member.text}")
            assert found.outcome == "compared", f"{spec.file}: {pattern} is keyed by {member}, which is {found.outcome} ({found.reason})"


@pytest.mark.parametrize("spec", SPECS)
def test_references_name_types(spec: Spec) -> None:
    known = {*load().of("gcp"), *discovery.described()}
    for pattern, types in spec.compare.references.items():
        for name in types:
            assert name in known, f"{spec.file}: {pattern} refers to {name}, which is no type"


@pytest.mark.parametrize("spec", SPECS)
def test_nothing_is_said_twice(spec: Spec) -> None:
    texts = [i.path.text for i in spec.compare.ignore]
    assert len(set(texts)) == len(texts)
    assert not set(texts) & {p.text for p in spec.compare.config}


@pytest.mark.parametrize("spec", SPECS)
def test_config_takes_back_what_the_general_rule_drops_and_reaches_it(spec: Spec) -> None:
    rule = discovery.outcomes(discovery.merged(spec.schemas))
    for pattern in spec.compare.config:
        below = [why for at, why in rule.items() if pattern.covers(names(at))]
        assert any(below), f"{spec.file}: the rule drops nothing at {pattern}"
    lost = [
        f"{kept} lies below {entry.path}, which is dropped whole"
        for kept in spec.compare.config
        for entry in ignored(spec)
        if len(names(entry.path.text)) < len(names(kept.text)) and entry.path.covers(names(kept.text))
    ]
    assert not lost, f"{spec.file}: {'; '.join(lost)}"


SETTINGS = re.compile(
    r"(?:[eE]nv(?:ironment)?\[\]\.value|[eE]nvironmentVariables\.\*|env\[\]|substitutions\.\*|metadata\.items\[\]\.value)\Z"
)
"""What people fill with anything, passwords among it."""


@pytest.mark.parametrize("spec", SPECS)
def test_what_may_be_a_secret_is_decided(spec: Spec) -> None:
    decided = [*spec.compare.sensitive, *spec.compare.reveal]
    open_ = [
        at
        for at, node in shapes.leaves(discovery.assembled(spec)).items()
        if node.kind == "string"
        and not node.enum
        and decide(spec, at).outcome == "compared"
        and not any(p.covers(names(at)) for p in decided)
        if SETTINGS.search(at) or (names_secret(names(at)[-1]) and names(at)[-1] not in PUBLIC)
    ]
    assert not open_, f"{spec.file}: put into sensitive or reveal: {', '.join(open_)}"


PUBLIC = frozenset({"pageToken"})


@pytest.mark.parametrize("spec", SPECS)
def test_every_leaf_is_decided_once(spec: Spec) -> None:
    found = decisions(spec)
    assert [d.path for d in found] == list(leaves(spec.type)) == sorted(shapes.leaves(discovery.assembled(spec)))
    for d in found:
        assert (d.outcome == "dropped") == bool(d.reason)
        assert d.reason in ("", *REASONS)
    assert not is_object(spec.type)


# --------------------------------------------------------------------------------------------- examples


@pytest.mark.parametrize("spec", SPECS)
def test_the_vendors_shape_allows_the_example(spec: Spec) -> None:
    example = google.asset(spec)
    assert example["assetType"] == spec.type
    document = google.made(example, "stage").value
    assert google.unknown(spec, document) == []
    assert len(document) > 1 or spec.type.endswith("/KeyRing")


@pytest.mark.parametrize("spec", SPECS)
def test_its_clean_twin_is_silent(spec: Spec) -> None:
    one, two = google.asset(spec), google.twin(google.asset(spec))
    assert one["name"] != two["name"] or spec.scope == "organization" or spec.population
    comparison = google.twins(spec)
    if spec.type != google.PROJECT and not spec.population:
        assert spec.type in {c.pair.candidate.type for c in comparison.compared}, "it has no counterpart"
    assert differences(comparison) == []


@pytest.mark.parametrize("spec", SPECS)
def test_every_leaf_of_the_example_shows_or_is_excused(spec: Spec) -> None:
    if spec.type == google.PROJECT:
        return
    found, _, lost = google.silent(spec, google.made(google.asset(spec), "stage"))
    assert lost == []
    assert found or spec.type.endswith("/KeyRing")


def test_no_example_is_without_its_type() -> None:
    wanted = {google.folder(s) for s in WRITTEN}
    assert {p.parent for p in (google.EXAMPLES / "gcp").glob("*/*/asset.json")} == wanted


# --------------------------------------------------------------------------------------------- every leaf of the vendor's shape


def outcome(spec: Spec) -> list[str]:
    raw = google.resource(spec, google.whole(spec))
    found, reasons, lost = google.silent(spec, raw)
    assert found
    assert set(reasons) <= {*REASONS, "default", "empty"}
    return lost


def test_of_a_few_types_drawn_at_random_no_leaf_is_silent_without_a_reason() -> None:
    seed = int(os.environ.get("DRIFTSCAN_SEED") or random.SystemRandom().randrange(10**6))
    small = [s for s in WRITTEN if len(leaves(s.type)) < 100]
    lost = {s.type: found for s in random.Random(seed).sample(small, DRAWN) if (found := outcome(s))}
    assert lost == {}, f"again with DRIFTSCAN_SEED={seed}"


@pytest.mark.slow
@pytest.mark.parametrize("spec", SPECS)
def test_no_leaf_of_any_type_is_silent_without_a_reason(spec: Spec) -> None:
    assert outcome(spec) == []


def test_a_leaf_that_is_silent_without_a_reason_is_seen() -> None:
    """A compared leaf changed to itself does not show: the test can fail."""
    spec = load().specs["compute.googleapis.com/Firewall"]
    raw = google.made(google.asset(spec), "stage")
    world = google.GoogleWorld("stage", [raw])
    still = google.Mutation(("priority",), "changed", raw.value["priority"])
    assert google.missed(world, raw, [still]) == [still]
    assert google.missed(world, raw, [google.Mutation(("priority",), "changed", 1)]) == []
    assert world.canonicals[world.redactor.address(raw.address)].seal.provenance is Provenance.DECLARED
