"""Which practice methods fit a goal: its topics, and the methods that fit them, best first.

The rules are our own, in two tables: the beginnings of Danish and English words that are signs of a topic (`SIGNS`),
and the methods that fit each topic (`FITS`), as an experienced adviser would propose them. Methods are named by their
key in the delivered catalogue. An organisation's own methods are found by the words they share with the goal
(`shared_words`).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from rapidfuzz.distance import OSA

from udbytte.domain.search.words import STOP_WORDS, folded

LEAST, MOST = 3, 5
ALIKE = 2  # at most so many methods of one shape are proposed
TYPO_FROM = 7  # a sign of at least so many letters is recognised with one wrong letter
SHARED_FROM = 5  # letters of a word that counts when two texts share it
SURE, HINT = 3, 1
TITLE, SIGN = 2, 1  # the weights of a word in the goal, and in how it will be seen


class Topic(StrEnum):
    """A topic of goals."""

    TALKS = "talks"
    CONFLICTS = "conflicts"
    WRITING = "writing"
    LEADING = "leading"
    MEETINGS = "meetings"
    TEACHING = "teaching"
    DIGITAL = "digital"
    FIGURES = "figures"
    CASES = "cases"
    CARE = "care"
    CHILDREN = "children"
    CRAFT = "craft"
    KITCHEN = "kitchen"
    TOGETHER = "together"
    PLANNING = "planning"
    CONFIDENCE = "confidence"
    CHANGE = "change"
    ROLE = "role"
    PRESENTING = "presenting"
    LANGUAGE = "language"
    SERVICE = "service"
    SAFETY = "safety"
    QUALITY = "quality"
    GREEN = "green"


class Shape(StrEnum):
    """The shape of a method: talking, doing, working side by side, or another place or other people."""

    TALK = "talk"
    DO = "do"
    BESIDE = "beside"
    PLACE = "place"


SHAPES: Mapping[str, Shape] = {
    "side_by_side": Shape.BESIDE,
    "mentor": Shape.TALK,
    "supervision": Shape.TALK,
    "peer_supervision": Shape.TALK,
    "coaching": Shape.TALK,
    "partnership": Shape.BESIDE,
    "new_hires": Shape.BESIDE,
    "new_tasks": Shape.DO,
    "responsibility": Shape.DO,
    "rotation": Shape.PLACE,
    "shadowing": Shape.PLACE,
    "relations": Shape.PLACE,
    "closer_follow_up": Shape.TALK,
    "placement": Shape.PLACE,
    "technology": Shape.DO,
    "action_learning": Shape.DO,
}

# Words folded as in search.py. "samtale": a word that begins so; "*sprog": a word that contains it, as compounds do;
# "=it": exactly that word; "nye kolleg": two or more such beginnings in a row. Sure signs first, then hints.
SIGNS: Mapping[Topic, tuple[str, str]] = {
    Topic.TALKS: (
        "*samtale, paaroerende, foraeldre, dialog, lytte, spoerge ind, motiverende, daarlige nyhed, =feedback,"
        " =kritik, conversation, talk, relatives, parents, listen, dialogue, bad news",
        "borger, patient, telefon, tale med, kontakt, citizen, call",
    ),
    Topic.CONFLICTS: (
        "*konflikt, daempe, vold, trusler, truende, udadreager, deeskal, nedtrap, uenig, mobning, vrede, conflict,"
        " de escal, deescal, threat, aggress, angry, disagree",
        "=pres, presset, svaere situation, spidser til",
    ),
    Topic.WRITING: (
        "skrive, skriftlig, *breve, *dokument, journal, *referat, *notat, stave, tekster, klarsprog, indstillinger,"
        " sagsfremstilling, writ, letter, documentation, plain language, minutes, care record",
        "sprog, klart, klarere, kortere, rapport, mail, report, text, record",
    ),
    Topic.LEADING: (
        "=lede med, =lede et hold, =lede mit, =lede min, =lede en gruppe, =lede andre, =lede folk, =lede et team,"
        " teamled, =ledelse, personaleled, ledelsesop, distanceled, uddeleger, deleger, mellemled, ny leder, som"
        " leder, til leder, blive leder, leder for, lederrol, mine medarbejder, leadership, leading people, leading"
        " a team, manage people, lead a team, lead my team, delegat, team lead, as a manager, new manager, my"
        " employees, my staff",
        "=lede, motivere, leading, lead",
    ),
    Topic.MEETINGS: (
        "=lede moede, =lede et moede, holde moede, vores moede, moeder der, moederne, *moedeled, teammoede,"
        " personalemoede, gruppemoede, statusmoede, tavlemoede, ordstyr, dagsorden, facilit, workshop, meeting,"
        " agenda, chair",
        "moeder, moedet, moede, beslutning, decision",
    ),
    Topic.TEACHING: (
        "vejlede elev, vejlede stud, vejleder for, praktikvejled, praktikant, nye elev, laerling, studerende,"
        " oplaer, introduc, introduktion, onboard, nye kolleg, ny kolleg, nyansat, laere fra sig, laere fra mig,"
        " laere andre, laerer andre, undervise kolleg, instruer, trainee, apprentice, new colleague, newcomer,"
        " induct, teach, train new, students",
        "elev, vejled, undervis, mentor",
    ),
    Topic.DIGITAL: (
        "til =it, med =it, af =it, bruge =it, it syst, it vaerk, it sikker, it drift, it support, it security, it"
        " skill, it tool, =ai, =ki, *digital, excel, regneark, *software, programmer, power bi, copilot, chatgpt,"
        " robot, kunstig intelligens, =app, =apps, =appen, sharepoint, velfaerdsteknolog, *teknologi, *fagsystem,"
        " =system, *systemet, *systemer, =systems, *database, =gis, cyber, automatiser, =scripts, python, =sql,"
        " spreadsheet, artificial intel, automat, technology, hjemmeside, website, netvaerksdrift",
        "data, skaerm, vaerktoej, online, =tool, =tools",
    ),
    Topic.FIGURES: (
        "*oekonomi, *budget, regnskab, *noegletal, bogfoer, controll, statistik, prognose, =tal, =tallene, =loen,"
        " loenkoer, accounts, accounting, financ, figures, forecast, statistic, payroll",
        "data, kroner, forbrug, spending, analyse",
    ),
    Topic.CASES: (
        "*sagsbehandl, sager, =sag, byggesag, boernesag, klagesag, personalesag, jura, juridisk, lovgivning, =lov,"
        " =loven, lovene, regler, forvaltningsr, *myndighed, *afgoerelse, aktindsigt, ansoegninger, visitation,"
        " =visitere, *tilladelse, klage, hoering, udbud, *kontrakt, *indkoeb, *overenskomst, gdpr, persondata,"
        " =case, cases, casework, legislation, =legal, =law, =laws, permit, procure, tender, contract, regulation",
        "vurder, faglig, assess, judg, rules",
    ),
    Topic.CARE: (
        "pleje, *sygeplej, *demens, *demente, medicin, =saar, saarpleje, saarbehandl, rehabiliter, palliat,"
        " forflyt, traene borger, ernaering, hverdagsrehab, psykisk, misbrug, hjemmehjaelp, hjemmeplej, sygdom,"
        " triage, kateter, diabetes, omsorg, beboer, patientsikker, handicap, autis, =care, care plan, caring,"
        " dementia, nurse, nursing, medicat, medicine, wound, palliative, rehabilit, resident, moving and handling,"
        " mental",
        "borger, aeldre, sundhed, hygiejne, traening, patient, elderly, health",
    ),
    Topic.CHILDREN: (
        "*boern, *barn, *paedagog, =leg, =lege, =legen, leger, inklusion, *klasse, *eleverne, elever i klasse,"
        " didaktik, laesning, laesevejled, vuggestue, dagtilbud, unge, fritid, undervisning, matematik, child,"
        " children, pupil, =play, inclusion, pedagog, =class, classes, classroom, youth, young people",
        "elev, skole, sprog, trivsel, school",
    ),
    Topic.CRAFT: (
        "*maskin, vejarbejd, asfalt, groen drift, gartner, beskaer, *reparation, reparere, vedligehold,"
        " *rengoering, *haandvaerk, svejs, *vvs, varmeanlaeg, ventilation, teknisk anlaeg, tekniske anlaeg, truck,"
        " snerydning, vintertjeneste, vejskilt, kloak, belaegning, *materiel, ejendom, pedel, traefael, spildevand,"
        " machine, excavator, road work, roadwork, paving, asphalt, maintenance, repair, cleaning, weld,"
        " ventilation, plumb, gardening, prun, snow",
        "=vej, veje, park, drift, anlaeg, road, vehicle, =kran",
    ),
    Topic.KITCHEN: (
        "*koekken, *maden, =mad, *madspild, *diaet, *maaltid, =bage, bager, bagning, opskrift, vegetar, menu,"
        " =kost, kosten, kostplan, allergi, groentsag, kitchen, cook, meal, diet, food, recipe, =bake, baking,"
        " vegetarian, allerg",
        "oekologi, raavare, organic",
    ),
    Topic.TOGETHER: (
        "*samarbejd, paa tvaers, tvaerfag, tvaergaaende, naboafdel, andre afdeling, anden afdeling, *netvaerk,"
        " partnerskab, overlevering, overgange, sammenhaeng, frivillig, foreninger, koordinere med, samspil,"
        " collaborat, cooperat, across, cross, other department, network, partner, handover, volunteer, work"
        " together, transition",
        "faelles, samle, team, sammen med, forvaltninger, shared, together",
    ),
    Topic.PLANNING: (
        "*planlaeg, *prioriter, *overblik, deadline, tidsstyr, struktur, *vagtplan, arbejdspres, arbejdsbyrd, naa"
        " mine, til tiden, skemalaeg, ruteplan, rettidig, schedul, prioriti, overview, time management, roster,"
        " workload, on time, planning",
        "plan, =tid, planer, time",
    ),
    Topic.CONFIDENCE: (
        "*tryg, turde, =toer, sige fra, selvtillid, robust, *graenser, *stress, =balance, sige nej, min stemme,"
        " tage ordet, usikker, confiden, assertive, say no, speak up, boundar, resilien, =balance",
        "=sikker, =mod, =modet, stemme, secure",
    ),
    Topic.CHANGE: (
        "*projekt, *forandring, *implementer, innovation, innovativ, ideer, nye maader, udviklingsopgav, afproeve,"
        " omstilling, project, change, implement, innovat, ideas, new ways, pilot",
        "udvikle, forny, forbedr, develop, improve",
    ),
    Topic.ROLE: (
        "*ansvar, specialist, ressourceperson, noegleperson, tovholder, koordinator, ny rolle, ny stilling,"
        " karriere, avance, den man spoerger, ekspert, superbruger, stedfortraeder, fagperson, responsib,"
        " specialist, expert, coordinator, new role, career, go to person, deputy, super user, superuser, resource"
        " person",
        "rolle, selvstaendig, alene, beslutt, role, independent, on my own",
    ),
    Topic.PRESENTING: (
        "*formidl, =oplaeg, *praesenter, *kommunikation, sociale medier, =some, *nyhedsbrev, =presse, =pressen,"
        " pressemed, kampagne, tale foran, foredrag, *udstilling, present, public speaking, social media,"
        " newsletter, =press, campaign, exhibition",
        "fortaelle, synlig, communicat, visible",
    ),
    Topic.LANGUAGE: (
        "engelsk, =dansk, mit danske, tysk, fremmedsprog, tosprog, *fagsprog, kulturer, kulturforstaa, interkultur,"
        " tolk, etnisk, english, danish, german, language, bilingual, cultur, interpret",
        "sprog, udtale, ordforraad, vocabulary",
    ),
    Topic.SERVICE: (
        "*borgerservice, henvendelse, *bibliotek, *laaner, brugerne, =brugere, brugerind, reception, *kundeservice,"
        " skranke, *gaester, vejlede borger, vaert, servicer, service, front desk, library, borrower, visitor,"
        " customer, =users, helpdesk, guests, counter",
        "borger, vejled, imoedekom, citizen, help desk",
    ),
    Topic.SAFETY: (
        "*arbejdsmiljoe, *sikkerhed, ergonomi, ulykke, foerstehjaelp, =brand, brandoev, med udvalg, tillidsrepr,"
        " =amr, smitte, beredskab, near miss, working environment, safety, ergonomic, accident, first aid, fire"
        " safety, emergency",
        "sikkert, trivsel, safe, safely",
    ),
    Topic.QUALITY: (
        "=fejl, fejlene, *kvalitet, utilsigtede, tilsyn, audit, *procedure, *arbejdsgang, retningslinje,"
        " effektivis, =lean, evaluer, quality, error, mistake, procedure, workflow, guideline, evaluat, incident,"
        " inspection",
        "forbedr, ensartet, improve",
    ),
    Topic.GREEN: (
        "*baeredygtig, *klima, affald, *biodivers, groen, genbrug, cirkulaer, energibesp, energiforbrug, madspild,"
        " *naturpleje, sustainab, climate, waste, biodivers, green, recycl, circular",
        "miljoe, natur, energi, nature, energy",
    ),
}

FITS: Mapping[Topic, tuple[str, ...]] = {
    Topic.TALKS: ("shadowing", "peer_supervision", "action_learning", "supervision", "partnership", "mentor"),
    Topic.CONFLICTS: ("peer_supervision", "action_learning", "supervision", "shadowing", "partnership"),
    Topic.WRITING: ("partnership", "side_by_side", "closer_follow_up", "responsibility", "action_learning"),
    Topic.LEADING: ("mentor", "action_learning", "coaching", "shadowing", "responsibility", "partnership"),
    Topic.MEETINGS: ("responsibility", "shadowing", "partnership", "action_learning", "coaching"),
    Topic.TEACHING: ("responsibility", "side_by_side", "shadowing", "new_hires", "peer_supervision", "new_tasks"),
    Topic.DIGITAL: ("technology", "side_by_side", "partnership", "responsibility", "shadowing"),
    Topic.FIGURES: ("side_by_side", "closer_follow_up", "responsibility", "partnership", "placement"),
    Topic.CASES: ("side_by_side", "peer_supervision", "placement", "mentor", "rotation", "new_tasks"),
    Topic.CARE: ("side_by_side", "shadowing", "supervision", "responsibility", "rotation", "action_learning"),
    Topic.CHILDREN: ("action_learning", "shadowing", "peer_supervision", "side_by_side", "partnership"),
    Topic.CRAFT: ("side_by_side", "new_tasks", "rotation", "new_hires", "responsibility"),
    Topic.KITCHEN: ("side_by_side", "shadowing", "new_tasks", "action_learning", "rotation"),
    Topic.TOGETHER: ("relations", "shadowing", "action_learning", "rotation", "partnership", "placement"),
    Topic.PLANNING: ("closer_follow_up", "side_by_side", "partnership", "coaching", "responsibility", "technology"),
    Topic.CONFIDENCE: ("mentor", "partnership", "coaching", "closer_follow_up", "action_learning", "supervision"),
    Topic.CHANGE: ("action_learning", "new_tasks", "relations", "mentor", "shadowing"),
    Topic.ROLE: ("responsibility", "mentor", "new_tasks", "closer_follow_up", "shadowing", "side_by_side"),
    Topic.PRESENTING: ("new_tasks", "partnership", "shadowing", "action_learning", "mentor"),
    Topic.LANGUAGE: ("partnership", "relations", "side_by_side", "new_tasks", "placement"),
    Topic.SERVICE: ("shadowing", "side_by_side", "action_learning", "rotation", "peer_supervision"),
    Topic.SAFETY: ("responsibility", "shadowing", "side_by_side", "action_learning", "new_hires", "relations"),
    Topic.QUALITY: ("action_learning", "new_hires", "responsibility", "shadowing", "partnership"),
    Topic.GREEN: ("new_tasks", "shadowing", "action_learning", "partnership", "responsibility"),
}
# For a goal with no known topic: methods of each shape, and some that keep the learning going.
GENERAL_METHODS = (
    "partnership",
    "shadowing",
    "new_tasks",
    "closer_follow_up",
    "side_by_side",
    "mentor",
    "action_learning",
)

# Words that many goals have, so that two texts that share them need not be alike.
UNSPECIFIC_WORDS = frozenset(
    "andre anden andet arbejde arbejder arbejdet bedre blive bliver bruge bruger faerre finde fleste flere foerste gaar"
    " goere gange godt gerne hvordan hverdag hverdagen ikke kende klare kollega kolleger kollegaer kunne laere laerer"
    " leder lederen mange mellem mere mindst mindre mine maade maader mulig naar nogen noget opgave opgaver praksis"
    " selv sammen siden skulle stoerre tager uden under vores vaere about after another become being better colleague"
    " colleagues could every first learn learning manager month months other others people person sense their there"
    " these thing things those together under weeks where which while without would yourself".split()
)


@dataclass(frozen=True, slots=True)
class Fit:
    """A method that fits a goal. `about` says why; without it, it fits most goals, or shares `words` with this one."""

    method: str
    about: Topic | None
    words: tuple[str, ...] = ()


def _begins(word: str, beginning: str) -> bool:
    if beginning[0] == "=":
        return word == beginning[1:]
    if beginning[0] == "*":
        return beginning[1:] in word
    return word.startswith(beginning)


def _compiled(signs: str) -> list[list[str]]:
    return [sign.split() for sign in re.split(r"\s*,\s*", signs.strip(" ,"))]


_SIGNS = [
    (about, worth, sign)
    for about, both in SIGNS.items()
    for worth, signs in zip((SURE, HINT), both, strict=True)
    for sign in _compiled(signs)
]
# Signs by the first letter of a word, and under * those that can be anywhere in it: this makes the search fast.
_BY_LETTER: dict[str, list[tuple[Topic, int, list[str]]]] = defaultdict(list)
for _sign in _SIGNS:
    _BY_LETTER[_sign[2][0].lstrip("=")[0]].append(_sign)
_LONG = [(about, sign[0].lstrip("*")) for about, worth, sign in _SIGNS if worth == SURE and len(sign) == 1]


def _recognised(words: list[str]) -> tuple[Counter[Topic], set[int]]:
    """The topics of the words, with how sure each is, and the places of the words that were recognised."""
    points: dict[tuple[Topic, int], int] = defaultdict(int)
    places: set[int] = set()
    for place, word in enumerate(words):
        for about, worth, sign in (*_BY_LETTER.get(word[0], ()), *_BY_LETTER["*"]):
            matched = words[place : place + len(sign)]
            if len(matched) == len(sign) and all(map(_begins, matched, sign)):
                # A word with several signs of a topic counts once, by the surest.
                points[about, place] = max(points[about, place], worth + (len(sign) > 1))
                places |= set(range(place, place + len(sign)))
    sure: Counter[Topic] = Counter()
    for (about, _place), worth in points.items():
        sure[about] += worth
    return sure, places


def _recognised_with_typo(words: Iterable[str]) -> Counter[Topic]:
    """The topics of words that were not recognised as they are written, with one letter corrected."""
    sure: Counter[Topic] = Counter()
    for word in words:
        for about, beginning in _LONG:
            size = len(beginning)
            if size < TYPO_FROM or len(word) < size - 1 or word[0] != beginning[0]:
                continue
            if min(OSA.distance(word[:length], beginning) for length in (size - 1, size, size + 1)) == 1:
                sure[about] = max(sure[about], SURE - 1)
    return sure


@lru_cache(1000)
def topics_of(text: str, sign: str = "") -> tuple[tuple[Topic, int], ...]:
    """The topics of a goal, the surest first, each with how sure it is; how it will be seen counts half as much."""
    sure: Counter[Topic] = Counter()
    for part, weight in ((text, TITLE), (sign, SIGN)):
        words = folded(part).split()
        topics, places = _recognised(words)
        topics += _recognised_with_typo(word for place, word in enumerate(words) if place not in places)
        for topic, worth in topics.items():
            sure[topic] += weight * worth
    least = SURE if any(worth >= SURE for worth in sure.values()) else HINT
    order = list(Topic)
    enough = ((topic, worth) for topic, worth in sure.items() if worth >= least)
    return tuple(sorted(enough, key=lambda pair: (-pair[1], order.index(pair[0]))))


def _ranked(goal: Iterable[tuple[Topic, int]], offered: Collection[str]) -> list[tuple[float, Fit]]:
    """Every offered method that fits the goal's topics, with its score and the topic that it fits best."""
    score: Counter[str] = Counter()
    best: dict[str, tuple[float, Topic]] = {}
    for topic, worth in goal:
        methods = FITS[topic]
        for place, method in enumerate(methods):
            points = min(worth, 4 * SURE) * (len(methods) - place + 2)
            score[method] += points
            if method not in best or points > best[method][0]:
                best[method] = (points, topic)
    return [(score[method], Fit(method, best[method][1])) for method in score if method in offered]


