"""The CSV package in the forms that catalogues and statistical programs read, from one catalogue."""
