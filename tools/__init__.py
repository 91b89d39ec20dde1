"""What builds parts of the project; not in the wheel."""
