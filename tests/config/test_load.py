"""The configuration file: what is right comes through whole, what is wrong is said with its place and what to write instead."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

import driftscan
from driftscan.catalog.spec import ASPECTS
from driftscan.config import load, schema
from driftscan.errors import ConfigError
from driftscan.model.settings import ComparisonRule, Excluded, Location, Owner, Settings, SeverityRule, Shared

PUBLISHED = Path(driftscan.__file__).parent / "schemas" / "driftscan.schema.json"

LEAST = """\
version: 1
organization: acme
environments:
  stage:
    accounts:
      - {aws: "111111111111"}
  prod:
    accounts:
      - {aws: "222222222222"}
"""

DESIGN = """\
version: 1
organization: acme
store: ./store
defaults: {role: driftscan-reader, regions: enabled}
environments:
  stage:
    aliases: [staging, stg]
    accounts:
      - {aws: "333333333333", role: other-reader, regions: [eu-west-1, us-east-1]}
      - {gcp: acme-stage}
  prod:
    aliases: [production, prd]
    accounts:
      - {aws: "444444444444", external_id: "..."}
      - {gcp: acme-prod}
comparisons:
  - {candidate: stage, reference: prod}
promotion: {max_age: 14d}
owners:
  - {tag: Team}
  - {stack: "payments-*", owner: payments}
"""

FULL = (
    DESIGN
    + """\
expected:
  - {id: smaller, type: "AWS::RDS::DBInstance", path: DBInstanceClass, rule: at_most_reference, reason: "runs smaller", owner: platform}
  - {id: half, type: "AWS::AutoScaling::*", path: MaxSize, rule: ratio, ratio: [0.25, 1], reason: half, owner: o, comparison: stage..prod}
  - {id: only-prod, type: "AWS::Backup::*", rule: any, kind: missing, reason: "no backups in stage", owner: platform}
  - {id: images, type: "AWS::ECS::*", path: Image, rule: one_of, values: [a, b], reason: r, owner: o}
waivers:
  - {id: W-1, finding: f, candidate: 30, reference: 60, owner: a, approver: b, ticket: T-1, reason: load, expires: 2026-12-31}
variables:
  domain: {stage: stage.example.org, prod: example.org}
region_map:
  stage: {eu-central-1: home}
  prod: {eu-west-1: home}
controls:
  hold: {stg: [ENV-01, ENV-04]}
  excluded: [{account: "sandbox-*", reason: "for trying things"}]
  shared: [{target: "555555555555", reason: "artifacts"}]
