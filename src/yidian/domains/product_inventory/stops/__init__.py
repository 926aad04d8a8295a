"""Why a line is stopped: reasons that stack, each with its own beginning and end."""
