"""What the sections of the comparison page show, without how it looks."""
