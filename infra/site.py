"""Building the booking site, when something of it changed.

    python -m infra.site build
"""

import hashlib
import subprocess
import sys
from pathlib import Path

from infra.paths import BUILD, ROOT, SITE

_NOT_SOURCE = {"dist", "node_modules", "tests"}
_ALSO = (ROOT / "chalicelib" / "core" / "data",)


class SiteFailed(RuntimeError):
    """The site could not be built; the message is the builder's."""


def build() -> Path:
    """Return the directory with the built site, building it if its sources changed since. Raises SiteFailed."""
    dist, stamp = SITE / "dist", BUILD / "site.stamp"
    digest = _digest()
    if (dist / "index.html").exists() and stamp.exists() and stamp.read_text() == digest:
        return dist
    result = subprocess.run(["npm", "run", "--silent", "build"], cwd=SITE, capture_output=True, text=True, check=False)
    if result.returncode:
        raise SiteFailed(f"the site could not be built:\n{result.stdout}{result.stderr}")
    BUILD.mkdir(exist_ok=True)
    stamp.write_text(digest)
    return dist


def _digest() -> str:
    total = hashlib.sha256()
    for directory in (SITE, *_ALSO):
        for path in sorted(directory.rglob("*")):
            if path.is_file() and path.relative_to(directory).parts[0] not in _NOT_SOURCE:
                total.update(str(path).encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def main() -> int:
    """Build the site and say where it is."""
    try:
        print(build())
    except (SiteFailed, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
