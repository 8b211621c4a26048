"""What this app publishes."""

from sistercities.core.datasets import Dataset, register

register(Dataset("partnerships", "partnerships.Partnership", "partnerships.listings.PartnershipList"))
register(Dataset("places", "partnerships.Place", "partnerships.listings.PlaceList"))
