"""Events and milestones of the partnerships."""
