"""Interactive documentation: dark, and without a file from any other host."""

from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles

router = APIRouter(include_in_schema=False)

PAGE = """<!DOCTYPE html>
<html lang="en" class="dark-mode">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="dark">
  <title>eGemma Serve</title>
  <link rel="icon" href="static/favicon.png">
  <link rel="stylesheet" href="static/swagger-ui.css">
  <style>body { margin: 0; background: #1c2022 }</style>
</head>
<body>
  <div id="docs"></div>
  <script src="static/swagger-ui-bundle.js"></script>
  <script>
    SwaggerUIBundle({ url: "openapi.json", dom_id: "#docs", deepLinking: true, persistAuthorization: true })
  </script>
</body>
</html>
"""


@router.get("/")
async def home() -> RedirectResponse:
    return RedirectResponse("docs")


@router.get("/docs")
async def docs() -> HTMLResponse:
    return HTMLResponse(PAGE)


def mount_static(app: FastAPI) -> None:
    """Swagger UI's own files come from a package, which carries them for this purpose."""
    app.mount("/static", StaticFiles(directory=Path(str(files("fastapi_offline") / "static"))))
