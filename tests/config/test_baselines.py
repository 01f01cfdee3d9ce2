"""Baseline files: what is right comes through whole, what is wrong is said with its place and what to write instead."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from driftscan.config import load
from driftscan.config.baselines import load_baselines, schema
from driftscan.errors import ConfigError
from driftscan.model.baseline import Count, Layer
from driftscan.model.drift import Severity
from driftscan.model.settings import Settings

BUCKET = 'select: {type: "AWS::S3::Bucket"}'
LEAST = f"""\
rules:
  - id: encrypted
    {BUCKET}
    expect:
      Name: x
    reason: because
"""
FULL = """\
version: 1
layer: role
role: [stage, prod]
description: All there is.
rules:
  - id: everything
    select:
      type: ["AWS::S3::*", "AWS::SQS::Queue"]
      environment: prod
      key: ["orders-*", "=a*b"]
      tags: {Team: "pay*"}
      owner: payments
      account: "4444*"
      provenance: [declared, platform]
      where: {Engine: {enum: [postgres]}, Old: null}
    expect:
      'Tags["a.b"]': x
      "Rules[].Days": {minimum: 7, description: a week}
      Name: null
    optional: ["Rules[].Days"]
    closed: true
    count: {min: 1, max: 3, per: account}
    severity: critical
    reason: because
    owner: payments
  - id: none
    select: {type: "AWS::IAM::User"}
    absent: true
    reason: because
"""
CONFIG = """\
version: 1
organization: acme
environments:
  stage:
    accounts:
      - {aws: "111111111111"}
  live:
    aliases: [prd]
    accounts:
      - {aws: "222222222222"}
