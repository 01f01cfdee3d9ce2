"""A host that ends in `dev` or `live` lies in a domain of everybody's; the same word inside a host names an environment."""

from __future__ import annotations

import pytest

from driftscan.judge.facts.crossings import is_domain


@pytest.mark.parametrize(
    ("text", "word", "domain"),
    [
        ("europe-docker.pkg.dev/acme/app:1", "dev", True),
        ("https://web.dev", "dev", True),
        ("https://shop.live:8443/x", "live", True),
        ("db.dev.acme.internal", "dev", False),
        ("https://api.acme.prod/x", "prod", False),
        ("https://dev.acme.com", "dev", False),
        ("api.dev-1.acme.com", "dev", False),
    ],
)
def test_where_a_word_ends_a_host_s_name(text: str, word: str, domain: bool) -> None:
    start = text.index(word) if not domain else text.index("." + word) + 1
    assert is_domain(text, start, start + len(word)) is domain
