"""All rooms of a class: started some at a time, kept alive, stopped together; implements the wall for the view."""

import asyncio
import os
from collections.abc import Mapping, Sequence

from twin.host.accounts import AccountFile, new_account
from twin.host.rooms.plan import RoomPlan
from twin.host.rooms.room import Room
from twin.host.rooms.wall import RoomFacts
from twin.line.text import Language


class Supervisor:
    """Keeps all rooms going; `begin` is the plant instant at which new runs begin."""

    def __init__(
        self,
        plans: Sequence[RoomPlan],
        accounts: AccountFile,
        *,
        begin: str,
        fresh: bool,
        language: Language = "en",
        simulator: bool = True,
    ) -> None:
        self.language: Language = language
        self.simulator = simulator
        self._accounts = accounts
        gate = asyncio.Semaphore(max(1, os.cpu_count() or 1))
        self._rooms = {plan.name: Room(plan, begin, fresh, gate) for plan in plans}

    def facts(self) -> Sequence[RoomFacts]:
        """All rooms in order."""
        return [room.facts for room in self._rooms.values()]

    def reset(self, name: str) -> None:
        """Begin a room's run anew, by the same definition; its old run is set aside. KeyError: no such room."""
        self._rooms[name].again(fresh=True)

    def restart(self, name: str) -> None:
        """End a room's process and start it again where it stopped; KeyError: no such room."""
        self._rooms[name].again()

    async def new_passwords(self, names: Sequence[str]) -> Mapping[str, str]:
        """New passwords of the rooms' own users, by room; the old ones are good no more. KeyError: no such room."""
        chosen = [self._rooms[name].plan.name for name in names]
        return await asyncio.to_thread(self._renewed, chosen)

    def _renewed(self, names: Sequence[str]) -> dict[str, str]:
        made = {name: new_account("operator") for name in names}
        with self._accounts.changed() as users:
            users.update({name: account.model_copy(update={"room": name}) for name, (account, _) in made.items()})
        return {name: password for name, (_, password) in made.items()}

    async def live(self) -> None:
        """Keep all rooms going; cancel to stop them."""
        tasks = [asyncio.create_task(room.live(), name=name) for name, room in self._rooms.items()]
        try:
            await asyncio.gather(*tasks)
        finally:
            # Another word to one that is stopping would cut off its wait for the process.
            for task in tasks:
                if not task.cancelling():
                    task.cancel()
            await asyncio.wait(tasks)

    async def settled(self) -> None:
        """Return once every room is running, or given up."""
        for room in self._rooms.values():
            await room.settled.wait()
