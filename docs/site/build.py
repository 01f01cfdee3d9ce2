"""Writes the whole documentation as plain Markdown, ready for the generator: the pages of docs/ with what they quote, and the reference.

`python docs/site/build.py FOLDER` fills FOLDER (emptied first) with `mkdocs.yml` and `pages/`; FOLDER/site is where the generator writes.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import sitegen

HERE = Path(__file__).parent
DOCS = HERE.parent
REPOSITORY = DOCS.parent


def pages() -> dict[str, str]:
    """Every page of the site: path -> Markdown. Raises ExcerptError where a page quotes what is not there any more."""
    written = {
        file.relative_to(DOCS).as_posix(): file.read_text(encoding="utf-8")
        for file in sorted(DOCS.rglob("*.md"))
        if HERE not in file.parents
    }
    filled = {path: sitegen.with_generated(sitegen.with_excerpts(text, REPOSITORY, path)) for path, text in written.items()}
    return filled | sitegen.services()


def write(folder: Path) -> None:
    """All of it, for the generator."""
    shutil.rmtree(folder, ignore_errors=True)
    for path, text in pages().items():
        file = folder / "pages" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    shutil.copyfile(HERE / "site.css", folder / "pages" / "site.css")
    shutil.copyfile(HERE / "mkdocs.yml", folder / "mkdocs.yml")


if __name__ == "__main__":
    write(Path(sys.argv[1]).resolve())
