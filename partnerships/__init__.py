"""Places and the partnerships between them."""
