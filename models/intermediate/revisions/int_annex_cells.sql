{{ annex_cells(ref) }}
