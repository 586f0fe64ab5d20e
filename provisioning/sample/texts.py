"""The words of the bulletins: general knowledge only; no decision, date, price or person is invented.

Each text is a row of paragraphs. Sources: boiling and hand washing as the World Health Organization
advises after floods; Then as in UNESCO's Representative List (2019); the rest is what extension
workers, forest rangers and fire services commonly advise.
"""

from __future__ import annotations

Texts = dict[str, tuple[str, ...]]
"""Language → paragraphs."""

BUFFALO: Texts = {
    "vi": (
        "Trâu, bò là tài sản lớn của gia đình. Rét đậm kéo dài, kèm mưa hoặc sương muối, dễ làm trâu, bò "
        "kiệt sức, nhất là bê, nghé và con già yếu.",
        "Che kín chuồng, trước hết là phía có gió lùa, bằng bạt, phên hoặc rơm. Vẫn chừa chỗ thoáng ở "
        "trên cao để thoát khói và hơi ẩm. Giữ nền chuồng khô, lót rơm hoặc lá khô dày và thay khi ướt.",
        "Dự trữ rơm, cỏ khô, thân cây ngô từ trước mùa rét. Cho ăn thêm cám, bột ngô. Cho uống nước ấm "
        "có pha một ít muối.",
        "Những ngày rét đậm, rét hại, không thả trâu, bò trong rừng, không bắt cày kéo. Trời nắng ấm thì "
        "cho ra ngoài muộn, đưa về sớm. Có thể khoác bao tải hoặc chăn cũ cho bê, nghé.",
        "Nếu đốt lửa sưởi, hãy đốt ở nơi thoáng, xa rơm, và luôn có người trông. Tiêm phòng đầy đủ. Khi "
        "trâu, bò bỏ ăn, run, nằm không dậy được, hãy báo ngay cán bộ thú y.",
    ),
    "en": (
        "Buffaloes and cattle are a family's great wealth. Long cold spells with rain or frost wear them "
        "out, above all calves and old or weak animals.",
        "Close the shed with sheets, wattle or straw, first on the windy side. Leave an opening high up "
        "for smoke and damp air. Keep the floor dry, with a thick bed of straw or dry leaves, changed "
        "when wet.",
        "Store straw, hay and maize stalks before the cold comes. Add bran or maize meal to the feed. "
        "Give warm water with a little salt.",
        "On the coldest days, do not leave animals in the forest and do not make them work. On sunny "
        "days let them out late and bring them home early. Cover calves with sacks or an old blanket.",
        "If you light a fire for warmth, keep it in an airy place away from straw, and never leave it "
        "alone. Vaccinate fully. If an animal stops eating, shivers or cannot rise, tell the "
        "animal-health worker at once.",
    ),
    "zh-Hans": (
        "牛是家里的重要财产。长时间的严寒，加上下雨或霜冻，容易使牛体力衰竭，小牛和老弱的牛尤其危险。",
        "用篷布、竹篱或稻草把牛棚围好，先挡住迎风的一面；高处留出通风口，排出烟和湿气。地面保持干燥，铺厚"
        "稻草或干树叶，湿了就换。",
        "入冬前储备稻草、干草和玉米秆。饲料里加一些米糠或玉米粉，给牛喝加少量盐的温水。",
        "最冷的日子，不要把牛留在山林里，也不要让牛耕地拉车。天晴暖和时，晚一点放出，早一点赶回。可以给小"
        "牛披上麻袋或旧毯子。",
        "生火取暖要在通风处，远离稻草，并且有人看守。按时打预防针。牛不吃东西、发抖或站不起来时，马上告诉"
        "兽医人员。",
    ),
}

