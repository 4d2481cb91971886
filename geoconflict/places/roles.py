"""Whether a country or capital acts in the text, or is where something is.

"Russia launched airstrikes" and "backed by Turkey" name a party, "Ankara and Moscow agreed" a government by its
capital, "in Turkey" a place. A country stays a place unless the words around say it acts, because a place lost is worse
than a party kept.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from geoconflict.gazetteer.names import ARABIC, norm
from geoconflict.places.choices import INSTITUTIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geoconflict.places.context import Context
    from geoconflict.records import Mention, Place, Role


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ACTS = _words(
    "said says say told tells added announced announces agreed agrees urged urges warned warns called calls vowed "
    "vows accused accuses denied denies wants want wanted backed backs supports supported launched launches fired "
    "fires attacked attacks invaded invades bombed bombs shelled shells struck strikes hit hits targeted targets "
    "seized seizes captured annexed occupied occupies controls deployed deploys sent sends withdrew withdraws "
    "pulled threatened threatens condemned condemns claimed claims blamed blames insists insisted hopes hoped "
    "fears feared believes believed thinks thought seeks sought sees views considers considered regards dubbed "
    "plans planned prepared prepares signed signs reached brokered mediated rejected rejects refused refuses "
    "proposed proposes offered offers opposed opposes imposed imposes lifted approved expelled recalled summoned "
    "recognised recognized recognises recognizes ordered orders asked asks demanded demands responded responds "
    "retaliated retaliates replied acted acts joined joins intervened intervenes helped helps armed arms trained "
    "trains provided provides supplied supplies funded funds financed sponsored gave gives sold sells bought buys "
    "vetoed voted votes accepted accepts declared declares designated designates lists listed banned bans killed "
    "arrested detained extradited deported invited hosted hosts welcomed praised praises stepped stopped resumed "
    "ended halted suspended broke violated breached appears seems tried tries failed succeeded managed continued "
    "continues decided decides pledged promised promises intends intended took takes made makes carried conducted "
    "conducts began begins started starts led leads pressed pushed pushes moved maintains maintained repeated "
    "repeatedly shares shared works worked cooperates allied needs needed knows knew benefits gained lost won",
)
"""What countries do as parties; "has", "is" and "was" alone are not among them: "Syria is at war" is about a place."""
_AUXILIARIES = _words("has have had is are was were would will could can may might must should does did do")
_FILLERS = _words(
    "also all both each now then later reportedly allegedly jointly again still already never often not since once",
)
_MODALS = _words("will would could can may might must should")
_ACCUSING = _words(
    "accused accuses accusing blamed blames blaming warned warns urged urges condemned condemns thanked thanks "
    "sanctioned criticised criticized told backs backed supports supported",
)
"""Verbs whose object is a party too: "accused Rwanda"."""
_PASSIVE = _words("hit struck targeted attacked shelled bombed invaded seized captured occupied controlled")
_GOVERNING_NOUNS = _words(
    "government army military forces troops soldiers president minister ministers ministry parliament regime "
    "intelligence involvement support intervention ambassador envoy embassy leader leaders leadership foreign "
    "defense defence interior air navy airstrikes airstrike warplanes jets strikes operation offensive campaign "
    "invasion backing role allies ally policy position stance demands ambitions influence proxies state supreme "
    "prime chief national media",
)
"""After "Turkey's": what a state has and a stretch of land has not."""
_PARTNERS = _words(
    "tension tensions agreement agreements deal deals war wars talks negotiation negotiations relations ties "
    "alliance cooperation coordination peace truce ceasefire treaty accord dispute row partnership trade pact "
    "contact contacts dialogue conflict rivalry standoff friendship summit meeting understanding aligned allied "
    "clashes differences working",
)
"""Before "with X" and "between X and Y": what parties have with each other; "border" is not among them."""
_ADDRESSED = _words(
    "message messages warning warnings threat threats letter response loyal loyalty support aid sanctions "
    "allegiance appeal pressure demands call calls challenge blow concession concessions arms weapons sold sell "
    "handed ally ties opposed opposition allied according hostile friendly",
)
_ALLIED = _words(
    "ally allies rival rivals partner partners neighbour neighbor patron backer backers power powers",
)
_ARABIC_ACTS = _words(
    "قالت اعلنت اكدت نفت دعت اتهمت شنت قصفت ادانت هددت طالبت وافقت رفضت ارسلت استهدفت دعمت حذرت ردت نفذت اطلقت قررت "
    "وقعت سحبت نشرت تدعم تتهم تقصف تعلن تؤكد تهدد ترفض تستهدف",
)
"""Verbs before a country in Arabic, where the doer follows: "Turkey said"."""
_ARABIC_WORD_BEFORE = re.compile(r"([\u0600-\u06ff]+)[ \u00a0]+$")
_LISTS = re.compile(r"^(?:, | and |, and | or | & |/|-|–)(?:the |both )?$")
_WORD_AFTER = re.compile(r"^(['’]s?)?[ \u00a0]+\(?([^\W\d_]+)")
_WORDS_BEFORE = re.compile(r"([^\W\d_]+)?[ \u00a0]*([^\W\d_]+[.,;:]?)[ \u00a0]+$")
_DETERMINERS = ("the", "its", "their", "his", "both")
_DETERMINER = re.compile(rf"\b(?:{'|'.join(_DETERMINERS)})[ \u00a0]+$", re.IGNORECASE)
_LAST_WORDS = 6
"""Pieces between spaces that hold two words, one of these before the name, and a space too many."""
_PARTY_KINDS = frozenset({"country"})
_PLACE_PREPOSITIONS = _words(
    "in at from across inside throughout near around outside within into over through toward towards",
)


def is_party(place: Place) -> bool:
    """Whether a place can act as a party: a country, a capital, a group of countries."""
    return place.kind in _PARTY_KINDS or place.capital or (place.kind == "region" and place.country is None)


def assign_roles(
    text: str,
    mentions: Sequence[Mention],
    places: Sequence[Place | None],
    contexts: Sequence[Context],
) -> list[Role]:
    """Return the role of each mention: what the finder set, else actor, metonym, near_reference or background."""
    together = zip(mentions, places, contexts, strict=True)
    acting = [_acts(text, mention, place, context) for mention, place, context in together]
    for order in (range(1, len(mentions)), range(len(mentions) - 2, -1, -1)):
        for i in order:
            j = i - 1 if order.step == 1 else i + 1
            if acting[j] and not acting[i] and _listed_together(text, mentions, places, i, j):
                acting[i] = True
    roles: list[Role] = []
    for i, (mention, place) in enumerate(zip(mentions, places, strict=True)):
        if mention.role:
            roles.append(mention.role)
        elif mention.key in INSTITUTIONS:
            roles.append("metonym")
        elif acting[i] and place is not None:
            roles.append("metonym" if place.capital else "actor")
        else:
            roles.append("near_reference" if contexts[i].relation == "near" else "background")
    return roles


def _listed_together(text: str, mentions: Sequence[Mention], places: Sequence[Place | None], i: int, j: int) -> bool:
    """Whether neighbouring mentions are parties in one list ("Russia, Iran and the US"), the first not after "in"."""
    first, second = min(i, j), max(i, j)
    place = places[i]
    if place is None or not is_party(place) or mentions[i].role:
        return False
    if not _LISTS.match(text[mentions[first].end : mentions[second].start]):
        return False
    return _words_before(text, mentions[first])[1] not in _PLACE_PREPOSITIONS


def _words_before(text: str, mention: Mention) -> tuple[str, str]:
    """Return the two words before a mention in small letters, "the" left out; punctuation at the last is kept."""
    behind = text[max(0, mention.start - 48) : mention.start]
    if not behind.removesuffix("\n").endswith((" ", "\u00a0")):
        return "", ""
    behind = " ".join(behind.rsplit(" ", _LAST_WORDS)[-_LAST_WORDS:])
    if behind.rstrip().lower().endswith(_DETERMINERS):
        behind = _DETERMINER.sub("", behind)
    match = _WORDS_BEFORE.search(behind)
    return ((match.group(1) or "").lower(), match.group(2).lower()) if match else ("", "")


def _acts(text: str, mention: Mention, place: Place | None, context: Context) -> bool:
    if place is None or mention.role or not is_party(place) or context.relation != "in":
        return False
    if ARABIC.match(mention.key):
        spoken = _ARABIC_WORD_BEFORE.search(text[max(0, mention.start - 24) : mention.start])
        return spoken is not None and norm(spoken.group(1)).removeprefix("و") in _ARABIC_ACTS
    ahead = text[mention.end : mention.end + 80]
    after = _WORD_AFTER.match(ahead)
    earlier, before = _words_before(text, mention)
    if after and after.group(1):
        owned = [norm(word) for word in re.findall(r"[^\W\d_]+", ahead[len(after.group(1)) :])[:2]]
        return owned[0] in _GOVERNING_NOUNS or (owned[0] == "own" and owned[-1] in _GOVERNING_NOUNS)
    if before == "by" and place.kind in _PARTY_KINDS:
        return True
    if before in ("with", "between", "versus", "vs", "against"):
        return before in ("against", "versus", "vs") or earlier in _PARTNERS
    if before == "to" and (earlier in _ADDRESSED):
        return True
    if before in _ALLIED or before in _ACCUSING:
        return True
    if before in _PLACE_PREPOSITIONS or before == "of":
        return False
    return bool(after) and _is_subject(ahead, governed=before in ("on", "about", "despite", "to", "with", "for"))


def _is_subject(ahead: str, *, governed: bool) -> bool:
    """Whether the words after a name make it the doer: "has threatened", "clearly thought", "could be sending"."""
    words = [norm(word) for word in re.findall(r"[^\W\d_]+", ahead.split("\n", maxsplit=1)[0])[:5]]
    auxiliary = ""
    for word in words:
        if word in ("all", "both", "each"):
            governed = True
        if word in _FILLERS or (word.endswith("ly") and len(word) > 4):
            continue
        if governed:
            return len(word) > 5 and word.endswith("ing")
        if word in _AUXILIARIES or word in ("be", "been"):
            auxiliary = word
            continue
        if auxiliary in ("is", "are", "was", "were", "be", "been"):
            return (word.endswith("ing") or word in _ACTS) and word not in _PASSIVE
        return word in _ACTS or auxiliary in _MODALS
    return False
