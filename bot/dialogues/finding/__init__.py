"""Finding offers by talking: courses, sport, groups."""
