"""Building the same models on Apache Spark."""
