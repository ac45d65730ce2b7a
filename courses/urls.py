"""Addresses of learning: a person's own pages, her paths, and what a lead sees."""

from django.urls import path

from courses import (
    assign_views,
    judgement_views,
    person_views,
    reminder_views,
    review_views,
    team_views,
    views,
)

app_name = "courses"

urlpatterns = [
    path("my/", views.home_dashboard, name="home_dashboard"),
    path("my/profile/", views.profile, name="profile"),
    path("my/over-time/", views.over_time, name="over_time"),
    path("my/profile/<slug:key>/", views.competence, name="competence"),
    path("my/profile/<slug:key>/refresher/", review_views.refresher, name="refresher"),
    path("my/review/", review_views.review, name="review"),
    path("my/review/pause/", review_views.pause, name="pause_reviews"),
    path("my/history/", views.history, name="history"),
    path("paths/", views.paths, name="paths"),
    path("paths/<slug:key>/", views.path, name="path"),
    path("cards/", views.cards, name="cards"),
    path("lessons/<uuid:key>/read/", views.mark_read, name="mark_read"),
    path("team/", team_views.team, name="team"),
    path("team/<int:pk>/", team_views.team_detail, name="team_detail"),
    path("team/<int:pk>/help/", team_views.team_help, name="team_help"),
    path("team/<int:pk>/modules/", team_views.team_modules, name="team_modules"),
    path("team/<int:pk>/competences/", team_views.team_competences, name="team_competences"),
    path("team/<int:pk>/remind/", reminder_views.remind, name="remind"),
    path("assign/", assign_views.assign, name="assign"),
    path("assign/<int:team_pk>/", assign_views.assign, name="assign_team"),
    path("people/<int:pk>/", person_views.person, name="person"),
    path("people/<int:pk>/over-time/", person_views.person_over_time, name="person_over_time"),
    path(
        "people/<int:pk>/competences/<slug:key>/",
        person_views.person_competence,
        name="person_competence",
    ),
    path(
        "people/<int:pk>/competences/<slug:key>/observe/", judgement_views.observe, name="observe"
    ),
    path("people/<int:pk>/competences/<slug:key>/confirm/", judgement_views.credit, name="credit"),
    path("people/<int:pk>/evidence/<uuid:evidence>/", judgement_views.judgement, name="judgement"),
]
