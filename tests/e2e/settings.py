"""Test settings for a served site: real mail files, media on disk, passwords that cost little."""

import os
from pathlib import Path

from theme.settings.test import *  # noqa: F403

VAR = Path(os.environ["TILTS_VAR"])
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR / "mail"
MEDIA_ROOT = VAR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WAGTAILADMIN_BASE_URL = f"http://127.0.0.1:{os.environ['TILTS_PORT']}"
TILTS_DEMO_ALLOWED = True
PUBLIC_URL = WAGTAILADMIN_BASE_URL
