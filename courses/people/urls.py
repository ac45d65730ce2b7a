"""Addresses of people's own pages and of invitations."""

from django.urls import path, re_path

from courses.people import (
    administration_views,
    file_views,
    invitation_views,
    notice_views,
    place_views,
    views,
)

app_name = "people"
urlpatterns = [
    path("invitation/", invitation_views.code, name="invitation"),
    path("invitation/<str:token>/", invitation_views.accept, name="accept"),
    path("people/invite/", invitation_views.invite, name="invite"),
    path("people/<int:pk>/invitation/", invitation_views.invited, name="invited"),
    path("people/<int:pk>/invitation/again/", invitation_views.invite_again, name="invite_again"),
    path("people/<int:pk>/invitation/withdraw/", invitation_views.withdraw, name="withdraw"),
    path("people/<int:pk>/invitation/sheet/", invitation_views.sheet, name="sheet"),
    path("administration/", administration_views.people, name="people"),
    path("administration/people/<int:pk>/", administration_views.person, name="person"),
    path(
        "administration/people/<int:pk>/change/",
        administration_views.change_person,
        name="change_person",
    ),
    path("administration/people/<int:pk>/account/", administration_views.account, name="account"),
    path("administration/people/<int:pk>/place/", administration_views.add_place, name="add_place"),
    path("administration/people/<int:pk>/transfer/", place_views.transfer, name="transfer"),
    path("administration/places/<int:pk>/", administration_views.change_place, name="change_place"),
    path("administration/file/", file_views.send, name="send_file"),
    path("administration/file/<uuid:pk>/", file_views.file, name="file"),
    re_path(
        r"^administration/file/example\.(?P<kind>csv|xlsx)$",
        file_views.template,
        name="file_template",
    ),
    re_path(
        r"^administration/people\.(?P<kind>csv|xlsx)$", file_views.export, name="export_people"
    ),
    path("administration/teams/", administration_views.teams, name="teams"),
    path("administration/teams/new/", administration_views.team, name="new_team"),
    path("administration/teams/<int:pk>/", administration_views.team, name="change_team"),
    path("administration/log/", administration_views.access_log, name="access_log"),
    path("leads/<int:pk>/substitute/", place_views.substitute, name="substitute"),
    path("substitutes/<int:pk>/end/", place_views.end_substitute, name="end_substitute"),
    path("my/account/", views.account, name="settings"),
    path("my/account/email/", views.change_email, name="change_email"),
    path("my/account/email/<str:token>/", views.confirm_email, name="confirm_email"),
    path("my/account/letters/", notice_views.notices, name="notices"),
    path("my/leave/", notice_views.leave, name="leave"),
    path("people/<int:pk>/leave/", notice_views.leave, name="leave_of"),
    path("my/messages/", views.inbox, name="messages"),
    path("my/messages/read/", views.read_messages, name="read_messages"),
    path("my/messages/<int:pk>/", views.open_message, name="open_message"),
    path("kept/", views.kept_forms, name="kept"),
    path("stay/", views.stay, name="stay"),
]
