"""Production settings with stand-ins for what a benchmark does not measure: mail and S3."""

import os
import secrets

os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(60))
os.environ.setdefault("ALLOWED_HOSTS", "tilts.example.org")
os.environ.setdefault("PUBLIC_URL", "https://tilts.example.org")
os.environ.setdefault("EMAIL_URL", "smtp://127.0.0.1:2525")
os.environ.setdefault("DEFAULT_FROM_EMAIL", "tilts@example.org")
os.environ.setdefault("TRUSTED_PROXIES", "1")
os.environ.setdefault("MEDIA_BUCKET", "bench")
os.environ.setdefault("MEDIA_ENDPOINT_URL", "http://127.0.0.1:9000")
os.environ.setdefault("MEDIA_ACCESS_KEY", "bench")
os.environ.setdefault("MEDIA_SECRET_KEY", secrets.token_urlsafe(60))

from theme.settings.production import *  # noqa: F403
from theme.settings.production import ALLOWED_HOSTS, STORAGES

ALLOWED_HOSTS = [*ALLOWED_HOSTS, "127.0.0.1"]  # production itself refuses it
STORAGES = STORAGES | {"default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}}
TILTS_DEMO_ALLOWED = True
