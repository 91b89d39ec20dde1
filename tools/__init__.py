"""Tools that build parts of the project; not in the wheel."""
