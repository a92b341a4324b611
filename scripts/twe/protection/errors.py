"""The one error that readers of the command line see."""


class ProtectionError(Exception):
    """A release can't be made or is not safe; the message is one sentence for the person at the keyboard."""
