"""Looking at delivered files before dbt reads them."""
