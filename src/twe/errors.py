"""The errors that the command `twe` shows to the person at the keyboard, each as one sentence."""


def first_line(problem: Exception) -> str:
    """Return the first line of a message without its end mark, to be quoted in a sentence."""
    return str(problem).strip().splitlines()[0].rstrip(".!")


class TweError(Exception):
    """Something is refused or failed; the message is one sentence, and what was there stays as it was."""


class PublishError(TweError):
    """The publication is refused or failed."""


class BusyError(PublishError):
    """Another publication to the same database is under way."""


class ExportError(TweError):
    """The export is refused or failed."""


class ProtectionError(TweError):
    """A release can't be made or is not safe."""