FOREST: Texts = {
    "vi": (
        "Mùa hanh khô, lá rụng và cỏ khô rất dễ bắt lửa. Một tàn thuốc hay một đống lửa nhỏ cũng có thể "
        "làm cháy cả cánh rừng.",
        "Không đốt lửa, không hút thuốc trong rừng và ven rừng. Không đốt ong, không hun khói bắt thú.",
        "Nếu được phép đốt nương, hãy báo trước cho thôn và kiểm lâm, dọn đường băng cản lửa, đốt khi "
        "lặng gió, có đủ người và nước để dập, và chỉ về khi lửa đã tắt hẳn.",
        "Thấy khói hoặc lửa trong rừng: báo ngay trưởng thôn, kiểm lâm hoặc gọi 114. Nói rõ nơi cháy, "
        "hướng gió, đường đi vào.",
        "Nếu bị lửa vây: đi ngược hướng gió hoặc sang ngang để tránh ngọn lửa, tìm suối, ruộng, đất "
        "trống; không chạy lên dốc. Lấy khăn ướt che mũi và miệng. Trẻ em và người già không tham gia "
        "chữa cháy rừng.",
    ),
    "en": (
        "In the dry season fallen leaves and dry grass catch fire easily. One cigarette end or one small "
        "fire can burn a whole forest.",
        "Do not light fires or smoke in or beside the forest. Do not burn out bees or smoke out animals.",
        "If you are allowed to burn a field, tell the village and the forest rangers first, clear a "
        "fire-break, burn when there is no wind, with enough people and water, and leave only when the "
        "fire is fully out.",
        "If you see smoke or fire in the forest, tell the village head or the rangers at once, or call "
        "114. Say where it is, where the wind blows and how to get there.",
        "If fire surrounds you, move against the wind or sideways, out of its way, to a stream, a field "
        "or bare ground; do not run uphill. Cover nose and mouth with a wet cloth. Children and old "
        "people must not fight forest fires.",
    ),
    "zh-Hans": (
        "干燥季节，落叶和干草很容易着火。一个烟头、一小堆火，都可能烧掉整片森林。",
        "不要在林中和林边用火、吸烟。不要烧蜂窝，不要用烟熏捕野兽。",
        "如果获准烧地，要先告诉村里和护林员，清出防火带，选择无风的时候，备足人手和水；火完全熄灭后才能离"
        "开。",
        "看见林中有烟或火，马上告诉村长、护林员，或拨打 114。说清楚地点、风向和进去的路。",
        "被火包围时，逆风或向侧面避开火头，往溪流、田地或空地走；不要往山坡上跑。用湿布捂住口鼻。老人和孩"
        "子不要参加救火。",
    ),
}

THEN: Texts = {
    "vi": (
        "Then là nét sinh hoạt văn hóa, tín ngưỡng của người Tày, Nùng, Thái ở miền núi phía Bắc. Lời "
        "Then kể về cuộc hành trình lên trời, cầu cho bản làng bình yên, mùa màng tốt tươi, con người "
        "khỏe mạnh.",
        "Đi cùng lời hát là đàn tính và chùm xóc nhạc. Đàn tính có bầu đàn làm từ quả bầu khô, cần đàn "
        "dài bằng gỗ, thường có hai hoặc ba dây.",
        "Năm 2019, UNESCO ghi danh Thực hành Then của người Tày, Nùng, Thái ở Việt Nam vào Danh sách di "
        "sản văn hóa phi vật thể đại diện của nhân loại.",
        "Then được truyền miệng và truyền nghề từ người đi trước. Bà con có thể ghi âm, ghi hình lời hát "
        "của ông bà, khi được ông bà đồng ý, và cho con cháu học đàn, học hát ở các lớp, câu lạc bộ tại "
        "địa phương.",
    ),
    "en": (
        "Then is a cultural and spiritual practice of the Tày, Nùng and Thái people in the northern "
        "mountains. Its songs tell of a journey to heaven and ask for peace in the villages, good "
        "harvests and health.",
        "The singer is accompanied by the đàn tính lute and a rattle of small chains. The lute has a "
        "body made from a dried gourd and a long wooden neck, usually with two or three strings.",
        "In 2019 UNESCO inscribed the practices of Then by the Tày, Nùng and Thái ethnic groups in Viet "
        "Nam on the Representative List of the Intangible Cultural Heritage of Humanity.",
        "Then is handed down by word of mouth and by apprenticeship. With their consent, record the "
        "songs of your grandparents, and let children learn to play and sing in local classes and clubs.",
    ),
    "zh-Hans": (
        "“天”（Then）是越南北部山区岱族、侬族和泰族的文化和信仰活动。歌词讲述上天的旅程，祈求村寨平安、五"
        "谷丰登、人人健康。",
        "歌者用天琴和串铃伴奏。天琴的琴身用干葫芦做成，琴杆是长木杆，通常有两根或三根弦。",
        "2019 年，联合国教科文组织将“越南岱族、侬族和泰族的天习俗”列入人类非物质文化遗产代表作名录。",
        "“天”靠口传和师徒相授。经老人同意，可以录下他们的歌声；也可以让孩子参加当地的班级和俱乐部，学琴学"
        "唱。",
    ),
}

