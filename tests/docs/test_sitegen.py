"""The parts that are made from the code: complete, and an excerpt shows what its file holds or nothing is built."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

import driftscan
from driftscan import catalog
from driftscan.catalog.spec import REASONS
from driftscan.cli.root import COMMANDS
from driftscan.formats import FORMATS

PACKAGE = Path(driftscan.__file__).parent


def test_an_excerpt_is_the_lines_of_its_file_and_one_that_is_gone_is_an_error(tmp_path: Path) -> None:
    from sitegen.excerpts import ExcerptError, with_excerpts

    (tmp_path / "sample.txt").write_text("head\n  one\n    two\n\n  three\n  end\n")
    page = 'Before\n\n<!-- excerpt: sample.txt from "one" -->\n\nAfter\n'
    assert with_excerpts(page, tmp_path, "page.md") == "Before\n\n```text\none\n  two\n```\n\nAfter\n"
    page = '<!-- excerpt: sample.txt from "two" to "^  three" -->'
    assert with_excerpts(page, tmp_path, "page.md") == "```text\n  two\n\nthree\n```"
    for gone in ('sample.txt from "four"', 'sample.txt from "one" to "four"', 'other.txt from "one"'):
        with pytest.raises(ExcerptError, match=r"docs/page\.md"):
            with_excerpts(f"<!-- excerpt: {gone} -->", tmp_path, "page.md")


def test_a_part_that_nobody_makes_is_an_error() -> None:
    from sitegen import with_generated

    with pytest.raises(KeyError):
        with_generated("<!-- generated: nonsense -->")


def test_every_command_stands_there_with_its_options(pages: Mapping[str, str]) -> None:
    page = pages["reference/commands.md"]
    assert [name for name in COMMANDS if f"\n## driftscan {name}\n" not in page] == []
    assert "`--fail-on [critical|high|medium|low|info]`" in page
    assert "### driftscan baseline lint" in page


def test_every_member_of_the_schemas_stands_there(pages: Mapping[str, str]) -> None:
    where = {
        "driftscan": pages["reference/configuration.md"] + pages["reference/waivers.md"],
        "baseline": pages["reference/baselines.md"],
        "report": pages["reference/report-json.md"],
    }
    for name, page in where.items():
        schema = json.loads((PACKAGE / "schemas" / f"{name}.schema.json").read_text())
        inner = [s for s in schema["$defs"].values() if s.get("properties")]
        members = {member for s in (schema, *inner) for member in s["properties"]}
        assert [m for m in sorted(members) if f"| `{m}` |" not in page] == []


def test_every_format_type_and_reason_stands_there(pages: Mapping[str, str]) -> None:
    assert [f for f in FORMATS if f"\n## {f}\n" not in pages["reference/formats.md"]] == []
    types = catalog.load().of("aws")
    assert [t for t in types if f"[`{t}`]" not in pages["reference/catalogue.md"]] == []
    text = "".join(page for path, page in pages.items() if path.startswith("reference/catalogue/"))
    assert [t for t in types if f"\n## {t} {{" not in text] == []
    assert [r for r in REASONS if f"| `{r}` |" not in pages["reference/catalogue.md"]] == []


def test_codes_of_our_own_are_those_that_the_code_knows() -> None:
    from sitegen.codes import OURS

    source = "\n".join(file.read_text() for file in sorted(PACKAGE.rglob("*.py")))
    assert [code for code in OURS if not re.search(rf'"{re.escape(code)}"|\bsdk\.{re.escape(code)}\b', source)] == []


def test_exit_codes_are_those_of_the_command_line(pages: Mapping[str, str]) -> None:
    assert re.findall(r"^\| (\d+) \|", pages["reference/exit-codes.md"], re.MULTILINE) == ["0", "1", "2", "3", "4", "5", "75"]


@pytest.mark.slow
def test_the_site_builds_loads_nothing_from_elsewhere_and_a_broken_link_stops_it(tmp_path: Path) -> None:
    import build

    build.write(tmp_path / "docs")

    def built() -> subprocess.CompletedProcess[str]:
        command = [str(Path(sys.executable).with_name("zensical")), "build", "--strict", "-f", str(tmp_path / "docs" / "mkdocs.yml")]
        return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)

    done = built()
    assert done.returncode == 0, done.stdout + done.stderr
    html = {file: file.read_text() for file in (tmp_path / "docs" / "site").rglob("*.html")}
    assert len(html) > 80
    loaded = re.compile(r"<(?:script|link|img|iframe)\b[^>]*?(?:src|href)=[\"']?(?:https?:)?//[^\"' >]+")
    assert [(f.name, m[0]) for f, text in html.items() for m in loaded.finditer(text) if 'rel="canonical"' not in m[0]] == []
    page = tmp_path / "docs" / "pages" / "store.md"
    page.write_text(page.read_text() + "\n[gone](matching.md#no-such-heading)\n")
    assert built().returncode != 0
