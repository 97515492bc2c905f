"""Addresses of municipal programmes: drawing up, sections, comments, proposals. No name of a person ever stands in one."""

from django.urls import URLPattern, URLResolver, path

from kotopolku.steering import pages_municipal, pages_municipal_sections, pages_municipal_talk

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages_municipal.municipals, name="municipals"),
    path("new/", pages_municipal.new, name="municipal-new"),
    path("<int:programme_id>/", pages_municipal.municipal, name="municipal"),
    path("<int:programme_id>/edit/", pages_municipal.edit, name="municipal-edit"),
    path("<int:programme_id>/draft/", pages_municipal.draft, name="municipal-draft"),
    path("<int:programme_id>/talk/", pages_municipal_talk.talk, name="municipal-talk"),
    path("<int:programme_id>/partners/", pages_municipal.partners, name="municipal-partners"),
    path("<int:programme_id>/sections/new/", pages_municipal_sections.new, name="municipal-section-new"),
    path("partners/<int:partner_id>/", pages_municipal.partner, name="municipal-partner"),
    path("partners/<int:partner_id>/end/", pages_municipal.partner_end, name="municipal-partner-end"),
    path("sections/<int:section_id>/", pages_municipal_sections.section, name="municipal-section"),
    path(
        "sections/<int:section_id>/write/<slug:lang>/",
        pages_municipal_sections.write,
        name="municipal-write",
    ),
    path(
        "sections/<int:section_id>/versions/",
        pages_municipal_sections.versions,
        name="municipal-versions",
    ),
    path("sections/<int:section_id>/title/", pages_municipal_sections.title, name="municipal-title"),
    path("sections/<int:section_id>/writer/", pages_municipal_sections.writer, name="municipal-writer"),
    path("sections/<int:section_id>/up/", pages_municipal_sections.up, name="municipal-up"),
    path("sections/<int:section_id>/down/", pages_municipal_sections.down, name="municipal-down"),
    path("sections/<int:section_id>/remove/", pages_municipal_sections.remove, name="municipal-remove"),
    path(
        "sections/<int:section_id>/put-back/",
        pages_municipal_sections.put_back,
        name="municipal-put-back",
    ),
    path(
        "sections/<int:section_id>/figures/",
        pages_municipal_sections.section_figures,
        name="municipal-figures",
    ),
    path("sections/<int:section_id>/comment/", pages_municipal_talk.comment, name="municipal-comment"),
    path("sections/<int:section_id>/propose/", pages_municipal_talk.propose, name="municipal-propose"),
    path(
        "figures/<int:figure_id>/remove/",
        pages_municipal_sections.figure_remove,
        name="municipal-figure-remove",
    ),
    path("comments/<int:comment_id>/answer/", pages_municipal_talk.answer, name="municipal-answer"),
    path("comments/<int:comment_id>/settle/", pages_municipal_talk.settle, name="municipal-settle"),
    path(
        "comments/<int:comment_id>/open-again/",
        pages_municipal_talk.open_again,
        name="municipal-open-again",
    ),
    path("proposals/<int:proposal_id>/", pages_municipal_talk.proposal, name="municipal-proposal"),
    path(
        "proposals/<int:proposal_id>/withdraw/",
        pages_municipal_talk.withdraw,
        name="municipal-withdraw",
    ),
]
