"""What patients and relatives are told, in Arabic. Not reviewed by a clinician who speaks it.

Digits are western, as on the meters themselves.
"""

from collections.abc import Mapping
from types import MappingProxyType

ALARMS = {
    "alarm.temperature_low": "جسمك بارد. تغطَّ واشرب شيئًا دافئًا، وتأكد من أن ميزان الحرارة في مكانه "
    "الصحيح. تم إبلاغ التمريض.",
    "alarm.temperature_high": "لديك حمى مرتفعة. اشرب واسترح وأبعد الأغطية الدافئة. "
    "تم إبلاغ التمريض.",
    "alarm.temperature_very_high": "لديك حمى مرتفعة جدًا. أبعد الأغطية الدافئة. تم طلب المساعدة.",
    "alarm.glucose_low": "سكر دمك منخفض. كُل أو اشرب الآن شيئًا حلوًا: عصيرًا أو أربعة أقراص جلوكوز. "
    "افحص مرة أخرى بعد 15 دقيقة.",
    "alarm.glucose_very_low": "سكر دمك منخفض جدًا. كُل أو اشرب الآن شيئًا حلوًا، وأخبر شخصًا قريبًا منك. "
    "لا تقد السيارة. تم طلب المساعدة.",
    "alarm.glucose_high": "سكر دمك مرتفع منذ ساعتين. اشرب الماء وصحّح كما تقول خطتك.",
    "alarm.glucose_very_high": "سكر دمك مرتفع جدًا. اشرب الماء وصحّح كما تقول خطتك، وافحص الكيتونات. "
    "تم إبلاغ التمريض.",
    "alarm.glucose_falling": "سكر دمك ينخفض بسرعة. جهّز شيئًا حلوًا، وكُله الآن إذا شعرت برجفة. "
    "افحص مرة أخرى بعد 10 دقائق.",
    "alarm.systolic_falling": "انخفض ضغط دمك. استلقِ ولا تنهض وحدك. تم إبلاغ التمريض.",
    "alarm.shock_index": "قلبك يعمل بجهد كبير للحفاظ على ضغط دمك. استلقِ ولا تنهض وحدك. تم إبلاغ "
    "التمريض.",
    "alarm.heart_rate_low": "قلبك ينبض ببطء. استلقِ ولا تنهض وحدك. تم طلب المساعدة.",
    "alarm.heart_rate_high": "قلبك ينبض بسرعة. اجلس أو استلقِ واسترح. تم إبلاغ التمريض.",
    "alarm.heart_rate_very_high": "قلبك ينبض بسرعة كبيرة. استلقِ ولا تنهض وحدك. تم طلب المساعدة.",
    "alarm.oxygen_low": "الأكسجين لديك منخفض. اجلس معتدلًا وتنفس ببطء وعمق، وتأكد من أن المستشعر "
    "مثبت جيدًا على إصبعك. تم طلب المساعدة.",
    "alarm.systolic_low": "ضغط دمك منخفض. استلقِ ولا تنهض وحدك. تم إبلاغ التمريض.",
    "alarm.systolic_very_low": "ضغط دمك منخفض جدًا. استلقِ وارفع ساقيك. تم طلب المساعدة.",
    "alarm.systolic_high": "ضغط دمك مرتفع. اجلس واسترح بهدوء، ثم قِس مرة أخرى. تم إبلاغ التمريض.",
    "alarm.systolic_very_high": "ضغط دمك مرتفع جدًا. اجلس واسترح. إذا شعرت بألم في الصدر أو صداع "
    "شديد "
    "أو صعوبة في الكلام أو الرؤية، فاطلب المساعدة فورًا.",
    "alarm.respiration_low": "تنفسك بطيء. استيقظ واجلس معتدلًا وخذ أنفاسًا عميقة. تم طلب المساعدة.",
    "alarm.respiration_high": "تنفسك سريع. اجلس معتدلًا واسترح وأخرج الهواء ببطء. تم إبلاغ التمريض.",
    "alarm.respiration_very_high": "تنفسك سريع جدًا. اجلس معتدلًا وأخرج الهواء ببطء. "
    "تم طلب المساعدة.",
    "alarm.trace": "تخطيط قلبك مشوش. من فضلك افحص الأقطاب على صدرك وابق ساكنًا.",
    "alarm.silent_oxygen_saturation": "توقف قياس الأكسجين لديك. من فضلك افحص المستشعر على إصبعك.",
    "alarm.silent_pulse": "توقف قياس نبضك. من فضلك افحص المستشعر على إصبعك.",
    "alarm.silent_heart_rate": "توقف قياس قلبك. من فضلك افحص الأقطاب على صدرك.",
    "alarm.silent_respiratory_rate": "توقف قياس تنفسك. من فضلك افحص الأقطاب على صدرك.",
    "alarm.silent_temperature": "توقف قياس حرارتك. من فضلك افحص المستشعر.",
    "alarm.silent_glucose": "توقف قياس سكر دمك. من فضلك افحص المستشعر، وتأكد من أن هاتفه أو جهاز "
    "استقباله قريب.",
    "alarm.silent_device": "انقطع اتصال جهازك. من فضلك تأكد من أنه يعمل.",
    "alarm.questions_flagged": "أخبرتنا بعلامة تحذير. فريقك على علم بها. إذا ساءت الحالة فلا "
    "تنتظر: اتصل برقم الطوارئ.",
}
PLAN = {
    "plan.measure": "من فضلك قِس {what} الآن. كان الموعد الساعة {at}.",
    "plan.medicine": "من فضلك تأكد هل أخذت دواءك الذي كان موعده الساعة {at}.",
    "plan.questionnaire": "من فضلك أجب عن أسئلتك. كان موعدها الساعة {at}.",
    "plan.task": "من فضلك انظر في ما كنت تنوي فعله الساعة {at}.",
    "plan.what.pressure": "ضغط دمك",
    "plan.what.weight": "وزنك",
    "plan.what.glucose": "سكر دمك",
    "plan.what.oxygen_saturation": "نسبة الأكسجين لديك",
    "plan.what.temperature": "درجة حرارتك",
    "plan.what.pulse": "نبضك",
    "plan.what.other": "ما ورد في خطتك",
}
TEMPLATES = {
    "template.check": "كيف حالي اليوم",
    "template.pressure": "ضغط الدم، مرتين، بينهما دقيقة",
    "template.weight": "الوزن، قبل الفطور",
    "template.oxygen": "تشبع الأكسجين، في أثناء الراحة",
    "template.medicine": "أدوية الصباح",
    "template.mood": "كيف كان شعوري (PHQ-9)",
    "template.glucose": "سكر الدم، قبل الوجبات وعند النوم",
    "template.inhaler": "البخاخ",
    "template.walk": "مشي عشر دقائق",
    "template.temperature": "الحرارة",
}
TODAY = {
    "today.fine": "ضمن نطاقك المعتاد.",
    "today.old": "هذه قيمة قديمة. لا توجد قيمة جديدة.",
    "today.told": "من فضلك اقرأ الرسالة عنها.",
    "today.glucose": "سكر الدم",
    "today.glucose.low": "سكر دمك منخفض.",
    "today.glucose.high": "سكر دمك مرتفع.",
    "today.oxygen_saturation": "الأكسجين",
    "today.oxygen_saturation.low": "الأكسجين لديك منخفض.",
    "today.pulse": "النبض",
    "today.pulse.low": "قلبك ينبض ببطء.",
    "today.pulse.high": "قلبك ينبض بسرعة.",
    "today.heart_rate": "معدل نبض القلب",
    "today.heart_rate.low": "قلبك ينبض ببطء.",
    "today.heart_rate.high": "قلبك ينبض بسرعة.",
    "today.respiratory_rate": "التنفس",
    "today.respiratory_rate.low": "تنفسك بطيء.",
    "today.respiratory_rate.high": "تنفسك سريع.",
    "today.systolic": "ضغط الدم",
    "today.systolic.low": "ضغط دمك منخفض.",
    "today.systolic.high": "ضغط دمك مرتفع.",
    "today.temperature": "الحرارة",
    "today.temperature.low": "حرارتك منخفضة.",
    "today.temperature.high": "لديك حمى.",
    "next.now": "افعل هذا الآن",
    "next.lost": "مستشعرك غير متصل",
    "next.lost.how": "تأكد من أنه يعمل ومشحون وقريب منك. يستطيع فريق رعايتك رؤية ذلك أيضًا.",
    "next.old": "قيمك قديمة",
    "next.old.how": "لا توجد لدينا قيم جديدة منك. افحص مستشعرك.",
    "next.due": "حان موعد شيء من خطتك",
    "next.due.how": "افتح «خطتي» لترى ما هو وحتى متى.",
    "next.nothing": "لا شيء عليك فعله الآن",
    "next.nothing.how": "مستشعرك يرسل من تلقاء نفسه. سنخبرك هنا عندما يلزم منك شيء.",
    "next.nothing.alone": "سنخبرك هنا عندما يلزم منك شيء.",
}
MESSAGE = {
    "message.test": "هذا اختبار. لا توجد أي مشكلة.",
    "message.patient": "من فضلك افتح صفحتك.",
    "message.letter": "هناك رسالة لك. افتح Homeward.",
    "message.late_letter": "رسالة تنتظر جوابًا. افتح Homeward.",
    "message.open": "افتح",
    "message.high": "إنذار عاجل",
    "message.medium": "إنذار متوسط",
    "message.low": "إنذار خفيف",
    "message.alarms": "عدد الإنذارات {alarms}",
    "message.alarms_high": "عدد الإنذارات {alarms}، منها {high} عاجلة",
    "message.where": "{what}، {place}.",
    "message.two": "{first} و{second}",
    "message.wards": "عدد الأقسام {wards}",
    "message.platform": "المنصة نفسها",
    "message.full": "{what}، {place}: {text}",
    "message.more": "؛ و{more} أخرى",
}
REPORT = {
    "report.target": "الهدف {target}: {met}",
    "report.met": "تحقق",
    "report.not_met": "لم يتحقق",
    "report.not_judged": "لم يُقيَّم",
    "report.whose": "{name}، تاريخ الميلاد {born}، رقم السجل {record}. {span}. أُعدّ {made} بتوقيت "
    "UTC؛ الأوقات بحسب ساعة {zone}.",
    "report.page": "صفحة {page}",
    "report.at_least": "{value} على الأقل",
    "report.at_most": "{value} على الأكثر",
    "report.below": "أقل من {value}",
    "report.above": "أكثر من {value}",
    "report.of": "{count} من {days}",
    "report.day": "اليوم",
    "report.readings": "القياسات",
    "report.mean": "المتوسط",
    "report.lowest": "الأدنى",
    "report.highest": "الأعلى",
    "report.average": "المعدل",
    "report.since": "منذ {at}",
    "report.last_days": "عدد الأيام الأخيرة {days}، {what}",
    "report.twice": "لم تُحسب، لأن مصدرًا أفضل أو مصدرًا أرسل أكثر قاس في الدقيقة نفسها: عدد القيم "
    "{values} ({whose}).",
    "report.twice.0": "جهاز طبي",
    "report.twice.1": "يُلبس",
    "report.twice.2": "يُحمل",
    "report.twice.3": "أُدخلت باليد",
    "weight": "وزن الجسم",
    "weight.span": "عدد الأيام الأخيرة {days}، أول وزن من كل يوم",
    "weight.newest": "الأحدث",
    "weight.newest_gain": "في 3 أيام، حتى الأحدث",
    "weight.worst_gain": "أكبر زيادة في 3 أيام",
    "weight.trend": "الاتجاه",
    "weight.a_week": "{value} في الأسبوع",
    "weight.weighed": "أيام الوزن",
    "weight.kilograms": "الوزن (kg)",
    "weight.rise": "الزيادة في 3 أيام (kg)",
    "weight.too_much": "أكثر من 2 kg",
    "weight.none": "لم يصل أي وزن في هذه المدة.",
    "weight.no_other": "لا يوجد وزن آخر في الأيام الثلاثة قبل الأحدث.",
    "weight.plot": "الوزن يومًا بيوم",
    "weight.curve": "الوزن",
    "pressure": "ضغط الدم في البيت",
    "pressure.span": "آخر 7 أيام، دون حساب اليوم الأول",
    "pressure.mornings": "الصباح",
    "pressure.evenings": "المساء",
    "pressure.pulse": "النبض",
    "pressure.measured": "أيام القياس",
    "pressure.morning": "صباحًا",
    "pressure.evening": "مساءً",
    "pressure.first_day": "اليوم الأول: لا يُحسب",
    "pressure.others": "{count} في أوقات أخرى",
    "pressure.note": "الصباح من 4:00 حتى 12:00 والمساء من 16:00 حتى 24:00 بحسب ساعة المريض؛ "
    "القياسات "
    "بينهما لا تدخل في أي معدل.",
    "pressure.none": "لم يُقَس شيء في صباح أو مساء هذه الأيام.",
    "pressure.few": "عدد القياسات {readings} وعدد الأيام {days}؛ المعدل الذي يُعتمد عليه يحتاج إلى "
    "{readings_min} قياسًا في {days_min} أيام.",
    "pressure.plot": "الصباح والمساء",
    "pressure.systolic": "الانقباضي",
    "pressure.diastolic": "الانبساطي",
    "oximetry": "تشبع الأكسجين",
    "oximetry.measured": "مدة القياس",
    "oximetry.for_index": "{hours} على الأقل للمؤشر",
    "oximetry.below_time": "أقل من {value} (من الوقت)",
    "oximetry.below_readings": "أقل من {value} (من القياسات)",
    "oximetry.falls": "انخفاضات بمقدار {value} (ODI)",
    "oximetry.an_hour": "{value} في الساعة",
    "oximetry.note": "الساعات هي ساعات التسجيل لا النوم: المؤشر أقل منه في مختبر النوم.",
    "oximetry.none": "لم يصل أي تشبع في هذه المدة.",
    "oximetry.single": "قياسات منفردة: النسب من القياسات، ولا يمكن عدّ الانخفاضات.",
    "oximetry.few": "عدد الساعات المقيسة {hours}؛ يحتاج المؤشر إلى {hours_min}.",
    "oximetry.plot": "التشبع",
    "glucose": "نمط السكر",
    "glucose.most": "أهداف معظم الناس",
    "glucose.older": "أهداف كبار السن ومن هم في خطر مرتفع",
    "glucose.pregnant": "أهداف الحمل مع السكري من النوع 1",
    "glucose.active": "المستشعر نشط",
    "glucose.gmi": "GMI",
    "glucose.variation": "التفاوت (CV)",
    "glucose.very_high": "مرتفع جدًا، أكثر من {value}",
    "glucose.above": "أكثر من {value}",
    "glucose.in_range": "ضمن النطاق، {low} إلى {high}",
    "glucose.below": "أقل من {value}",
    "glucose.very_low": "منخفض جدًا، أقل من {value}",
    "glucose.share": "ضمن النطاق",
    "glucose.mean": "المتوسط ({unit})",
    "glucose.note_range": "النطاق من {low} إلى {high} {unit}.",
    "glucose.note_sensor": "تُحسب قياسات المستشعر المستمر فقط؛ وحيث يتداخل اثنان "
    "يُحسب الذي أرسل أكثر.",
    "glucose.none": "لم يرسل أي مستشعر مستمر شيئًا في هذه المدة.",
    "glucose.few_days": "عدد الأيام المطلوبة {days}؛ تُقرأ الأهداف على مدى {days_min} على الأقل.",
    "glucose.few": "كان المستشعر نشطًا {active} من {days} يومًا؛ يلزم {active_min} لقراءة هذه "
    "الأرقام "
    "مقابل أهدافها.",
    "glucose.plot": "السكر بحسب وقت اليوم",
    "glucose.median": "الوسيط",
    "glucose.band": "{low} إلى {high} %",
}

