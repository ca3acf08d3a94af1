"""The base of objects that hold values: no view of them shows one, and they can be neither pickled nor copied out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import NoReturn, Self


class Opaque:
    """Subclasses have `__slots__` and a `__repr__` of counts: no `__dict__`, so `vars` and debuggers show no value.

    The process's memory holds the values all the same: a debugger told to look inside, or code in it, finds them.
    """

    __slots__ = ()

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError(f"{type(self).__name__} cannot be pickled: it holds secret values")

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"{type(self).__name__} cannot be pickled: it holds secret values")

    def __getstate__(self) -> NoReturn:
        raise TypeError(f"{type(self).__name__} has no state to show: it holds secret values")

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self
