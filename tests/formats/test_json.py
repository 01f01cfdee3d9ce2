"""report.json is the contract: its schema, its sums, its marks for what is absent."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from driftscan.formats.json import render
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
