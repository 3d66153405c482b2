"""The language of an utterance comes from its script, its letters and the conversation so far."""

from importlib.resources import files

import pytest
import yaml

from bot import learning, settings
from bot.understanding.embedded import EmbeddedInterpreter
from bot.understanding.language import LanguageIdentifier, train_identifier
from bot.understanding.normalise import key_of, words_of
from bot.understanding.scripts import script_of

# Written after other_languages.yaml and not for it: what is told here was not learnt by heart.
_OTHER_LANGUAGES = """\
am: ሻንጣዬ አውሮፕላን ማረፊያ ጠፋብኝ
am: ምሽት ላይ የሚከፈት ፋርማሲ አለ ወይ
am: የልጆች አበል እስካሁን አልገባልኝም
am: በአውሮፓ ፍርድ ቤት ይግባኝ ማለት እችላለሁ
am: እዚህ ሰፈር ርካሽ ሱቅ የት ይገኛል
am: ዓይኔ በደንብ አያይም መነጽር ያስፈልገኛል
am: መዋኘት መማር እፈልጋለሁ የት ልመዝገብ
am: ከማን ጋር ነው የምነጋገረው አሁን
am: ደብዳቤው በስህተት ወደ ሌላ ሰው ሄዷል
am: ጋብቻችንን እዚህ ማስመዝገብ እንፈልጋለን
am: ጎረቤቴ ሌሊት ይጮኻል መተኛት አልቻልኩም
am: ትምህርቴን መቀጠል እችላለሁ ወይስ አልችልም
ckb: جانتاکەم لە فڕۆکەخانە ون بوو
ckb: دەرمانخانەیەکی شەوانە هەیە لێرە
ckb: چاوم باش نابینێت چاویلکەم دەوێت
ckb: دەمەوێت فێری مەلەوانی ببم
ckb: ئێستا لەگەڵ کێ قسە دەکەم
ckb: هاوسێکەم شەوانە هاوار دەکات ناتوانم بخەوم
ur: میرا سامان ایئرپورٹ پر کھو گیا
ur: رات کو کون سی فارمیسی کھلی ہوتی ہے
ur: نظر کمزور ہے چشمہ بنوانا ہے
ur: تیراکی سیکھنے کہاں جاؤں
ur: ابھی کس سے بات ہو رہی ہے
ur: mera saman airport par kho gaya
ur: raat ko pharmacy khuli hoti hai kya
ur: bachon ka paisa abhi tak nahi aaya
az: çamadanım hava limanında itdi
az: gecə işləyən aptek varmı burada
az: gözüm yaxşı görmür eynək lazımdır
az: üzməyi öyrənmək istəyirəm
az: indi kiminlə danışıram mən
az: qonşum gecələr qışqırır yata bilmirəm
uz: chamadonim aeroportda yo'qoldi
uz: tunda ishlaydigan dorixona bormi
uz: ko'zim yaxshi ko'rmaydi ko'zoynak kerak
uz: suzishni o'rganmoqchiman qayerga boray
uz: ҳозир ким билан гаплашяпман
uz: кўзим яхши кўрмайди кўзойнак керак
kk: чемоданым әуежайда жоғалып қалды
kk: түнде жұмыс істейтін дәріхана бар ма
kk: көзім нашар көреді көзілдірік керек
kk: жүзуді үйренгім келеді қайда барамын
kk: қазір кіммен сөйлесіп тұрмын
be: мой чамадан згубіўся ў аэрапорце
be: ці ёсць тут начная аптэка
be: дрэнна бачу патрэбны акуляры
be: хачу навучыцца плаваць куды запісацца
be: з кім я зараз размаўляю
bg: куфарът ми се изгуби на летището
bg: има ли денонощна аптека наблизо
bg: не виждам добре трябват ми очила
bg: искам да се науча да плувам
bg: с кого разговарям в момента
bg: съседът вика нощем и не мога да спя
sr: кофер ми се изгубио на аеродрому
sr: има ли овде ноћна апотека
sr: не видим добро треба ми наочаре
sr: хтео бих да научим да пливам
sr: с ким сада причам
sr: комшија виче ноћу не могу да спавам
hr: kofer mi se izgubio na aerodromu
hr: ima li ovdje noćna apoteka
hr: ne vidim dobro trebaju mi naočale
hr: htio bih naučiti plivati
hr: s kim sada razgovaram molim
hr: komšija viče noću ne mogu spavati
om: shaanxaan koo buufata xiyyaaraatti bade
om: farmaasiin halkan banaa ta'e jiraa
om: iji koo sirriitti hin argu
om: daakaa bishaanii barachuu nan barbaada
om: amma eenyu wajjin haasa'aa jira
om: ollaan koo halkan ni iyya rafuu hin dandeenye
sw: sanduku langu limepotea uwanja wa ndege
sw: kuna duka la dawa usiku hapa
sw: sioni vizuri nahitaji miwani
sw: nataka kujifunza kuogelea nijiandikishe wapi
sw: sasa hivi naongea na nani
es: mi maleta se perdió en el aeropuerto
es: hay alguna farmacia abierta de noche
es: no veo bien y necesito gafas
es: quisiera aprender a nadar
es: con quién estoy hablando ahora
pt: minha mala sumiu no aeroporto
pt: tem alguma farmácia aberta de noite
pt: não enxergo bem e preciso de óculos
pt: queria aprender a nadar
pt: com quem eu estou falando agora
it: ho perso la valigia in aeroporto
it: c'è una farmacia aperta di notte
it: non vedo bene mi servono gli occhiali
it: vorrei imparare a nuotare
it: con chi sto parlando adesso
ro: mi s-a pierdut valiza la aeroport
ro: e vreo farmacie deschisă noaptea
ro: nu văd bine îmi trebuie ochelari
ro: vreau să învăț să înot
ro: cu cine vorbesc eu acum
pl: zginęła mi walizka na lotnisku
pl: czy jest jakaś nocna apteka
pl: słabo widzę potrzebuję okularów
pl: chciałabym nauczyć się pływać
pl: z kim ja teraz rozmawiam
sq: valixhja ime humbi në aeroport
sq: a ka ndonjë farmaci të hapur natën
sq: nuk shoh mirë më duhen syze
sq: dua të mësoj të notoj
sq: me kë po flas tani
vi: vali của tôi bị thất lạc ở sân bay
vi: có nhà thuốc nào mở ban đêm không
vi: mắt tôi nhìn không rõ cần mua kính
vi: tôi muốn học bơi
vi: bây giờ tôi đang nói chuyện với ai
zh: 我的行李在机场丢了
zh: 我想学游泳去哪里报名
nl: mijn koffer is zoekgeraakt op het vliegveld
nl: is er een nachtapotheek in de buurt
nl: ik zie slecht en heb een bril nodig
nl: ik wil graag leren zwemmen
nl: met wie praat ik nu eigenlijk
cs: ztratil se mi kufr na letišti
cs: je tu někde noční lékárna
cs: špatně vidím potřebuji brýle
cs: chtěla bych se naučit plavat
hu: elveszett a bőröndöm a repülőtéren
hu: van itt éjszakai gyógyszertár
hu: rosszul látok szemüveg kell
hu: szeretnék megtanulni úszni
mk: ми се изгуби куферот на аеродром
mk: има ли тука ноќна аптека
mk: не гледам добро ми требаат очила
ky: чемоданым аэропортто жоголуп кетти
ky: түнкүсүн иштеген дарыкана барбы
ky: көзүм жакшы көрбөйт көз айнек керек
tg: ҷомадонам дар фурудгоҳ гум шуд
tg: дар ин ҷо дорухонаи шабона ҳаст
tg: чашмам хуб намебинад айнак лозим
id: koper saya hilang di bandara
id: apa ada apotek buka malam hari
id: mata saya kabur perlu kacamata
tl: nawala ang maleta ko sa paliparan
tl: may botika bang bukas sa gabi
tl: malabo na ang mata ko kailangan ng salamin
ha: akwatina ya bata a filin jirgi
ha: akwai kantin magani da dare
ha: ba na gani sosai ina bukatar tabarau
"""

