"""The program of the process that runs dbt: it ends when the process that started it ends, however that ends.

The other end of standard input is held by the publisher. A dbt left behind would go on writing for minutes
into a folder that the next publication clears.
"""

import os
import signal
import sys
import threading


def _end_with_the_publisher() -> None:
    os.read(0, 1)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    # Ctrl-C reaches the publisher too, which then lets go of standard input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_publisher, daemon=True).start()
    from dbt.cli.main import cli

    sys.argv[0] = "dbt"
    sys.exit(cli())
