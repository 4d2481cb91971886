"""The words the finder knows by heart: general English, no names of places.

Sets of normal forms (`names.norm`). They are long on purpose: one word more costs nothing at run time.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ABBREVIATIONS = _words(
    "Ky Calif Fla Ala Ariz Ark Colo Conn Ga Ill Ind Kan Kans La Md Mass Mich Minn Miss Mo Mont Neb Nev Okla Ore "
    "Pa Tenn Tex Va Vt Wash Wis Wyo Ont Alta Del St Ste Mt Ft W.Va Dr Mr Mrs Ms Sen Rep Gov Gen Col Lt Sgt Capt "
    "Rev Prof Maj Cpl Ave Blvd Rd Hwy",
)
"""Written with a full stop that does not end the sentence."""

TITLES = _words(
    "mr mrs ms miss dr prof sen rep gov gen col lt sgt capt cpl rev maj sir lord lady president minister premier "
    "senator representative governor mayor judge justice chief sheriff deputy officer detective captain general "
    "colonel lieutenant sergeant major coach chairman chairwoman secretary director spokesman spokeswoman "
    "spokesperson king queen prince princess pope sheikh imam ambassador commissioner councilman congressman "
    "superintendent attorney professor father brother sister aunt uncle actor actress singer author abu umm "
    "ayatollah mullah emir commander leader dictator hurricane cyclone typhoon",
)
LOOSE_TITLES = _words("general major chief father leader commander author")
"""Titles that are as often plain words: no proof of a person by themselves."""

ORGANISATION = _words(
    "university college school academy institute hospital clinic church times post herald tribune journal gazette "
    "news star press presse chronicle observer examiner sun mail globe courier register daily weekly fc united "
    "rovers athletic police department dept fire council committee commission commissioners court bank group inc "
    "corp corporation ltd llc co company companies airlines airways air authority agency association federation "
    "union party league club team foundation fund center centre museum library theater theatre festival cup games "
    "open award prize act treaty accord agreement declaration convention protocol sheriff sheriffs office bureau "
    "board ministry parliament congress senate assembly national army navy forces front brigade brigades "
    "battalion movement society hotel mall stadium arena dam orchestra ballet tigers bulldogs eagles bears lions "
    "hall medical health services service system systems exchange chamber conference summit studies olympic "
    "olympics championship championships tournament series grand marathon derby observatory network agence "
    "organization organisation initiative campaign defence defense command guard guards",
)
COMPANY = _words(
    "company companies firm retailer retailers brand giant maker automaker carmaker manufacturer airline chain startup "
    "supplier developer",
)
COMPANY_ENDING = _words("inc corp llc ltd plc llp ceo cfo")
STREET = _words("street st avenue ave road rd boulevard blvd drive lane highway hwy route parkway square bridge")
NATURE = _words(
    "river lake creek bay island islands mountain mountains hill hills valley park beach forest canyon coast "
    "peninsula desert falls springs sea ocean gulf strait reservoir cape canal harbor harbour",
)
TOWNSHIP = _words("township barangay")
SITE = _words(
    "airport airfield airbase camp prison jail crossing base checkpoint dam port barracks refinery station bridge "
    "roundabout outpost garrison",
)
"""What reports on conflict name as the spot of an event; names before them are seldom anything else."""
SHELTERS = _words("hospital clinic school mosque market")
"""Facilities when an Arabic name stands before ("al-Shifa Hospital"); elsewhere mostly organisations."""
FACILITY = SITE | _words(
    "cathedral church mosque temple stadium arena square castle palace tower farm ranch plaza cemetery zoo "
    "racecourse estate",
)
AREA_TYPE = _words(
    "county counties province provinces state states governorate governorates district districts region regions "
    "oblast parish prefecture department municipality",
)
COUNTY_WORDS = _words("co county counties parish township twp")
PATTERN_HEADS = _words("lake river mt highway interstate route camp cape isle wadi jabal jebel tal tell")
NAME_PARTICLES = _words("de di da von van der bin ibn bint ben")
NUMBERED_ROADS = _words("highway interstate route")
COMPOUND_HEADS = _words(
    "kafr kafar kafer kfar kafra tel tell tal tall khan beit bayt bait deir dayr ain ayn ein bir wadi jabal jebel "
    "jabel maarat maaret marat ras burj qalat jisr souq souk hammam mazraat khirbet khirbat nahr umm um qasr",
)
"""First words of Arabic place names: "Kafr X" is a village whether or not a list knows X."""
TRANSLITERATED_HEADS = _words("al el tal tel abu bir ain ayn um umm")

PREPOSITIONS = _words(
    "in at near from to of around outside across within throughout into toward towards through via between over "
    "off on for by",
)
PLACE_PREPOSITIONS = _words("in at near from outside around throughout across")
"""After these a name is a place more often than not."""
ATTACKING = _words(
    "hit hits struck strikes shelled bombed bombarded pounded stormed besieged captured seized recaptured retook "
    "overran liberated hitting striking shelling bombing bombarding storming besieging capturing seizing recapturing "
    "retaking",
)
"""After these a name that is neither a word nor a person's is what was attacked or taken: a place."""
BEFORE_NO_PERSON = PLACE_PREPOSITIONS | {"the", "a", "an"}
"""After these no first name follows that is a place's too."""

