"""Rates exist for every call of the catalogue, and buckets are shared where the vendor shares them."""

from __future__ import annotations

import tomllib

from driftscan.catalog import limits, load, permissions
from driftscan.catalog.derived import HERE
from tests.catalog import shapes


def test_every_call_has_a_rate() -> None:
    for spec in load().of("aws").values():
        for call in permissions.calls(spec):
            assert 0 < limits.rate(*call) <= 100


def test_a_rate_of_its_own_is_a_bucket_of_its_own() -> None:
    assert limits.rate("apigateway", "GetResources") == 2.5
    assert limits.shared("apigateway", "GetResources") == "apigateway:GetResources"
    assert limits.rate("apigateway", "GetRestApis") == 10
    assert limits.shared("apigateway", "GetRestApis") == "apigateway"
    assert limits.rate("nothing-known", "ListThings") == 10
    assert limits.shared("nothing-known", "ListThings") == "nothing-known"


def test_every_line_names_something_that_exists() -> None:
    for service, rates in tomllib.loads((HERE / "limits.toml").read_text()).items():
        assert "*" in rates
        for operation in () if service == "*" else set(rates) - {"*"}:
            assert shapes.operation(service, operation)


def test_every_page_is_that_of_a_listing() -> None:
    for service, sizes in tomllib.loads((HERE / "pages.toml").read_text()).items():
        for operation, size in sizes.items():
            shape = shapes.operation(service, operation).input_shape
            assert shape is not None
            assert {"limit", "maxresults", "maxrecords"} & {name.lower() for name in shape.members}
            assert limits.page(service, operation) == size > 0
    assert limits.page("iam", "ListRoles") is None
