"""Where a name was cut, and what of two cut names must agree."""

from __future__ import annotations

import pytest

from driftscan.compare.cutnames import alike, before_suffix, begins

LONG = "-payments-settlement-reconciler-of-the-house"
STAGE, PROD = ("stage" + LONG)[:32], ("prod" + LONG)[:32]
SHOWN = "{env}" + STAGE[5:], "{env}" + PROD[4:]


@pytest.mark.parametrize(
    "form",
    ["%s", "alias/%s", "arn:aws:sqs:{region}:{account:prod#2}:%s", "https://%s.{region}.example.org/in", '{"cluster": "%s", "n": 1}'],
)
def test_cut_wherever_it_stands(form: str) -> None:
    raws, texts = (form % STAGE, form % PROD), (form % SHOWN[0], form % SHOWN[1])
    assert alike(raws, texts)
    assert {*begins(raws[0], texts[0])} & {*begins(raws[1], texts[1])}


@pytest.mark.parametrize(
    ("raws", "texts"),
    [
        ((STAGE[:31], PROD[:31]), (SHOWN[0][:31], SHOWN[1][:32])),  # no vendor cuts there
        ((STAGE + "/a", PROD + "/b"), (SHOWN[0] + "/a", SHOWN[1] + "/b")),
        ((STAGE, "prod" + LONG[:-1]), (SHOWN[0], "{env}" + LONG[:-1])),  # of another length
        ((STAGE, PROD[:-3] + "xyz"), (SHOWN[0], SHOWN[1][:-3] + "xyz")),  # another end
    ],
)
def test_not_one_name(raws: tuple[str, str], texts: tuple[str, str]) -> None:
    assert not alike(raws, texts)


def test_what_was_not_cut_begins_nothing() -> None:
    assert begins("orders-stage", "orders-{env}") == ()


def test_a_whole_arn_that_is_as_long_as_a_limit_by_chance_hides_no_name_in_it() -> None:
    raws = f"arn:aws:elasticbeanstalk:eu-west-1:{{account}}:{STAGE}", f"arn:aws:elasticbeanstalk:eu-central-1:{{account}}:{PROD}"
    texts = f"arn:aws:elasticbeanstalk:{{region}}:{{account}}:{SHOWN[0]}", f"arn:aws:elasticbeanstalk:{{region}}:{{account}}:{SHOWN[1]}"
    assert [len(raw.replace("{account}", "1" * 12)) for raw in raws] == [80, 83]
    assert {*begins(raws[0], texts[0])} & {*begins(raws[1], texts[1])}


@pytest.mark.parametrize("account", ["{account}", "{account#2}", "{account:prod}"])
def test_an_accounts_number_in_a_cut_name_counts_as_long_as_it_is(account: str) -> None:
    """A bucket's name has 63 characters at most, and often its account's number in it."""
    rest = "-the-one-that-serves-every-customer-of-the-house"
    room = 63 - 12 - len("archive--")
    names = [f"archive-{word}-{account}" + rest[: room - len(word)] for word in ("stage", "blue")]
    shown = [name.replace("stage", "{env}").replace("blue", "{env}") for name in names]
    assert alike((names[0], names[1]), (shown[0], shown[1]))
    assert {*begins(names[0], shown[0])} & {*begins(names[1], shown[1])}
    assert not alike((names[0][:-1], names[1][:-1]), (shown[0][:-1], shown[1][:-1])), "no vendor cuts there"


WORDS = ("stage", "staging"), ("prod", "production")


@pytest.mark.parametrize(
    ("names", "suffixes", "same"),
    [
        (("fargate-{env}-cfn-b", "fargate-{env}-cfn-ba"), ("-MB208TRVDARK", "-FFKTPRTI2XTB"), True),
        (("private-vpc-075d-st", "private-vpc-075d-pr"), ("-OWTDV4TEEUFB", "-23KFN59QZ2GF"), True),
        (("the-house-pa-{env}", "the-house-pa-{env}-o"), ("-OWTDV4TEEUFB", "-23KFN59QZ2GF"), True),
        (("a-private-vpc-{env}", "a-private-vpc-produ"), ("-OWTDV4TEEUFB", "-23KFN59QZ2GF"), True),
        (("the-private-vpc-abcd", "the-private-vpc-abc"), ("-OWTDV4TEEUF", "-23KFN59QZ2G"), True),  # cut at a hyphen, which is gone
        (("private-vpc-075d-aa", "private-vpc-075d-bb"), ("-OWTDV4TEEUFB", "-23KFN59QZ2GF"), False),
        (("private-vpc-075d-st", "private-vpc-075d-bb"), ("-OWTDV4TEEUFB", "-23KFN59QZ2GF"), False),
        (("private-vpc-075d-s", "private-vpc-075d-p"), ("-OWTDV4TEEUFB", "-23KFN59QZ2GF"), False),  # no vendor cuts there
        (("private-vpc-075d-st", "private-vpc-075"), ("-OWTDV4TEEUFB", "-23KFN59QZ2GF"), False),
    ],
)
def test_a_name_that_was_cut_before_its_suffix(names: tuple[str, str], suffixes: tuple[str, str], same: bool) -> None:
    said = zip(names, suffixes, ("stage", "prod"), strict=True)
    stage, prod = (name.replace("{env}", word) + suffix for name, suffix, word in said)
    assert before_suffix((stage, prod), names, WORDS) is same
    assert before_suffix((prod, stage), (names[1], names[0]), (WORDS[1], WORDS[0])) is same
