"""Production: everything that differs between installations comes from the environment.

Refuses to start on a missing value or a development default, and names the variable.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

from theme.settings.base import *  # noqa: F403
from theme.settings.base import STATIC_ROOT, TILTS_DIGEST_HOUR
from theme.settings.databases import database
from theme.settings.environment import Environment

_env = Environment(os.environ)
_env.no_debugging()

DEBUG = False
SECRET_KEY = _env.secret("SECRET_KEY")
ALLOWED_HOSTS = _env.hosts("ALLOWED_HOSTS")
PUBLIC_URL = _env.public_url("PUBLIC_URL", ALLOWED_HOSTS)
WAGTAILADMIN_BASE_URL = PUBLIC_URL
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

_database = _env.address(
    "DATABASE_URL",
    ("postgres", "postgresql"),
    "the address of a PostgreSQL",
    needs_host=False,
)
_cache = _env.address("CACHE_URL", ("redis", "rediss"), "the address of a Redis")
_mail = _env.mail("EMAIL_URL")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = _env.sender("DEFAULT_FROM_EMAIL")
# How many proxies add themselves to X-Forwarded-For; at least the one that holds the certificate.
ALLAUTH_TRUSTED_PROXY_COUNT = _env.number("TRUSTED_PROXIES", 1)
TILTS_DIGEST_HOUR = _env.hour("DIGEST_HOUR", TILTS_DIGEST_HOUR)
_bucket = {
    "bucket_name": _env.text("MEDIA_BUCKET"),
    "endpoint_url": _env.address("MEDIA_ENDPOINT_URL", ("https", "http"), "an http address"),
    "access_key": _env.text("MEDIA_ACCESS_KEY"),
    "secret_key": _env.secret("MEDIA_SECRET_KEY", 12),
    "region_name": _env.optional("MEDIA_REGION") or None,
}
_env.refuse()

DATABASES = {"default": database(_database) | {"CONN_HEALTH_CHECKS": True}}
CACHES = {
    "default": {
        "BACKEND": "theme.rediscache.RedisCache",
        "LOCATION": _cache,
        "KEY_PREFIX": "tilts",
    }
}
TASKS = {"default": {"BACKEND": "content.once.Queued"}}
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
EMAIL_HOST = _mail["EMAIL_HOST"]
EMAIL_PORT = _mail["EMAIL_PORT"] or 25
EMAIL_HOST_USER = _mail["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = _mail.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _mail.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 15

# Pictures go through the site (`/media/`) and documents through Wagtail, so the bucket stays
# closed; a load balancer may pass `/media/` to the bucket itself.
STATIC_ROOT = Path(_env.optional("STATIC_ROOT", str(STATIC_ROOT)))
STORAGES = {
    "default": {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": _bucket
        | {
            "default_acl": None,
            "file_overwrite": False,
            "querystring_auth": False,
            "custom_domain": f"{urlsplit(PUBLIC_URL).netloc}/media",
        },
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WAGTAILDOCS_SERVE_METHOD = "serve_view"

# https only: the proxy holds the certificate and says so in a header.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrftoken"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https"

TILTS_STAFF_SECOND_FACTOR = True
