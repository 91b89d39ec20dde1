"""The knowledge of Scalr beyond the description of its API.

A domain has one file with its rules (`RULES`, by type) and its operations (`ACTIONS`, by name):

    accounts, access, agent_pools, environments, workspaces, variables, registry, integrations,
    secrets, usage (reports with computed rows), reports (other reports)
    runs/       states, lifecycle, effects, terraform; control and artifacts have the rules
    rulebook    the rules and operations of all domains, for the engine
    bootstrap   the initial objects; seed: a realistic account of any size; demo: the account of
                the documentation; inventory: an account that was crawled
    deliveries  messages to webhooks and pools; courier sends them
"""
