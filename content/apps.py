from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContentConfig(AppConfig):
    name = "content"
    verbose_name = _("Content")

    def ready(self) -> None:
        from wagtail.signals import copy_for_translation_done, page_published

        from content import cache, translation
        from content.packs import handlers

        page_published.connect(translation.published, dispatch_uid="content.published")
        copy_for_translation_done.connect(translation.copied, dispatch_uid="content.copied")
        handlers.register_all()
        cache.watch()
