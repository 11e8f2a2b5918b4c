"""`python -m sunwi.cli`."""

from sunwi.cli import main

main()
