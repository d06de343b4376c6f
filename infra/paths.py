"""Where things stand in the checkout."""

from pathlib import Path

ROOT = Path(__file__).parent.parent
INFRA = ROOT / "infra"
BUILD = ROOT / "build"
SITE = ROOT / "static_site"
LOCAL = ROOT / ".local"
