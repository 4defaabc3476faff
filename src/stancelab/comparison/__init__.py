"""Models side by side: what is known of each, whether they differ, and the page that shows it."""
