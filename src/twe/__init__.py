"""Python side of the TWE-OCMW warehouse: synthetic deliveries, export and other tools around dbt."""
