"""Run the command line as ``python -m stancelab``."""

from stancelab.cli import main

if __name__ == "__main__":
    main()
