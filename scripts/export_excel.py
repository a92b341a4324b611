"""Write the six annexes of a built warehouse to Excel: `twe export` without an installed command."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from twe.cli import main

if __name__ == "__main__":
    sys.exit(main(["export", *sys.argv[1:]]))
