"""What can be wrong with an article that is to be read."""

from __future__ import annotations

from stancelab.errors import DataError


class ArticleError(DataError):
    """An article that cannot be read: which one, what was found, and what to do.

    Parameters
    ----------
    name : object
        The file, or how messages call it.
    problem : str
        What was found, and what was expected.
    advice : str
        What to do.

    Examples
    --------
    >>> raise ArticleError("news.txt", "is empty", "name a file that holds an article")
    Traceback (most recent call last):
    stancelab.articles.problems.ArticleError: news.txt: is empty; name a file that holds an article
    """

    def __init__(self, name: object, problem: str, advice: str) -> None:
        super().__init__(f"{name}: {problem}; {advice}")