"""


def write(folder: Path, **files: str) -> list[Path]:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    return [folder / f"{name}.yaml" for name in files]


def problem(folder: Path, **files: str) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        load_baselines(write(folder, **files))
    return caught.value


def settings(folder: Path, text: str = CONFIG) -> Settings:
    (folder / "driftscan.yaml").write_text(text)
    return load(folder / "driftscan.yaml")


class TestRules:
    def test_everything_comes_through(self, tmp_path: Path) -> None:
        rule, none = load_baselines(write(tmp_path, acme=FULL))
        assert (rule.id, rule.baseline, rule.layer, rule.roles) == ("everything", "acme", Layer.ROLE, ("stage", "prod"))
        assert rule.select.types == ("AWS::S3::*", "AWS::SQS::Queue")
        assert (rule.select.environments, rule.select.keys) == (("prod",), ("orders-*", "=a*b"))
        assert (rule.select.tags, rule.select.owners, rule.select.accounts) == ((("Team", "pay*"),), ("payments",), ("4444*",))
        assert rule.select.provenance == ("declared", "platform")
        assert [(e.path, e.written) for e in rule.select.where] == [("Engine", {"enum": ["postgres"]}), ("Old", None)]
        assert [(e.path, e.optional) for e in rule.expect] == [('Tags."a.b"', False), ("Rules[].Days", True), ("Name", False)]
        assert rule.expect[1].schema == {"minimum": 7, "description": "a week", "type": ["number"]}
        assert (rule.count, rule.closed, rule.severity, rule.owner) == (Count(1, 3, "account"), True, Severity.CRITICAL, "payments")
        assert (none.absent, none.severity) == (True, Severity.MEDIUM)

    def test_each_knows_its_file_and_line_and_so_does_each_expectation(self, tmp_path: Path) -> None:
        rule, none = load_baselines(write(tmp_path, acme=FULL))
        assert (rule.location.file, rule.location.line, none.location.line) == (str(tmp_path / "acme.yaml"), 6, 26)
        assert [e.location.line for e in rule.expect if e.location] == [17, 18, 19]

    @pytest.mark.parametrize(
        ("name", "layer", "roles"),
        [
            ("organization", Layer.ORGANIZATION, ()),
            ("organisation", Layer.ORGANIZATION, ()),
            ("prod", Layer.ROLE, ("prod",)),
            ("payments", Layer.APPLICATION, ()),
        ],
    )
    def test_the_files_name_says_the_layer(self, tmp_path: Path, name: str, layer: Layer, roles: tuple[str, ...]) -> None:
        (rule,) = load_baselines(write(tmp_path, **{name: LEAST}))
        assert (rule.layer, rule.roles) == (layer, roles)

    def test_by_layer_then_by_file_and_line(self, tmp_path: Path) -> None:
        files = {name: LEAST.replace("encrypted", name) for name in ("a", "organization", "prod", "b")}
        assert [r.id for r in load_baselines(write(tmp_path, **files))] == ["organization", "prod", "a", "b"]


class TestLayers:
    LATER = LEAST.replace("    reason", "    override: tighten\n    reason")

    def test_a_rule_that_overrides_selects_what_the_earlier_one_does(self, tmp_path: Path) -> None:
        later = self.LATER.replace(f"    {BUCKET}\n", "")
        _, rule = load_baselines(write(tmp_path, organization=LEAST, prod=later))
        assert (rule.override, rule.select.types) == ("tighten", ("AWS::S3::Bucket",))

    def test_ids_that_meet_have_to_say_what_they_are_to_each_other(self, tmp_path: Path) -> None:
        error = problem(tmp_path, organization=LEAST, prod=LEAST)
        assert "stands already in" in error.message
        assert "organization.yaml:2" in error.message
        assert error.file.endswith("prod.yaml")
        assert "override: tighten or override: replace" in error.hint

    def test_only_a_later_layer_overrides(self, tmp_path: Path) -> None:
        assert "in the same layer" in problem(tmp_path, a=LEAST, b=self.LATER).message

    def test_nothing_to_override(self, tmp_path: Path) -> None:
        assert "overrides no rule" in problem(tmp_path, a=self.LATER).message

    def test_two_roles_never_meet(self, tmp_path: Path) -> None:
        assert len(load_baselines(write(tmp_path, stage=LEAST, prod=LEAST))) == 2


PROBLEMS = [
    ("no rules", "a: b\n", 1, 1, "`rules` is missing", "write `rules:`"),
    ("not a map", "- a\n", 1, 1, "holds no rules", "start with `rules:`"),
    ("an unknown key", LEAST + "    serverity: high\n", 7, 5, "unknown key `serverity`", "did you mean `severity`?"),
    ("an unknown key of select", LEAST.replace("{type", "{tipe: x, type"), 3, 14, "unknown key `tipe`", "did you mean `type`?"),
    ("a severity that is none", LEAST + "    severity: hihg\n", 7, 15, "`hihg` is not possible", "did you mean high?"),
    ("a path that is none", LEAST.replace("Name: x", '"A[": x'), 5, 7, "is no path", "A.B"),
    ("a keyword that is none", LEAST.replace("Name: x", "Name: {enm: [x]}"), 5, 14, "no JSON Schema keyword", "did you mean `enum`?"),
    ("a literal map", LEAST.replace("Name: x", "Name: {Zzz: 1}"), 5, 14, "no JSON Schema keyword", "const: {...}"),
    ("a reference", LEAST.replace("Name: x", 'Name: {$ref: "http://x"}'), 5, 14, "no JSON Schema keyword", ""),
    ("a keyword with a wrong value", LEAST.replace("Name: x", "Name: {minimum: x}"), 5, 23, "'x' is not of type 'number'", "JSON Schema"),
    ("a pattern that is none", LEAST.replace("Name: x", 'Name: {pattern: "("}'), 5, 23, "no regular expression", "write such as"),
    ("a rule that selects nothing", LEAST.replace(f"    {BUCKET}\n", ""), 2, 5, "selects nothing", "write select:"),
    ("a rule that expects nothing", LEAST.replace("    expect:\n      Name: x\n", ""), 2, 5, "expects nothing", "write `expect:`"),
    ("absent with values", LEAST + "    absent: true\n", 2, 5, "must not exist", "keep `absent`"),
    ("an optional path of nothing", LEAST + "    optional: [Nam]\n", 2, 5, "`Nam` is optional", "that `expect` has"),
    ("optional as text", LEAST + "    optional: Name\n", 7, 15, "neither true nor a list", "[A.B]"),
    ("a count of nothing", LEAST + "    count: {per: account}\n", 7, 12, "counts nothing", "{min: 1}"),
    ("a count that cannot be", LEAST + "    count: {min: 3, max: 1}\n", 7, 12, "at least 3 and at most 1", "the lesser"),
    ("exactly and more", LEAST + "    count: {min: 3, exactly: 1}\n", 7, 12, "stands alone", "take"),
    ("an id twice", LEAST + LEAST.replace("rules:\n", ""), 7, 9, "stands already in line 2", "an id of its own"),
    ("a role file for nobody", "layer: role\n" + LEAST, 1, 8, "for which role", "dev, test, stage, prod"),
    ("a role that is none", "role: production\n" + LEAST, 1, 7, "`production` is not possible", "write one of dev"),
    ("a reason that is none", LEAST.replace("because", "1"), 6, 13, "YAML reads `1` as a number", 'quote it: "1"'),
]


@pytest.mark.parametrize(("text", "line", "column", "message", "hint"), [p[1:] for p in PROBLEMS], ids=[p[0] for p in PROBLEMS])
def test_a_problem_is_said_with_its_place_and_what_to_write(
    tmp_path: Path, text: str, *, line: int, column: int, message: str, hint: str
) -> None:
    error = problem(tmp_path, acme=text)
    assert message in error.message
    assert hint in error.hint
    assert (error.line, error.column) == (line, column), error
    assert "\n" not in error.message + error.hint


class TestSettings:
    def test_the_folder_beside_the_configuration_is_read(self, tmp_path: Path) -> None:
        assert settings(tmp_path).baselines == ()
        write(tmp_path / "baselines", prod=LEAST)
        (tmp_path / "baselines" / "README.md").write_text("no rules")
        s = settings(tmp_path)
        assert [(r.id, r.location.line) for r in s.baselines] == [("encrypted", 2)]
        assert s.files[-1].endswith("prod.yaml")

    def test_named_files_instead(self, tmp_path: Path) -> None:
        write(tmp_path / "baselines", prod=LEAST)
        write(tmp_path / "rules", a=LEAST, b=LEAST.replace("encrypted", "other"))
        s = settings(tmp_path, CONFIG + 'baselines: ["rules/*.yaml"]\n')
        assert [r.id for r in s.baselines] == ["encrypted", "other"]

    def test_a_glob_that_fits_no_file(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match="no file fits") as caught:
            settings(tmp_path, CONFIG + 'baselines: ["rules/*.yaml"]\n')
        assert (caught.value.line, caught.value.column) == (11, 13)

    def test_roles_by_name_alias_or_as_written(self, tmp_path: Path) -> None:
        assert [e.role for e in settings(tmp_path).environments] == ["stage", "prod"]
        s = settings(tmp_path, CONFIG.replace("    aliases: [prd]\n", "    role: dev\n").replace("  stage:", "  blue:"))
        assert [e.role for e in s.environments] == ["", "dev"]

    def test_the_digest_is_of_what_rules_mean(self, tmp_path: Path) -> None:
        digests = []
        for text in (LEAST, "# a comment\n" + LEAST, LEAST.replace("Name: x", "Name: y")):
            write(tmp_path / "baselines", prod=text)
            digests.append(settings(tmp_path).digest)
        assert digests[0] == digests[1] != digests[2]

    def test_differences_may_be_expected_against_a_baseline(self, tmp_path: Path) -> None:
        rule = "expected:\n  - {id: a, type: x, path: y, rule: any, reason: z, owner: o, comparison: live..baseline}\n"
        assert settings(tmp_path, CONFIG + rule).expected[0].comparison == "live..baseline"


class TestSchema:
    def test_it_is_a_schema(self) -> None:
        jsonschema.Draft202012Validator.check_schema(schema())

    @pytest.mark.parametrize("text", [LEAST, FULL], ids=["least", "full"])
    def test_what_loads_is_valid(self, text: str) -> None:
        jsonschema.validate(json.loads(json.dumps(YAML(typ="safe", pure=True).load(text))), schema(), cls=jsonschema.Draft202012Validator)

    @pytest.mark.parametrize("name", ["an unknown key", "an unknown key of select", "a severity that is none", "a role that is none"])
    def test_what_does_not_load_is_invalid(self, name: str) -> None:
        text = next(p[1] for p in PROBLEMS if p[0] == name)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(YAML(typ="safe", pure=True).load(text), schema(), cls=jsonschema.Draft202012Validator)
