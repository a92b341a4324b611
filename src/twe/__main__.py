"""`python -m twe` is the command `twe`."""

import sys

from twe.cli import main

sys.exit(main())