# The twelve, some with German names of offices, some in Latin letters.
_OURS = """\
de: der vermieter will die kaution nicht zurückgeben
de: ich hab kein geld fürs ticket vom vvs
de: meine frau ist schwanger wer hilft uns
en: my landlord keeps the deposit what now
en: the Ausländerbehörde did not answer my mail
en: i lost my Aufenthaltstitel yesterday in the bus
fr: le propriétaire garde la caution que faire
fr: j'ai reçu une lettre du Jobcenter Stuttgart
fr: ma femme est enceinte qui peut nous aider
fr: le Bürgeramt ne me donne pas de Termin
tr: Jobcenter bana mektup gönderdi anlamadım
tr: ev sahibi depozitoyu geri vermiyor
tr: Ausländerbehörde randevusu nasıl alınır
tr: eşim hamile kim yardım eder
ar: وصلتني رسالة من Jobcenter ولم افهمها
ar: كيف احصل على Termin في Ausländerbehörde Stuttgart
ar: زوجتي حامل من يساعدنا
ar: صاحب البيت لا يريد ارجاع التأمين
ar: wesalni risale men el jobcenter ma fhemta
ar: mrati 7amel min bisa3edna
fa: از Jobcenter نامه گرفتم نفهمیدم
fa: چطور از Ausländerbehörde وقت بگیرم
fa: خانمم حامله است کی کمک میکند
fa: صاحبخانه پول پیش را پس نمیدهد
fa: az jobcenter name gereftam nafahmidam
fa: khanomam hamele ast ki komak mikone
fa: من دو طفل دارم و مکتب میپالم
ps: له جاب سنتر نه مې لیک ترلاسه کړ نه پوهیږم
ps: ښځه مې امیندواره ده څوک مرسته کوي
ps: د کور څښتن راته وايي چې ووځه
ps: د Ausländerbehörde وخت څنګه واخلم
ps: za pa jermani na pohegam marasta raka
uk: отримав листа з Jobcenter і не розумію
uk: дружина вагітна хто допоможе
uk: як записатися на Termin в Ausländerbehörde
uk: господар не повертає заставу
uk: druzhyna vahitna khto dopomozhe nam
uk: otrymav lysta i ne rozumiyu shcho robyty
ru: получил письмо из Jobcenter и не понимаю
ru: жена беременна кто поможет
ru: как записаться на Termin в Ausländerbehörde
ru: хозяин не возвращает залог
ru: zhena beremenna kto nam pomozhet
ru: poluchil pismo i ne ponimayu chto delat
ti: ካብ ጆብሰንተር ደብዳበ መጺኡኒ ግን ኣይተረድኣንን
ti: ሰበይተይ ነፍሰጾር እያ መን ይሕግዘና
ti: ዋና ገዛ ካብ ገዛ ውጻእ ይብለኒ ኣሎ
ti: ናይ Ausländerbehörde ቆጸራ ብኸመይ ክረክብ
ti: debdabe metsiuni ayteredeanin
ti: sebeytey nefsetsor eya men yhagzena
so: waxaan warqad ka helay Jobcenter ma fahmin
so: xaaskaygu waa uur yaa na caawinaya
so: guri-lehuhu wuxuu igu yidhi guriga ka bax
so: sidee ballan uga helaa Ausländerbehörde
kmr: ji Jobcenter name hat min fêm nekir
kmr: jina min ducanî ye kî dikare alîkarî bike
kmr: xwediyê malê dibêje ji malê derkeve
kmr: ez çawa ji Ausländerbehörde Termin bistînim
"""


