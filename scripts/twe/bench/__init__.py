"""Measurements of the whole build: deliveries, measured processes, the floor, the peers and their comparison."""
