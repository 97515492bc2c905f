"""Addresses of the mypage room. No name or code of a person ever stands in one.

``languages.is_client_path`` knows which of them speak the languages of clients.
"""

from django.urls import URLPattern, URLResolver, path

from kotopolku.mypage import (
    pages,
    pages_data,
    pages_offers,
    pages_signin,
    pages_staff,
    pages_steps,
    pages_studies,
)

app_name = "mypage"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.path, name="path"),
    path("plan/", pages.plan, name="plan"),
    path("plan/sign/", pages.plan_sign, name="plan-sign"),
    path("plan/comment/", pages.plan_comment, name="plan-comment"),
    path("appointments/", pages.own_appointments, name="appointments"),
    path("appointments/<int:appointment_id>/come/", pages.appointment_come, name="come"),
    path("appointments/<int:appointment_id>/other-time/", pages.appointment_other_time, name="other-time"),
    path("courses/", pages.courses, name="courses"),
    path("training/", pages_offers.offers, name="training"),
    path("training/<int:enrolment_id>/answer/", pages_offers.answer, name="training-answer"),
    path("training/<int:enrolment_id>/take-back/", pages_offers.take_back, name="training-take-back"),
    path("training/courses/<int:course_id>/", pages_offers.wish, name="training-wish"),
    path("studies/", pages_studies.studies, name="studies"),
    path("studies/<int:enrolment_id>/feedback/", pages_studies.feedback, name="feedback"),
    path(
        "studies/<int:enrolment_id>/certificate/<str:language>/",
        pages_studies.certificate,
        name="certificate",
    ),
    path("steps/", pages_steps.steps, name="steps"),
    path("steps/<slug:code>/", pages_steps.step, name="step"),
    path("messages/", pages.own_messages, name="messages"),
    path("letters/", pages.own_letters, name="letters"),
    path("letters/<int:letter_id>/", pages.letter, name="letter"),
    path("documents/<int:document_id>/", pages.document, name="document"),
    path("rights/", pages.rights, name="rights"),
    path("data/", pages_data.data, name="data"),
    path("data/pdf/", pages_data.data_pdf, name="data-pdf"),
    path("data/json/", pages_data.data_json, name="data-json"),
    path("correct/", pages_data.correct, name="correct"),
    path("looks/", pages_data.looks, name="looks"),
    path("about/", pages.about, name="about"),
    path("language/", pages.language, name="language"),
    path("person/", pages.person, name="person"),
    path("sign-in/", pages_signin.sign_in, name="sign-in"),
    path("sign-in/code/", pages_signin.by_code, name="by-code"),
    path("sign-in/identity/", pages_signin.to_provider, name="to-provider"),
    path("sign-in/return/", pages_signin.from_provider, name="from-provider"),
    path("sign-in/passkey/", pages_signin.by_passkey, name="by-passkey"),
    path("sign-in/example/<int:account_id>/", pages_signin.as_example, name="as-example"),
    path("sign-out/", pages_signin.sign_out, name="sign-out"),
    path("first-steps/", pages_signin.first_steps, name="first-steps"),
    path("passkey/", pages_signin.passkey, name="passkey"),
    path("give/<int:relationship_id>/", pages_staff.give_code, name="give"),
    path("corrections/", pages_staff.corrections, name="corrections"),
    path("corrections/<int:request_id>/", pages_staff.correction, name="correction"),
]
