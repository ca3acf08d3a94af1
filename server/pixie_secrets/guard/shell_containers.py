"""`docker run` and its kin: the command in the container, and where the project's folders are for it."""

from __future__ import annotations

from pixie_secrets.guard import shell_commands as commands
from pixie_secrets.guard.shell_options import values_of
from pixie_secrets.guard.shell_patterns import plain
from pixie_secrets.guard.shell_starters import SHELLS

WITH_WORD = frozenset(
    "-v --volume --mount -w --workdir -e --env --env-file -u --user -p --publish --name --network --net --entrypoint"
    " --platform -h --hostname -l --label --memory -m --cpus --gpus --add-host --device --tmpfs --ulimit --shm-size"
    " --restart --pull --ipc --pid --cap-add --cap-drop --security-opt -f --file --project-directory --profile"
    " --progress --context -c --log-level -H --host".split()
)


class Container:
    """options: the words before the command. mounts: pairs of a folder here and the same in the container."""

    def __init__(self, words: list[str]) -> None:
        self.mounts: list[tuple[str, str]] = []
        self.working = ""
        self._in_service: list[str] = []  # the command that compose runs
        self.command: list[str] = []
        verb, rest = _without_options(words)
        self.compose = verb == "compose"
        if self.compose:
            verb, rest = _without_options(rest)
        self.verb, self._rest = verb, rest
        self.options = words
        if self.compose and verb in {"run", "exec"}:
            _, self._in_service = _without_options(rest)
        if verb != "run" or self.compose:
            return
        image, self.command = _without_options(rest)
        self.options = rest[: len(rest) - len(self.command)] if image else rest
        entry = values_of(self.options, ("--entrypoint",))
        if entry:
            self.command = [*entry[-1:], *self.command]
        self.working = "".join(values_of(self.options, ("-w", "--workdir"))[-1:])
        for value in values_of(self.options, ("-v", "--volume")):
            source, _, target = value.partition(":")
            self.mounts.append((source, plain(target).partition(":")[0]))
        for value in values_of(self.options, ("--mount",)):
            fields = dict(field.partition("=")[::2] for field in value.split(","))
            here, there = fields.get("source", fields.get("src")), fields.get("target", fields.get("dst"))
            if here and there:
                self.mounts.append((here, there))

    def shows_environment(self) -> bool:
        """Whether `docker compose` prints the values of `.env`: in its file, or as a service has them."""
        words = [word for each in self._in_service for word in plain(each).split()]
        if words and (words[0] in commands.SHOWS_ENVIRONMENT or words[0] in SHELLS):
            return not commands.SHOWS_ENVIRONMENT.isdisjoint(words)
        return self.verb in commands.COMPOSE and not any(word in commands.COMPOSE_NAMES_ONLY for word in self._rest)


def _without_options(words: list[str]) -> tuple[str, list[str]]:
    """The first word that is no option, and what stands behind it."""
    place = 0
    while place < len(words) and words[place].startswith("-"):
        place += 2 if words[place] in WITH_WORD else 1
    return (plain(words[place]), words[place + 1 :]) if place < len(words) else ("", [])
