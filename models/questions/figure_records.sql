{{ config(materialized='table_function') }}
{{ records_behind_cells() }}
