"""Addresses of quizzes: starting, one question at a time, finishing, looking back."""

from django.urls import path

from assessments import views

app_name = "assessments"

urlpatterns = [
    path("quizzes/<uuid:key>/start/", views.start, name="start"),
    path("attempts/<uuid:pk>/", views.attempt, name="attempt"),
    path("attempts/<uuid:pk>/<int:slot>/", views.question, name="question"),
    path("attempts/<uuid:pk>/finish/", views.finish, name="finish"),
    path("attempts/<uuid:pk>/review/", views.review, name="review"),
]
