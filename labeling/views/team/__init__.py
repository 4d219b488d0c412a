"""The pages of leads: the team at a glance, and the steps that change its work."""
