"""A conversation returns to the replica that holds its keys and values, unless another would answer it sooner.

Replicas tell the routers of all callers how many conversations they run at a time and which ones they served last.
"""

import asyncio
import dataclasses
import hashlib
import time
from functools import partial
from typing import Any

from cachetools import LRUCache
from ray.serve._private.common import ReplicaID, RequestMetadata
from ray.serve._private.replica_result import ReplicaResult
from ray.serve._private.utils import generate_request_id
from ray.serve.context import _get_serve_request_context
from ray.serve.experimental.consistent_hash_router import ConsistentHashRouter
from ray.serve.request_router import PendingRequest, RunningReplica

SLOTS, HOLDS = "slots", "holds"  # what a replica tells
REMEMBERED = 100_000  # conversations, per router
TOLD = 512  # conversations, per replica: they are sent to every router as often as they change
PATIENCE = 1  # rounds of answers that a conversation waits, rather than have its keys and values computed anew
NEVER: tuple[float, ReplicaID | None] = (0.0, None)
Homes = tuple[ReplicaID | None, ReplicaID | None]  # who holds a conversation, and where its hash puts it


class Holdings:
    """The conversations that a replica served last, and when."""

    def __init__(self) -> None:
        self._served: LRUCache[str, float] = LRUCache(TOLD)

    def note_caller(self) -> None:
        """The conversation of the call that is being answered, if it belongs to one."""
        if session := _get_serve_request_context().session_id:
            self._served[mark_of(session)] = time.time()

    def told(self) -> dict[str, Any]:
        return {HOLDS: dict(self._served)}


class SessionRouter(ConsistentHashRouter):
    """By the `session_id` of a call: to who served it last, as far as is known, else by consistent hashing.

    A replica whose slots are all taken makes a caller wait for a round of answers, or for several. A conversation waits
    one round for who holds it; beyond that, whoever answers sooner takes it, and then holds it too.
    """

    def initialize_state(self, **kwargs: Any) -> None:
        super().initialize_state(**kwargs)
        self._holders: LRUCache[str, tuple[float, ReplicaID | None]] = LRUCache(REMEMBERED)
        self._calls: dict[str, ReplicaID] = {}  # of this router, from the choice to the end of the answer

    def update_replicas(self, replicas: list[RunningReplica]) -> None:
        super().update_replicas(replicas)
        for replica in replicas:
            for mark, served in replica.routing_stats.get(HOLDS, {}).items():
                if served > self._holders.get(mark, NEVER)[0]:
                    self._holders[mark] = served, replica.replica_id

    async def choose_replicas(
        self, candidate_replicas: list[RunningReplica], pending_request: PendingRequest | None = None
    ) -> list[list[RunningReplica]]:
        if pending_request is None or not candidate_replicas:
            return [candidate_replicas]
        pending_request.routing_context.should_backoff = True
        if unknown := [replica for replica in candidate_replicas if self._ongoing(replica) is None]:
            await self._probe_queue_lens(unknown, 0)
        homes = self._homes(pending_request.metadata.session_id)
        by_distance = partial(self._distance, homes)
        keeper = next((one for home in homes for one in candidate_replicas if one.replica_id == home), None)
        if keeper and keeper is not min(candidate_replicas, key=by_distance):
            await self._probe_queue_lens([keeper], 0)  # what was heard may be old; only a home full now is left
        return [[replica] for replica in sorted(candidate_replicas, key=by_distance)]

    def on_request_routed(self, pending_request: PendingRequest, replica_id: ReplicaID, result: ReplicaResult) -> None:
        if session := pending_request.metadata.session_id:
            self._holders[mark_of(session)] = time.time(), replica_id

    def _homes(self, session: str) -> Homes:
        """Who holds it, and where the hash puts it. A call without a conversation is at home everywhere."""
        if not session:
            return None, None
        _, holder = self._holders.get(mark_of(session), NEVER)
        return holder, next(iter(self._lookup_ranked_replicas(session)), None)

    def _distance(self, homes: Homes, replica: RunningReplica) -> tuple[int, int, int]:
        """The nearest is asked first: by rounds to wait, then by what it holds, then by what it has to do."""
        holder, home = homes
        calls = max(self._ongoing(replica) or 0, list(self._calls.values()).count(replica.replica_id))
        rounds = calls // replica.replica_metadata.get(SLOTS, replica.max_ongoing_requests)
        if replica.replica_id == holder:
            return max(0, rounds - PATIENCE), 0, calls
        return rounds, 1 if replica.replica_id == home else 2, calls

    def _ongoing(self, replica: RunningReplica) -> int | None:
        """Calls that it works on, other routers' too, as last heard; None: not heard of for a while.

        What is heard may be older than what this router has done since, so that it counts its own calls as well.
        """
        count: int | None = self.replica_queue_len_cache.get(replica.replica_id)
        return count

    def _fulfill_next_pending_request(
        self, replica: RunningReplica, request_metadata: RequestMetadata | None = None
    ) -> None:
        if request_metadata:
            self._calls[request_metadata.internal_request_id] = replica.replica_id
        super()._fulfill_next_pending_request(replica, request_metadata)

    def on_request_completed(self, replica_id: ReplicaID, internal_request_id: str) -> None:
        self._calls.pop(internal_request_id, None)

    async def _choose_replica_for_request(
        self, pending_request: PendingRequest, *, is_retry: bool = False
    ) -> RunningReplica:
        """Ray files waiting calls under the HTTP request they belong to, so that several calls of one request displace
        each other and wait for ever. Here each call is filed under an id of its own."""
        if not is_retry:
            own_id = generate_request_id()
            pending_request.metadata = dataclasses.replace(pending_request.metadata, internal_request_id=own_id)
        try:
            return await super()._choose_replica_for_request(pending_request, is_retry=is_retry)
        except asyncio.CancelledError:
            self._calls.pop(pending_request.metadata.internal_request_id, None)
            raise


def mark_of(session: str) -> str:
    """Short, and tells nothing of the conversation."""
    return hashlib.blake2b(session.encode(), digest_size=6).hexdigest()
