"""The disclosure benchmark: the synthetic problem, the methods, the reader who attacks, the table."""
