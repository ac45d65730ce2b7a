"""Every address of the site."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from content import serving
from courses.people import access
from courses.people import views as people
from theme import health, media, scheme, sheet

handler400 = "theme.errors.bad_request"
theme_urls = [path("scheme/", scheme.colour_scheme, name="colour_scheme")]
if settings.DEBUG:
    theme_urls += [
        path("components/", sheet.components, name="components"),
        path("components/kinds/", sheet.kinds, name="kinds"),
    ]

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("csp-report/", health.policy_report, name="csp_report"),
    path("left/", people.left, name="left"),
    path("admin/login/", access.admin_login),
    re_path(r"^admin/password_reset/", access.to_reset),
    path("admin/", include(wagtailadmin_urls)),
    path("media/<path:name>", media.picture, name="media"),
    path("documents/", include(wagtaildocs_urls)),
]
urlpatterns += i18n_patterns(
    path("account/login/", access.SignIn.as_view(), name="account_login"),
    path("account/email/", RedirectView.as_view(pattern_name="people:settings")),
    path("account/", include("allauth.urls")),
    path("", include("courses.people.urls")),
    path("", include("content.urls")),
    path("", include("courses.urls")),
    path("", include("assessments.urls")),
    path("", include("scenarios.urls")),
    path("", include("certificates.urls")),
    path("", include((theme_urls, "theme"))),
    path("_util/login/", access.to_sign_in),  # Wagtail's own door for private pages
    re_path(wagtail_urls.serve_pattern, serving.serve, name="wagtail_serve"),
    path("", include(wagtail_urls)),
)
