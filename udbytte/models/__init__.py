"""The models, by subject, with their constraints. Services change the data."""

from .agreements import Agreement, Attachment, AttachmentKind, Hindrance, InUse, LogEntry, Newness, Observation, Outcome
from .closing import CarriedOn, Carrying, NotHeld, RoundReport, WhyNotHeld
from .conversations import Answer, Conversation, ConversationKind, DevelopmentPlan, Goal, Preparation, SetAside
from .courses import Course, CourseKind, CourseRun, JointNeed, Mode, Region
from .demo import DemoMark
from .figures import CountedAgreement, CountedConversation, StaleTally, UnitTally, WholeTally
from .groups import GroupConversation, GroupGoal
from .helpers import CheckIn, Helper, HelpOffer
from .imports import ImportRun
from .meetings import Absence, Slot
from .money import (
    Applicant,
    ApplicationState,
    Budget,
    Deputy,
    FundingApplication,
    FundingSource,
    HowUnused,
    Nomination,
    SpendingAuthority,
    UnusedSeat,
)
from .notifications import ACCOUNT_KINDS, Email, FollowUpRun, Notification
from .people import Employment, Language, ManagerRole, Person, Role, RoleAssignment, Unit, Weekday, below, valid_on
from .practice import CatalogueVisit, HelperRole, MethodGroup, PracticeGroup, PracticeMethod, Wish
from .rounds import Asked, FollowUpDay, PreparationQuestion, Round, RulesConfirmation
from .routing import Routing
from .rules import KickoffMeeting, RulesQuestion, RulesRead, RulesVersion
from .selfcheck import SelfCheck, SpentBallot

__all__ = [
    "ACCOUNT_KINDS",
    "Absence",
    "Agreement",
    "Answer",
    "Applicant",
    "ApplicationState",
    "Asked",
    "Attachment",
    "AttachmentKind",
    "Budget",
    "CarriedOn",
    "Carrying",
    "CatalogueVisit",
    "CheckIn",
    "Conversation",
    "ConversationKind",
    "CountedAgreement",
    "CountedConversation",
    "Course",
    "CourseKind",
    "CourseRun",
    "DemoMark",
    "Deputy",
    "DevelopmentPlan",
    "Email",
    "Employment",
    "FollowUpDay",
    "FollowUpRun",
    "FundingApplication",
    "FundingSource",
    "Goal",
    "GroupConversation",
    "GroupGoal",
    "HelpOffer",
    "Helper",
    "HelperRole",
    "Hindrance",
    "HowUnused",
    "ImportRun",
    "InUse",
    "JointNeed",
    "KickoffMeeting",
    "Language",
    "LogEntry",
    "ManagerRole",
    "MethodGroup",
    "Mode",
    "Newness",
    "Nomination",
    "NotHeld",
    "Notification",
    "Observation",
    "Outcome",
    "Person",
    "PracticeGroup",
    "PracticeMethod",
    "Preparation",
    "PreparationQuestion",
    "Region",
    "Role",
    "RoleAssignment",
    "Round",
    "RoundReport",
    "Routing",
    "RulesConfirmation",
    "RulesQuestion",
    "RulesRead",
    "RulesVersion",
    "SelfCheck",
    "SetAside",
    "Slot",
    "SpendingAuthority",
    "SpentBallot",
    "StaleTally",
    "Unit",
    "UnitTally",
    "UnusedSeat",
    "Weekday",
    "WholeTally",
    "WhyNotHeld",
    "Wish",
    "below",
    "valid_on",
]
