"""Measurements of the build: deliveries, measured processes, the floor, the peers, their comparison."""
