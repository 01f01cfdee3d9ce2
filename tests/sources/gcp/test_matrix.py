"""The conformance matrix: each operation meets each fault; the oracle is the run without faults.

Nothing may be lost in silence, nothing may read as another value, and what can be survived is survived.
"""

from __future__ import annotations

import pytest

from driftscan.catalog import Catalog
from driftscan.demo.google.server import Cloud
from driftscan.model.snapshot import Status
from driftscan.model.value import Unknown
from driftscan.sources.gcp.reading import POLICY_ONLY
from tests.sources.gcp.conftest import IMPATIENT, QUICK, Scan, scan
from tests.sources.gcp.matrix import Operation, Row, cells, code

QUICK_KINDS = ("denied", "disabled", "throttled", "cut", "expired", "malformed")


def often(operation: Operation, row: Row) -> bool:
    """Whether a cell runs with every test run."""
    return row.kind in QUICK_KINDS and operation.method == "ListAssets" and row.code != "RESOURCE_EXHAUSTED"


CELLS = [pytest.param(o, r, id=f"{o.method} {o.content}-{r.name}", marks=() if often(o, r) else pytest.mark.slow) for o, r in cells()]
KEPT: dict[str, Scan] = {}


def oracle_of(catalog: Catalog) -> Scan:
    """The scan without faults, made once."""
    if "oracle" not in KEPT:
        KEPT["oracle"] = scan(catalog=catalog)
    return KEPT["oracle"]


@pytest.mark.parametrize(("operation", "row"), CELLS)
def test_a_fault_never_lies(cloud: Cloud, catalog: Catalog, operation: Operation, row: Row) -> None:
    oracle = oracle_of(catalog)
    assert len(oracle.resources) == 25 and not oracle.gaps
    assert {x.status for x in oracle.listings} == {Status.COMPLETE, Status.OFF}
    cloud.faults.set(row.fault(operation))
    found = scan(catalog=catalog, tuning=IMPATIENT if row.kind == "hang" else QUICK)
    found.gaps += [a.gap for a in found.accounts if a.gap is not None]
    nothing_lost(oracle, found)
    nothing_changed(oracle, found)
    if row.survives:
        assert {a: r.value for a, r in found.resources.items()} == {a: r.value for a, r in oracle.resources.items()}
        assert not found.gaps
        return
    assert found.gaps, "a fault that was not survived leaves a gap"
    assert {g.code for g in found.gaps} == {code(operation, row)}
    assert all(g.hint and g.at for g in found.gaps)
    whole = row.kind == "unauthenticated" and operation.method == "GetProject"
    assert set(operation.types) <= {g.type for g in found.gaps} or (whole and {g.type for g in found.gaps} == {"*"})
    if operation.member:
        assert all(operation.member in g.member or g.operation != operation.method for g in found.gaps if g.type in operation.types)
        assert {g.type for g in found.gaps} - {*operation.types} <= {*POLICY_ONLY}
    if row.kind == "denied" and operation.permission:
        assert {g.permission for g in found.gaps} == {operation.permission}
    if row.kind in ("disabled", "unauthenticated"):
        assert not any(g.permission for g in found.gaps), "a permission would not help"


def nothing_lost(oracle: Scan, found: Scan) -> None:
    """Each resource is there, or its listing says that it is not complete and a gap says why."""
    for address in oracle.resources:
        if address in found.resources:
            continue
        listings = [x for x in found.listings if x.type == address.type]
        everything = any(x.type == "*" and x.status is not Status.COMPLETE for x in found.listings)
        unreached = any(a.gap is not None for a in found.accounts)
        sure = any(x.status in (Status.COMPLETE, Status.OFF) and x.account == address.account for x in listings)
        assert everything or unreached or not sure, f"{address} is lost in silence"
        assert [g for g in found.gaps if g.type in (address.type, "*")], f"{address} is lost without a gap"
    assert not set(found.resources) - set(oracle.resources)


def nothing_changed(oracle: Scan, found: Scan) -> None:
    """Each value is the oracle's, or Unknown with a gap that names the member."""
    for address, resource in found.resources.items():
        before = oracle.resources[address].value
        for member in {*before, *resource.value}:
            value = resource.value.get(member)
            ends = isinstance(value, list) and bool(value) and isinstance(value[-1], Unknown)
            unknown = value[-1] if ends else value
            if isinstance(unknown, Unknown):
                assert any(member in g.member and g.code == unknown.code and g.type == address.type for g in found.gaps), (member, value)
                assert not ends or [x for x in before[member] if x in value] == value[:-1], (address, member)
            else:
                assert value == before.get(member), (address, member)


def test_three_reasons_are_three_things(cloud: Cloud, catalog: Catalog) -> None:
    """Denied, not enabled, absent: at the first question already, and in the listing."""
    from driftscan.demo.google.faults import Fault
    from tests.sources.gcp.conftest import projects

    cloud.faults.set(Fault("denied", scope="projects/301"), Fault("disabled", scope="projects/302"))
    found = scan(*projects("acme-stage", "acme-prod", "acme-lost", "folders/999"), catalog=catalog)
    gaps = {g.account: g for g in [*found.gaps, *(a.gap for a in found.accounts if a.gap)] if g.type == "*"}
    assert {a: g.code for a, g in gaps.items()} == {
        "acme-stage": "PERMISSION_DENIED",
        "acme-prod": "SERVICE_DISABLED",
        "acme-lost": "DELETE_REQUESTED",
        "folders/999": "PERMISSION_DENIED",
    }
    assert [g.permission for g in gaps.values() if g.account in ("acme-prod", "acme-lost")] == ["", ""]
    assert "gcloud services enable" in gaps["acme-prod"].hint
    assert "undelete acme-lost" in gaps["acme-lost"].hint
    assert not found.resources
    assert {x.status for x in found.listings if x.type == "*"} == {Status.DENIED}