WATER: Texts = {
    "vi": (
        "Sau mưa lũ, nước giếng, nước suối thường bị bẩn. Uống nước bẩn dễ bị tiêu chảy và nhiều bệnh khác.",
        "Hãy để nước lắng trong, lọc qua vải sạch, rồi đun sôi. Khi nước đã sôi bùng, giữ sôi ít nhất "
        "một phút.",
        "Để nước nguội trong bình sạch có nắp đậy. Không cho tay bẩn vào bình.",
        "Rửa tay bằng xà phòng trước khi ăn và sau khi đi vệ sinh.",
        "Giếng bị ngập phải được vét sạch và khử trùng theo hướng dẫn của cán bộ y tế, rồi mới dùng lại.",
        "Nếu trong nhà có người tiêu chảy nhiều lần, hãy cho uống đủ nước và đến trạm y tế ngay.",
    ),
    "en": (
        "After a flood, well and stream water is often dirty. Dirty water causes diarrhoea and other "
        "illness.",
        "Let the water settle, pour it through a clean cloth, then boil it. Keep it at a rolling boil "
        "for at least one minute.",
        "Let it cool in a clean jar with a lid. Keep dirty hands out of the jar.",
        "Wash your hands with soap before you eat and after you use the toilet.",
        "A flooded well must be cleaned and disinfected, as the health worker explains, before it is "
        "used again.",
        "If someone at home has diarrhoea again and again, give plenty to drink and go to the health "
        "station at once.",
    ),
    "zh-Hans": (
        "洪水过后，井水和溪水往往不干净。喝了不干净的水，容易拉肚子，还会得其他病。",
        "先让水沉清，用干净的布过滤，再烧开。水大开以后，继续煮至少一分钟。",
        "把水放在有盖的干净容器里晾凉。不要把脏手伸进去。",
        "饭前便后，用肥皂洗手。",
        "被淹的水井，要按照医务人员的指导清理消毒，才能再用。",
        "家里有人多次拉肚子，要多喝水，马上去卫生站。",
    ),
}

WATER_SPOKEN_ZH = (
    "hong2 shui3 guo4 hou4, jing3 shui3 he2 xi1 shui3 wang3 wang3 bu4 gan1 jing4. "
    "he1 le5 bu4 gan1 jing4 de5 shui3, rong2 yi4 la1 du4 zi5, hai2 hui4 de2 qi2 ta1 bing4.",
    "xian1 rang4 shui3 chen2 qing1, yong4 gan1 jing4 de5 bu4 guo4 lv4, zai4 shao1 kai1. "
    "shui3 da4 kai1 yi3 hou4, ji4 xu4 zhu3 zhi4 shao3 yi4 fen1 zhong1.",
    "ba3 shui3 fang4 zai4 you3 gai4 de5 gan1 jing4 rong2 qi4 li3 liang4 liang2. "
    "bu2 yao4 ba3 zang1 shou3 shen1 jin4 qu4.",
    "fan4 qian2 bian4 hou4, yong4 fei2 zao4 xi3 shou3.",
    "bei4 yan1 de5 shui3 jing3, yao4 an4 zhao4 yi1 wu4 ren2 yuan2 de5 zhi3 dao3 qing1 li3 xiao1 du2, "
    "cai2 neng2 zai4 yong4.",
    "jia1 li3 you3 ren2 duo1 ci4 la1 du4 zi5, yao4 duo1 he1 shui3, ma3 shang4 qu4 wei4 sheng1 zhan4.",
)
"""`WATER` in Chinese as the voice must be given it: pinyin, one line to each paragraph."""
