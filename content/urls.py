"""Addresses of what pages ask the server while they are read."""

from django.urls import path

from content import views

app_name = "content"
urlpatterns = [
    path("check/<int:page_pk>/<slug:block>/", views.self_check, name="self_check"),
    path("cards/<uuid:key>/<slug:block>/", views.card, name="card"),
]
