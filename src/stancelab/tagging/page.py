"""Tagged articles as one HTML page that needs nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stancelab.articles.article import Article
from stancelab.comparison.views.formats import counted
from stancelab.pages import environment, policy, template_text
from stancelab.tagging.tags import Tag
from stancelab.tagging.views.answers import LETTERS
from stancelab.tagging.views.months import months
from stancelab.tagging.views.reading import MOST_ARTICLES, OPEN, reading
from stancelab.tagging.views.sources import sources
from stancelab.tagging.views.summary import FIRST, summaries

_FOLDER = "stancelab.tagging"
_SHARED = "stancelab.comparison"
"""Its style sheet, script and macros for tables and charts are used here, too."""


def page(
    tagged: Sequence[tuple[Article, Sequence[Tag]]], title: str, about: Mapping[str, str]
) -> str:
    """Give tagged articles as HTML: what they come to, and the articles with their mentions marked.

    The page loads nothing and runs no script but its own: its Content-Security-Policy names the
    SHA-256 of that script and of its style sheet. Without scripts all is there, too; a mention
    tells its probabilities as its title.

    Parameters
    ----------
    tagged : sequence of (Article, sequence of Tag)
        Each article with its tags.
    title : str
        What the page is called.
    about : mapping of str to str
        What the tags were made with, such as the model, by name.

    Returns
    -------
    str
        A whole page, in which whatever a text or a name holds is shown as text.

    Raises
    ------
    MissingExtraError
        `jinja2` is not installed.

    Examples
    --------
    >>> from stancelab.articles.article import make_article
    >>> content = page([(make_article("Nobody is named.", "a.txt"), [])], "One text", {})
    >>> "<h1>One text</h1>" in content, "No statement names an actor" in content
    (True, True)
    """
    templates = environment("articles", _FOLDER, _SHARED)
    style = template_text(_SHARED, "page.css") + template_text(_FOLDER, "article.css")
    script = template_text(_SHARED, "page.js") + template_text(_FOLDER, "article.js")
    tags = [tag for _, own in tagged for tag in own]
    actors = summaries(tags)
    numbers = {one.actor: number for number, one in enumerate(actors)}
    shown = tagged[:MOST_ARTICLES]
    present = {tag.actor for _, own in shown for tag in own}
    return templates.get_template("article.html.j2").render(
        title=title,
        about=about,
        summary=_summary(tagged, tags, len(actors)),
        threshold=max((tag.threshold for tag in tags if tag.threshold), default=None),
        letters=LETTERS,
        actors=(actors[:FIRST], actors[FIRST:]),
        chips=[(number, name) for name, number in numbers.items() if name in present],
        matrix=sources(tags),
        months=months(tags),
        articles=[reading(*one, numbers, at < OPEN) for at, one in enumerate(shown)],
        left=counted(len(tagged) - len(shown), "more article"),
        style=style,
        script=script,
        policy=policy(style, script),
    )


def _summary(
    tagged: Sequence[tuple[Article, Sequence[Tag]]], tags: Sequence[Tag], actors: int
) -> str:
    days = sorted(article.date for article, _ in tagged if article.date)
    parts = [
        counted(len(tagged), "article"),
        f"{counted(len(tags), 'tag')} toward {counted(actors, 'actor')}",
    ]
    if days:
        parts.append(str(days[0]) if days[0] == days[-1] else f"{days[0]} to {days[-1]}")
    return " · ".join(parts)
