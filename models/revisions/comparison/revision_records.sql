{{ annex_records(ref) }}
