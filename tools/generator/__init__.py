"""Synthetic deliveries in the shape of the raw extracts; every figure in them is invented."""
