"""Connections of open pages, as API Gateway holds them.

Source: Amazon API Gateway developer guide, "Use @connections commands in your backend service".
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from typing_extensions import override

from sunwi.errors import Retryable
from sunwi.service.ports.doors.live import Connections

#: What is said of a connection that has ended, or is none.
_GONE = frozenset({"GoneException", "BadRequestException", "NotFoundException"})


@dataclass(frozen=True, slots=True)
class GatewayConnections(Connections):
    """The WebSocket API's connections.

    Attributes:
        open_client: Returns the client, which is made when somebody is told something first.
    """

    open_client: Callable[[], Any]

    @override
    def tell(self, connection_id: str, message: Mapping[str, object]) -> bool:
        data = json.dumps(message, separators=(",", ":")).encode()
        try:
            self.open_client().post_to_connection(ConnectionId=connection_id, Data=data)
        except ClientError as error:
            if _is_gone(error):
                return False
            raise _unreachable(error) from error
        except BotoCoreError as error:
            raise _unreachable(error) from error
        return True

    @override
    def close(self, connection_id: str) -> None:
        try:
            self.open_client().delete_connection(ConnectionId=connection_id)
        except ClientError as error:
            if not _is_gone(error):
                raise _unreachable(error) from error
        except BotoCoreError as error:
            raise _unreachable(error) from error


def _is_gone(error: ClientError) -> bool:
    return error.response.get("Error", {}).get("Code") in _GONE


def _unreachable(error: Exception) -> Retryable:
    return Retryable(f"open pages cannot be reached: {error}", code="pages_unreachable", cause=str(error))
