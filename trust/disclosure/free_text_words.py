"""The words that ``free_text`` knows: names, titles, streets, months, and what is none of them.

Written by hand, of many origins, and far from all: who is missing here is missed there."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


MONTHS = _words(
    """
    january february march april may june july august september october november december
    jan feb mar apr jun jul aug sep sept oct nov dec
    febuary feburary janurary agust augest septemeber septmber ocotber novemeber decemeber
    stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada
    grudnia janaayo febraayo maarso abriil juun luulyo agoosto sebtembar oktoobar nofembar
    diseembar
    يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر
    জানুয়ারি ফেব্রুয়ারি মার্চ এপ্রিল মে জুন জুলাই আগস্ট সেপ্টেম্বর অক্টোবর নভেম্বর ডিসেম্বর
    """
)

BORN = (
    r"\b(?:born|dob|d\.o\.b\.?|d o b|birth ?days?|birth ?dates?|date of births?|bday|b-day|d/o/b"
    r"|ur\.|urodz\w*|urodził\w*|dhash\w*|dhalatay|dhashay|dhalasho\w*)"
    r"|জন্ম\w*|(?:مواليد|الميلاد|ميلاد\w*|ولدت?\b)"
)

BORN_GROUP = (
    r"\b(?:group|project|charity|service|idea|club|caf[eé]|organisation|network|campaign|festival"
    r"|scheme|partnership|centre|hub|circle|kitchen|forum)(?:'s)?(?: \w+)? (?:was|were)? ?"
    r"(?:\w+ )?(?:born|birthday)\b[^.!?]*$"
)

ROADS = ("road", "rd", "street", "avenue", "ave", "lane", "crescent", "cres", "terrace", "gardens")

STREETS = tuple(
    _words(
        """
        Road Rd Street St Avenue Ave Lane Ln Crescent Cres Gardens Gdns Terrace Terr Close Cl Drive
        Court Ct Place Pl Square Sq Way Walk Grove Hill Mews Rise Row Park Green View House
        Buildings Mansions Estate Parade Yard Vale End Gate Wharf Quay Villas Broadway Tower Point
        Heights Lodge Passage Circus Cottages road street avenue lane crescent terrace close
        """
    )
)

BLOCKS = tuple(_words("House Court Tower Point Heights Lodge Mansions Buildings Block Gardens"))

NO_STREET = _words(
    """
    a an and any are around at back both busy by close crossing down each every few for from hour
    high hours families homes households houses in into is it main mile minute minutes more most
    nearby new of off on one or other our out over own people per quiet residential same shops side
    small that the their them this to two under up was were whole with
    streets metre metres yards days day week weeks month months year years times complaints
    """
)

NO_HOUSE = (
    r"\b(?:bus|buses|route|routes|line|room|ward|page|section|item|table|age|aged|question|phase"
    r"|week|day|year|zone|platform|level|gate|junction|stage|chapter|about|around|over|least|nearly"
    r"|the|these|those|all|only|than|some|our|another|first|last|every)[ ,]{1,2}$"
)

TITLED = (
    r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Doctor|Prof|Professor|Sir|Dame|Rev|Revd|Reverend|Imam|Sheikh|Shaykh"
    r"|Aunty|Auntie|Uncle|Cllr|Councillor|Pan|Pani|Sister|Father|Nurse|MR|MRS|MISS|PC|Sgt)\b\.? "
    r"([A-Z\u00c0-\u024f][^\W\d_]+(?:[-'][^\W\d_]+){0,2})"
    r"(?: (?!And\b|Or\b)[A-Z][^\W\d_]+(?:[-'][^\W\d_]{2,})?){0,2}"
)

_PERSON = (
    r"woman|women|man|lady|gentleman|girl|boy|mum|mom|mother|dad|father|neighbou?r|son|daughter"
    r"|child|volunteer|worker|client|resident|tenant|friend|lad|person|someone|somebody|nurse|carer"
    r"|student|member|baby|kid|sister|brother|husband|wife|uncle|aunt|cousin|teacher|chap|guy|bloke"
    r"|grandson|granddaughter|grandmother|grandfather|niece|nephew|partner|refugee|parent|pupil|gp"
)

NAMED = (
    rf"\b(?:(?:name is|name's|name was|nazywam się|mam na imię|ma na imię|imieniem"
    rf"|magac(?:aygu|eedu|iisu) (?:waa|waxaa)|la yiraahdo|la yidhaahdo|spoke to|speak to|ask for)"
    rf"|(?:{_PERSON})(?:, \w{{1,12}},| \w{{1,12}})? (?:is |was )?(?:called|named)"
    rf"|(?:my|his|her|their|our|whose|your) (?:\w{{3,12}} )?(?:{_PERSON}),?"
    rf"|(?:the|a) (?:{_PERSON}),|signed,?|regards,?|call me|আমার নাম|তার নাম|اسمي|اسمها|اسمه) "
    r"|\bI(?: am|'m) (?=[^\W\d_]{2,20}(?:,| from\b| and I\b| speaking\b))"
)
"""What a name follows."""

RELATED = (
    r"'s (?:mum|mom|mother|dad|father|son|daughter|brother|sister|husband|wife|uncle|aunt|cousin"
    r"|niece|nephew|gran|grandmother|grandfather|grandson|granddaughter)\b"
)
"""What is somebody's."""

