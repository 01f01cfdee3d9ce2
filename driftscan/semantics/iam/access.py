"""What policies allow together (IAM User Guide, "Policy evaluation logic"): an explicit Deny wins; then every layer has to allow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from driftscan.semantics.iam.errors import PolicyError
from driftscan.semantics.iam.statement import Statement


@dataclass(frozen=True, slots=True)
class Access:
    """Layers of statements. Each must allow what is allowed; a Deny of any of them holds. Made by `identity` or `resource`."""

    layers: tuple[tuple[Statement, ...], ...]
    of_principal: bool

    @classmethod
    def identity(
        cls,
        policies: Iterable[Iterable[Statement]],
        boundary: Iterable[Statement] | None = None,
        control: Iterable[Iterable[Statement]] = (),
    ) -> Access:
        """What one principal may do: its policies together, within its permissions boundary, within each level of `control`.

        `control`: one list of statements per level (root, organisational units, account): those of all service control policies there.
        Raises `PolicyError` where a statement names principals or no resource.
        """
        first = tuple(s for policy in policies for s in policy)
        layers = (first, *([tuple(boundary)] if boundary is not None else []), *(tuple(level) for level in control))
        for statement in (s for layer in layers for s in layer):
            if statement.principals is not None:
                raise PolicyError("a policy of a principal names principals")
            if statement.resources is None:
                raise PolicyError("a statement has neither Resource nor NotResource")
        return cls(layers, True)

    @classmethod
    def resource(cls, statements: Iterable[Statement]) -> Access:
        """What a resource's policy, or a role's trust policy, lets principals do. Raises `PolicyError` where a statement names none."""
        layer = tuple(statements)
        if any(s.principals is None for s in layer):
            raise PolicyError("a statement of a resource's policy has neither Principal nor NotPrincipal")
        return cls((layer,), False)

    @property
    def allows(self) -> frozenset[frozenset[Statement]]:
        """The layers' Allow statements, without order and repetition."""
        return frozenset(frozenset(s for s in layer if s.allow) for layer in self.layers)

    @property
    def denies(self) -> frozenset[Statement]:
        """The Deny statements of all layers."""
        return frozenset(s for layer in self.layers for s in layer if not s.allow)