reveal: [LOG_LEVEL, "AWS::Lambda::Function:Environment.Variables.TZ"]
min_coverage: 0.9
types: ["AWS::*"]
skip_types: ["AWS::Backup::*"]
redaction: {key_file: keys/driftscan.key}
max_concurrency: 16
deadline: 2h
"""
)


def settings(tmp_path: Path, text: str) -> Settings:
    path = tmp_path / "driftscan.yaml"
    path.write_text(text)
    return load(path)


def problem(tmp_path: Path, text: str) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        settings(tmp_path, text)
    return caught.value


class TestRight:
    def test_the_least_form(self, tmp_path: Path) -> None:
        s = settings(tmp_path, LEAST)
        assert [e.name for e in s.environments] == ["stage", "prod"]
        assert s.environment("prod").accounts[0].id == "222222222222"
        assert (s.environments[0].accounts[0].role, s.environments[0].accounts[0].regions) == (None, None)
        assert s.store == str(tmp_path / "store")
        assert (s.min_coverage, s.promotion_max_age, s.types, s.deadline) == (0.95, timedelta(days=14), ("*",), None)
        assert s.files == (str(tmp_path / "driftscan.yaml"),)

    def test_the_form_of_the_contract(self, tmp_path: Path) -> None:
        s = settings(tmp_path, DESIGN)
        stage, prod = s.environments
        assert stage.words == ("stage", "staging", "stg")
        a, gcp = stage.accounts
        assert (a.provider, a.role, a.regions, a.location and a.location.line) == ("aws", "other-reader", ("eu-west-1", "us-east-1"), 9)
        assert (gcp.provider, gcp.id, gcp.role) == ("gcp", "acme-stage", None)
        assert (prod.accounts[0].role, prod.accounts[0].external_id, prod.accounts[0].regions) == ("driftscan-reader", "...", None)
        assert s.comparisons == (ComparisonRule("stage", "prod"),)
        assert s.owners == (Owner(tag="Team"), Owner(owner="payments", stack="payments-*"))

    @pytest.mark.parametrize(
        "name", ["acme-stage", "example.com:acme-stage", '"123456789012"', "folders/12", "organizations/34", '"labels.env:stage"']
    )
    def test_every_way_to_name_projects(self, tmp_path: Path, name: str) -> None:
        account = settings(tmp_path, LEAST.replace('{aws: "111111111111"}', f"{{gcp: {name}}}")).environment("stage").accounts[0]
        assert (account.provider, account.id, account.impersonate, account.exports) == ("gcp", name.strip('"'), None, ())

    def test_a_project_is_read_as_somebody_or_from_files(self, tmp_path: Path) -> None:
        """Files lie beside the configuration."""
        reader = "driftscan@acme-tools.iam.gserviceaccount.com"
        text = LEAST.replace('{aws: "111111111111"}', f"{{gcp: acme-stage, impersonate: {reader}}}")
        s = settings(tmp_path, text.replace('{aws: "222222222222"}', "{gcp: acme-prod, export: [a.json, /b.json]}"))
        assert s.environment("stage").accounts[0].impersonate == reader
        assert s.environment("prod").accounts[0].exports == (str(tmp_path / "a.json"), "/b.json")
        one = settings(tmp_path, LEAST.replace('{aws: "111111111111"}', "{gcp: acme-stage, export: a.json}"))
        assert one.environment("stage").accounts[0].exports == (str(tmp_path / "a.json"),)

    def test_every_setting_arrives(self, tmp_path: Path) -> None:
        s = settings(tmp_path, FULL)
        assert [(e.id, e.rule, e.kind, e.ratio) for e in s.expected] == [
            ("smaller", "at_most_reference", "changed", None),
            ("half", "ratio", "changed", (0.25, 1.0)),
            ("only-prod", "any", "missing", None),
            ("images", "one_of", "changed", None),
        ]
        assert s.expected[3].values == ["a", "b"]
        assert s.expected[1].location is not None
        assert s.expected[1].location.line == 24
        assert (s.waivers[0].id, s.waivers[0].candidate, s.waivers[0].expires) == ("W-1", 30, date(2026, 12, 31))
        assert s.variables == {"domain": {"stage": "stage.example.org", "prod": "example.org"}}
        assert s.region_map == {"stage": {"eu-central-1": "home"}, "prod": {"eu-west-1": "home"}}
        assert (s.min_coverage, s.max_concurrency, s.deadline) == (0.9, 16, timedelta(hours=2))
        assert (s.types, s.skip_types, s.reveal[0]) == (("AWS::*",), ("AWS::Backup::*",), "LOG_LEVEL")
        assert s.controls.hold == {"stage": ("ENV-01", "ENV-04")}
        assert s.controls.excluded == (Excluded("sandbox-*", "for trying things"),)
        assert s.controls.shared == (Shared("555555555555", "artifacts"),)
        assert s.controls.shared[0].location == Location(str(tmp_path / "driftscan.yaml"), 37)
        assert s.redaction_key == str(tmp_path / "keys/driftscan.key")

    def test_aliases_name_their_environment_everywhere(self, tmp_path: Path) -> None:
        text = (
            DESIGN.replace("{candidate: stage, reference: prod}", "{candidate: stg, reference: production}")
            + "variables: {domain: {prd: example.org}}\n"
        )
        s = settings(tmp_path, text)
        assert (s.comparisons[0].candidate, s.comparisons[0].reference) == ("stage", "prod")
        assert s.variables == {"domain": {"prod": "example.org"}}

    @pytest.mark.parametrize("store", ["s3://bucket/prefix", "gs://bucket/prefix", "/var/lib/driftscan"])
    def test_a_url_or_absolute_path_stays(self, tmp_path: Path, store: str) -> None:
        assert settings(tmp_path, LEAST + f"store: {store}\n").store == store

    def test_a_profile_keeps_the_default_role_away(self, tmp_path: Path) -> None:
        s = settings(
            tmp_path,
            LEAST.replace('{aws: "111111111111"}', '{aws: "111111111111", profile: dev}') + "defaults: {role: reader, external_id: x}\n",
        )
        stage, prod = s.environments
        assert (stage.accounts[0].profile, stage.accounts[0].role, stage.accounts[0].external_id) == ("dev", None, None)
        assert (prod.accounts[0].profile, prod.accounts[0].role, prod.accounts[0].external_id) == (None, "reader", "x")

    def test_organisational_units(self, tmp_path: Path) -> None:
        s = settings(tmp_path, LEAST.replace('"111111111111"', "ou-abcd-12345678"))
        assert s.environments[0].accounts[0].id == "ou-abcd-12345678"

    def test_words_that_yaml_1_1_would_turn_stay_words(self, tmp_path: Path) -> None:
        s = settings(tmp_path, LEAST.replace("  stage:\n", "  stage:\n    aliases: [no, on, y]\n"))
        assert s.environments[0].aliases == ("no", "on", "y")


class TestDigest:
    def test_layout_comments_and_places_do_not_count(self, tmp_path: Path) -> None:
        one = settings(tmp_path, FULL).digest
        other = settings(tmp_path, "# monthly\n" + FULL.replace("./store", "./other").replace("keys/driftscan.key", "k")).digest
        assert one == other

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("stg", "st"),
            ("14d", "15d"),
            ("candidate: 30", "candidate: 31"),
            ("0.9", "0.91"),
            ("a, b]", "a, c]"),
            ("ENV-04", "ENV-05"),
            ("artifacts", "logs"),
        ],
    )
    def test_meaning_counts(self, tmp_path: Path, old: str, new: str) -> None:
        assert FULL.count(old) >= 1
        assert settings(tmp_path, FULL).digest != settings(tmp_path, FULL.replace(old, new)).digest

    def test_the_order_of_environments_is_the_promotion_order_and_counts(self, tmp_path: Path) -> None:
        turned = (
            LEAST.replace("stage:", "x:")
            .replace("prod:", "stage:")
            .replace("x:", "prod:")
            .replace("111", "999")
            .replace("222", "111")
            .replace("999", "222")
        )
        assert settings(tmp_path, LEAST).digest != settings(tmp_path, turned).digest


PROBLEMS = [
    # what is wrong, text, line, column, a part of the message, a part of the hint
    ("no yaml", "version: 1\norganization: [a\nenvironments: {}\n", 3, 13, "no valid YAML", "brackets"),
    ("a tab", "version: 1\norganization: acme\nenvironments:\n\tstage: {}\n", 4, 1, "no valid YAML", "spaces"),
    ("a key twice", LEAST + "organization: other\n", 10, 1, 'the key "organization" stands here a second time', "keep one"),
    ("an empty file", "", 1, 1, "holds no settings", "version: 1"),
    ("a list", "- a\n", 1, 1, "holds no settings", "version: 1"),
    ("another version", LEAST.replace("version: 1", "version: 2"), 1, 10, "version 2 is unknown", "write version: 1"),
    ("no version", LEAST.replace("version: 1\n", ""), 1, 1, "`version` is missing", "version:"),
    ("an unknown key", LEAST + "envirnoments: {}\n", 10, 1, "unknown key `envirnoments`", "did you mean `environments`?"),
    (
        "an unknown key inside",
        LEAST.replace('{aws: "111111111111"}', '{aws: "111111111111", regoins: [eu-west-1]}'),
        6,
        31,
        "unknown key `regoins`",
        "`regions`",
    ),
    ("no control", LEAST + "controls: {hold: {stage: [ENV-18]}}\n", 10, 27, "`ENV-18` is no control", "ENV-01 to ENV-17"),
    ("controls of nobody", LEAST + "controls: {hold: {stagge: [ENV-01]}}\n", 10, 19, "no environment `stagge`", "`stage`"),
    ("no reason", LEAST + 'controls: {shared: [{target: "5"}]}\n', 10, 21, "`reason` is missing", "write `reason:`"),
    ("an unknown key, nothing near", LEAST + "zzz: 1\n", 10, 1, "unknown key `zzz`", "known here:"),
    (
        "an account as number",
        LEAST.replace('"111111111111"', "111111111111"),
        6,
        15,
        "111111111111 as a number",
        'quote it: "111111111111"',
    ),
    ("an account with zeros", LEAST.replace('"111111111111"', "011111111111"), 6, 15, "as a number", 'quote it: "011111111111"'),
    ("eleven digits", LEAST.replace('"111111111111"', '"11111111111"'), 6, 15, "`11111111111` is no AWS account id", "twelve digits"),
    ("neither provider", LEAST.replace('{aws: "111111111111"}', "{role: reader}"), 6, 9, "either `aws` or `gcp`", "write {aws:"),
    (
        "both providers",
        LEAST.replace('{aws: "111111111111"}', '{aws: "111111111111", gcp: acme-x}'),
        6,
        9,
        "either `aws` or `gcp`",
        "write {aws:",
    ),
    ("a role of gcp", LEAST.replace('{aws: "111111111111"}', "{gcp: acme-x, role: r}"), 6, 9, "belong to AWS", "take them away"),
    ("a project number", LEAST.replace('{aws: "111111111111"}', "{gcp: 123456}"), 6, 15, "as a number", 'quote it: "123456"'),
    ("no project", LEAST.replace('{aws: "111111111111"}', "{gcp: Acme}"), 6, 15, "`Acme` is no GCP project", "labels.env:stage"),
    (
        "nobody to impersonate",
        LEAST.replace('{aws: "111111111111"}', "{gcp: acme-stage, impersonate: reader}"),
        6,
        40,
        "`reader` is no service account",
        "NAME@PROJECT.iam.gserviceaccount.com",
    ),
    (
        "an export of a folder",
        LEAST.replace('{aws: "111111111111"}', "{gcp: folders/1, export: x.json}"),
        6,
        9,
        "an export is read for one project",
        "by its id",
    ),
    (
        "an export as somebody",
        LEAST.replace('{aws: "111111111111"}', "{gcp: acme-stage, export: x.json, impersonate: a@b.iam.gserviceaccount.com}"),
        6,
        9,
        "an export is read as nobody",
        "take `impersonate` or `export` away",
    ),
    (
        "an export of aws",
        LEAST.replace('{aws: "111111111111"}', '{aws: "111111111111", export: x.json}'),
        6,
        9,
        "belong to GCP projects",
        "take them away",
    ),
    ("no accounts", LEAST.replace('\n      - {aws: "111111111111"}', " []"), 5, 15, "`accounts` is too short", "at least 1 element"),
    ("accounts as map", LEAST.replace('- {aws: "111111111111"}', 'aws: "111111111111"'), 6, 7, "`accounts` has to be a list", "`- `"),
    (
        "an environment as text",
        LEAST.replace('\n    accounts:\n      - {aws: "111111111111"}', " x"),
        4,
        10,
        "`stage` has to be a map",
        "indented",
    ),
    (
        "account in two",
        LEAST.replace("222222222222", "111111111111"),
        9,
        15,
        "belongs to `stage` already (line 6)",
        "exactly one environment",
    ),
    (
        "account twice",
        LEAST.replace('- {aws: "111111111111"}', '- {aws: "111111111111"}\n      - {aws: "111111111111"}'),
        7,
        15,
        "already in line 6",
        "once",
    ),
    (
        "an alias of another",
        DESIGN.replace("[production, prd]", "[production, STG]"),
        12,
        27,
        "the word `STG` names `stage` already",
        "one environment only",
    ),
    (
        "an alias that is a name",
        DESIGN.replace("[staging, stg]", "[prod]"),
        7,
        15,
        "the word `prod` names `prod` already",
        "one environment only",
    ),
    ("an alias as number", DESIGN.replace("[staging, stg]", "[1]"), 7, 15, "as a number", 'quote it: "1"'),
    ("aliases as word", DESIGN.replace("[staging, stg]", "staging"), 7, 14, "has to be a list, not `staging`", "write [staging]"),
    ("names that differ in case", LEAST.replace("  prod:", "  Stage:"), 7, 3, "differ in case only", "another name"),
    ("a bad region", DESIGN.replace("eu-west-1,", "Ireland,"), 9, 60, "`Ireland` is no region", "eu-west-1"),
    (
        "a region as text",
        DESIGN.replace("[eu-west-1, us-east-1]", "eu-west-1"),
        9,
        60,
        "neither `enabled` nor a list",
        "[eu-west-1, us-east-1]",
    ),
    ("a region twice", DESIGN.replace("us-east-1]", "eu-west-1]"), 9, 60, "stands twice", "once"),
    (
        "an unknown environment",
        LEAST + "comparisons: [{candidate: stagee, reference: prod}]\n",
        10,
        27,
        "no environment `stagee`",
        "did you mean `stage`?",
    ),
    ("with itself", DESIGN.replace("reference: prod}", "reference: staging}"), 17, 35, "compared with itself", "two different"),
    ("no reference", LEAST + "comparisons: [{candidate: stage}]\n", 10, 15, "`reference` is missing", "reference:"),
    ("a bad duration", DESIGN.replace("14d", "14 days"), 18, 22, "`14 days` is no duration", "14d, 12h or 0d"),
    ("a bare number as duration", DESIGN.replace("14d", "14"), 18, 22, "`14` is no duration", "14d"),
    ("coverage above one", LEAST + "min_coverage: 95\n", 10, 15, "`min_coverage`", "at most 1"),
    ("coverage as text", LEAST + 'min_coverage: "high"\n', 10, 15, "`min_coverage`", ""),
    ("a truth value as text", LEAST.replace("organization: acme", "organization: true"), 2, 15, "truth value", 'quote it: "true"'),
    (
        "an unknown rule",
        FULL.replace("rule: at_most_reference", "rule: at_most_refrence"),
        23,
        78,
        "`at_most_refrence` is not possible",
        "did you mean at_most_reference?",
    ),
    ("one_of without values", FULL.replace("values: [a, b], ", ""), 26, 5, "one_of needs `values`", "[A, B]"),
    ("ratio without bounds", FULL.replace("ratio: [0.25, 1], ", ""), 24, 5, "needs `ratio`", "[0.25, 1.0]"),
    ("a rule without path", FULL.replace("path: DBInstanceClass, ", ""), 23, 5, "needs a `path`", "kind: missing"),
    ("a rule id twice", FULL.replace("id: half", "id: smaller"), 24, 10, "`smaller` stands already in line 23", "an id of its own"),
    (
        "a rule of no comparison",
        FULL.replace("comparison: stage..prod", "comparison: stag..prod"),
        24,
        127,
        "no comparison `stag..prod`",
        "did you mean stage..prod?",
    ),
    ("an owner rule without owner", DESIGN.replace("{tag: Team}", '{stack: "x-*"}'), 20, 5, "names no owner", "{tag: Team}"),
    ("a variable of nobody", LEAST + "variables: {domain: {live: x}}\n", 10, 22, "no environment `live`", "write one of stage, prod"),
    ("a key that is no text", LEAST.replace("  stage:", "  1:"), 4, 3, "the key 1 is not text", 'write "1"'),
    ("waivers as map", LEAST + "waivers: {a: b}\n", 10, 10, "waivers have to be a list", "- {id:"),
]


@pytest.mark.parametrize(("text", "line", "column", "message", "hint"), [p[1:] for p in PROBLEMS], ids=[p[0] for p in PROBLEMS])
def test_a_problem_is_said_with_its_place_and_what_to_write(
    tmp_path: Path, text: str, *, line: int, column: int, message: str, hint: str
) -> None:
    error = problem(tmp_path, text)
    assert message in error.message
    assert hint in error.hint
    assert (error.line, error.column) == (line, column)
    assert error.message.startswith(f"{tmp_path / 'driftscan.yaml'}:{line}:{column}: ")
    assert "\n" not in error.message + error.hint


def test_several_problems_the_first_is_said_and_the_others_are_counted(tmp_path: Path) -> None:
    error = problem(tmp_path, LEAST.replace('"111111111111"', "1").replace('"222222222222"', "2") + "zzz: 1\n")
    assert error.line == 6
    assert error.hint.endswith("2 more problems in this file")


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such file") as caught:
        load(tmp_path / "none.yaml")
    assert "DRIFTSCAN_CONFIG" in caught.value.hint
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path)


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "driftscan.yaml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="not UTF-8"):
        load(path)


WAIVER = "{id: W-1, finding: f, candidate: 30, reference: 60, owner: a, approver: b, ticket: T-1, reason: load, expires: 2026-12-31}"


class TestWaivers:
    @pytest.mark.parametrize("form", ["waivers:\n  - {}\n", "- {}\n"])
    def test_beside_the_configuration(self, tmp_path: Path, form: str) -> None:
        (tmp_path / "waivers.yaml").write_text(form.replace("{}", WAIVER))
        s = settings(tmp_path, LEAST)
        assert [w.id for w in s.waivers] == ["W-1"]
        assert s.waivers[0].location is not None
        assert s.waivers[0].location.file == str(tmp_path / "waivers.yaml")
        assert s.files == (str(tmp_path / "driftscan.yaml"), str(tmp_path / "waivers.yaml"))

    @pytest.mark.parametrize(
        ("old", "new", "what"),
        [
            ("approver: b", "approver: A", "the same person"),
            ("ticket: T-1, ", "", "`ticket` is missing"),
            ("expires: 2026-12-31", "expires: soon", "`soon` is no date"),
            ("expires: 2026-12-31", "expires: 2026-02-30", "is no date"),
            ("candidate: 30, reference: 60, ", "", "bound to no value"),
            ("reason: load", "reason: ''", "has to be text"),
            ("id: W-1", "id: W-1, until: 3", "unknown key `until`"),
            ("{id: W-1", "[1] #", "has to be a map"),
        ],
    )
    def test_a_malformed_one_is_void_and_listed_and_stops_nothing(self, tmp_path: Path, old: str, new: str, what: str) -> None:
        s = settings(tmp_path, LEAST + f"waivers:\n  - {WAIVER.replace(old, new)}\n  - {WAIVER.replace('W-1', 'W-2')}\n")
        assert [w.id for w in s.waivers] == ["W-2"]
        (void,) = s.void_waivers
        assert what in void.problem
        assert void.location.line == 11
        assert void.problem.startswith(f"{tmp_path / 'driftscan.yaml'}:11:")

    def test_one_id_twice_voids_the_second(self, tmp_path: Path) -> None:
        s = settings(tmp_path, LEAST + f"waivers:\n  - {WAIVER}\n  - {WAIVER.replace('30', '40')}\n")
        assert [w.candidate for w in s.waivers] == [30]
        assert "a second time" in s.void_waivers[0].problem

    def test_bound_by_digest_or_to_an_absent_value(self, tmp_path: Path) -> None:
        digest = WAIVER.replace("candidate: 30, reference: 60", "value_digest: abcd")
        null = WAIVER.replace("W-1", "W-2").replace("candidate: 30", "candidate: null")
        s = settings(tmp_path, LEAST + f"waivers:\n  - {digest}\n  - {null}\n")
        assert [(w.value_digest, w.candidate) for w in s.waivers] == [("abcd", None), (None, None)]
        assert not s.void_waivers

    def test_one_for_several_findings(self, tmp_path: Path) -> None:
        several = re.sub(r"finding: [^,]+, candidate: [^,]+, reference: [^,]+,", 'findings: {"a1": "d1", "b2": [d2, d3]},', WAIVER)
        assert several != WAIVER
        s = settings(tmp_path, LEAST + f"waivers:\n  - {several}\n")
        assert not s.void_waivers
        assert s.waivers[0].findings == {"a1": ("d1",), "b2": ("d2", "d3")}
        assert s.waivers[0].finding == ""
        one = s.digest
        assert settings(tmp_path, LEAST + f"waivers:\n  - {several.replace('d3', 'd4')}\n").digest != one

    @pytest.mark.parametrize(
        ("findings", "problem"),
        [
            ("findings: {a: []},", "at least 1"),
            ("findings: {a: 12},", "list"),
            ("findings: {a: d}, finding: x,", "names and values already"),
            ("findings: {},", "names no finding"),
        ],
    )
    def test_a_malformed_one_for_several_is_void(self, tmp_path: Path, findings: str, problem: str) -> None:
        bad = re.sub(r"finding: [^,]+, candidate: [^,]+, reference: [^,]+,", findings, WAIVER)
        (void,) = settings(tmp_path, LEAST + f"waivers:\n  - {bad}\n").void_waivers
        assert problem in void.problem


class TestSchema:
    def test_the_published_one_is_current(self) -> None:
        assert json.loads(PUBLISHED.read_text()) == schema(), "write it anew: python -m driftscan.config.publish"

    def test_it_is_a_schema(self) -> None:
        jsonschema.Draft202012Validator.check_schema(schema())

    @pytest.mark.parametrize("text", [LEAST, DESIGN, FULL], ids=["least", "design", "full"])
    def test_what_loads_is_valid(self, text: str) -> None:
        data = json.loads(json.dumps(YAML(typ="safe", pure=True).load(text), default=str))
        jsonschema.validate(data, schema(), cls=jsonschema.Draft202012Validator)

    @pytest.mark.parametrize(
        "name",
        [
            "an unknown key",
            "an unknown key inside",
            "an account as number",
            "eleven digits",
            "no accounts",
            "a bad duration",
            "a bad region",
            "coverage above one",
            "an unknown rule",
            "another version",
        ],
    )
    def test_what_does_not_load_is_invalid(self, name: str) -> None:
        text = next(p[1] for p in PROBLEMS if p[0] == name)
        data = json.loads(json.dumps(YAML(typ="safe", pure=True).load(text), default=str))
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(data, schema(), cls=jsonschema.Draft202012Validator)


def test_severities_of_ones_own_come_with_their_line(tmp_path: Path) -> None:
    file = tmp_path / "driftscan.yaml"
    file.write_text(LEAST + 'severity:\n  - {severity: high, aspect: cost, environment: "pro*", reason: money}\n')
    assert load(file).severity == (
        SeverityRule("high", "money", aspect="cost", environment="pro*", location=Location(str(file), LEAST.count("\n") + 2)),
    )


def test_every_aspect_may_have_a_severity(tmp_path: Path) -> None:
    file = tmp_path / "driftscan.yaml"
    file.write_text(LEAST + "severity:\n" + "".join(f"  - {{severity: low, aspect: {a}, reason: r}}\n" for a in ASPECTS))
    assert [s.aspect for s in load(file).severity] == list(ASPECTS)


@pytest.mark.parametrize("entry", ["{severity: low, reason: r}", "{severity: info, type: A, reason: r}", "{severity: low, type: A}"])
def test_a_severity_needs_a_level_a_reason_and_what_it_is_about(tmp_path: Path, entry: str) -> None:
    file = tmp_path / "driftscan.yaml"
    file.write_text(LEAST + f"severity:\n  - {entry}\n")
    with pytest.raises(ConfigError):
        load(file)
