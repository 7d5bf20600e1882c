"""The command: ``python -m layertrust`` and the console script ``layertrust``."""

import signal
import sys

from layertrust import _native


def main() -> int:
    """Run the command with the process's arguments and return its exit status.

    0 accepted or done, 1 no, 2 the call is wrong, 3 could not answer.
    """
    # The interpreter's handler waits until Python code runs again, which is when the command is done.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    return _native.main(["layertrust", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
