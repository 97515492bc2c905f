"""Addresses of cases, proposals and arrivals. No name of a person and no number of a case ever stands in one."""

from django.urls import URLPattern, URLResolver, path

from kotopolku.placement import pages_board, pages_case_lists, pages_cases, pages_proposals

urlpatterns: list[URLPattern | URLResolver] = [
    path("board/", pages_board.board, name="board"),
    path("arrivals/", pages_board.calendar, name="arrivals"),
    path("cases/", pages_cases.cases, name="cases"),
    path("cases/new/", pages_cases.new, name="case-new"),
    path("cases/lists/", pages_case_lists.lists, name="case-lists"),
    path("cases/lists/<int:list_id>/", pages_case_lists.list_, name="case-list"),
    path("cases/<int:case_id>/", pages_cases.case, name="case"),
    path("cases/<int:case_id>/edit/", pages_cases.edit, name="case-edit"),
    path("cases/<int:case_id>/propose/", pages_cases.propose, name="case-propose"),
    path("cases/<int:case_id>/direct/", pages_cases.direct, name="case-direct"),
    path("cases/<int:case_id>/take/", pages_cases.take, name="case-take"),
    path("cases/<int:case_id>/order/", pages_cases.order, name="case-order"),
    path("cases/<int:case_id>/withdraw/", pages_cases.withdraw, name="case-withdraw"),
    path("cases/<int:case_id>/independent/", pages_cases.independent, name="case-independent"),
    path("cases/<int:case_id>/transfer/", pages_cases.transfer, name="case-transfer"),
    path("cases/<int:case_id>/names/", pages_cases.names, name="case-names"),
    path("cases/<int:case_id>/names/edit/", pages_cases.edit_names, name="case-names-edit"),
    path("cases/<int:case_id>/papers/new/", pages_cases.add_paper, name="case-paper-new"),
    path("cases/<int:case_id>/papers/<int:paper_id>/", pages_cases.paper, name="case-paper"),
    path("proposals/", pages_proposals.proposals, name="proposals"),
    path("proposals/<int:proposal_id>/", pages_proposals.proposal, name="proposal"),
    path("proposals/<int:proposal_id>/answer/", pages_proposals.answer, name="proposal-answer"),
    path("proposals/<int:proposal_id>/word/", pages_proposals.word, name="proposal-word"),
    path("proposals/<int:proposal_id>/county/", pages_proposals.county, name="proposal-county"),
    path("proposals/<int:proposal_id>/workers/", pages_proposals.workers, name="proposal-workers"),
    path("proposals/<int:proposal_id>/take-back/", pages_proposals.take_back, name="proposal-take-back"),
    path("proposals/<int:proposal_id>/arrival/", pages_proposals.plan_arrival, name="proposal-arrival"),
    path("proposals/<int:proposal_id>/arrived/", pages_proposals.arrived, name="proposal-arrived"),
]
