"""Addresses of contracts and of notices to the national service."""

from django.urls import URLPattern, URLResolver, path

from kotopolku.procurement import pages_contract_use as use
from kotopolku.procurement import pages_contracts as pages
from kotopolku.procurement import pages_orders as orders

ONE = "contracts/<int:contract_id>/"
OURS = "contracts/ours/<int:contract_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("contracts/", pages.contracts, name="contracts"),
    path("contracts/ours/", pages.ours, name="contracts-ours"),
    path(OURS, pages.contract_ours, name="contract-ours"),
    path(f"{OURS}orders/<int:call_off_id>/", orders.order_ours, name="order-ours"),
    path(f"{OURS}orders/<int:call_off_id>/invoice/", orders.send_invoice, name="invoice-send"),
    path(f"{OURS}invoices/<int:invoice_id>/", orders.invoice_ours, name="invoice-ours"),
    path(f"{OURS}adjustments/<int:adjustment_id>/", orders.answer_adjustment, name="adjustment-ours"),
    path("contracts/new/<int:lot_id>/<int:supplier_id>/", pages.new, name="contract-new"),
    path(ONE, pages.contract, name="contract"),
    path(f"{ONE}edit/", pages.edit, name="contract-edit"),
    path(f"{ONE}sign/", pages.sign, name="contract-sign"),
    path(f"{ONE}give-up/", pages.give_up, name="contract-give-up"),
    path(f"{ONE}end/", pages.end, name="contract-end"),
    path(f"{ONE}options/new/", pages.new_option, name="contract-option-new"),
    path(f"{ONE}options/<int:option_id>/remove/", pages.remove_option, name="contract-option-remove"),
    path(f"{ONE}options/<int:option_id>/take/", pages.take_option, name="contract-option-take"),
    path(f"{ONE}options/<int:option_id>/leave/", pages.leave_option, name="contract-option-leave"),
    path(f"{ONE}goals/new/", pages.new_goal, name="contract-goal-new"),
    path(f"{ONE}prices/new/", pages.new_price, name="contract-price-new"),
    path(f"{ONE}orders/new/", use.order, name="contract-order"),
    path(f"{ONE}orders/<int:call_off_id>/", orders.order, name="order"),
    path(f"{ONE}orders/<int:call_off_id>/course/", orders.plan_course, name="order-course-plan"),
    path(f"{ONE}orders/<int:call_off_id>/courses/add/", orders.add_course, name="order-course-add"),
    path(f"{ONE}orders/<int:call_off_id>/courses/remove/", orders.remove_course, name="order-course-remove"),
    path(f"{ONE}orders/<int:call_off_id>/cancel/", use.cancel_order, name="contract-order-cancel"),
    path(f"{ONE}orders/<int:call_off_id>/invoice/", use.new_invoice, name="contract-invoice-new"),
    path(f"{ONE}modify/", use.modify, name="contract-modify"),
    path(f"{ONE}invoices/<int:invoice_id>/match/", use.match_invoice, name="contract-invoice-match"),
    path(f"{ONE}invoices/<int:invoice_id>/", orders.invoice, name="contract-invoice"),
    path(f"{ONE}measure/", use.measure, name="contract-measure"),
    path(f"{ONE}adjustments/<int:adjustment_id>/", use.decide_adjustment, name="contract-adjustment"),
    path("notices/", pages.notices, name="notices"),
    path("notices/<int:notice_id>/again/", pages.send_notice_again, name="notice-again"),
]
