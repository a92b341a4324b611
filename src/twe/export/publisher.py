"""Who sends the files: never invented, to be filled in where nobody said so."""

from dataclasses import dataclass

# Statbel's licence asks for its name and the edition wherever its data are shown.
GEOGRAPHY_CREDIT = "Statbel (REFNIS 2019 en 2025)"


@dataclass(frozen=True)
class Publisher:
    """The organisation, whom to ask, and the licence of the figures; empty = not given.

    Identifiers begin with `base_uri`. The default one is a name and no web address: nothing is there.
    """

    organisation: str = ""
    contact: str = ""
    licence: str = ""
    base_uri: str = "urn:twe-ocmw:"

    @property
    def organisation_text(self) -> str:
        """Return the name of the organisation, or that it has to be filled in."""
        return self.organisation or "Organisatie in te vullen"

    @property
    def contact_text(self) -> str:
        """Return whom to ask, or that it has to be filled in."""
        return self.contact or "naam, dienst en e-mailadres in te vullen"

    @property
    def has_licence_address(self) -> bool:
        """Return whether the licence is given as the address of its text."""
        return self.licence.startswith(("http://", "https://"))

    @property
    def sentence(self) -> str:
        """Return who publishes and whom to ask, in a line for readers."""
        published = f"Uitgegeven door {self.organisation}. " if self.organisation else ""
        licence = f" Licentie: {self.licence}." if self.licence else ""
        return f"{published}Contact: {self.contact_text}.{licence}"


UNNAMED = Publisher()
