"""What pages and other rooms read of placement, each question in a bounded number of statements."""
