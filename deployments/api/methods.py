"""Which methods a path has. The framework names only those of the first route to it."""

from fastapi import Request
from fastapi.routing import RouteContext, iter_route_contexts


def allowed(request: Request) -> str:
    """As the header `Allow` wants them."""
    path = request.url.path
    routes = [route for route in iter_route_contexts(request.app.routes) if route.methods]
    first = next((route.path for route in routes if _leads_to(path, route)), None)
    return ", ".join(sorted({method for route in routes if route.path == first for method in route.methods or ()}))


def _leads_to(path: str, route: RouteContext) -> bool:
    return route.path_regex.match(path) is not None
