"""Words before a person's name, in all languages: "my name is", "Mr", "my son"; all folded as ``normalise`` folds."""

from bot.understanding.normalise import normalise, without_accents

_INTRODUCTIONS = """
sohn heißt|tochter heißt|mann heißt|frau heißt|bruder heißt|schwester heißt|kind heißt|vater heißt|mutter heißt
my name is|my name's|my name|name is|her name is|his name is|i am called|she is called|he is called|this is mr
ich heiße|ich heisse|mein name ist|mein name|er heißt|sie heißt|heiße|heisse|name ist|nachname ist|vorname ist
name lautet|mit freundlichen grüßen|mfg|lg|grüße|grüsse|gruesse|viele grüße|liebe grüße|gruß|best regards
regards|je m'appelle|je mappelle|m'appelle|j m'appelle|mon nom est|mon nom c'est|moi c'est|il s'appelle
elle s'appelle|s'appelle|mon prénom est|nom de famille|cordialement|اسمي|انا اسمي|اسمه|اسمها|اسمو|اسمي هو|ادعى
يدعى|تدعى|كنيتي|لقبي|اسم زوجي|اسم ابني|اسم بنتي|ismi|esmi|isme|ana ismi|ana esmi|ismo|isma|ismi huwa|اسم العائلة
نامم|نام من|اسمم|اسم من|نام من هست|نامش|اسمش|نام شوهرم|اسم شوهرم|نام خانوادگی|فامیلم|فامیلی من|تخلصم|تخلص من
نام پسرم|نام دخترم|اسم پسرم|اسم دخترم|esmam|esme man|esm man|esm e man|namam|name man|nam man|esmesh|famili man
takhalosam|زما نوم|نوم مې|نوم مي|نوم یې|زما تخلص|تخلص مې|د هغه نوم|zama num|zama nom|zama noom|num me|nom me
noom me|zama nam|navê min|nave min|navê wî|navê wê|nawe min|navê mêrê min|navê kurê min|navê keça min
paşnavê min|nasnavê min|navê minê|adım|adim|benim adım|benim adim|ismim|benim ismim|soyadım|soyadim|soyismim
kocamın adı|oğlumun adı|kızımın adı|меня зовут|зовут|его зовут|ее зовут|мое имя|моя фамилия|с уважением
menya zovut|menja zovut|zovut|moe imya|moya familiya|мене звати|звати|мене звуть|його звати|її звати|моє ім'я
моє імя|моє прізвище|я звуся|з повагою|mene zvaty|mene zvati|zvaty|moye imya|moye prizvyshche|ስመይ|ሽመይ|ስሙ|ስማ
ስም ሰብኣየይ|ስም ወደይ|ስም ጓለይ|ስም ኣቦይ|simey|shimey|smey|semey|shmey|simu|sima|magacaygu waa|magacayga waa|magacayga
magacaygu|magaceygu waa|magaceyga waa|magaciisu waa|magaceedu waa|magaciisa waa|la i yiraahdaa|la iyiraahdaa
waxaa la i yiraahdaa|magacaygu wa|la yiraahdo|la dhaho
"""

# A surname for certain: the phrases of all languages above may stand before a first name too.
_SURNAMES = """
surname is|last name is|family name is|nachname ist|nachname lautet|familienname ist|familienname lautet
nom de famille est|nom de famille c'est|كنيتي|كنيتي هي|لقبي|لقبي هو|اسم العائلة|اسم العائلة هو|اسم عائلتي
اسم عائلتي هو|نام خانوادگی|نام خانوادگی من|نام خانوادگی ام|فامیلم|فامیلی من|فامیلی ام|تخلصم|تخلص من|زما تخلص|تخلص مې
کورنی نوم مې|زما کورنی نوم|paşnavê min|paşnava min|nasnavê min|soyadım|soyismim|моя фамилия|фамилия|моє прізвище
прізвище|ስም ስድራቤተይ|ስም ስድራቤት|magaca qoyskaygu waa|magaca qoyskayga waa|magaca qoysku waa
"""

_TITLES = """
عبد vorname nachname familienname фамилия имя прізвище ім'я herr herrn frau fr hr dr prof familie fam mr mrs ms
miss sir madam mister monsieur madame mme mlle السيد السيدة سيد الأستاذ استاذ الدكتور دكتور دكتورة ابو ام ابن
آقای اقای خانم جناب ښاغلی ښاغلي مېرمن میرمن استاد حاجی birêz xanim kekê mamoste bay bayan sayın hoca abla abi
господин госпожа доктор пан пані пане панові gospodin pan pani ኣቶ አቶ ወይዘሮ ወ/ሮ ዶክተር ሓው ሓብቲ ኣያ mudane marwo
marwada mudanaha ustaad sheekh sheikh abu abou umm
"""

