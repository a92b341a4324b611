"""The check of a delivery, before anything is built."""
