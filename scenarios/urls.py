"""Addresses of runs, below the language prefix."""

from django.urls import path

from scenarios import views

app_name = "scenarios"
urlpatterns = [
    path("scenarios/<uuid:key>/start/", views.start, name="start"),
    path("runs/<uuid:pk>/", views.run, name="run"),
    path("runs/<uuid:pk>/choose/", views.choose, name="choose"),
    path("runs/<uuid:pk>/rewind/", views.rewind, name="rewind"),
    path("runs/<uuid:pk>/again/", views.again, name="again"),
    path("runs/<uuid:pk>/debrief/", views.debrief, name="debrief"),
    path("runs/<uuid:pk>/reflect/", views.reflect, name="reflect"),
]
