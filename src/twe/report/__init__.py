"""The report page: one HTML file with the figures, charts and a map of an edition."""