def fitting_methods(
    text: str, sign: str, offered: Collection[str], own: Mapping[str, Collection[str]] | None = None
) -> list[Fit]:
    """Three to five of the offered methods that fit a goal, the best first; fewer only where fewer are offered.

    `offered`: keys of methods. `own`: the organisation's own methods, each with the words that it shares with the goal.
    At most two are of one shape, unless nothing else is left. A goal with no known topic gets methods that fit most
    goals.
    """
    own = own or {}
    goal = topics_of(text, sign)
    ranked = _ranked(goal, offered)
    top = max((score for score, _fit in ranked), default=1.0)
    ranked += [
        (top * (0.7 + 0.2 * len(words)), Fit(method, None, tuple(words))) for method, words in own.items() if words
    ]
    places = {method: place for place, method in enumerate(SHAPES)}
    ranked.sort(key=lambda pair: (-pair[0], places.get(pair[1].method, len(places)), pair[1].method))
    fits = [fit for _score, fit in ranked]
    chosen = _mixed(fits, MOST)
    if len(chosen) >= LEAST:
        return chosen
    known = {fit.method for fit in chosen}
    rest = dict.fromkeys((*GENERAL_METHODS, *SHAPES, *sorted(offered)))
    return _mixed(
        (Fit(method, None) for method in rest if method in offered and method not in known), LEAST + 1, chosen
    )


