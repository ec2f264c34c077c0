"""Where files lie: those that ship with the code, the user's data, and downloaded models."""

from pathlib import Path

import platformdirs

from deployments.config import AppConfig

_PACKAGE = Path(__file__).parent
_APPLICATION = "egemma-serve"


def resource(name: str) -> Path:
    """Personas and small models: in an installed wheel they lie in the package, in a checkout beside it."""
    packaged = _PACKAGE / "_resources" / name
    return packaged if packaged.exists() else _PACKAGE.parent / name


def data_dir(config: AppConfig) -> Path:
    return config.data_dir.expanduser() if config.data_dir else platformdirs.user_data_path(_APPLICATION)


def models_dir(config: AppConfig) -> Path:
    """A checkout keeps downloads in its own `models/`, an installed wheel in the user's cache."""
    if config.models_dir:
        return config.models_dir.expanduser()
    checkout = _PACKAGE.parent / "models"
    return checkout if checkout.is_dir() else cache_dir() / "models"


def cache_dir() -> Path:
    """What can be computed again."""
    return platformdirs.user_cache_path(_APPLICATION)
