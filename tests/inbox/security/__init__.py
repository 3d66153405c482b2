"""Who attacks the staff's pages, and what comes of it."""
