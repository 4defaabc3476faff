"""From an article to statements: reading, paragraphs, language and sentences.

Whatever the format, every character of a sentence knows its place in the unchanged text.
"""
