"""Attack a release that was written before, with everything in the ledger; options as of protect.py."""

import sys

import protect


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return 0, or 1 with one sentence on standard error when it is not safe."""
    return protect.main(arguments, is_audit=True)


if __name__ == "__main__":
    sys.exit(main())