SITE_PREPOSITIONS = _words("in at near on outside from to around inside hit struck targeted bombed shelled")
BEFORE_SMALL_NAME = _words("in for from near to at across")
"""After these a name is looked for though it is written small: "pray for uganda"."""
NEWS_AGENCIES = _words(
    "sana saba wafa tass irna isna ina nna petra anadolu tasnim mehr fars spa qna kuna bna wam mena maan amaq anha "
    "hawar rudaw interfax ukrinform unian kcna xinhua lana suna apa aina ap afp dpa efe ansa upi ria",
)
"""Short names of news agencies; several are a place's name too."""
REPORTING = _words(
    "said says reported reports quoted quotes cited cites adds added claimed claims wrote published carried broadcast "
    "announced",
)
"""What an agency does."""
MONTHS = _words("jan feb mar apr may jun jul aug sep sept oct nov dec")
NOT_NAMES = _words(
    "arab arabs kurd kurds druze baath "  # peoples and a party no list of demonyms has; towns bear the names
    "january february march april may june july august september october november december monday tuesday "
    "wednesday thursday friday saturday sunday christmas easter god lord internet english i "
    "states est edt cst cdt mst pst pdt gmt",
)
CONNECTORS = _words(
    "of the de del la le les du da do dos al el ez es ar as ash an ad at and on upon sur in am di y e der den by "
    "under au aux en sous d l ul des dei della na nad pod van von ter las los bin ibn wa",
)
JOINING_ARTICLES = _words("al el ul ar as ash an ad az at ez es en ed")
ARTICLES_INSIDE = _words("al el ar as ash at an ad az deir tal tell")
"""Small words a name may begin with, as in "al-Bab" and "deir Hafer"."""

COMPASS = _words(
    "north south east west northern southern eastern western central upper lower greater new old downtown "
    "northwest northeast southwest southeast metro inner outer rural mid",
)
SETTLEMENT_OF = _words(
    "city town village outskirts north south east west suburb capital port state people republic kingdom",
)
UNKNOWN_AFTER_OF = _words(
    "city town village outskirts towns villages suburb district area areas province north south east west",
)
LOCAL_NOUN = _words(
    "police residents man woman officials authorities county city area resident native school town village suburb "
    "court hospital",
)
PEOPLE_OF = _words("residents resident police officials natives native city county area town")
"""After a name these show a place."""
OFFICE = _words(
    "mayor governor gov sen rep senator representative attorney superintendent sheriff legislature lawmakers democrat "
    "democrats democratic republican republicans prosecutor prosecutors police resident residents native",
)
"""Capitalised after a name these are what the place has: "the Ramadi Mayor", "a Nevada Democrat"."""
SAYING = _words(
    "said says say told added adds explained noted announced agreed urged warned called calls vowed accused "
    "accuses denies denied wants backed",
)
PERSON_SAYS = _words("said says added told explained noted recalled testified")
"""What a person does and a town does not; governments do, by the names of countries and capitals."""
NOT_PATTERN_HEAD = _words("the a an this that in on at from")

