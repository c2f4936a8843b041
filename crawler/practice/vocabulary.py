"""The parts from which the generated site puts its sentences together, per language."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Parts of a sentence, in the order in which they are joined, and names."""

    subjects: tuple[str, ...]
    verbs: tuple[str, ...]
    objects: tuple[str, ...]
    wheres: tuple[str, ...]
    whens: tuple[str, ...]
    places: tuple[str, ...]
    kickers: tuple[str, ...]
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]


def _split_phrases(block: str) -> tuple[str, ...]:
    return tuple(phrase.strip() for phrase in block.strip().split("|"))


ENGLISH = Vocabulary(
    subjects=_split_phrases(
        "the harbour council | a retired teacher | the weavers' cooperative | the night ferry | an old librarian | the tea pickers' union | the parish kitchen | a pair of brothers |"
        "the radio station | a young engineer | the football club | the river police chief | a travelling dentist | the school of music | the bakery on the hill | the guild of lamp makers |"
        "a group of widows | the botanical garden | the postmaster | the salt farmers' league | the evening choir | a boat builder | the railway museum | an old honey hunter"
    ),
    verbs=_split_phrases(
        "has repaired | wants to buy | will open | has counted | is teaching | refuses to sell | has inherited | keeps painting | is looking for | has measured | promises | has found |"
        "cannot afford | shares | has moved | is drying | defends | has translated | collects | remembers | is mending | has borrowed | describes | protects"
    ),
    objects=_split_phrases(
        "a wooden bridge | eleven brass bells | the map of the valley | a school for divers | the summer market | three hundred umbrellas | a clock without hands | the lost harvest |"
        "a ledger of debts | the yellow tram | a garden of herbs | the oldest oven | seven fishing boats | a library of letters | the winter road | a choir of drivers |"
        "the village pump | a well of sweet water | the paper kites | a collection of keys | the last lighthouse | forty sewing machines | the night school | a theatre of crates"
    ),
    wheres=_split_phrases(
        "behind the old customs house | on the eastern bank | near the bus depot | in a courtyard of mango trees | above the fish market | along the disused railway |"
        "in the shade of the water tower | at the edge of the salt flats | between two rice mills | under the new flyover | on the second island | beside the clinic |"
        "in the lane of the tailors | at the foot of the glacier | opposite the cinema | on a rented barge | in the former barracks | outside the city wall"
    ),
    whens=_split_phrases(
        "since the last monsoon | before the spring festival | for the third year | after a long dispute | without asking for money | despite the rising prices |"
        "with the help of their neighbours | as nobody had expected | until the ice melts | every second Sunday | against the advice of experts | during the school holidays |"
        "at the request of the elders | with borrowed tools | while the rain lasts | to the surprise of the mayor | in less than a week | before the road is closed"
    ),
    places=(
        "Dhaka",
        "Mumbai",
        "Hanoi",
        "Jakarta",
        "Beijing",
        "Moscow",
        "Kathmandu",
        "Seoul",
        "Beirut",
        "Ho Chi Minh City",
        "Chiang Mai",
        "Colombo",
    ),
    kickers=(
        "BANGLADESH",
        "INDIA",
        "VIETNAM",
        "INDONESIA",
        "CHINA",
        "RUSSIA",
        "NEPAL",
        "KOREA",
        "LEBANON",
        "SRI LANKA",
        "THAILAND",
        "INDIA - NEPAL",
    ),
    first_names=(
        "Maria",
        "John",
        "Teresa",
        "Paul",
        "Lucia",
        "Peter",
        "Agnes",
        "Thomas",
        "Clara",
        "Simon",
        "Helena",
        "Martin",
    ),
    last_names=(
        "Fernando",
        "Nguyen",
        "Rossi",
        "Tanaka",
        "Gomes",
        "Ortega",
        "Haddad",
        "Wibowo",
        "Lindner",
        "Kapoor",
        "Petrov",
        "Santos",
    ),
)
ITALIAN = Vocabulary(
    subjects=_split_phrases(
        "il consiglio del porto | una maestra in pensione | la cooperativa delle tessitrici | il traghetto della notte | un vecchio bibliotecario | la cucina della parrocchia |"
        "la radio del quartiere | una giovane ingegnera | la squadra di calcio | un dentista viaggiante | la scuola di musica | il museo della ferrovia | un costruttore di barche |"
        "il coro della sera | la guardiana del faro | il circolo dei fornai"
    ),
    verbs=_split_phrases(
        "ha riparato | vuole comprare | aprirà | ha contato | rifiuta di vendere | ha ereditato | continua a dipingere | cerca | ha misurato | promette | ha trovato | difende |"
        "ha tradotto | raccoglie | ricorda | protegge"
    ),
    objects=_split_phrases(
        "un ponte di legno | undici campane d'ottone | la mappa della valle | una scuola per sommozzatori | il mercato estivo | trecento ombrelli | un orologio senza lancette |"
        "un registro di debiti | il tram giallo | un orto di erbe | il forno più antico | sette barche da pesca | la strada d'inverno | la pompa del villaggio | gli aquiloni di carta |"
        "una raccolta di chiavi"
    ),
    wheres=_split_phrases(
        "dietro la vecchia dogana | sulla riva orientale | vicino al deposito degli autobus | in un cortile di manghi | sopra il mercato del pesce | lungo la ferrovia dismessa |"
        "all'ombra del serbatoio | ai margini delle saline | fra due mulini | sotto il nuovo viadotto | sulla seconda isola | accanto all'ambulatorio | nel vicolo dei sarti |"
        "di fronte al cinema"
    ),
    whens=_split_phrases(
        "dall'ultimo monsone | prima della festa di primavera | per il terzo anno | dopo una lunga disputa | senza chiedere denaro | nonostante i prezzi in aumento |"
        "con l'aiuto dei vicini | come nessuno si aspettava | una domenica su due | contro il parere degli esperti | durante le vacanze | su richiesta degli anziani |"
        "con attrezzi presi in prestito | in meno di una settimana"
    ),
    places=("Dacca", "Mumbai", "Hanoi", "Giacarta", "Pechino", "Mosca", "Kathmandu", "Seoul", "Beirut", "Roma"),
    kickers=("BANGLADESH", "INDIA", "VIETNAM", "INDONESIA", "CINA", "RUSSIA", "NEPAL", "COREA", "LIBANO", "SRI LANKA"),
    first_names=("Maria", "Giovanni", "Teresa", "Paolo", "Lucia", "Pietro", "Agnese", "Tommaso"),
    last_names=("Fernando", "Nguyen", "Rossi", "Tanaka", "Gomes", "Ortega", "Haddad", "Bianchi"),
)
VOCABULARIES = {"en": ENGLISH, "it": ITALIAN}
