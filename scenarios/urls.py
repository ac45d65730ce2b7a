"""Addresses of runs, below the language prefix."""

from django.urls import path

from scenarios import book_views, sheet_views, views

app_name = "scenarios"
urlpatterns = [
    path("scenarios/<uuid:key>/start/", views.start, name="start"),
    path("runs/<uuid:pk>/", views.run, name="run"),
    path("runs/<uuid:pk>/choose/", views.choose, name="choose"),
    path("runs/<uuid:pk>/rewind/", views.rewind, name="rewind"),
    path("runs/<uuid:pk>/again/", views.again, name="again"),
    path("runs/<uuid:pk>/debrief/", views.debrief, name="debrief"),
    path("runs/<uuid:pk>/reflect/", views.reflect, name="reflect"),
    path("runs/<uuid:pk>/sheet/", sheet_views.sheet, name="sheet"),
    path("sheets/<uuid:pk>/", sheet_views.shared_sheet, name="shared_sheet"),
    path("stories/<uuid:uuid>/book/", book_views.read, name="book"),
    path("stories/<uuid:uuid>/book.pdf", book_views.download, name="book_pdf"),
]
