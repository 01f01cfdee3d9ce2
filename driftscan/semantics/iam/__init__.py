"""IAM policies as sets of requests: what one allows and another does not.

    parse(document)                                     -> statements; PolicyError where something is not understood
    Access.identity(policies, boundary, control)        -> what one principal may do
    Access.resource(statements)                         -> whom a resource's policy or a role's trust policy lets do what
    compare(candidate, reference)                       -> Difference: relation, and proofs for each direction

Texts are compared as they stand: accounts and regions that two environments do not share are to be symbols before.
"""

from __future__ import annotations

from driftscan.semantics.iam.access import Access
from driftscan.semantics.iam.actions import version as actions_version
from driftscan.semantics.iam.compare import compare
from driftscan.semantics.iam.errors import PolicyError
from driftscan.semantics.iam.proof import Difference, Excess, Proof, Request
from driftscan.semantics.iam.statement import Statement, parse

__all__ = [
    "Access",
    "Difference",
    "Excess",
    "PolicyError",
    "Proof",
    "Request",
    "Statement",
    "actions_version",
    "compare",
    "parse",
]
