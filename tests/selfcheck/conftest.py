from tests.web.conftest import a_known_day, cast

__all__ = ["a_known_day", "cast"]
