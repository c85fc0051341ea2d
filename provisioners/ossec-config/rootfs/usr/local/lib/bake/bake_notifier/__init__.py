"""Follows OSSEC's alerts on an instance and posts those that leave it. Python's standard library only.

What a module does, from the alert to the post:

    follow, rotated   lines of alerts.json, across restarts and midnights
    alert             one line, read; whatever it holds
    routes            notify.json, and what becomes of an alert
    maintenance       what a maintenance window covers (bake_maintenance) stays on the machine
    upkeep            the same for the loop: nothing that goes wrong there keeps an alert
    known, verdicts   the windows that were told, and what becomes of an alert
    ports             which ports an alert names
    deferred          what waits for the end of an upgrade of packages
    limit             how many a minute, and what is said only once
    notification      what is said
    spool             what waits on disk until it is delivered
    sender            one thread for each hook: where to, what next
    hook_urls         where to: SSM, Secrets Manager or a file of the image
    imds, sign        who this instance is, and its signature
    web               one HTTPS exchange
    payload, post     a notification in a hook's format, and what the answer means
    probe, daemons    whether OSSEC still hears
    heartbeat         that all is well, where asked
    state, health     what a restart needs, and what people see
    service           all of it together
"""
