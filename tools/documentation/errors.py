"""What the documentation site refuses."""


class SiteError(Exception):
    """The site can't be made; the text is one sentence for the reader."""
