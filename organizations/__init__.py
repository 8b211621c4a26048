"""Organizations, programs and contact desks behind the partnerships."""