def _pairs(lines: str) -> list[tuple[str, str]]:
    return [(line.partition(": ")[2], line.partition(": ")[0]) for line in lines.splitlines()]


@pytest.fixture(scope="module")
def identifier() -> LanguageIdentifier:
    """What ``lotse run`` tells languages apart with."""
    known = learning.training_inputs(settings.load({}))
    return train_identifier([*((e.text, e.language) for e in known.examples), *known.language_texts])


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ich brauche einen arzt und suche eine ärztin", "de"),
        ("i want to open a bank account", "en"),
        ("انا اريد ان اتعلم اللغة الالمانية", "ar"),
        ("من می‌خواهم زبان آلمانی یاد بگیرم", "fa"),
        ("زه غواړم ډاکټر ته لاړ شم", "ps"),
        ("мені потрібен лікар", "uk"),
        ("мне нужен врач и курсы", "ru"),
        ("almanca öğrenmek istiyorum", "tr"),
        ("almanca ogrenmek istiyorum", "tr"),
    ],
)
def test_a_sentence_names_its_language(interpreter: EmbeddedInterpreter, text: str, language: str) -> None:
    """Languages of one script are kept apart, with or without accents."""
    assert interpreter.identify(text, None).language == language


def test_a_sentence_changes_the_language_of_the_conversation(interpreter: EmbeddedInterpreter) -> None:
    """Three telling words are evidence enough."""
    found = interpreter.identify("i want to learn german", "de")
    assert (found.language, found.certain) == ("en", True)


