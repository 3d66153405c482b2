"""The web pages of social workers, their leads and editors."""
