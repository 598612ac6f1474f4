"""Gateways in processes of their own: frames in shared memory, everything else of the port over a socket."""
