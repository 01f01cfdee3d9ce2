"""The parts of the documentation that are made from the code, so that nothing is written twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from sitegen import catalogue, codes, commands, controls, formats, schema, story
from sitegen.excerpts import with_excerpts

__all__ = ["GENERATED", "services", "with_excerpts", "with_generated"]

MARK: Final = re.compile(r"^<!-- generated: (.+?) -->$", re.MULTILINE)
GENERATED: Final[Mapping[str, Callable[[], str]]] = {
    "story": story.months,
    "commands": commands.commands,
    "exit codes": codes.exit_codes,
    "configuration": schema.configuration,
    "waivers": schema.waivers,
    "baselines": schema.baselines,
    "report.json": schema.report,
    "formats": formats.formats,
    "vendor codes": codes.vendor_codes,
    "own codes": codes.own_codes,
    "catalogue": catalogue.catalogue,
    "controls": controls.controls,
}
"""What a page may ask for with `<!-- generated: NAME -->`."""


def with_generated(markdown: str) -> str:
    """A page with its generated parts in place. Raises KeyError where it asks for one that nobody makes."""
    return MARK.sub(lambda mark: GENERATED[mark[1]](), markdown)


def services() -> dict[str, str]:
    """One page per service of the catalogue: path below docs/ -> Markdown."""
    return {f"reference/catalogue/{service}.md": text for service, text in catalogue.services().items()}
