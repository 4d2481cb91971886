"""`python -m geoconflict.cli`."""

from geoconflict.cli import main

main()
