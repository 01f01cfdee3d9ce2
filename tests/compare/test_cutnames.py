"""Where a name was cut, and what of two cut names must agree."""

from __future__ import annotations

import pytest

from driftscan.compare.cutnames import alike, begins

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
    raws = f"arn:aws:sqs:eu-west-1:{{account}}:{STAGE}", f"arn:aws:sqs:eu-central-1:{{account}}:{PROD}"
    texts = f"arn:aws:sqs:{{region}}:{{account}}:{SHOWN[0]}", f"arn:aws:sqs:{{region}}:{{account}}:{SHOWN[1]}"
    assert len(raws[0]) == 64 != len(raws[1])
    assert {*begins(raws[0], texts[0])} & {*begins(raws[1], texts[1])}