# Where an owner lands who comes back from giving leave at Withings.
WITHINGS = {
    "withings.done.title": "تم",
    "withings.done.said": "ما تقيسه أجهزة Withings الخاصة بك يصل من الآن إلى فريق رعايتك. يمكنك "
    "إغلاق هذه الصفحة.",
    "withings.declined.title": "لم يتم الربط",
    "withings.declined.said": "لم تمنح الإذن في Withings، لذلك لا يصل منها شيء. إن كان ذلك خطأً "
    "فافتح مرة أخرى الرابط الذي أُعطيته.",
    "withings.late.title": "هذا الرابط مستعمَل أو قديم",
    "withings.late.said": "يصلح الرابط مرة واحدة ولمدة يوم. اطلب من فريق رعايتك رابطًا جديدًا.",
    "withings.others.title": "لا يمكن ربط هذا الحساب",
    "withings.others.said": "هو مربوط هنا من قبل، أو لم يعد الرابط لك. لم يتغير شيء. اسأل فريق "
    "رعايتك.",
    "withings.again.title": "لم ينجح الأمر",
    "withings.again.said": "لم يقبله Withings الآن. افتح مرة أخرى الرابط الذي أُعطيته، وأخبر فريق "
    "رعايتك إن لم ينجح ثانيةً.",
}
WORDS: Mapping[str, str] = MappingProxyType(
    {**ALARMS, **PLAN, **TEMPLATES, **TODAY, **MESSAGE, **REPORT, **WITHINGS}
)
