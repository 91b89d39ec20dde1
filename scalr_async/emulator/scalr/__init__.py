"""The knowledge of Scalr beyond the description of its API.

A domain has one file with its rules (`RULES`, by type) and its operations (`ACTIONS`, by name):

    accounts, access, agent_pools, environments, workspaces, variables, registry, integrations,
    secrets, usage (computed rows of reports), reports
    runs/       states, lifecycle, effects, terraform; control and artifacts have the rules
    rulebook    all of them together, as the engine takes them
    bootstrap   the initial objects; seed: a realistic account of any size; demo: that of the
                documentation; inventory: one that was crawled
    deliveries  the messages to webhooks and pools; courier sends them
"""
