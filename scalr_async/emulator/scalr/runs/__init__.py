"""Runs: they move on by the clock, and make plans, states and other runs.

states     the way of a run, from what is known at its beginning; pure
lifecycle  where each run is on its way
effects    what runs do to other objects
terraform  stand-ins for Terraform's output
control    the rules of runs, and the actions that move them
artifacts  configurations, plans, states, logs and their downloads
"""
