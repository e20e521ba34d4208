// Pure functions from snapshots to frames and documents. Nothing here reads a clock, a file or a terminal.
