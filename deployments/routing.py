"""A conversation returns to the replica that holds its keys and values."""

import dataclasses

from ray.serve._private.utils import generate_request_id
from ray.serve.experimental.consistent_hash_router import ConsistentHashRouter
from ray.serve.request_router import PendingRequest, RunningReplica


class SessionRouter(ConsistentHashRouter):
    """Consistent hashing on the `session_id` of a call.

    Ray files waiting calls under the HTTP request they belong to, so that several calls of one request displace each
    other and wait for ever. Here each call is filed under an id of its own.
    """

    async def _choose_replica_for_request(
        self, pending_request: PendingRequest, *, is_retry: bool = False
    ) -> RunningReplica:
        if not is_retry:
            own_id = generate_request_id()
            pending_request.metadata = dataclasses.replace(pending_request.metadata, internal_request_id=own_id)
        return await super()._choose_replica_for_request(pending_request, is_retry=is_retry)
