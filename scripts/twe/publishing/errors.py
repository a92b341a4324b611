"""The errors that readers of the command line see."""


class PublishError(Exception):
    """The publication is refused or failed; the message is one sentence for the person at the keyboard."""


class BusyError(PublishError):
    """Another publication to the same database is under way."""
