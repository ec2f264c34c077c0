"""The peer of condensing: drain3, a log-template miner, in a process and a folder of its own.

It pins versions of two packages that we use newer, so it is not installed beside us.
"""

import subprocess
import sys
from pathlib import Path

from bench import cache

VERSION = "0.9.11"
# With masks for addresses, hex and numbers, as in its examples.
_PROGRAM = """
import sys, time
from drain3 import TemplateMiner
from drain3.masking import MaskingInstruction
from drain3.template_miner_config import TemplateMinerConfig
config = TemplateMinerConfig()
config.profiling_enabled = False
config.masking_instructions = [
    MaskingInstruction(r"((?<=[^A-Za-z0-9])|^)(\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3})((?=[^A-Za-z0-9])|$)", "IP"),
    MaskingInstruction(r"((?<=[^A-Za-z0-9])|^)([0-9a-f]{6,})((?=[^A-Za-z0-9])|$)", "HEX"),
    MaskingInstruction(r"((?<=[^A-Za-z0-9])|^)([\\-\\+]?\\d+)((?=[^A-Za-z0-9])|$)", "NUM"),
]
miner = TemplateMiner(config=config)
lines = sys.stdin.read().split("\\n")
start = time.process_time()
for line in lines:
    miner.add_log_message(line)
print(time.process_time() - start)
"""


def cpu_s(text: str) -> float:
    """What it takes to mine these lines."""
    command = [sys.executable, "-c", _PROGRAM]
    environment = {"PYTHONPATH": str(_installed())}
    done = subprocess.run(command, input=text, env=environment, capture_output=True, text=True, check=True)
    return float(done.stdout)


def _installed() -> Path:
    """Installed now, unless it has been before."""
    folder = cache.folder(f"drain3-{VERSION}")
    if not (folder / "drain3").exists():
        install = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(folder), f"drain3=={VERSION}"]
        subprocess.run(install, check=True, capture_output=True)  # pip would speak of conflicts with what is beside us
    return folder
