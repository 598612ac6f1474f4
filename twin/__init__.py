"""The kernel: any production line as stations, signals and time; it knows nothing of ceramics or protocols."""
