"""Which words of a snapshot may be shown inside redacted settings: names, ids, ARNs, hosts, regions, accounts, environment words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from driftscan.model.resource import Resource
from driftscan.model.settings import Vocabulary
from driftscan.model.value import Value

_NAMING: Final = re.compile(
    r"(?:Name|Names|Id|Ids|ID|Arn|ARN|Arns|Identifier|Url|Uri|DNSName|DnsName|Endpoint|Address|Host|HostedZoneName|CidrBlock|CidrIp|PublicIp"
    r"|name|names|id|ids|arn|url|uri|endpoint|Domain|domain|Alias|Aliases|Key|Zone|Family|family)$"
)
_LONGEST: Final = 256


def literals(resource: Resource) -> Iterator[str]:
    """The names in one redacted resource: its id and ARN, and what stands in members that hold names.

    Redacted values hold none; text longer than 256 characters is no name.
    """
    yield resource.address.id
    if resource.arn:
        yield resource.arn
    yield from _names(resource.value, "")


def _names(value: Value, member: str) -> Iterator[str]:
    if isinstance(value, dict):
        if (value.get("Key") or value.get("key")) == "Name":
            value = {"Name": value.get("Value", value.get("value"))}
        for name, inner in value.items():
            yield from _names(inner, name)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _names(inner, member)
    elif isinstance(value, str) and len(value) <= _LONGEST and _NAMING.search(member):
        yield value


def words(vocabulary: Vocabulary) -> Iterator[str]:
    """The words of every environment, accounts, regions and declared variables, in each shape that text may have them."""
    for words_ in vocabulary.words.values():
        for word in words_:
            yield from (word, word.lower(), word.upper(), word.capitalize())
    yield from vocabulary.accounts
    yield from vocabulary.projects
    yield from vocabulary.regions
    for region in vocabulary.regions:
        yield from (region + letter for letter in "abcdef")
    for values in vocabulary.variables.values():
        yield from values.values()
