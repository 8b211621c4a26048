"""The admin of organizations, contact desks, programs and published figures."""

from .contacts import ContactDeskAdmin
from .figures import FigureAdmin
from .organizations import OrganizationAdmin
from .programs import ProgramAdmin

__all__ = ["ContactDeskAdmin", "FigureAdmin", "OrganizationAdmin", "ProgramAdmin"]
