"""Addresses of the shared space for professionals. No name ever stands in one."""

from django.urls import URLPattern, URLResolver, include, path

from kotopolku.cooperation import (
    pages_bulletins,
    pages_materials,
    pages_projects,
    pages_questions,
    pages_seminars,
    pages_sending,
    urls_bodies,
    urls_guidelines,
    urls_hearings,
)

app_name = "cooperation"

_BULLETIN = "bulletins/<int:bulletin_id>/"
_MATERIAL = "materials/<int:material_id>/"
_SEMINAR = "trainings/<int:seminar_id>/"
_QUESTION = "questions/<int:question_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages_bulletins.front, name="front"),
    path("bulletins/", pages_bulletins.bulletins, name="bulletins"),
    path("bulletins/new/", pages_sending.new, name="bulletin-new"),
    path(_BULLETIN, pages_bulletins.bulletin, name="bulletin"),
    path(f"{_BULLETIN}acknowledge/", pages_bulletins.acknowledge, name="bulletin-acknowledge"),
    path(f"{_BULLETIN}answer/", pages_bulletins.answer, name="bulletin-answer"),
    path(f"{_BULLETIN}edit/", pages_sending.edit, name="bulletin-edit"),
    path(f"{_BULLETIN}send/", pages_sending.send, name="bulletin-send"),
    path(f"{_BULLETIN}remove/", pages_sending.remove, name="bulletin-remove"),
    path(f"{_BULLETIN}correct/", pages_sending.correct, name="bulletin-correct"),
    path(f"{_BULLETIN}withdraw/", pages_sending.withdraw, name="bulletin-withdraw"),
    path(f"{_BULLETIN}readers/", pages_sending.receipts, name="bulletin-receipts"),
    path(f"{_BULLETIN}files/", pages_sending.attach, name="bulletin-attach"),
    path("files/<int:attachment_id>/", pages_bulletins.file, name="file"),
    path("files/<int:attachment_id>/remove/", pages_bulletins.file_remove, name="file-remove"),
    path("materials/", pages_materials.materials, name="materials"),
    path("materials/new/", pages_materials.new, name="material-new"),
    path(_MATERIAL, pages_materials.material, name="material"),
    path(f"{_MATERIAL}edit/", pages_materials.edit, name="material-edit"),
    path(f"{_MATERIAL}publish/", pages_materials.publish, name="material-publish"),
    path(f"{_MATERIAL}return/", pages_materials.send_back, name="material-return"),
    path(f"{_MATERIAL}withdraw/", pages_materials.withdraw, name="material-withdraw"),
    path(f"{_MATERIAL}use/", pages_materials.use, name="material-use"),
    path(f"{_MATERIAL}versions/", pages_materials.versions, name="material-versions"),
    path(f"{_MATERIAL}files/", pages_materials.attach, name="material-attach"),
    path("projects/", pages_projects.projects, name="projects"),
    path("projects/new/", pages_projects.new, name="project-new"),
    path("projects/<int:project_id>/", pages_projects.project, name="project"),
    path("projects/<int:project_id>/edit/", pages_projects.edit, name="project-edit"),
    path("projects/<int:project_id>/remove/", pages_projects.remove, name="project-remove"),
    path("trainings/", pages_seminars.seminars, name="seminars"),
    path("trainings/new/", pages_seminars.new, name="seminar-new"),
    path(_SEMINAR, pages_seminars.seminar, name="seminar"),
    path(f"{_SEMINAR}event.ics", pages_seminars.calendar_file, name="seminar-ics"),
    path(f"{_SEMINAR}register/", pages_seminars.register, name="seminar-register"),
    path(f"{_SEMINAR}unregister/", pages_seminars.unregister, name="seminar-unregister"),
    path(f"{_SEMINAR}edit/", pages_seminars.edit, name="seminar-edit"),
    path(f"{_SEMINAR}publish/", pages_seminars.publish, name="seminar-publish"),
    path(f"{_SEMINAR}cancel/", pages_seminars.cancel, name="seminar-cancel"),
    path(f"{_SEMINAR}participants/", pages_seminars.participants, name="seminar-participants"),
    path("questions/", pages_questions.questions, name="questions"),
    path("questions/ask/", pages_questions.ask, name="question-ask"),
    path(_QUESTION, pages_questions.question, name="question"),
    path(f"{_QUESTION}more/", pages_questions.add_more, name="question-more"),
    path(f"{_QUESTION}take-back/", pages_questions.take_back, name="question-take-back"),
    path(f"{_QUESTION}ask-back/", pages_questions.ask_back, name="question-ask-back"),
    path(f"{_QUESTION}answer/", pages_questions.answer, name="question-answer"),
    path(f"{_QUESTION}publish/", pages_questions.publish, name="question-publish"),
    path("answers/", pages_questions.answers, name="answers"),
    path("answers/new/", pages_questions.answer_new, name="answer-new"),
    path("answers/<int:answer_id>/", pages_questions.published, name="answer"),
    path("answers/<int:answer_id>/edit/", pages_questions.answer_edit, name="answer-edit"),
    path("answers/<int:answer_id>/withdraw/", pages_questions.answer_withdraw, name="answer-withdraw"),
    path("bodies/", include(urls_bodies.urlpatterns)),
    path("hearings/", include(urls_hearings.urlpatterns)),
    path("guidelines/", include(urls_guidelines.urlpatterns)),
]
