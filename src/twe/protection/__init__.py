"""Protection of small counts: rounding or suppression of what is published, and the attack that proves it."""
