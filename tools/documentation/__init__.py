"""The documentation site: pages of docs/ as HTML, the lineage out of dbt's manifest, and dbt's own page."""
