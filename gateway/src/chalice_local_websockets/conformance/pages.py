"""The pages that the rows of the suite hold to."""

_GUIDE = "https://docs.aws.amazon.com/apigateway/latest/developerguide/"

BINARY = _GUIDE + "websocket-api-develop-binary-media-types.html"
CONNECT_AND_DISCONNECT = _GUIDE + "apigateway-websocket-api-route-keys-connect-disconnect.html"
CONNECTIONS = _GUIDE + "apigateway-how-to-call-websocket-api-connections.html"
MESSAGES = _GUIDE + "apigateway-websocket-api-routes-integrations.html"
QUOTAS = _GUIDE + "apigateway-execution-service-websocket-limits-table.html"
ROUTES = _GUIDE + "websocket-api-develop-routes.html"
ROUTE_RESPONSES = _GUIDE + "apigateway-websocket-api-route-response.html"

MANAGEMENT = (
    "https://botocore.amazonaws.com/v1/documentation/api/latest/reference/services/apigatewaymanagementapi.html"
)
CANNOT_CONNECT = "https://repost.aws/knowledge-center/api-gateway-websocket-error"
GONE = "https://repost.aws/knowledge-center/410-gone-api-gateway"

REPORTED = "https://github.com/aws-samples/simple-websockets-chat-app/issues"
"""No page of AWS says it; users of AWS's own sample report it."""

REPORTED_BY_CHALICE = "https://github.com/aws/chalice/issues"
"""No page of AWS says it; users of Chalice on AWS report it."""


def title(page: str) -> str:
    """Returns the name of a page for a table."""
    if page in {REPORTED, REPORTED_BY_CHALICE}:
        return "no page: reported by users"
    return page.rpartition("/")[2].removesuffix(".html")