@pytest.mark.parametrize("text", ["ok", "hi", "danke", "Jobcenter", "👍", "123", "", "B1 kurs"])
def test_short_words_stay_in_the_language_of_the_conversation(interpreter: EmbeddedInterpreter, text: str) -> None:
    """One or two Latin words under Arabic do not switch."""
    found = interpreter.identify(text, "ar")
    assert (found.language, found.certain) == ("ar", False)


def test_a_short_word_in_a_foreign_script_does_switch(interpreter: EmbeddedInterpreter) -> None:
    """Nobody writes German in Cyrillic letters."""
    assert interpreter.identify("привіт", "de").language == "uk"


def test_german_names_do_not_turn_an_arabic_sentence_german(interpreter: EmbeddedInterpreter) -> None:
    """People use the German word for an office in every language."""
    assert interpreter.identify("اريد Termin في Jobcenter من فضلك", None).language == "ar"


def test_a_romanised_sentence_is_known_as_such(interpreter: EmbeddedInterpreter) -> None:
    """Arabic in Latin letters is Arabic."""
    found = interpreter.identify("ana bdi at3allam almani", None)
    assert (found.language, found.romanised) == ("ar", True)


@pytest.mark.parametrize(
    "text", ["我想学德语", "Θέλω να μάθω γερμανικά", "necesito un médico por favor, busco trabajo", "मुझे डॉक्टर चाहिए"]
)
def test_a_language_that_lotse_does_not_speak_is_other(interpreter: EmbeddedInterpreter, text: str) -> None:
    """Saying "not mine" is better than guessing."""
    found = interpreter.identify(text, "de")
    assert (found.language, found.certain) == ("other", True)


def test_a_text_without_letters_and_without_a_conversation_is_open(interpreter: EmbeddedInterpreter) -> None:
    """Nothing is known, and it is said so."""
    assert not interpreter.identify("???", None).certain


@pytest.mark.parametrize("prior", [None, "de"])
def test_nine_of_ten_sentences_of_other_languages_are_told(identifier: LanguageIdentifier, prior: str | None) -> None:
    """Most languages that people bring are known well enough to say: none of mine."""
    sentences = _pairs(_OTHER_LANGUAGES)
    missed = [text for text, _ in sentences if identifier.identify(text, prior).language != "other"]
    assert len(missed) <= len(sentences) / 10, missed


