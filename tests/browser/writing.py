"""The page of a conversation as people write on it in a browser."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from tests.cast import Cast
from udbytte.models import Conversation, Person

Opens = Callable[[Person], Page]  # opens the page for somebody, in a browser of their own


UNSEAL = """async () => {
  const { unseal } = await import('/static/sealed.js');
  const contents = await Promise.all(Object.values(localStorage).map(unseal));
  return contents.map((content) => JSON.stringify(content)).join();
}"""


def stored(page: Page) -> str:
    """What the browser keeps, as one text. Only the page itself can unseal it."""
    return str(page.evaluate(UNSEAL))


def notes(cast: Cast) -> str:
    return Conversation.objects.get(pk=cast.conversation.pk).notes
