"""The errors that the command `twe` shows to the person at the keyboard, each as one sentence."""


def first_line(problem: Exception) -> str:
    """Return the first line of a message without its end mark, to be quoted in a sentence."""
    return str(problem).strip().splitlines()[0].rstrip(".!")


class TweError(Exception):
    """Something is refused or failed; the message is one sentence, and what was there stays as it was."""


class InitError(TweError):
    """A new project can't be written."""


class PublishError(TweError):
    """The publication is refused or failed."""


class BusyError(PublishError):
    """Another publication to the same database is under way."""


class ExportError(TweError):
    """The export is refused or failed."""


class ProtectionError(TweError):
    """A release can't be made or is not safe."""


class DropError(TweError):
    """Personal data can't be dropped."""


class SparkError(TweError):
    """The delivery was refused, or dbt ended with an error on Spark after its own messages."""


class CheckError(TweError):
    """A delivery can't be checked, or the page of the check can't be written."""


class ReleaseError(TweError):
    """A folder can't be released, or is not what was released."""
