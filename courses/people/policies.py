"""Who may do what with records in Wagtail's admin."""

from typing import Any

from wagtail.permission_policies import ModelPermissionPolicy


class ForReading(ModelPermissionPolicy):
    """Whatever is asked for, nobody changes the access log."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action == "view" and super().user_has_permission(user, action)

    def users_with_any_permission(self, actions: Any) -> Any:
        return super().users_with_any_permission([action for action in actions if action == "view"])
