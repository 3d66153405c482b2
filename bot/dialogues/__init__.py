"""Talks of several turns; each dialogue is a function from what was asked to replies."""
