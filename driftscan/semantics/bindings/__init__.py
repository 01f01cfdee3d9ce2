"""Google Cloud's IAM policies as sets of grants: what one allows and another does not.

    parse(bindings, place)                  -> grants of an allow policy; NotUnderstoodError where something is not understood
    parse_denials(rules, place)             -> rules of a deny policy
    Access(grants, denials, defined)        -> what holds, at one place or in a hierarchy
    compare(candidate, reference)           -> Difference: relation, and what each side alone grants and denies

Texts are compared as they stand: projects that two environments do not share are to be symbols before.
"""

from __future__ import annotations

from driftscan.semantics.bindings.compare import Access, Difference, More, compare
from driftscan.semantics.bindings.denials import Denial, Denied, only, parse_denials
from driftscan.semantics.bindings.grants import Grant, Place, parse
from driftscan.semantics.bindings.members import PUBLIC, member, takes_in
from driftscan.semantics.bindings.roles import version as roles_version
from driftscan.semantics.reading import NotUnderstoodError

__all__ = [
    "PUBLIC",
    "Access",
    "Denial",
    "Denied",
    "Difference",
    "Grant",
    "More",
    "NotUnderstoodError",
    "Place",
    "compare",
    "member",
    "only",
    "parse",
    "parse_denials",
    "roles_version",
    "takes_in",
]
