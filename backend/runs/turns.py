"""Whose turn is next: persons in rotation, each person's runs in their order."""

from collections import OrderedDict, deque
from itertools import zip_longest


class Turns:
    """The runs that wait. One person with a hundred runs delays another by one run at most."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[str, deque[str]] = OrderedDict()
        #: whose turn was the last, also where nothing of theirs waited any more just then
        self._last: str | None = None

    def __len__(self) -> int:
        return sum(len(queue) for queue in self._waiting.values())

    def add(self, person_id: str, run_id: str) -> None:
        """Last of this person's."""
        self._waiting.setdefault(person_id, deque()).append(run_id)

    def put_back(self, person_id: str, run_id: str) -> None:
        """First of all: it had its turn, and nothing was accepted."""
        self._waiting.setdefault(person_id, deque()).appendleft(run_id)
        self._waiting.move_to_end(person_id, last=False)
        self._last = None

    def take(self) -> str | None:
        """The run whose turn it is; its person goes to the end of the rotation."""
        if not self._waiting:
            return None
        if self._front() == self._last:
            self._waiting.move_to_end(self._front())
        person_id = self._last = self._front()
        queue = self._waiting[person_id]
        run_id = queue.popleft()
        if queue:
            self._waiting.move_to_end(person_id)
        else:
            del self._waiting[person_id]
        return run_id

    def drop(self, run_id: str) -> bool:
        """Take a run out; False where it does not wait."""
        for person_id, queue in self._waiting.items():
            if run_id in queue:
                queue.remove(run_id)
                if not queue:
                    del self._waiting[person_id]
                return True
        return False

    def order(self) -> tuple[str, ...]:
        """All waiting runs in the order of their turns."""
        rounds = zip_longest(*(self._waiting[person_id] for person_id in self._rotation()))
        return tuple(run_id for turn in rounds for run_id in turn if run_id is not None)

    def _front(self) -> str:
        return next(iter(self._waiting))

    def _rotation(self) -> list[str]:
        """The persons who wait; whoever had the last turn lets the others go first."""
        persons = list(self._waiting)
        if persons and persons[0] == self._last:
            return [*persons[1:], persons[0]]
        return persons
