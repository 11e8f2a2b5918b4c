"""The eight who ask: everybody that there may be, on either side of a fence."""

from dataclasses import dataclass
from datetime import datetime

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from typing_extensions import override

from sunwi.domain.account import Account, Scope
from sunwi.errors import Forbidden
from sunwi.web.app import Guard
from sunwi.web.caller import Caller
from sunwi.web.route import Route
from tests.unit.web.asking import ADMIN
from tests.unit.web.people import ADVERTISER, AGENCY, FOREIGN_ADVERTISER, FOREIGN_AGENCY


@dataclass(frozen=True, slots=True)
class WalkCaller(Guard):
    """Somebody who asks.

    Attributes:
        account: None of nobody.
        scope: Of a key.
        is_program: It comes with a key.
    """

    name: str
    account: Account | None
    scope: Scope = Scope.WRITE
    is_program: bool = False

    @override
    def admit(self, event: APIGatewayProxyEventV2, route: Route, *, at: datetime) -> Caller | None:
        if route.action is None:
            return None
        if self.account is None:
            raise Forbidden("nobody has signed in: sign in, or send a key that holds", code="signed_out")
        return Caller(account=self.account, scope=self.scope, **self._credential())

    def _credential(self) -> dict[str, str]:
        return {"key_id": "key-1"} if self.is_program else {"session_hash": "5" * 64}


NOBODY = WalkCaller("nobody", None)
CALLERS = (
    NOBODY,
    WalkCaller("foreign advertiser", FOREIGN_ADVERTISER),
    WalkCaller("advertiser", ADVERTISER),
    WalkCaller("foreign agency", FOREIGN_AGENCY),
    WalkCaller("agency", AGENCY),
    WalkCaller("admin", ADMIN),
    WalkCaller("read key", AGENCY, Scope.READ, is_program=True),
    WalkCaller("write key", AGENCY, is_program=True),
)

#: Whose rows belong to whom, by the callers' names. Agency 1 has client 1; its keys are its own.
OF_ADMINS = frozenset({"admin"})
OF_AGENCY = OF_ADMINS | {"agency", "read key", "write key"}
OF_CLIENT = OF_AGENCY | {"advertiser"}
OF_ALL = frozenset(caller.name for caller in CALLERS)
