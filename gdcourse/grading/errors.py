"""Errors that say what is wrong, where, and what to do; the command shows them as they are."""


class UserError(Exception):
    """Something that whoever runs the command can put right."""


class BadMaster(UserError):
    """A master breaks the form, or there is none of that name."""


class NoSubmissions(UserError):
    """There is nothing to grade."""


class SandboxError(UserError):
    """The sandbox itself failed: no fault of the student."""