GLUE = _words(
    "would could should will can may might must has have had was were is are said says and or but the of in on at "
    "to for from with by as that who which where when while after before during near",
)
"""Words that typically lose the space before or after them; longer words would split true names."""

FUNCTION_WORDS = PREPOSITIONS | GLUE | _words("the a an and is are its this these our we no not up out new")
"""Capitalised in headlines only, and then no part of a name."""
NO_PART_OF_NAME = ORGANISATION | STREET | NATURE | AREA_TYPE | FUNCTION_WORDS
ARMED_HEADS = _words(
    "hayat hayyat hyat hayet jabhat jabha ahrar faylaq failaq jaysh jaish jeish liwa harakat kataib katibat kata "
    "ansar hurras huras jund junud saraya asaib quwat tahrir tanzim jamaat jamaa fatah harakah wilayat mujahideen "
    "lashkar sipah hezb hizb",
)
"""First words of armed groups' names in transliteration: a capitalised run that begins so is a group, not a place."""
ARMED_ARTICLES = _words("al el as ash an ad ul ut e i wal")
QAEDA_BRANCHES = _words("iraq maghreb") | {
    "the arabian peninsula",
    "the islamic maghreb",
    "the indian subcontinent",
    "the sahel",
}
NAMESAKES = _words(
    "vehicle vehicles tank tanks missile missiles rifle rifles apc apcs ifv ifvs launcher launchers howitzer "
    "howitzers virus viruses ebolavirus hantavirus coronavirus strain strains fever flu syndrome",
)
"""Things called after a place or person: "Bradley vehicles", "Lassa fever"; not "rocket": "Aleppo rocket attack"."""
INSTITUTIONS = _words("pentagon kremlin") | {"white house", "downing street", "capitol hill"}
"""Buildings that stand for a government."""
INSTITUTION_HEADS = frozenset(name.split()[0] for name in INSTITUTIONS)

ATTRIBUTIVE_ENDINGS = _words(
    "led backed allied supported based trained armed made born owned run funded controlled occupied held friendly "
    "aligned sponsored financed supplied brokered mediated imposed",
)
STATE_NOUNS = _words(
    "forces force military army navy troops troop soldiers soldier marines air airstrike airstrikes strike "
    "strikes raid raids special officials official government administration president secretary ambassador "
    "diplomat diplomats diplomacy envoy embassy congress senate senator senators intelligence drone drones "
    "warplane warplanes jets jet aircraft helicopter helicopters commander commanders commandos coalition led "
    "backed allied policy sanctions aid support weapons general generals citizen citizens dollar dollars law "
    "lawmakers spokesman spokeswoman spokesperson authorities attack attacks operation operations led defense "
    "defence foreign personnel warship warships base bases contractors advisers presence invasion occupation "
    "state department central federal supreme",
)
"""After a country's short form these make an adjective of it."""
AFTER_SUBJECT = (
    PREPOSITIONS
    | SAYING
    | _words(
        "and or but nor yet so if that who whom whose which what where when while as than then also not all both each "
        "to has have had is are was were be been will would could can may might should must did does do a an the this "
        "these i it he she they we his her its their now today made took went gave got sent saw kept left held began "
        "came became cut put hit let set won lost met ran fell rose grew spent sought fought thought bought brought "
        "because since although though until unless after before during again once still even just only alone itself "
        "want need remain continue say plan hope believe think know include appear seem",
    )
)
"""After these a country's short form is a noun: "the US did", "in the US and"."""