def _mixed(fits: Iterable[Fit], most: int, chosen: Iterable[Fit] = ()) -> list[Fit]:
    """The first of them, at most `ALIKE` of one shape (own methods are one shape); more only to reach `LEAST`."""
    taken, over = list(chosen), []
    shapes = Counter(SHAPES.get(fit.method) for fit in taken)
    for fit in fits:
        shape = SHAPES.get(fit.method)
        if shapes[shape] >= ALIKE:
            over.append(fit)
        elif len(taken) < most:
            taken.append(fit)
            shapes[shape] += 1
    return taken + over[: max(0, LEAST - len(taken))]


def significant_words(text: str) -> list[str]:
    """The folded words of a text that count when another text shares them, each once."""
    words = dict.fromkeys(folded(text).split())
    return [
        word for word in words if len(word) >= SHARED_FROM and word not in STOP_WORDS and word not in UNSPECIFIC_WORDS
    ]


def shared_words(goal: Mapping[str, str], method: Collection[str]) -> list[str]:
    """The words of a goal (each with its stem) that a method's texts have (as stems), also as part of a longer word."""

    def alike(a: str, b: str) -> bool:
        return a == b or (min(len(a), len(b)) >= SHARED_FROM and (a in b or b in a))

    return [word for word, stem in goal.items() if any(alike(stem, other) for other in method)]