def test_amharic_is_not_taken_for_tigrinya(identifier: LanguageIdentifier) -> None:
    """They share their letters, and an answer in Tigrinya is of no use to whoever writes Amharic."""
    sentences = [text for text, language in _pairs(_OTHER_LANGUAGES) if language == "am"]
    taken = [text for text in sentences if identifier.identify(text, None).language == "ti"]
    assert len(taken) <= len(sentences) / 10, taken


@pytest.mark.parametrize(("text", "language"), _pairs(_OURS))
def test_german_names_leave_a_sentence_in_its_language(
    identifier: LanguageIdentifier, text: str, language: str
) -> None:
    """Neighbours are kept apart, and names of offices count for nothing."""
    assert identifier.identify(text, None).language == language


@pytest.mark.parametrize("word", ["wohnung", "krankenkasse", "appointment", "randevu", "kindergeld", "logement"])
def test_one_word_is_no_evidence_of_a_language_that_lotse_does_not_speak(
    identifier: LanguageIdentifier, word: str
) -> None:
    """Short messages are nearly always in one of the twelve."""
    assert identifier.identify(word, None).language != "other"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("hallo", "de"),
        ("Hi!", "en"),
        ("hello", "en"),
        ("سلام", "fa"),
        ("السلام عليكم", "ar"),
        ("شكرا", "ar"),
        ("مننه", "ps"),
        ("spas", "kmr"),
        ("merhaba", "tr"),
        ("selam", "tr"),
        ("merci", "fr"),
        ("termin", "de"),
        ("job", "de"),
        ("b1 kurs", "de"),
        ("are you a human", "en"),
        ("are you a robot", "en"),
    ],
)
def test_a_short_first_message_names_its_language(identifier: LanguageIdentifier, text: str, language: str) -> None:
    """It is known word for word, or its words are those of the language that uses them most."""
    assert identifier.identify(text, None).language == language


@pytest.mark.parametrize("word", ["krankenschein", "rollstuhl", "ausbildungsplatz", "wohnung"])
def test_the_words_of_offices_are_german_whoever_borrows_them(identifier: LanguageIdentifier, word: str) -> None:
    """As an example such a word stands in other languages only, for people there use it too."""
    assert identifier.identify(word, None).language == "de"


def test_a_short_text_stays_in_a_language_of_the_conversation_that_has_it(identifier: LanguageIdentifier) -> None:
    """The same greeting is Persian and Pashto; the same word is Turkish and Kurmanji."""
    assert identifier.identify("سلام", "ps").language == "ps"
    assert identifier.identify("merhaba", "kmr").language == "kmr"
    found = identifier.identify("merhaba", "de")
    assert (found.language, found.certain) == ("de", False)


def test_nearly_every_short_example_is_told_or_german(identifier: LanguageIdentifier) -> None:
    """One to three words that were taught are told, or are German words that people borrow."""
    taught: dict[str, set[str]] = {}
    for example in learning.training_inputs(settings.load({})).examples:
        if 0 < len(words_of(example.text)) <= 3 and script_of(example.text):
            taught.setdefault(key_of(example.text), {"de"}).add(example.language)
    missed = [text for text, languages in taught.items() if identifier.identify(text, None).language not in languages]
    assert len(missed) <= len(taught) / 200, missed


def test_letters_that_normalising_merges_tell_languages_apart() -> None:
    """Words that are equal once normalised are Pashto with one letter and Persian with the other."""
    small = train_identifier([("ټول ډېر ښه", "ps"), ("تول دیر شه", "fa")])
    assert small.identify("ټول ډېر ښه", None).language == "ps"
    assert small.identify("تول دیر شه", None).language == "fa"


def test_a_sentence_of_another_language_stands_there_once() -> None:
    """A repeated sentence weighs twice."""
    source = files("bot.understanding").joinpath("other_languages.yaml").read_text(encoding="utf-8")
    sentences = [text for texts in yaml.safe_load(source).values() for text in texts]
    assert sorted(set(sentences)) == sorted(sentences)
