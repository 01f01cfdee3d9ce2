"""Several revisions of one series in use: each finds the one that runs in the same place, whatever their numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import pytest

from driftscan.compare import compare
from driftscan.model.drift import Comparison
from driftscan.model.drift import Side as Compared
from driftscan.normalize import Normalizer
from tests.normalize.estate import CATALOG, Side, prod, vocabulary

TASK, SERVICE, CLUSTER = "AWS::ECS::TaskDefinition", "AWS::ECS::Service", "AWS::ECS::Cluster"


def estate(side: Side, running: Mapping[str, tuple[int, str]], *, newest: int = 0) -> Side:
    """One cluster; running: service -> (revision, image). newest: a revision that is listed although nobody runs it."""
    cluster = side.add(CLUSTER, f"main-{side.env}", {"clusterName": f"main-{side.env}"}, arn=side.arn("ecs", f"cluster/main-{side.env}"))
    base = side.arn("ecs", "task-definition/web")
    revisions = dict(running.values()) or {newest: "web"}
    for number, image in revisions.items():
        document = {"family": "web", "taskDefinition": {"family": "web", "taskDefinitionArn": f"{base}:{number}", "containerDefinitions": [
            {"name": "web", "image": image}
        ]}}  # fmt: skip
        side.add(TASK, "web" if number == max(revisions) else f"web:{number}", document, arn=f"{base}:{number}")
    for name, (number, _) in running.items():
        arn = side.arn("ecs", f"service/main-{side.env}/{name}-{side.env}")
        document = {"serviceName": f"{name}-{side.env}", "serviceArn": arn, "taskDefinition": f"{base}:{number}"}
        side.add(SERVICE, arn, document, arn=arn, parent=cluster)
    return side


def between(candidate: Side, reference: Side, *, same: bool = False) -> Comparison:
    def compared(side: Side) -> Compared:
        voc = vocabulary(side.env, side.region)
        normalizer = Normalizer(side.snapshot(voc), CATALOG, voc)
        return Compared(side.env, "memory", {s.address: s for s in normalizer.seals()}, {}, named=normalizer.named)

    sides: dict[Literal["candidate", "reference"], Side] = {"candidate": candidate, "reference": reference}
    return compare(
        compared(candidate), compared(reference), lambda name, at: sides[name].canonical(at), CATALOG, (), same_environment=same
    )  # fmt: skip


def tasks(found: Comparison) -> dict[str, tuple[str, bool]]:
    """Candidate -> reference, and whether they agree."""
    return {c.pair.candidate.id: (c.pair.reference.id, not c.changes) for c in found.compared if c.pair.candidate.type == TASK}


ALIKE: Any = pytest.mark.parametrize("image", ["web", "other"])


@ALIKE
def test_revisions_pair_by_who_runs_them(image: str) -> None:
    """In prod the services were deployed the other way round; with `web` nothing in the documents tells the revisions apart."""
    stage = estate(Side(), {"a": (1, "web"), "b": (2, image)})
    live = estate(prod(), {"a": (4, "web"), "b": (3, image)})
    found = between(stage, live)
    assert tasks(found) == {"web:1": ("web", True), "web": ("web:3", True)}
    assert not any(c.changes for c in found.compared)
    assert (found.extra, found.missing, found.ambiguous) == ((), (), ())


def test_a_change_in_one_of_several_is_found_there() -> None:
    stage = estate(Side(), {"a": (1, "web"), "b": (2, "other")})
    live = estate(prod(), {"a": (4, "web"), "b": (3, "elsewhere")})
    found = between(stage, live)
    assert tasks(found) == {"web:1": ("web", True), "web": ("web:3", False)}
    assert [c.pair.candidate.id for c in found.compared if c.changes] == ["web"]


def test_a_revision_more_on_one_side_is_said() -> None:
    """In stage both services run one revision, in prod each its own."""
    stage = estate(Side(), {"a": (2, "web"), "b": (2, "web")})
    live = estate(prod(), {"a": (4, "web"), "b": (3, "older")})
    found = between(stage, live)
    print(
        tasks(found), found.missing, found.extra, found.ambiguous, [(c.pair.candidate.id, c.changes) for c in found.compared if c.changes]
    )


def test_in_one_environment_a_revision_is_itself_and_the_series_what_runs_there() -> None:
    """Service a was deployed: its new revision takes the address that b's had."""
    before = estate(Side(), {"a": (1, "web"), "b": (2, "other")})
    after = estate(Side(), {"a": (3, "newer"), "b": (2, "other")})
    found = between(after, before, same=True)
    assert tasks(found) == {"web": ("web:1", False), "web:2": ("web", True)}
    assert (found.extra, found.missing) == ((), ())


def test_one_revision_after_another_is_a_change_of_the_series() -> None:
    found = between(estate(Side(), {"a": (3, "newer")}), estate(Side(), {"a": (1, "web")}), same=True)
    assert tasks(found) == {"web": ("web", False)}
