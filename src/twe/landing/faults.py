"""What is wrong with a delivered file."""

from twe.errors import TweError


class FileFault(Exception):
    """A file that can't be read as it must; the message goes on after "The file X in Y ".

    It never quotes what the file holds: people's data would end up in the log.
    """


class NotUtf8(FileFault):
    """A delimited file that is not UTF-8."""


def printable(name: str) -> str:
    """Return a file name on one line, without characters that can't be shown."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape", "replace").decode()
        for character in name
    )


def counted_columns(names: list[str]) -> str:
    """Return `column a` or `columns a, b`."""
    return f"column{'s' if len(names) > 1 else ''} {', '.join(names)}"


class DeliveryRefused(TweError):
    """A delivery that can't be landed; the message is one sentence and quotes nothing of the files."""
