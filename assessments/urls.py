"""Addresses of quizzes: starting, answering, finishing, looking back."""

from django.urls import path

from assessments import marking_views, own_views, time_views, try_views, views

app_name = "assessments"

urlpatterns = [
    path("quizzes/<uuid:key>/start/", views.start, name="start"),
    path("quizzes/<uuid:key>/try/", try_views.attempt, name="try_attempt"),
    path("quizzes/<uuid:key>/try/start/", try_views.start, name="try_start"),
    path("quizzes/<uuid:key>/try/<int:slot>/", try_views.question, name="try_question"),
    path("quizzes/<uuid:key>/try/save/", try_views.save, name="try_save"),
    path("quizzes/<uuid:key>/try/finish/", try_views.finish, name="try_finish"),
    path("quizzes/<uuid:key>/try/result/", try_views.result, name="try_result"),
    path("attempts/<uuid:pk>/", views.attempt, name="attempt"),
    path("attempts/<uuid:pk>/<int:slot>/", views.question, name="question"),
    path("attempts/<uuid:pk>/save/", views.save, name="save"),
    path("attempts/<uuid:pk>/more-time/", views.more_time, name="more_time"),
    path("attempts/<uuid:pk>/finish/", views.finish, name="finish"),
    path("attempts/<uuid:pk>/review/", views.review, name="review"),
    path("marking/", marking_views.queue, name="marking"),
    path("marking/<uuid:pk>/", marking_views.attempt, name="marking_attempt"),
    path("marking/<uuid:pk>/<int:slot>/", marking_views.mark, name="mark"),
    path("marking/<uuid:pk>/<int:slot>/change/", marking_views.correct, name="correct"),
    path("my/certainty/", own_views.sure, name="sure"),
    path("my/topics/", own_views.categories, name="categories"),
    path("people/<int:pk>/time/", time_views.time, name="time"),
]
