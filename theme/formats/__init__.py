"""How dates read, by language."""
