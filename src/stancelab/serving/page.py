"""The page at ``/``: one file with its style sheet and script, which asks ``/explain``."""

from __future__ import annotations

from stancelab.pages import policy, template_text

_FOLDER = "stancelab.serving"
_STYLES = (
    ("stancelab.comparison", "page.css"),
    ("stancelab.tagging", "article.css"),
    (_FOLDER, "serve.css"),
)
_STYLE, _SCRIPT = "/*style*/", "/*script*/"


def page() -> tuple[bytes, str]:
    """Give the page, and the Content-Security-Policy to send with it.

    It is the same for everybody and holds nothing of the classifier. Whatever a statement or a
    name holds is put in as text by the script.

    Examples
    --------
    >>> content, rules = page()
    >>> content[:15], rules[:38]
    (b'<!doctype html>', "default-src 'none'; style-src 'sha256-")
    """
    style = "".join(template_text(*one) for one in _STYLES)
    script = template_text(_FOLDER, "serve.js")
    content = template_text(_FOLDER, "serve.html")
    content = content.replace(_STYLE, style).replace(_SCRIPT, script)
    rules = f"{policy(style, script)}; connect-src 'self'; img-src data:; frame-ancestors 'none'"
    return content.encode(), rules