NO_NAMES = _words(
    """
    the a an and or but if so i i'm we they he she it this that these those there here who what when
    where why how in on at to of for from with without by as is was are were be been has have had
    not no yes our your my his her their its some many most all both each every other another one
    two three four five six seven eight nine ten monday tuesday wednesday thursday friday saturday
    sunday january february march april june july august september october november december
    camden london islington kilburn hampstead bengali somali arabic polish english british muslim
    christian jewish hindu sikh council housing universal credit gp nhs dwp pip esa uk eu then now
    also after before since because while please thank thanks dear christmas easter ramadan eid
    mr mrs ms dr chair saturday's citizens advice job jobcentre home office school social services
    irish scottish welsh italian turkish kurdish jamaican nigerian ghanaian indian pakistani chinese
    portuguese spanish romanian ukrainian eritrean ethiopian sudanese syrian afghan iranian iraqi
    women men woman man mother mum father dad child children girl boy neighbour baby england
    britain europe london's street block flat family families nurse teacher volunteer
    disabled deaf blind today yesterday everyone everybody somebody someone nobody people god
    ward whatsapp zoom facebook teams google english's somali's africa african asian caribbean
    """
)

PLACES = _words(
    """
    road rd street st avenue ave lane close drive court crescent gardens terrace place square way
    walk grove hill mews rise row park green house buildings mansions estate parade yard vale gate
    wharf quay villas tower point heights lodge
    school centre center church mosque temple synagogue trust hall ward hospital foundation project
    college library ambulance association society club group surgery practice pharmacy primary
    academy nursery market bridge station award act day fund institute university gallery theatre
    arms cafe café kitchen circle food bank rule week month community council team network forum
    charity hub chapel cathedral parish tenants residents women's men's youth partnership programme
    report review inquiry memorial museum pub stadium garden hostel clinic medical health services
    service alliance desk advice stores supermarket bakery restaurant care foundation's lunch
    collective union party scheme action crescent's festival cup shield prize lecture
    town wood heath common
    """
)

BEFORE_PLACES = _words(
    "st saint saints prince princess king queen lord lady port mount fort lake north south east "
    "west camp great little new upper lower"
)

SMALL_WORDS = _words("peter robin basil harry jimmy")

