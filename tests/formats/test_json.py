"""report.json is the contract: its schema, its sums, its marks for what is absent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftscan.formats.json import WIDTH, plain, render
from tests.report import sample

SCHEMA = json.loads(files("driftscan").joinpath("schemas", "report.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

CONTRACT: dict[str, Any] = {
    "schema": "driftscan-report/1",
    "run": {
        "id": "...", "period": "2026-11", "as_of": "...", "started": "...", "finished": "...",
        "tool_version": "...", "catalog_digest": "...", "config_digest": "...", "previous_run": None,
    },
    "snapshots": [{"environment": "stage", "id": "...", "digest": "...", "window": ["...", "..."], "resources": 812, "gaps": 2}],
    "coverage": [{"environment": "prod", "account": "...", "region": "...", "type": "...", "status": "not_read", "resources": 3}],
    "comparisons": [
        {
            "candidate": "stage", "reference": "prod", "kind": "parity", "parity": 0.984,
            "paired": 804, "equal": 799, "extra": 3, "missing": 5,
            "ledger": [
                {
                    "type": "AWS::SQS::Queue", "candidate": 12, "reference": 13, "equal": 10, "expected": 0,
                    "waived": 0, "unknown": 0, "drift": 1,
                    "extra": 1, "missing": 2, "ambiguous": [0, 0], "grouped": [0, 0], "uncounted": [0, 0],
                }
            ],
        }
    ],
    "findings": [
        {
            "id": "stable over runs", "kind": "changed", "verdict": "drift", "severity": "critical", "aspect": "network", "state": "new",
            "first_seen": "2026-09", "value_digest": "...", "comparison": "stage..prod", "rule": None, "waiver": None,
            "location": {"file": "...", "line": 12},
            "group": "...", "owner": None, "title": "...",
            "resource": {
                "type": "AWS::EC2::SecurityGroup", "key": "...", "match": {"reason": "...", "confidence": 1.0},
                "candidate": {"account": "...", "region": "...", "id": "...", "arn": "..."},
                "reference": {"account": "...", "region": "...", "id": "...", "arn": "..."},
            },
            "changes": [
                {
                    "path": "IpPermissions[tcp/22/22].IpRanges[0.0.0.0/0]", "pointer": "/IpPermissions/...", "op": "added",
                    "verdict": "drift", "moved": "candidate", "candidate": None, "reference": None,
                }
            ],
        }
    ],
    "resolved": [{"id": "...", "cause": "cloud", "last_seen": "2026-10"}],
    "controls": [{"id": "ENV-05", "version": 1, "environment": "stage", "status": "PASS", "evidence": []}],
    "gaps": [
        {
            "environment": "prod", "account": "...", "region": "...", "type": "...", "operation": "...",
            "code": "AccessDenied", "permission": "...", "hint": "grant ...",
        }
    ],
    "ignored": [{"type": "...", "path": "...", "reason": "...", "values": 118}],
}  # fmt: skip
"""The document of the design, word for word, with one choice of each enumeration."""


def made() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(render(sample.report()))
    return document


def test_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def members(schema: Any, where: str = "") -> Iterator[tuple[str, Any]]:
    """Every member that an object may have, anywhere in the schema, with where it stands."""
    if isinstance(schema, dict):
        for name, inner in schema.get("properties", {}).items() if isinstance(schema.get("properties"), dict) else ():
            if where != "/$defs/value/then":  # the marks that a value may be, which its own description tells
                yield f"{where}/{name}", inner
        for key, inner in schema.items():
            yield from members(inner, f"{where}/{key}")


def test_every_member_of_the_schema_says_what_it_holds_in_a_sentence() -> None:
    said = {where: inner.get("description", "") for where, inner in members(SCHEMA)}
    assert len(said) > 200
    assert {
        where: text
        for where, text in said.items()
        if not ((text[:1].isupper() or text[:1] == "`") and text.endswith(".") and len(text) < 180)
    } == {}


def test_every_member_of_a_report_stands_in_the_schema() -> None:
    """What is written and not described is no contract: no object of a report has a key that the schema does not name."""
    closed = json.loads(json.dumps(SCHEMA))

    def close(schema: Any, where: str) -> None:
        if isinstance(schema, dict):
            if isinstance(schema.get("properties"), dict) and where != "/$defs/value/then":
                schema["additionalProperties"] = False
            for key, inner in list(schema.items()):
                close(inner, f"{where}/{key}")

    close(closed, "")
    assert [e.message for e in jsonschema.Draft202012Validator(closed).iter_errors(made())] == []
    golden = json.loads((Path(__file__).parents[2] / "reports" / "report.json").read_text(encoding="utf-8"))
    assert [e.message for e in jsonschema.Draft202012Validator(closed).iter_errors(golden)] == []


def test_built_report_fits_the_schema() -> None:
    assert [e.message for e in VALIDATOR.iter_errors(made())] == []


def test_contract_fits_the_schema() -> None:
    assert [e.message for e in VALIDATOR.iter_errors(CONTRACT)] == []


def test_built_report_has_every_key_of_the_contract_in_its_order() -> None:
    """Additions may follow; nothing of the contract is missing or moved."""

    def follows(contract: Any, built: Any, where: str) -> None:
        if isinstance(contract, dict):
            shared = [k for k in built if k in contract]
            missing = set(contract) - set(built) - {"match", "candidate", "reference", "arn", "location"}
            assert not missing, (where, missing)
            assert shared == [k for k in contract if k in built], where
            for key in shared:
                follows(contract[key], built[key], f"{where}/{key}")
        elif isinstance(contract, list) and contract and isinstance(contract[0], dict):
            for i, item in enumerate(built):
                follows(contract[0], item, f"{where}/{i}")

    follows({k: v for k, v in CONTRACT.items() if k != "controls"}, made(), "")


@pytest.mark.parametrize(
    ("where", "bad"),
    [
        (("findings", 0, "verdict"), "ok"),
        (("findings", 0, "severity"), "blocker"),
        (("findings", 0, "changes", 0, "op"), "moved"),
        (("findings", 0, "title"), None),
        (("comparisons", 0, "ledger", 0, "ambiguous"), [1]),
        (("comparisons", 0, "parity"), 1.2),
        (("coverage", 0, "status"), "done"),
        (("schema",), "driftscan-report/2"),
        (("findings", 0, "changes", 0, "candidate"), {"redacted": "secret"}),
        (("findings", 0, "changes", 0, "candidate"), {"unknown": 3}),
    ],
)
def test_schema_refuses(where: tuple[str | int, ...], bad: object) -> None:
    document: Any = made()
    at = document
    for step in where[:-1]:
        at = at[step]
    at[where[-1]] = bad
    assert not VALIDATOR.is_valid(document)


def test_every_ledger_row_adds_up() -> None:
    rows = made()["comparisons"][0]["ledger"]
    assert rows
    for r in rows:
        both = r["equal"] + r["expected"] + r["waived"] + r["unknown"] + r["drift"]
        assert r["candidate"] == both + r["extra"] + r["ambiguous"][0] + r["grouped"][0] + r["uncounted"][0]
        assert r["reference"] == both + r["missing"] + r["ambiguous"][1] + r["grouped"][1] + r["uncounted"][1]


def test_absent_is_left_out_and_null_is_null() -> None:
    changes = {c["path"]: c for f in made()["findings"] for c in f["changes"]}
    assert "reference" not in changes["IpPermissions[tcp/22/22].IpRanges[0.0.0.0/0]"]
    assert changes["Policy.Statement"]["reference"] is None
    assert changes["Policy.Statement"]["candidate"] == []
    sides = {f["resource"]["key"]: f["resource"] for f in made()["findings"] if f["kind"] in ("missing", "extra")}
    assert "candidate" not in sides["orders-dlq"]
    assert "reference" not in sides["nat-c"]


def test_marks_of_what_may_not_be_shown_or_was_not_read() -> None:
    changes = {c["path"]: c for f in made()["findings"] for c in f["changes"]}
    assert changes["Environment.Variables.API_TOKEN"]["candidate"]["redacted"]["kind"] == "secret"
    assert changes["Environment.Variables.PAYMENTS_URL"]["candidate"]["redacted"]["text"] == "https://«aa11bb22».prod.example.org/v1"
    assert changes["KmsMasterKeyId"]["candidate"] == {"unknown": "AccessDenied"}


def test_bytes_are_plain_ascii_and_end_with_a_line() -> None:
    data = render(sample.report("\x1b[31m\u202e\x9b"))
    assert data.isascii()
    assert data.endswith(b"}\n")
    assert not any(b < 0x20 and b != 0x0A for b in data)


def test_rows_stand_on_one_line() -> None:
    lines = render(sample.report()).decode().splitlines()
    assert any('"status": "denied"' in line and '"type": "AWS::DynamoDB::GlobalTable"' in line for line in lines)


def written(value: Any, depth: int) -> str:
    """The layout as it is promised: on one line where the whole fits into `WIDTH`, else a member a line."""
    flat = json.dumps(value)
    if not value or not isinstance(value, dict | list) or (depth and len(flat) + depth <= WIDTH):
        return flat
    rows = [f"{json.dumps(k)}: {written(v, depth + 1)}" for k, v in value.items()] if isinstance(value, dict) else None
    rows = rows if rows is not None else [written(v, depth + 1) for v in value]
    left, right = "{}" if isinstance(value, dict) else "[]"
    return f"{left}\n" + ",\n".join(" " * (depth + 1) + row for row in rows) + f"\n{' ' * depth}{right}"


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.text("ab\n", min_size=170),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=30), inner, max_size=5),
    max_leaves=30,
)


@given(value=VALUES)
def test_what_fits_stands_on_one_line_and_everything_else_has_a_line_for_each_member(value: Any) -> None:
    report = sample.report()
    first = replace(report.findings[0], changes=(replace(report.findings[0].changes[0], candidate=value),))
    report = replace(report, findings=(first,))
    assert render(report).decode() == written({"schema": "driftscan-report/1", **plain(report)}, 0) + "\n"


def test_a_report_is_written_once_for_all_who_name_its_digest() -> None:
    report = sample.report()
    assert render(report) is render(report)
    assert render(replace(report, findings=())) != render(report)


def test_what_is_no_number_of_json_is_refused() -> None:
    report = sample.report()
    with pytest.raises(ValueError, match="not JSON compliant"):
        render(replace(report, comparisons=(replace(report.comparisons[0], parity=float("nan")),)))