_RELATIVES = """
my son|my daughter|my husband|my wife|my brother|my sister|my father|my mother|my child|my uncle|my aunt
my friend|my baby|my cousin|my partner|son|daughter|husband|mein sohn|meinen sohn|meinem sohn|sohn|meine tochter
meiner tochter|tochter|mein mann|meinen mann|meinem mann|ehemann|meine frau|meiner frau|ehefrau|mein bruder
meinen bruder|meinem bruder|bruder|meine schwester|meiner schwester|schwester|mein vater|meinem vater
meinen vater|vater|meine mutter|meiner mutter|mutter|mein kind|meinem kind|mein onkel|onkel|meine tante|tante
mein freund|meine freundin|mein neffe|meine nichte|mein baby|mein cousin|meine oma|mein opa|mon fils|ma fille
mon mari|ma femme|mon frère|ma soeur|ma sœur|mon père|ma mère|mon enfant|mon bébé|mon oncle|ma tante|mon ami
mon cousin|ma cousine|ابني|ابنتي|بنتي|زوجي|زوجتي|جوزي|مرتي|اخي|اخوي|خوي|اختي|ابي|ابوي|والدي|امي|والدتي|طفلي
طفلتي|ولدي|عمي|خالي|عمتي|خالتي|صديقي|صديقتي|رفيقي|ابن عمي|ibni|ebni|binti|benti|zawji|zawjti|jozi|marti|akhi
khayi|okhti|abi|waldi|weldi|پسرم|پسر من|دخترم|دختر من|شوهرم|شوهر من|همسرم|زنم|خانمم|برادرم|خواهرم|پدرم|مادرم
بابام|مامانم|بچه ام|بچم|طفلم|کودکم|فرزندم|عمویم|عموم|کاکایم|ماما|دایی ام|خاله ام|دوستم|نامزدم|pesaram|pisaram
dokhtaram|dukhtaram|shoharam|shawharam|hamsaram|zanam|khanomam|baradaram|beradaram|khaharam|pedaram|padaram
madaram|زوی مې|زوی می|زما زوی|لور مې|لور می|زما لور|خاوند مې|زما خاوند|مېړه مې|ښځه مې|مېرمن مې|زما ښځه|ورور مې
زما ورور|خور مې|زما خور|پلار مې|زما پلار|مور مې|زما مور|ماشوم مې|کاکا مې|ماما مې|zoy me|lur me|wror me|khor me
plar me|mor me|khawand me|kurê min|keça min|mêrê min|jina min|hevjîna min|hevjînê min|birayê min|xwişka min
xwîşka min|bavê min|dayika min|diya min|zarokê min|zaroka min|apê min|xalê min|hevalê min|oğlum|kızım|kocam|eşim
karım|kardeşim|abim|ablam|babam|annem|çocuğum|bebeğim|amcam|dayım|teyzem|halam|arkadaşım|nişanlım|oğlumun
kızımın|сын|сына|сыну|сынок|дочь|дочка|дочери|дочку|муж|мужа|мужу|жена|жены|жене|жену|брат|брата|брату|сестра
сестры|сестре|сестру|отец|отца|папа|мать|мама|мамы|ребенок|ребенка|дядя|тетя|друг|подруга|внук|внучка|син|сина
сину|синок|дочка|донька|доньки|доньку|доньці|чоловік|чоловіка|чоловіку|дружина|дружини|дружину|брата|сестри
сестрі|батько|батька|тато|мати|дитина|дитини|дядько|тітка|онук|онука|syn|doch|dochka|donka|muzh|zhena|brat
sestra|cholovik|druzhyna|ወደይ|ጓለይ|ሰብኣየይ|በዓል ቤተይ|በዓልቲ ቤተይ|ሰበይተይ|ሓወይ|ሓፍተይ|ኣቦይ|ኣደይ|ውላደይ|ቆልዓይ|ሓወቦይ|ኣኮይ|ዓርከይ|wedey
guale|gualey|seb'ay|hawey|haftey|wiilkayga|wiilkaygu|wiilkeyga|gabadhayda|gabadhaydu|gabadheyda|ninkayga
ninkaygu|ninkeyga|xaaskayga|xaaskaygu|xaaskeyga|walaalkay|walaashay|aabahay|aabbahay|hooyaday|ilmahayga
cunugayga|adeerkay|abtigay|saaxiibkay
"""

# What follows a name and tells it from a verb: "my son xyz has no papers".
_AFTER_A_NAME = """
ist hat kann braucht muss will möchte war wird darf soll is has can needs was wants must will est peut doit veut avait
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


def _by_first_word(phrases: str) -> dict[str, tuple[tuple[str, ...], ...]]:
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in phrases.replace("\n", "|").split("|"):
        if words := tuple(plain(phrase).split()):
            found.setdefault(words[0], []).append(words)
    return {first: tuple(sorted(all_words, key=len, reverse=True)) for first, all_words in found.items()}


# The first word of each introduction, and all that start with it, longest first.
INTRODUCTIONS = _by_first_word(f"{_INTRODUCTIONS}|{_SURNAMES}")
SURNAME_INTRODUCTIONS = _by_first_word(_SURNAMES)
RELATIVES = _by_first_word(_RELATIVES)  # what a relative is called; a name may follow, or not
TITLES = frozenset(plain(word) for word in _TITLES.split())
FUNCTION_WORDS = frozenset(plain(word) for word in _FUNCTION_WORDS.split())
AFTER_A_NAME = frozenset(plain(word) for word in _AFTER_A_NAME.split())
# Ali: in Persian letters it is the name, in Arabic ones it may be "on" too, which many write alike.
ALI = "علی"
NO_FUNCTION_WORDS = frozenset({ALI})
VERBS_LIKE_NAMES = frozenset({"said"})  # "my friend said"; a name with a capital only
