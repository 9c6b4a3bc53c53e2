"""Queries whose SQL Django writes once.

Django takes longer to write a short query than PostgreSQL to answer it, and a page asks the same ten at each request.
`compiled` keeps their SQL:

    @compiled
    def steps_due(person: Person, on: date) -> QuerySet[Agreement]:
        return Agreement.objects.filter(step_owner=person, step_due__lte=on)

    steps_due(person, on)  # a list of agreements

At the first call the function gets stand-ins: for objects, ids, lists of ids or of texts, and the day. The SQL that
comes of them is kept, and each call puts its own values where the stand-ins stand. So the function may only build a
queryset: it may not look at its arguments, and asks the database nothing. A list of another length, or any other
argument (such as roles) that is different, gets an SQL of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache, update_wrapper
from itertools import count
from typing import Any, Generic, NoReturn, ParamSpec, TypeVar, cast

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler

P = ParamSpec("P")
Row = TypeVar("Row")

MOST_TEXTS = 100  # of one query
FIRST_ID = -4_711_000_000_000  # stand-ins count down from here, where no row and no number of ours is
STAND_IN_DAY = date(4711, 6, 15)
FARTHEST = timedelta(days=36_525)  # from the stand-in day; such a parameter is so far from the day that is asked about
TEXT = re.compile("\x01([0-9]+)\x01")  # a stand-in for a text, alone or within a parameter


@dataclass(frozen=True, slots=True)
class _List:
    """The shape of a list of so many ids (int) or texts (str)."""

    kind: type
    length: int


@dataclass(slots=True)
class _Values:
    """The values of a call, in the order of their stand-ins."""

    ids: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    day: date = STAND_IN_DAY

    @classmethod
    def of(cls, arguments: Sequence[object]) -> _Values:
        values = cls()
        for argument in arguments:
            match argument:
                case Model():
                    values.ids.append(argument.pk)
                case bool() | datetime():
                    pass
                case date():
                    values.day = argument
                case int():
                    values.ids.append(argument)
                case list() | tuple():
                    values.texts += [value for value in argument if isinstance(value, str)]
                    values.ids += [value for value in argument if isinstance(value, int)]
        return values


@dataclass(frozen=True, slots=True)
class _Text(Generic[Row]):
    """The SQL for one shape of arguments, and which of its parameters are filled at each call.

    `ids`: with which id; `days`: how long after the day; `texts`: those that have texts in them.
    """

    rows: QuerySet[Any, Row]
    compiler: SQLCompiler
    sql: str
    params: Sequence[Any]
    ids: Sequence[tuple[int, int]]
    days: Sequence[tuple[int, timedelta]]
    texts: Sequence[int]

    def params_for(self, values: _Values) -> tuple[Any, ...]:
        filled = list(self.params)
        for place, number in self.ids:
            filled[place] = type(filled[place])(values.ids[number])
        for place, distance in self.days:
            filled[place] = values.day + distance
        for place in self.texts:
            filled[place] = TEXT.sub(lambda match: values.texts[int(match[1])], filled[place])
        return tuple(filled)

    def ask(self, values: _Values) -> list[Row]:
        """The rows. Django reads them as always; only its compiler knows the SQL already."""
        sql, params = self.sql, self.params_for(values)
        compiler = copy(self.compiler)
        compiler.connection = connections[DEFAULT_DB_ALIAS]  # this thread's own
        compiler.as_sql = lambda *args, **kwargs: (sql, params)  # type: ignore[method-assign]
        rows = self.rows.all()
        rows.query.get_compiler = lambda *args, **kwargs: compiler  # type: ignore[method-assign]
        return list(rows)


class CompiledQuery(Generic[P, Row]):
    """A function that returns a queryset, to be called as one that returns the list of its rows."""

    def __init__(self, build: Callable[P, QuerySet[Any, Row]]) -> None:
        self.build = build
        self._text = lru_cache(MOST_TEXTS)(self._write)
        update_wrapper(self, build)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> list[Row]:
        if kwargs:
            raise TypeError(f"{self.build.__name__}() is compiled: give its arguments by position.")
        text = self._text(tuple(map(_shape_of, args)))
        return text.ask(_Values.of(args)) if text is not None else []

    def sql_for(self, *args: P.args, **kwargs: P.kwargs) -> tuple[str, tuple[Any, ...]]:
        """The SQL that is kept, with the parameters of a call. A test compares them with what Django would write."""
        text = self._text(tuple(map(_shape_of, args)))
        if text is None:
            raise EmptyResultSet
        return text.sql, text.params_for(_Values.of(args))

    def _write(self, shapes: tuple[Hashable, ...]) -> _Text[Row] | None:
        """Let Django write the query for arguments of these shapes. None: a list is empty, so there are no rows."""
        ids, texts = count(FIRST_ID, -1), count()
        stand_ins: Any = [_stand_in(shape, ids, texts) for shape in shapes]
        with connections[DEFAULT_DB_ALIAS].execute_wrapper(_refuse):
            rows: QuerySet[Any, Row] = cast(Any, self.build)(*stand_ins)
            compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
            try:
                sql, params = compiler.as_sql()
            except EmptyResultSet:
                return None
        if rows._known_related_objects:  # type: ignore[attr-defined]
            raise TypeError(f"{self.build.__name__}() starts from a stand-in. Start from the model's manager instead.")
        known = list(enumerate(params))
        text = _Text(
            rows,
            compiler,
            sql,
            params,
            ids=[(place, FIRST_ID - value) for place, value in known if _is_stand_in_id(value)],
            days=[(place, value - STAND_IN_DAY) for place, value in known if _is_stand_in_day(value)],
            texts=[place for place, value in known if isinstance(value, str) and TEXT.search(value)],
        )
        ids_used = {number for _place, number in text.ids}
        texts_used = {number for place in text.texts for number in TEXT.findall(params[place])}
        if len(ids_used) < FIRST_ID - next(ids) or len(texts_used) < next(texts):
            raise TypeError(f"{self.build.__name__}() leaves an argument out of the query.")
        return text


def compiled(build: Callable[P, QuerySet[Any, Row]]) -> CompiledQuery[P, Row]:
    """Keep the SQL of a function that returns a queryset; see the head of this file."""
    return CompiledQuery(build)


def _shape_of(argument: Any) -> Hashable:
    """What must be alike for two calls to have the same SQL."""
    match argument:
        case Model():
            return argument._meta.model  # request.user is a Person, and its type is another
        case bool() | datetime():
            return argument  # Python takes them for numbers and days
        case date():
            return date
        case int():
            return int
        case list() | tuple():
            return _List(str if argument and isinstance(argument[0], str) else int, len(argument))
        case _:
            return cast(Hashable, argument)


def _stand_in(shape: Hashable, ids: Iterator[int], texts: Iterator[int]) -> Any:
    """An argument of the shape, by which the parameters that come of it can be known."""
    if shape is date:
        return STAND_IN_DAY
    if shape is int:
        return next(ids)
    if isinstance(shape, _List):
        length = range(shape.length)
        return [f"\x01{next(texts)}\x01" if shape.kind is str else next(ids) for _number in length]
    if isinstance(shape, type) and issubclass(shape, Model):
        return shape(pk=next(ids))
    return shape


def _is_stand_in_id(value: object) -> bool:
    return isinstance(value, int) and FIRST_ID - 1_000_000 < value <= FIRST_ID


def _is_stand_in_day(value: object) -> bool:
    if not isinstance(value, date):
        return False
    day = value.date() if isinstance(value, datetime) else value
    is_near = abs(day - STAND_IN_DAY) < FARTHEST
    if is_near and isinstance(value, datetime):
        raise TypeError("A compiled query can be asked about a day, and not about a time.")
    return is_near


def _refuse(*args: object) -> NoReturn:
    raise TypeError("A compiled query may not ask the database while it is built.")
