"""What procurement does by itself. Each subject has a module of its own; the queue finds them through this one."""

from kotopolku.procurement import jobs_bids, jobs_contracts

__all__ = ["jobs_bids", "jobs_contracts"]
