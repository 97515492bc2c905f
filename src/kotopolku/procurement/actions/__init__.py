"""What is done in the procurement room, one module a subject."""
