"""What goes wrong with the embedded servers, in a sentence for the person who started us."""


class EmbeddedError(Exception):
    """An embedded server cannot be installed, started or reached; the text says what to do."""
