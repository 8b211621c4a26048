"""What tells one release, or one set of files, from another."""

import hashlib
from pathlib import Path


def digest(base: Path, *names: str) -> str:
    """Twelve hexadecimal digits over the names and contents of all files in the named files and folders of `base`.

    Compiled Python, backup and hidden files do not count; a name that does not exist counts as empty.
    """
    total = hashlib.sha256()
    for name in names:
        top = base / name
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file() and path.suffix != ".pyc" and not path.name.startswith("."):
                total.update(f"{path.relative_to(base)}\0".encode())
                total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()[:12]
