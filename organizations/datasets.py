"""What this app publishes."""

from sistercities.core.datasets import Dataset, register

register(Dataset("organizations", "organizations.Organization", "organizations.listings.OrganizationList"))
register(Dataset("programs", "organizations.Program", "organizations.listings.ProgramList"))
register(Dataset("contacts", "organizations.ContactDesk", "organizations.listings.ContactList"))
register(Dataset("figures", "organizations.Figure", "organizations.listings.FigureList"))
