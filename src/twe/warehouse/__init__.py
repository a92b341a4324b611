"""Write, audit, publish: a warehouse replaces the published one only when all its tests passed."""