GIVEN = _words(
    """
    aaron abbas abdi abdirahman abdul abdullah abdullahi abena abigail abu adam adele aden adeola
    adrian agnes agnieszka ahmad ahmed aidan aisha aishah ayesha akua alan alana alastair alejandra
    aleksandra alex alexander alexandra alexis alfie ali alice alicia alina alison alistair allan
    amal amara amina aminata amir amira amna amy ana anand andrea andreas andreea andrew andrzej
    anete angela angus anil anisa anita anna anne annette annie anthony antoni antonio anwar anya
    aoife arjun arif arthur asad asha asif asma ayaan ayan aylin azra babatunde barbara bartek
    bashir beata beatrice ben benjamin bernadette bernard bernice beth betty beverley bilal bilan
    blessing bogdan bosede boris brenda brendan brian bridget bronwen callum camille candice carl
    carla carlos carmen carol caroline caterina catherine cathy celia charles charlie cheryl chidi
    chinedu chioma chloe chris christina christine christopher ciara claire clare claudia clive
    colette colin connor corinne craig cristina cynthia dahir dalia damian daniel daniela danny
    daphne darren dave david dawid deborah debbie declan deepa delroy denise dennis derek desmond
    deqa devon diana diane dimitri dmitri dominic donald donna doreen doris dorota dorothy douglas
    duncan ebony edith edna eduardo edward edwin efua eileen ekaterina elaine eleanor elena elif
    elizabeth elizabete ella ellen ellie elsie emeka emily emine emma emmanuel eric erica erin esra
    esther ethan eugene eunice eva evelyn ewa fadumo faduma faisal farah farhan farida fartun fatema
    fatima fatimah fatma fatou fatoumata fawzia felix femi ferdous fiona folasade francesca francis
    francois fred freda frederick gabriel gareth gary gavin gemma geoff geoffrey george georgina
    gerald geraldine gerard gift gillian giovanni giulia gladys glenda gloria gordon graham greg
    gregory gulsum guled gurpreet gwen habiba hadiya hakim halima hamza hana hanna hannah harold
    harriet harpreet harun hasan hassan hawa hazel heather helen helena helga henry hibaq hilary
    hiba hinda hodan hussain hussein ibrahim ibtisam idil ifeoma ifrah ikram ilhan imran ines ingrid
    ioana irena irene irina isaac isabel isabella isha ismail ivan iwona jackie jacob jacqueline
    jade jaden jaime jake jakub james jamal jamila jan jane janet janice janusz jaroslaw jasmine
    jason javier jawahir jayne jean jeanette jeff jemma jennifer jenny jeremy jerome jerzy jessica
    jill jim jimmy jo joan joanna joanne jodie joe joel johanna john johnny jolanta jon jonathan
    jose josef joseph josephine josh joshua joyce juan judith judy julia julian julie juliet
    justyna kadija kadra kamal kamil kamila kamran karen karim karina karolina kate katarzyna
    kathleen kathryn kathy katie katrina katy kayleigh keith kelly ken kenneth kevin khadija
    khadijah khalid khalida khalil kieran kirsty kofi kojo krystyna krzysztof kumar kwabena kwame
    kyle ladan laila lakshmi lamin lara latifa laura lauren laurence layla leah leanne leila lena
    leo leon leonard lesley leslie leticia lewis leyla liam liban lidia linda lindsay lisa liz lorna
    lorraine louise lubna lucas lucia lucja lucy luis luke lukasz luul lydia lynn lynne maciej
    maggie magdalena magda mahad mahmoud mahmud malcolm malgorzata mandy manjit manuel marcin
    marcus marek margaret maria mariam marian mariana marie marilyn marina mario marion marlon
    marta martha martin martina mary maryam maryan mateusz matilda matthew matt maureen mehmet mei
    melanie melissa mercy meryem michael michal michelle miguel mihai mike miriam mo mohamed
    mohammad mohammed mohamud moira moji molly mona monica monika morag moses mostafa muhammad
    muhammed mumtaz muna munira murad musa mustafa mustaf myra nadia nadine naima najma nancy naomi
    nasima nasir nasra natalia natalie natasha nathan nazia neha neil nell nicholas nicola nicole
    nigel nikhil nikita nimco nimo nina nkechi noor nora noreen norma norman noura nuala nur nuria
    nusrat obinna ola olga oliver olivia oluwaseun omar osman owen oxana pamela paolo parveen pat
    patience patricia patrick patrycja paul paula pauline pawel pearl pedro penelope penny peter
    petra phil philip phillip phoebe phyllis pierre piotr prakash precious pricilla priscilla priya
    rabia rachael rachel rafael raheem rahima rahma rahul raj rajesh ralph ramona ranjit rashid
    rashida ravi raymond razia rebecca reena reggie renata rhiannon rhona ricardo richard rita
    robert roberta roberto robin roger rohan roisin ron ronald ronnie rosa rosalind rosemary rosie
    ross roxana roy rubina rukia rukhsana rupa rupert russell ruth ryan sabina sabrina sadia sadiya
    safia safiya sagal sahra saida salim salma sam samantha samia samina samira samuel sana sandra
    sandeep sanjay sara sarah saskia sean sebastian selina selma sergei shabana shabnam shamim
    shamsa sharmin shannon sharon shaun shazia sheila shelley shirin shirley shukri sian simon
    simone sinead siobhan slawomir sofia soledad sonia sophia sophie stacey stanislaw stefan stella
    stephanie stephen steve steven stuart sue suleiman suleyman sultana sumaya sunita suresh susan
    susanna suzanne svetlana sylvia tadeusz tahira tahmina tamara tammy tania tanya tara tariq
    tatiana taslima temitope teresa terry theresa theo thomas tiffany tim timothy tina toby tom
    tomasz tony tracey tracy trevor tunde tyrone uche umar ursula usha valerie vanessa vera vernon
    veronica vicky vijay vikram vincent viola vivian vivienne wafa wahid waleed wanda wayne wendy
    wilfred william wilson winston wioletta wojciech xin yahya yan yasin yasmin yasmeen yemi ying
    yolanda yosef yousef youssef yuki yusra yusuf yvonne zachary zahra zahir zainab zaynab zara
    zeinab
    zeynep zofia zoe zubair zuzanna łukasz paweł małgorzata michał stanisław józef grażyna bożena
    محمد أحمد احمد فاطمة عائشة خديجة مريم يوسف إبراهيم علي حسن حسين خالد عمر عبدالله زينب سلمى ليلى
    نور سارة أمينة هدى سمير كريم ياسين مصطفى
    রহিমা ফাতেমা করিম রহিম আয়েশা খাদিজা মোহাম্মদ আব্দুল নাজমা শাহানা রেহানা জাহানারা সালমা হাসান
    হোসেন নাসিমা রুবিনা তাহমিনা শিরিন
    """
)

