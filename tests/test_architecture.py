"""One way through the house: imports point down. And nothing in the project depends on where it was written."""

import ast
import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

# From the bottom to the top; what a line holds may import what stands above it in this list.
LAYERS = [
    {"sistercities.core"},
    {"sistercities.curation"},
    {"sistercities.accounts"},
    {"sistercities.imports"},
    {"sistercities.review"},
    {"partnerships"},
    {"organizations"},
    {"events"},
    {"sistercities.portal"},
]
RANK = {package: rank for rank, packages in enumerate(LAYERS) for package in packages}
ROOT = Path(__file__).parent.parent


def layer(module: str) -> str | None:
    """The layer that a dotted module name belongs to."""
    return next((package for package in RANK if module == package or module.startswith(f"{package}.")), None)


def imported(path: Path):
    """The dotted names of all modules that a file imports, wherever in the file, relative ones made whole."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(filter(None, [start, node.module]))
            yield from (f"{module}.{alias.name}" for alias in node.names)


def source_files() -> list[Path]:
    folders = ("sistercities", "partnerships", "organizations", "events")
    return [path for folder in folders for path in (ROOT / folder).rglob("*.py")]


def upward_imports():
    for path in source_files():
        here = layer(".".join(path.relative_to(ROOT).with_suffix("").parts))
        for there in filter(None, map(layer, imported(path))):
            if here and RANK[there] > RANK[here]:
                yield f"{path.relative_to(ROOT)} imports {there}"


def test_imports_point_down():
    assert list(upward_imports()) == []


def test_every_imported_package_is_locked_for_serving():
    locked = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements" / "base.txt").read_text(), re.MULTILINE))
    own = {"sistercities", "partnerships", "organizations", "events", *sys.stdlib_module_names}
    names = {name.partition(".")[0] for path in source_files() for name in imported(path)} - own
    providers = packages_distributions()

    assert {
        name for name in names if not locked & {provider.lower().replace("_", "-") for provider in providers[name]}
    } == set()


# Split, so that this file does not match itself.
FORBIDDEN = {
    "a package registry": re.compile(
        "|".join(["pypi" r"\.org", "python" r"hosted\.org", "npm" r"js\.(org|com)", r"deb\." r"debian\.org"])
    ),
    "a folder of one machine": re.compile(r"(?<![\w.}/-])/(?:work|farm|root|tmp|home)/\w"),
}
BINARY = {".png", ".jpg", ".ico", ".mo", ".gz", ".br", ".xlsx", ".woff2", ".sqlite3"}


def tracked_files() -> list[Path]:
    """The files that git knows or would take; where the project was unpacked without git, all but what .gitignore names."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    names = listed.stdout.splitlines() if listed.returncode == 0 else []
    left_out = {".venv", "var", "__pycache__", ".git"}
    paths = [ROOT / name for name in names] or [path for path in ROOT.rglob("*") if not left_out & set(path.parts)]
    return [path for path in paths if path.is_file() and path.suffix not in BINARY]


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_names(what):
    found = [
        str(path.relative_to(ROOT))
        for path in tracked_files()
        if FORBIDDEN[what].search(path.read_text(errors="replace"))
    ]

    assert found == []
