"""Development: SQLite, a console mailbox, a secret nobody keeps."""

from theme.settings.base import *  # noqa: F403
from theme.settings.base import BASE_DIR, env
from theme.settings.databases import database

DEBUG = True
SECRET_KEY = "development-only"  # noqa: S105
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", "testserver"]
PUBLIC_URL = WAGTAILADMIN_BASE_URL = f"http://127.0.0.1:{env('PORT', default='8000')}"
DATABASES = {
    "default": database(
        env("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'var' / 'tilts.sqlite3'}")
    )
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = BASE_DIR / "var" / "mail"
TASKS = {"default": {"BACKEND": "content.once.Immediate"}}
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True  # http://localhost
