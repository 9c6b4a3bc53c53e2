"""The data behind the figures: what was counted on which days, and stored sums of it.

The sums (UnitTally, StaleTally) follow from other tables, and can be deleted at any time. The counted rows cannot.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from .agreements import Agreement
from .conversations import Conversation
from .people import Person, Unit
from .practice import PracticeMethod
from .rounds import Round
from .triggers import OF_COUNTED, PAST_STAYS, mark_stale


class UnitTally(models.Model):
    """The stored sums of a unit (none: the whole organisation) in a round, as they were on a day.

    `own` has the numbers of the unit's own people by measure. `published` has what can be shown of it with all below:
    {measure: [shown, small]}. The row is valid as long as there is no StaleTally of the unit, or of one below it.
    """

    round = models.ForeignKey(Round, models.CASCADE, db_index=False, related_name="+")
    unit = models.ForeignKey(Unit, models.CASCADE, null=True, db_index=False, related_name="+")
    on = models.DateField()
    own = models.JSONField()
    published = models.JSONField(db_column="folds")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("round", "on", "unit"), name="unit_tally_once", nulls_distinct=False),
        )

    def __str__(self) -> str:
        return f"{self.unit_id}, {self.round_id}, {self.on}"


class WholeTally(models.Model):
    """Sums of the whole organisation in all rounds, as they were on a day. They are counted once a day."""

    name = models.CharField(max_length=40, unique=True)
    on = models.DateField()
    sums = models.JSONField()

    def __str__(self) -> str:
        return f"{self.name}, {self.on}"


class StaleTally(models.Model):
    """Data behind a unit's own numbers in a round have changed. The database itself writes the row.

    It has no constraints, so that two who write never wait for each other.
    """

    round = models.ForeignKey(Round, models.DO_NOTHING, db_constraint=False, related_name="+")
    unit = models.ForeignKey(Unit, models.DO_NOTHING, db_constraint=False, related_name="+")

    class Meta:
        indexes = (models.Index(fields=("round", "unit"), name="stale_tally_unit"),)

    def __str__(self) -> str:
        return f"{self.unit_id}, {self.round_id}"


class Counted(models.Model):
    """What was counted of something from the day `since` (none: from its beginning) until the day before `until`.

    The row without `until` holds now. The database keeps it equal to the tables that it repeats, whoever writes there.
    Before a service changes counted data, it ends that row and begins a new one (`services.past`), so that later events
    never change the figures of an earlier day. The database refuses to change a row that has ended.
    """

    round = models.ForeignKey(Round, models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="+")
    since = models.DateField(null=True)
    until = models.DateField(null=True)

    class Meta:
        abstract = True


class CountedConversation(Counted):
    """A conversation as it was counted. `no_course`: the plan says that no course is needed."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="counted")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    planned = models.BooleanField()
    held_on = models.DateField(null=True)
    declined_on = models.DateField(null=True)
    rests_until = models.DateField(null=True)
    no_course = models.BooleanField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("conversation",), condition=Q(until=None), name="counted_conversation_once_at_a_time"
            ),
        )
        indexes = (models.Index(fields=("round", "unit"), name="counted_conversation_unit"),)
        triggers = (*mark_stale(OF_COUNTED), PAST_STAYS)

    def __str__(self) -> str:
        return f"{self.conversation_id}, {self.since}"


class CountedAgreement(Counted):
    """An agreement as it was counted. `owned`: its own employee has the step; `newness`: what its outcome says.

    `moved_away`: a coordinator's step has moved along the line to the line manager or to HR.
    """

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="counted")
    employee = models.ForeignKey(Person, models.CASCADE, related_name="+")
    method = models.ForeignKey(PracticeMethod, models.DO_NOTHING, null=True, db_constraint=False, related_name="+")
    kind = models.CharField(max_length=40)
    agreed_on = models.DateField()
    planned_to = models.DateField()
    stage = models.CharField(max_length=40)
    step = models.CharField(max_length=40)
    step_due = models.DateField(null=True)
    stray = models.BooleanField()
    owned = models.BooleanField()
    moved_away = models.BooleanField(default=False, db_default=False)
    drop_reason = models.CharField(max_length=40)
    lost_from = models.CharField(max_length=40)
    closed_on = models.DateField(null=True)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    answer_due_on = models.DateField()
    coordinated_on = models.DateField(null=True)
    registered_on = models.DateField(null=True)
    answered_on = models.DateField(null=True)
    went = models.CharField(max_length=40)
    has_run = models.BooleanField()
    from_catalogue = models.BooleanField()
    newness = models.CharField(max_length=40)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("agreement",), condition=Q(until=None), name="counted_agreement_once_at_a_time"
            ),
        )
        indexes = (models.Index(fields=("round", "unit"), name="counted_agreement_unit"),)
        triggers = (*mark_stale(OF_COUNTED), PAST_STAYS)

    def __str__(self) -> str:
        return f"{self.agreement_id}, {self.since}"
