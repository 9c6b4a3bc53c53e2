"""From a goal to practice methods, each with its reason, as an experienced person would suggest them."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from udbytte.domain.practice.methods import (
    ALIKE,
    FITS,
    GENERAL_METHODS,
    LEAST,
    MOST,
    SHAPES,
    SIGNS,
    Topic,
    fitting_methods,
    topics_of,
)

ALL = frozenset(SHAPES)
A = Topic
# goal; what it is about, the surest first; ways that must be among those proposed; ways that would be out of place.
GOALS: list[tuple[str, Topic, str, str]] = [
    # Care and health
    ("Blive tryg i de svære samtaler med pårørende", A.TALKS, "shadowing peer_supervision mentor", "technology"),
    ("Tale med patienter og pårørende om den sidste tid", A.TALKS, "supervision shadowing", "technology new_hires"),
    ("Give medicin selvstændigt og uden fejl", A.CARE, "side_by_side", "coaching relations"),
    ("Møde borgere med demens, så de falder til ro", A.CARE, "supervision side_by_side shadowing", "technology"),
    ("Arbejde rehabiliterende i hjemmeplejen", A.CARE, "side_by_side shadowing", "technology closer_follow_up"),
    ("Kunne forflytte borgere uden at løfte", A.CARE, "side_by_side", "mentor coaching placement"),
    ("Blive ressourceperson for sårpleje i gruppen", A.CARE, "responsibility side_by_side", "technology coaching"),
    ("Skrive sygeplejefaglig dokumentation, som andre kan bruge", A.WRITING, "partnership side_by_side", "supervision"),
    ("Få færre utilsigtede hændelser på afdelingen", A.QUALITY, "action_learning responsibility", "coaching"),
    ("Tage imod sygeplejestuderende og vejlede elever", A.TEACHING, "responsibility shadowing", "technology coaching"),
    ("Look after people with dementia so that they feel safe", A.CARE, "side_by_side supervision", "technology"),
    # Children and schools
    ("Få sproget mere med i legen med børnene", A.CHILDREN, "action_learning shadowing", "technology coaching"),
    ("Blive bedre til klasseledelse", A.CHILDREN, "shadowing peer_supervision action_learning", "technology rotation"),
    ("Lave undervisning, hvor alle elever i klassen er med", A.CHILDREN, "action_learning shadowing", "coaching"),
    ("Blive den, der kan samle forældre og personale om et barn", A.TALKS, "shadowing peer_supervision", "technology"),
    ("Dæmpe konflikter mellem børn, før de vokser", A.CONFLICTS, "peer_supervision action_learning", "technology"),
    ("Kunne tage imod nye elever og følge dem godt på vej", A.TEACHING, "responsibility side_by_side", "technology"),
    # Roads, parks, buildings, cleaning
    ("Kunne køre gravemaskinen og lægge belægning", A.CRAFT, "side_by_side new_tasks", "coaching supervision mentor"),
    ("Arbejde sikkert ved vejarbejde på trafikerede veje", A.CRAFT, "side_by_side", "coaching supervision"),
    ("Kunne vedligeholde ventilationsanlæggene på skolerne", A.CRAFT, "side_by_side new_tasks", "peer_supervision"),
    ("Planlægge vintertjenesten, så ruterne bliver kørt til tiden", A.PLANNING, "side_by_side", "supervision"),
    ("Gøre driften af parkerne mere biodivers", A.GREEN, "new_tasks shadowing", "coaching supervision"),
    ("Rengøring efter de nye hygiejnekrav", A.CRAFT, "side_by_side", "coaching supervision closer_follow_up"),
    ("Operate the excavator on my own", A.CRAFT, "side_by_side new_tasks", "coaching peer_supervision"),
    # Administration, law, money
    ("Skrive kortere og klarere breve", A.WRITING, "partnership side_by_side", "supervision rotation"),
    ("Træffe afgørelser i byggesager, der holder ved en klage", A.CASES, "side_by_side peer_supervision", "technology"),
    ("Kunne behandle ansøgninger om aktindsigt selvstændigt", A.CASES, "side_by_side", "technology relations"),
    ("Få styr på GDPR i vores sager", A.CASES, "side_by_side peer_supervision", "coaching relations"),
    ("Drive et udbud fra start til slut", A.CASES, "side_by_side mentor", "technology coaching"),
    ("Lave budgetopfølgning for institutionen hver måned", A.FIGURES, "side_by_side closer_follow_up", "supervision"),
    ("Have overblik over økonomien i mit eget område", A.FIGURES, "side_by_side closer_follow_up", "supervision"),
    ("Write shorter and clearer letters to citizens", A.WRITING, "partnership side_by_side", "supervision"),
    ("Prioritere mine opgaver og nå deadlines", A.PLANNING, "closer_follow_up coaching", "supervision placement"),
    # IT and data
    ("Bruge Power BI til at vise ledelsen nøgletal", A.DIGITAL, "technology side_by_side", "supervision mentor"),
    ("Blive superbruger i det nye fagsystem", A.DIGITAL, "technology side_by_side responsibility", "supervision"),
    ("Bruge Copilot til referater og udkast", A.WRITING, "technology partnership", "supervision rotation"),
    ("Automatisere rutineopgaver med Python", A.DIGITAL, "technology side_by_side", "supervision coaching"),
    ("Learn the new payroll system", A.DIGITAL, "side_by_side technology", "supervision coaching"),
    # Leading
    ("Gå fra kollega til leder for mit eget team", A.LEADING, "mentor action_learning", "technology side_by_side"),
    ("Uddelegere mere og få tid til ledelse", A.LEADING, "coaching mentor", "technology side_by_side"),
    ("Lede medarbejdere på afstand", A.LEADING, "mentor action_learning", "side_by_side placement"),
    ("Lede møder, der ender med en beslutning", A.MEETINGS, "responsibility shadowing", "technology placement"),
    ("Lede et projekt på tværs af forvaltninger", A.TOGETHER, "relations new_tasks", "technology side_by_side"),
    ("Lead my first project across departments", A.TOGETHER, "relations new_tasks mentor", "technology side_by_side"),
    # Kitchen
    ("Lave mere grønt og mindre madspild i køkkenet", A.KITCHEN, "new_tasks side_by_side shadowing", "coaching"),
    ("Lave diætkost, der smager af noget", A.KITCHEN, "side_by_side shadowing", "coaching supervision"),
    # Library, service, communication
    ("Formidle litteratur for unge på biblioteket", A.CHILDREN, "shadowing partnership", "technology coaching"),
    ("Tage imod lånere, der har brug for digital hjælp", A.DIGITAL, "side_by_side shadowing", "coaching supervision"),
    ("Holde oplæg for politikerne uden at læse op", A.PRESENTING, "new_tasks partnership", "technology placement"),
    ("Være mere synlig på sociale medier som afdeling", A.PRESENTING, "new_tasks", "supervision placement"),
    ("Håndtere konflikter med borgere i skranken", A.SERVICE, "shadowing peer_supervision", "technology"),
    # Everywhere
    ("Styrke samarbejdet med jobcentret om fælles borgere", A.TOGETHER, "relations shadowing", "technology coaching"),
    ("Sige fra, når der er for meget at lave", A.CONFIDENCE, "mentor coaching", "technology rotation"),
    ("Tale bedre dansk med kolleger og borgere", A.LANGUAGE, "partnership relations", "technology coaching"),
    ("Blive arbejdsmiljørepræsentant og tage fat på ergonomi", A.SAFETY, "responsibility shadowing", "coaching"),
    ("Become confident in difficult conversations with relatives", A.TALKS, "shadowing mentor", "technology"),
]
UNTOLD = ("Blive gladere", "Blive endnu dygtigere", "Følge med i mit fag", "Get better at what I do", "", "???")


@pytest.mark.parametrize(("goal", "what", "among", "never"), GOALS)
def test_a_goal_gets_the_ways_that_make_sense(goal: str, what: Topic, among: str, never: str) -> None:
    fits = [fit.method for fit in fitting_methods(goal, "", ALL)]
    assert (topics_of(goal)[0][0], LEAST <= len(fits) <= MOST) == (what, True)
    assert set(among.split()) <= set(fits), fits
    assert not set(never.split()) & set(fits), fits


@pytest.mark.parametrize("goal", UNTOLD)
def test_a_goal_that_says_nothing_we_know_gets_ways_that_fit_most(goal: str) -> None:
    fits = fitting_methods(goal, "", ALL)
    assert [fit.method for fit in fits] == list(GENERAL_METHODS[: LEAST + 1])
    assert {fit.about for fit in fits} == {None}


def test_how_it_will_be_seen_helps_where_the_goal_says_little() -> None:
    assert topics_of("Blive bedre til mit arbejde", "Lederen hører selv samtalerne med forældre")[0][0] is A.TALKS


@pytest.mark.parametrize(
    ("slip", "what"),
    [
        ("Håndtere konflitker", A.CONFLICTS),
        ("Bedre dokumnetation", A.WRITING),
        ("Mere smaarbejde på tværs", A.TOGETHER),
    ],
)
def test_a_slip_of_the_hand_is_understood(slip: str, what: Topic) -> None:
    assert topics_of(slip)[0][0] is what


@pytest.mark.parametrize(
    ("goal", "not_about"),
    [
        ("Fortælle kort bagefter, hvad jeg har set", A.KITCHEN),  # "bage"
        ("Blive færdig inden for fire uger, koste hvad det vil", A.SAFETY),  # "fire" is four
        ("Få det med hjem og følge med", A.SAFETY),  # MED, the works council
        ("Do it on my own", A.DIGITAL),  # "it" is no IT in English
        ("Dyrke grøntsager", A.CASES),  # "sager" inside another word
        ("Skrive en rapport", A.DIGITAL),  # "app" inside another word
        ("Vise ledelsen mine tal", A.LEADING),  # to lead is not to report to those who do
    ],
)
def test_words_that_only_look_alike_are_not_taken_for_each_other(goal: str, not_about: Topic) -> None:
    assert not_about not in dict(topics_of(goal))


def test_what_is_hidden_is_not_proposed_and_others_take_its_place() -> None:
    goal = GOALS[0][0]
    first = fitting_methods(goal, "", ALL)[0].method
    rest = [fit.method for fit in fitting_methods(goal, "", ALL - {first})]
    assert first not in rest and len(rest) >= LEAST
    assert [fit.method for fit in fitting_methods(goal, "", {"placement", "technology"})] == ["placement", "technology"]
    assert fitting_methods(goal, "", set()) == []


def test_ways_of_the_organisations_own_are_proposed_by_the_words_they_share() -> None:
    own = {"korridor": ["paaroerende"], "andet": []}
    fits = fitting_methods(GOALS[0][0], "", ALL | set(own), own)
    assert ("korridor", None, ("paaroerende",)) in [(fit.method, fit.about, fit.words) for fit in fits]
    assert "andet" not in [fit.method for fit in fits]


@given(st.text(max_size=400), st.sets(st.sampled_from(sorted(ALL))))
def test_whatever_is_written_there_are_three_to_five_of_different_shapes(text: str, offered: set[str]) -> None:
    fits = [fit.method for fit in fitting_methods(text, "", offered)]
    assert set(fits) <= offered and len(fits) == len(set(fits))
    assert min(LEAST, len(offered)) <= len(fits) <= MOST
    if len(offered) == len(ALL):
        assert max(Counter(SHAPES[method] for method in fits).values()) <= ALIKE


def test_the_tables_are_whole() -> None:
    assert set(SIGNS) == set(FITS) == set(Topic)
    for methods in FITS.values():
        assert set(methods) <= ALL and len({SHAPES[method] for method in methods}) >= 3, methods
        assert len({SHAPES[method] for method in methods[:3]}) >= 2
    assert set(GENERAL_METHODS) <= ALL
