"""An error as a run's record keeps it."""

from backend.domain.errors import PlaygroundError
from backend.domain.run import Charged, RunProblem
from backend.domain.sentence import Sentence


def problem_of(error: PlaygroundError, *, charged: Charged | None = None) -> RunProblem:
    """The record of an error; `charged` where the run's own state knows better."""
    return RunProblem(
        code=error.code(),
        message=error.message,
        retryable=error.retryable,
        charged=charged or error.charged,
        fields=dict(error.fields),
    )


CANCELLED_BEFORE_SENDING = RunProblem(
    code="cancelled",
    message=Sentence("run.cancelled_before", "Cancelled before it was sent. Nothing was charged."),
    retryable=True,
    charged="no",
    fields={},
)
CANCELLED_IN_QUEUE = RunProblem(
    code="cancelled",
    message=Sentence(
        "run.cancelled_in_queue", "Cancelled while it waited at fal. Nothing was charged."
    ),
    retryable=True,
    charged="no",
    fields={},
)
NEVER_RAN = RunProblem(
    code="never_ran",
    message=Sentence("run.never_ran", "Marked by a person as never run at fal."),
    retryable=True,
    charged="no",
    fields={},
)
PRACTICE_OVER = RunProblem(
    code="practice_over",
    message=Sentence(
        "run.practice_over",
        "Practice mode ended before this run did. Nothing was charged; run it again.",
    ),
    retryable=True,
    charged="no",
    fields={},
)
STOPPED_WHILE_SENDING = RunProblem(
    code="unknown",
    message=(
        Sentence(
            "run.stopped_sending",
            "The server stopped while this run was being sent: fal may have taken it, and may "
            "charge "
            "it. Check at fal before you run it again.",
        )
    ),
    retryable=False,
    charged="unknown",
    fields={},
)
GAVE_UP_FOLLOWING = RunProblem(
    code="result_gone",
    message=(
        Sentence(
            "run.gave_up",
            "fal has not finished this run within a day. It may be charged; the request id may "
            "still "
            "be found in fal's dashboard.",
        )
    ),
    retryable=False,
    charged="unknown",
    fields={},
)
