from .events import Event, EventCitation, EventFact, EventOrganizer, EventStatus, OrganizerRole, Outcome
from .milestones import Milestone, MilestoneKind

__all__ = [
    "Event",
    "EventCitation",
    "EventFact",
    "EventOrganizer",
    "EventStatus",
    "Milestone",
    "MilestoneKind",
    "OrganizerRole",
    "Outcome",
]