WORDS_TOO = _words(
    """
    grace hope faith will mark rose bill frank grant jack chase victoria albert florence chelsea
    paris sydney charlotte jordan israel georgia india kent lincoln chester warren dale glen heath
    clay art gene rob nick drew miles max rich dean angel christian iris olive poppy daisy lily ivy
    joy dawn amber ruby april june may summer summer's crystal destiny harmony melody sunny bob sid
    violet heidi holly robbie rosemarie marigold ray ed guy pearl bishop duke earl baker amina's
    sandy sonny jasmine jay marvin prince princess queenie star noah solomon elijah jeremiah
    junior andy kim lee ash sky skye river rain storm willow jim
    """
)

FAMILIES = _words(
    """
    smith jones williams taylor brown davies evans wilson thomas roberts johnson walker wright
    robinson thompson hughes edwards harris lewis clarke clark jackson turner hill cooper morris
    ward moore king watson harrison morgan baker patel khan ahmed hussain hussein ali begum khatun
    khanom bibi akhtar miah uddin rahman islam chowdhury choudhury hossain hoque haque shah singh
    kaur sharma kumar gill mahmood malik iqbal mohamed mohammed mohamud abdi hassan farah warsame
    jama osman omar yusuf nur aden abdullahi ibrahim okafor okonkwo adeyemi adebayo mensah owusu
    asante boateng diallo traore nowak kowalski kowalska wiśniewski wisniewska wojcik kaminski
    kamińska lewandowska zielinska murphy kelly o'brien o'connor o'sullivan byrne ryan walsh doyle
    kennedy macdonald campbell stewart robertson anderson scott murray reid ross young mitchell
    phillips james allen bailey bennett carter cox ellis foster gray griffiths hall henry hunt
    marshall mason matthews mills murphy palmer parker pearce perera fernando silva santos pereira
    costa fernandes garcia rodriguez lopez martinez nguyen tran chen wang zhang wong chan yilmaz
    demir kaya ozturk popescu ionescu georgiou papadopoulos cohen levy goldberg
    """
)

UNITS = _words("st nd rd th am pm hr yr ft gb xl wd kg km cm mm")
"""What stands after a number and is no end of a postcode."""

SPEAKS = r" (?:said|says|told|thinks|feels|felt|cried|lives|asked|explained|herself|himself)\b"
"""What only a person does."""
