"""What ``lotse check`` finds, and what a reduced copy of the project can do with new content."""
