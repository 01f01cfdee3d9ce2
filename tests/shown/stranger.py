"""An environment as a stranger has it: the wheel and what its lock names, nothing of the repository and nothing else."""

from __future__ import annotations

import importlib.metadata
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from tests.cli.conftest import Result, clean_environ

ROOT = Path(__file__).parents[2]
SOURCES = ("driftscan", "pyproject.toml", "README.md", "LICENSE")


def wheel(folder: Path) -> Path:
    """The wheel, built from a copy of the sources: what lies in a former build is no part of it."""
    source = folder / "source"
    for name in SOURCES:
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, source / name)
    build = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "--no-index", "-w", str(folder), str(source)]
    subprocess.run(build, check=True, env=clean_environ(), capture_output=True)
    (made,) = folder.glob("driftscan-*.whl")
    return made


class Stranger:
    """A virtual environment with the wheel and the locked run-time dependencies; `home` is an empty folder to work in."""

    def __init__(self, folder: Path, made: Path) -> None:
        self.home = folder / "home"
        self.home.mkdir(parents=True)
        venv.create(folder / "venv", symlinks=True)
        self.python = folder / "venv" / "bin" / "python"
        (site,) = (folder / "venv" / "lib").glob("python*/site-packages")
        for name in locked():
            _link(name, site)
        install = [sys.executable, "-m", "pip", "--python", str(self.python), "install", "-q", "--no-deps", "--no-index", str(made)]
        subprocess.run(install, check=True, env=clean_environ(), capture_output=True)
        self.command = folder / "venv" / "bin" / "driftscan"

    def __call__(self, *args: str, env: dict[str, str] | None = None) -> Result:
        """`driftscan ARGS` in the stranger's home."""
        plain = {k: v for k, v in clean_environ().items() if not k.startswith("PYTHON")}
        done = subprocess.run(
            [str(self.command), *args], cwd=self.home, env=plain | (env or {}), text=True, capture_output=True, check=False, timeout=180
        )
        return Result(done.returncode, done.stdout, done.stderr)

    def paths(self) -> list[str]:
        """Where the stranger's Python looks for modules, and where it finds driftscan."""
        code = "import driftscan, sys; print(*sys.path, driftscan.__file__, sep='\\n')"
        done = subprocess.run(
            [str(self.python), "-c", code], cwd=self.home, env=clean_environ(), text=True, capture_output=True, check=True
        )
        return done.stdout.splitlines()


def locked() -> list[str]:
    """The distributions that the run-time lock names."""
    return re.findall(r"^([A-Za-z0-9._-]+)==", (ROOT / "requirements" / "run.lock").read_text(), re.MULTILINE)


def _link(name: str, site: Path) -> None:
    """Every top-level file or folder of an installed distribution, as a link."""
    for file in importlib.metadata.files(name) or ():
        top = file.parts[0]
        target = site / top
        if top not in ("..", "__pycache__") and not target.exists():
            target.symlink_to(Path(str(importlib.metadata.distribution(name).locate_file(top))))
