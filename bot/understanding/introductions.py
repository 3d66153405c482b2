"""Words before a person's name, in all languages: "my name is", "Mr"; all folded as ``normalise`` folds."""

from bot.understanding.normalise import normalise, without_accents

_INTRODUCTIONS = """
my name is|my name's|my name|name is|her name is|his name is|i am called|she is called|he is called|this is mr
ich heiße|ich heisse|mein name ist|mein name|er heißt|sie heißt|heiße|heisse|name ist|nachname ist|vorname ist
name lautet|mit freundlichen grüßen|mfg|lg|viele grüße|liebe grüße|gruß|best regards|regards|je m'appelle
je mappelle|m'appelle|j m'appelle|mon nom est|mon nom c'est|moi c'est|il s'appelle|elle s'appelle|s'appelle
mon prénom est|nom de famille|cordialement|اسمي|انا اسمي|اسمه|اسمها|اسمو|اسمي هو|ادعى|يدعى|تدعى|كنيتي|لقبي
اسم زوجي|اسم ابني|اسم بنتي|ismi|esmi|isme|ana ismi|ana esmi|ismo|isma|ismi huwa|اسم العائلة|نامم|نام من|اسمم
اسم من|نام من هست|نامش|اسمش|نام شوهرم|اسم شوهرم|نام خانوادگی|فامیلم|فامیلی من|تخلصم|تخلص من|نام پسرم|نام دخترم
اسم پسرم|اسم دخترم|esmam|esme man|esm man|esm e man|namam|name man|nam man|esmesh|famili man|takhalosam
زما نوم|نوم مې|نوم مي|نوم یې|زما تخلص|تخلص مې|د هغه نوم|zama num|zama nom|zama noom|num me|nom me|noom me
zama nam|navê min|nave min|navê wî|navê wê|nawe min|navê mêrê min|navê kurê min|navê keça min|paşnavê min
nasnavê min|navê minê|adım|adim|benim adım|benim adim|ismim|benim ismim|soyadım|soyadim|soyismim|kocamın adı
oğlumun adı|kızımın adı|меня зовут|зовут|его зовут|ее зовут|мое имя|моя фамилия|с уважением|menya zovut
menja zovut|zovut|moe imya|moya familiya|мене звати|звати|мене звуть|його звати|її звати|моє ім'я|моє імя
моє прізвище|я звуся|з повагою|mene zvaty|mene zvati|zvaty|moye imya|moye prizvyshche|ስመይ|ሽመይ|ስሙ|ስማ|ስም ሰብኣየይ
ስም ወደይ|ስም ጓለይ|ስም ኣቦይ|simey|shimey|smey|semey|shmey|simu|sima|magacaygu waa|magacayga waa|magacayga|magacaygu
magaceygu waa|magaceyga waa|magaciisu waa|magaceedu waa|magaciisa waa|la i yiraahdaa|la iyiraahdaa
waxaa la i yiraahdaa|magacaygu wa|la yiraahdo|la dhaho
"""

_TITLES = """
عبد vorname nachname familienname фамилия имя прізвище ім'я herr herrn frau fr hr dr prof familie fam mr mrs ms
miss sir madam mister monsieur madame mme mlle السيد السيدة سيد الأستاذ استاذ الدكتور دكتور دكتورة ابو ام ابن
آقای اقای خانم جناب ښاغلی ښاغلي مېرمن میرمن استاد حاجی birêz xanim kekê mamoste bay bayan sayın hoca abla abi
господин госпожа доктор пан пані пане панові gospodin pan pani ኣቶ አቶ ወይዘሮ ወ/ሮ ዶክተር ሓው ሓብቲ ኣያ mudane marwo
marwada mudanaha ustaad sheekh sheikh abu abou umm
"""

_FUNCTION_WORDS = """
a an the is am are was and or in on at of to for with from not i you he she we they it my your his her our me
be do does how what when where who why which can need want have has but so if no yes here there this that
please help ich du er sie es wir ihr mein meine meinen meiner ist bin sind war und oder im auf aus von vom zu
zum zur mit für bei nicht kein keine der die das dem den des ein eine einen einem einer wie wo wer wann warum
hat habe haben hatte kann können muss will möchte braucht brauche hier dort auch aber wenn dann bitte hallo
danke nach seit vor je tu il elle nous vous ils elles suis est sont et ou où dans sur de la le les un une mon
ma mes pour avec pas ne que qui quoi comment quand ai au aux انا انت هو هي نحن من الى في على عن مع ما لا و او
ان هذا هذه كيف وين اين متى هل عندي اريد بدي محتاج وانا غلط تو شما آنها است هستم هست دارم را به از با در که یا
این آن چطور کجا کی می نمی برای تا اشتباه زه ته هغه موږ تاسو دی ده دي یم یو مې د په کې له نه څه چېرته څنګه چې
ez ew em hûn e û li ji di bi ku çi çawa kengî na min te wî wê ben sen o biz siz onlar ve veya ile için bir bu
şu nasıl nerede değil var yok mı mi mu mü da я ты он она мы вы они и или в на с от до за по не нет у из для
как где когда что кто мой моя мне меня это есть ти він вона ми ви вони і та або з від ні із як де коли що хто
мій мені мене це є й ኣነ ንስኻ ንሱ ንሳ ንሕና እዩ እየ ኢየ ኣሎ ኣለኹ ይበሃል እበሃል ካብ ናብ ኣብ ምስ ን ናይ ከመይ ኣበይ እንታይ ወይ ን'ዚ waa
waxaan aan iyo ama ka u miyaa sidee xagee goorma maxaa aniga adiga isaga iyada waxa ayaa baa oo ismi zama day
"""


def plain(word: str) -> str:
    """Return a word as it is compared with names and introductions: folded, in bare base letters."""
    return without_accents(normalise(word))


def _by_first_word() -> dict[str, tuple[tuple[str, ...], ...]]:
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in _INTRODUCTIONS.replace("\n", "|").split("|"):
        if words := tuple(plain(phrase).split()):
            found.setdefault(words[0], []).append(words)
    return {first: tuple(sorted(all_words, key=len, reverse=True)) for first, all_words in found.items()}


INTRODUCTIONS = _by_first_word()  # the first word of each introduction, and all that start with it, longest first
TITLES = frozenset(plain(word) for word in _TITLES.split())
FUNCTION_WORDS = frozenset(plain(word) for word in _FUNCTION_WORDS.split())
