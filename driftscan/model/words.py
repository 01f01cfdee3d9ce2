"""Numbers and types as people read them."""

from __future__ import annotations


def count(number: int, one: str, many: str = "") -> str:
    """`1 gap`, `2,310 gaps`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def percent(part: int, whole: int) -> str:
    """`98.4 %`, `3 %`; never rounded up to 100 or down to 0, because those two mean all and nothing. Of nothing, all."""
    if not whole or part == whole:
        return "100 %"
    if not part:
        return "0 %"
    return f"{min(max(part / whole * 100, 0.1), 99.9):.1f}".removesuffix(".0") + " %"


def service_of(type: str) -> str:
    """`SQS` of `AWS::SQS::Queue`, `compute` of `compute.googleapis.com/Firewall`; of any other form, what stands before its last part."""
    parts = type.split("::")
    return parts[1] if len(parts) > 2 else parts[0].rpartition("/")[0].removesuffix(".googleapis.com") or type
