from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftscan.judge.sizes import amount, order
from driftscan.model.value import ABSENT, Bag, Key, Keyed, Path, Seq


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (1, 2, -1),
        ("10", "9", 1),
        (1.0, 1, 0),
        (False, True, -1),
        (True, True, 0),
        (True, 1, None),
        ("PT5M", "PT1H", -1),
        ("P1D", "PT24H", 0),
        ("P1W", "P7D", 0),
        ("rate(5 minutes)", "rate(1 hour)", -1),
        ("30 days", "1 month", 0),
        ("512Mi", "1Gi", -1),
        ("1000 MB", "1GB", 0),
        ("1KiB", "1KB", 1),
        ("500m", "1500m", -1),
        ("500m", "1h", None),
        ("P", "PT", None),
        ("abc", "abd", None),
        ("db.t3.small", "db.m5.large", -1),
        ("db.m5.large", "db.t3.small", 1),
        ("db.t3.large", "db.m5.large", -1),
        ("db.m5.large", "db.m6g.large", 0),
        ("db.r5.large", "db.m5.xlarge", -1),
        ("c5.large", "m5.large", -1),
        ("m5.xlarge", "m5.2xlarge", -1),
        ("m5.2xlarge", "m5.10xlarge", -1),
        ("m5.24xlarge", "m5.metal", -1),
        ("m7i.metal-24xl", "m7i.24xlarge", 0),
        ("t3.nano", "t3.micro", -1),
        ("ra3.large", "ra3.xlplus", -1),
        ("ra3.xlplus", "ra3.4xlarge", -1),
        ("cache.t3.small", "db.t3.small", None),
        ("t3.small", "db.m5.large", None),
        ("r5.large.search", "r5.xlarge.search", -1),
        ("r5.large.search", "r5.xlarge.elasticsearch", None),
        ("m6i.large", "inf1.large", None),
        ("m6i.large", "inf1.xlarge", None),
        ("inf1.large", "inf2.xlarge", -1),
        ("ml.g4dn.xlarge", "ml.m5.2xlarge", None),
        ("m6i.32xlarge", "m5.metal", None),
        ("c7g.metal", "c7g.metal", 0),
        ("kafka.t3.small", "kafka.m5.large", -1),
        (".25 vCPU", "1 vCPU", -1),
        (365, "Never expire", -1),
        ("P30D", "never", -1),
        ("unlimited", "Never expires", 0),
        ("never", "x", None),
        ("db.serverless", "db.m5.large", None),
        (Bag(("a",)), Bag(("b", "c")), -1),
        (Seq(()), {"x": 1}, -1),
        (["a"], Keyed(((("k",), 1),)), 0),
        (Bag(("a",)), 1, None),
        (None, 1, None),
    ],
)
def test_order(a: object, b: object, expected: int | None) -> None:
    assert order(a, b) == expected


@pytest.mark.parametrize(
    ("a", "b", "path", "expected"),
    [
        (ABSENT, {"x": 1}, ("Rules", Key(("k",))), -1),
        ({"x": 1}, ABSENT, ("Rules", Key(("k",))), 1),
        ("x", ABSENT, ("Layers", 0), 1),
        (ABSENT, Bag(("x",)), ("Layers",), -1),
        (ABSENT, 5, ("Size",), None),
        (14, ABSENT, ("retentionInDays",), -1),
        (ABSENT, 3653, ("retentionInDays",), 1),
        (ABSENT, "35", ("Lifecycle", "DeleteAfterDays"), 1),
        ("x", ABSENT, ("Rules", Key(("k",)), "Name"), None),
    ],
)
def test_one_side_only(a: object, b: object, path: Path, expected: int | None) -> None:
    assert order(a, b, path) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [("rate(1 day)", ("s", 86400.0)), ("5 GiB", ("B", 5 * 1024.0**3)), ("x", None), (None, None)]
)
def test_amount(value: object, expected: object) -> None:
    assert amount(value) == expected


scalars = st.one_of(
    st.integers(-5, 5), st.booleans(), st.sampled_from(["5", "PT1M", "1Gi", "m5.large", "t3.large", "r5.xlarge", "x", "never"]), st.none()
)


@given(scalars, scalars)
def test_order_is_antisymmetric(a: object, b: object) -> None:
    there, back = order(a, b), order(b, a)
    assert (there is None) == (back is None)
    assert there is None or back is None or there == -back


@given(scalars, scalars, scalars)
def test_order_is_transitive(a: object, b: object, c: object) -> None:
    if order(a, b) == -1 and order(b, c) == -1:
        assert order(a, c) in (-1, None)


classes = st.builds(
    "{}{}.{}".format,
    st.sampled_from(["t", "m", "r", "g", "inf", "x"]),
    st.sampled_from(["2", "5", "6g", "7gd"]),
    st.sampled_from(["micro", "large", "xlarge", "12xlarge", "24xlarge", "metal", "metal-48xl"]),
)


@given(classes, classes, classes)
def test_classes_are_in_one_order_where_they_compare(a: str, b: str, c: str) -> None:
    there, back = order(a, b), order(b, a)
    assert (there is None) == (back is None)
    assert there is None or back is None or there == -back
    if order(a, b) in (-1, 0) and order(b, c) in (-1, 0) and (through := order(a, c)) is not None:
        assert through in (-1, 0)
        assert (through == 0) == (order(a, b) == order(b, c) == 0)
