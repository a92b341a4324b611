"""The workbook for readers: from the marts of a built warehouse to one Excel file in Dutch."""
