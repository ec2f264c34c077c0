"""eGemma Serve: embeddings, summaries and chat as one Ray Serve graph."""

import logging
import sys

__version__ = "0.1.0"

# Our warnings go to the process's own standard error: in a replica, `sys.stderr` is a logger of Serve that drops them.
_lines = logging.StreamHandler(sys.__stderr__)
_lines.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
logging.getLogger(__name__).addHandler(_lines)
