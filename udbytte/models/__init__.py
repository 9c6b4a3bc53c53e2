"""The data, by subject. Constraints live here; verbs live in services."""

from .agreements import Agreement, CheckIn, Helper, HelperRole, InUse, LogEntry, Newness, Outcome
from .conversations import Answer, Conversation, ConversationKind, DevelopmentPlan, Goal, Preparation
from .courses import Course, CourseKind, CourseRun, Mode
from .figures import StaleTally, UnitTally
from .imports import ImportRun
from .letters import FollowUpRun, Letter, Notice
from .money import Budget, Nomination
from .people import (
    Employment,
    Language,
    ManagerRole,
    Person,
    Role,
    RoleAssignment,
    Unit,
    Weekday,
    below,
    valid_on,
)
from .practice import CatalogueVisit, PracticeMethod
from .rounds import Asked, Question, Round, RulesConfirmation

__all__ = [
    "Agreement",
    "Answer",
    "Asked",
    "Budget",
    "CatalogueVisit",
    "CheckIn",
    "Conversation",
    "ConversationKind",
    "Course",
    "CourseKind",
    "CourseRun",
    "DevelopmentPlan",
    "Employment",
    "FollowUpRun",
    "Goal",
    "Helper",
    "HelperRole",
    "ImportRun",
    "InUse",
    "Language",
    "Letter",
    "LogEntry",
    "ManagerRole",
    "Mode",
    "Newness",
    "Nomination",
    "Notice",
    "Outcome",
    "Person",
    "PracticeMethod",
    "Preparation",
    "Question",
    "Role",
    "RoleAssignment",
    "Round",
    "RulesConfirmation",
    "StaleTally",
    "Unit",
    "UnitTally",
    "Weekday",
    "below",
    "valid_on",
]
