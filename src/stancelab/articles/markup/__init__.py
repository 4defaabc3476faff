"""What articles are written in: HTML, Markdown, plain text; each becomes paragraphs with places."""
