"""Runs: they advance with the clock, and create plans, states and other runs.

states     the stages of a run, computed from its conditions; pure
lifecycle  the current stage of each run
effects    the effects of runs on other objects
terraform  stand-ins for Terraform's output
control    the rules of runs, and the actions that move them
artifacts  configurations, plans, states, logs and their downloads
"""
