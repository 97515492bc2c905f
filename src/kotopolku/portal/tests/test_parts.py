"""The design's parts as templates use them."""

import re
from datetime import date
from typing import Any

import pytest
from django import forms
from django.template import engines
from django.test import RequestFactory
from django.utils import translation

from kotopolku import clock, law
from kotopolku.portal.forms import DayField, typed_day


@pytest.fixture(autouse=True)
def in_english_on_a_monday() -> Any:
    with translation.override("en"), clock.at(date(2026, 11, 23)):
        yield


def shown(source: str, **context: Any) -> str:
    text = engines["django"].from_string(source).render(context, RequestFactory().get("/clients/?q=a&page=2"))
    return re.sub(r"\s+", " ", text).strip()


class ArrivalForm(forms.Form):
    start = DayField(label="Start")
    notes = forms.CharField(label="Notes", required=False, widget=forms.Textarea)
    kind = forms.ChoiceField(label="Kind", choices=[("a", "One"), ("b", "Two")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="Agreed", required=False)


def test_an_icon_is_hidden_from_those_who_listen() -> None:
    assert 'aria-hidden="true"' in shown("{% icon 'check' %}")
    assert "#check" in shown("{% icon 'check' %}")


def test_a_mark_has_both_icon_and_words() -> None:
    text = shown("{% mark 'late' '4 days late' %}")
    assert "#alert" in text
    assert "4 days late" in text


@pytest.mark.parametrize(
    ("due", "own", "state"),
    [
        (date(2026, 11, 19), False, "late"),
        (date(2026, 11, 23), False, "today"),
        (date(2026, 11, 26), False, "soon"),
        (date(2026, 11, 26), True, "own"),
        (date(2026, 12, 31), False, "later"),
    ],
)
def test_the_box_of_days_shows_its_state(due: date, own: bool, state: str) -> None:
    assert f'data-state="{state}"' in shown("{% days due own %}", due=due, own=own)


def test_our_own_target_never_looks_like_law() -> None:
    assert "#law" in shown("{% basis '681/2023' '§ 22' %}")
    assert "#law" not in shown("{% basis '681/2023' '§ 22' True %}")


def test_a_field_ties_hint_and_error_to_its_control() -> None:
    form = ArrivalForm({"start": "30.2.2026", "kind": "a"})
    text = shown("{% field form.start %}", form=form)
    assert "data-invalid" in text
    assert 'aria-invalid="true"' in text
    assert 'aria-describedby="id_start_helptext id_start_error"' in text
    assert 'id="id_start_helptext"' in text
    assert 'id="id_start_error"' in text
    assert 'value="30.2.2026"' in text
    assert (
        text.index("<label") < text.index('class="hint"') < text.index('class="error"') < text.index("<input")
    )


def test_optional_is_said_and_required_is_not() -> None:
    form = ArrivalForm()
    assert "(optional)" in shown("{% field form.notes %}", form=form)
    assert "(optional)" not in shown("{% field form.start %}", form=form)


def test_few_choices_are_cards_in_a_fieldset_and_a_tick_has_its_label_after_it() -> None:
    form = ArrivalForm()
    assert "<fieldset" in shown("{% field form.kind %}", form=form)
    assert shown("{% field form.agreed %}", form=form).index("<input") < shown(
        "{% field form.agreed %}", form=form
    ).index("Agreed")


def test_the_summary_links_each_error_to_its_field() -> None:
    text = shown("{% errorbox form %}", form=ArrivalForm({"start": "x"}))
    assert "2 things need fixing" in text
    assert 'href="#id_start"' in text
    assert 'href="#id_kind_0"' in text
    assert shown("{% errorbox form %}", form=ArrivalForm()) == ""


def test_the_summary_gathers_the_errors_of_a_formset() -> None:
    formset = forms.formset_factory(ArrivalForm)(
        {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-start": "x", "form-0-kind": "a"}
    )
    assert 'href="#id_form-0-start"' in shown("{% errorbox formset %}", formset=formset)


def test_an_explanation_is_shown_from_the_law_and_from_what_was_stored() -> None:
    explanation = law.due("A1", date(2021, 4, 26)).explanation
    for given in (explanation, explanation.to_json(), explanation.lines("en")):
        text = shown("{% explain 'w1' 'Why?' given rule='A1' %}", given=given)
        assert "150/1930" in text
        assert 'id="w1"' in text
        assert 'href="/law/A1/"' in text


def test_the_address_keeps_its_other_values() -> None:
    assert shown("{% query_replace page=3 %}") == "?q=a&amp;page=3"
    assert shown("{% query_replace q='' page='' %}") == "?"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1.3.2021", date(2021, 3, 1)),
        ("2021-03-01", date(2021, 3, 1)),
        ("30.2.2021", None),
        ("", None),
        ("soon", None),
    ],
)
def test_a_day_is_read_as_people_type_it(text: str, day: date | None) -> None:
    assert typed_day(text) == day


def test_no_part_uses_inline_style_or_script() -> None:
    text = shown("{% days d %}{% mark 'ok' 'x' %}{% explain 'a' 'b' e %}", d=date(2026, 1, 1), e=[("a", "b")])
    assert "style=" not in text
    assert " on" + "click=" not in text


def test_a_section_kept_as_text_is_written_as_the_language_does() -> None:
    with translation.override("fi"):
        assert shown("{{ kept|cited }}", kept="1386/2010 § 10") == "1386/2010 10 §"
        assert "681/2023 3 §, 14 §" in shown('{% basis "681/2023" "§ 3, § 14" %}')
        assert "1386/2010 12 § 3 mom." in shown('{% basis "" "1386/2010 12 § 3 mom." %}')
    assert "681/2023 § 3" in shown('{% basis "681/2023" "§ 3" %}')
