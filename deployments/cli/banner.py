"""What the user sees when the graph runs."""

from deployments.cli.api_key import ApiKey
from deployments.cli.serve_file import ServeFile
from deployments.models.source import served_name


def banner(file: ServeFile, key: ApiKey) -> str:
    """Rich markup: the address, the key, and a line to paste."""
    shown = "set by the environment" if key.is_configured else key.value
    chat = file.config.chat
    lines = [
        "",
        f"[bold green]eGemma Serve is up[/] at [bold]{file.url}[/]   (documentation: {file.url}/docs)",
        f"API key: {shown}",
        "",
        "Try it:",
        f'  curl {file.url}/v1/chat/completions -H "Authorization: Bearer {key.shell}" \\',
        '    -H "Content-Type: application/json" -d \'{"messages": \\[{"role": "user", "content": "Hello!"}]}\'',
        "",
        f"Models: {served_name(chat.name, chat.model) if chat.enabled else 'no chat'}, "
        f"{served_name(file.config.embedding.name, file.config.embedding.model)}. Stop with Ctrl-C.",
    ]
    return "\n".join(lines)
