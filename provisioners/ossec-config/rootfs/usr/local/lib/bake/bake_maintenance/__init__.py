"""Maintenance windows: for a while, alerts about what a deployment is declared to change leave the machine no more.

    clock      when it is, in a way that nobody's setting of the clock changes
    window     one window, and which change it covers
    book       the file that the windows are in; root's
    declared   maintenance.json, which bake renders: what deployments may change
    opening    how windows begin and end
    command    begin, end, run, status
    running    the command of `run`, with its signals and its exit code
    packages   whether a file is what its package brought
    look       what a file shows of when it was changed
    witness    answers the notifier, which may not look everywhere, what `look` sees

What is held back is decided by the notifier (bake_notifier), which tells every hook of a window before it counts.
"""
