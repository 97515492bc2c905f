"""Letters from templates by language, sent on paper, to the client's page or through a messages service.

Not for: the plan's and assessment's own papers (``clients.documents``).
"""
