"""What the procurement room is asked, one module a subject."""
