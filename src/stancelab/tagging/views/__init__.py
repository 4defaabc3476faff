"""What the sections of the page of articles show, without how it looks."""
