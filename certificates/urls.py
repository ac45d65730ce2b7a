"""Addresses of certificates: a person's own, and the public check."""

from django.urls import path

from certificates import views

app_name = "certificates"

urlpatterns = [
    path("my/certificates/", views.own, name="list"),
    path("certificates/<uuid:pk>/pdf/", views.download, name="download"),
    path("verify/", views.check, name="check"),
    path("verify/<str:number>/", views.verify, name="verify"),
]
