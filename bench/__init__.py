"""What the workbench is measured by. `python -m bench` prints the figures; RESULTS.md keeps those worth keeping."""
