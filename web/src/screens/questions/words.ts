// What these pages say, in the reader's language; the questions have words of their own.

const en = {
  title: "My questions",
  asked: "To answer now",
  missed: "Was missed",
  until: (time: string) => `until ${time}`,
  answer: "Answer now",
  gone: "These questions are not here any more. Please tell your care team.",
  none: "Nothing is asked now.",
  anytime: "You can answer at any time",
  anytimeHow: "When you feel different, do not wait until you are asked.",
  before: "What you answered",
  correct: "Correct this",
  next: "Next",
  back: "Back",
  skip: "Leave this out",
  step: (at: number, of: number) => `Question ${at} of ${of}`,
  yes: "Yes",
  no: "No",
  wanted: "Please choose an answer.",
  wrong: "Look at this again: it cannot be.",
  between: (low: string, high: string) => `A number from ${low} to ${high}.`,
  review: "Is this right?",
  reviewHow: "Look at your answers, then send them.",
  change: "Change",
  left: "left out",
  send: "Send",
  stop: "Stop for now",
  only: (language: string) => `These questions are there in ${language} only.`,
  thanks: "Thank you",
  sent: "Your answers are with your care team.",
  waits: "Your answers are kept on this phone. They go by themselves once there is a connection.",
  sending: "Sending your answers.",
  refused: "Your answers were not taken:",
  noDisk: "This browser keeps nothing for later (a private window?). Open Homeward in a usual one.",
  flagged: "What to do now",
  now: "Call the emergency number now. Do not wait for us.",
  call: "Call your care team now. If you cannot reach them, or it gets worse, call the emergency number.",
  harm: "You are not alone. If you might hurt yourself, call the emergency number now. Tell somebody near you. Your care team is told as well.",
  told: "Your care team is told.",
  notTold: "Your care team does NOT know yet. Call them.",
  number: (digits: string) => `Call ${digits}`,
  all: "All my questions",
  points: (points: string, most: string) => `${points} of ${most} points`,
  old: "There is no connection. These are the questions of last time.",
  kept: "You began this before. Your answers are still here.",
};
export type Words = typeof en;

const de: Words = {
  title: "Meine Fragen",
  asked: "Jetzt zu beantworten",
  missed: "Wurde versäumt",
  until: (time) => `bis ${time} Uhr`,
  answer: "Jetzt beantworten",
  gone: "Diese Fragen sind nicht mehr da. Bitte sagen Sie es Ihrem Behandlungsteam.",
  none: "Gerade wird nichts gefragt.",
  anytime: "Sie können jederzeit antworten",
  anytimeHow: "Wenn Sie sich anders fühlen, warten Sie nicht, bis Sie gefragt werden.",
  before: "Was Sie geantwortet haben",
  correct: "Berichtigen",
  next: "Weiter",
  back: "Zurück",
  skip: "Auslassen",
  step: (at, of) => `Frage ${at} von ${of}`,
  yes: "Ja",
  no: "Nein",
  wanted: "Bitte wählen Sie eine Antwort.",
  wrong: "Sehen Sie sich das noch einmal an: das kann nicht sein.",
  between: (low, high) => `Eine Zahl von ${low} bis ${high}.`,
  review: "Stimmt das so?",
  reviewHow: "Sehen Sie Ihre Antworten an, dann senden Sie sie.",
  change: "Ändern",
  left: "ausgelassen",
  send: "Senden",
  stop: "Jetzt nicht weiter",
  only: (language) => `Diese Fragen gibt es nur auf ${language}.`,
  thanks: "Danke",
  sent: "Ihre Antworten sind bei Ihrem Behandlungsteam.",
  waits:
    "Ihre Antworten sind auf diesem Telefon gespeichert. Sie gehen von selbst, sobald es eine Verbindung gibt.",
  sending: "Ihre Antworten werden gesendet.",
  refused: "Ihre Antworten wurden nicht angenommen:",
  noDisk:
    "Dieser Browser hebt nichts für später auf (ein privates Fenster?). Öffnen Sie Homeward in einem gewöhnlichen.",
  flagged: "Was Sie jetzt tun sollten",
  now: "Rufen Sie jetzt den Notruf. Warten Sie nicht auf uns.",
  call: "Rufen Sie jetzt Ihr Behandlungsteam an. Erreichen Sie niemanden, oder wird es schlimmer, rufen Sie den Notruf.",
  harm: "Sie sind nicht allein. Wenn Sie sich etwas antun könnten, rufen Sie jetzt den Notruf. Sagen Sie es jemandem in Ihrer Nähe. Auch Ihr Behandlungsteam erfährt davon.",
  told: "Ihr Behandlungsteam erfährt davon.",
  notTold: "Ihr Behandlungsteam weiß es noch NICHT. Rufen Sie es an.",
  number: (digits) => `${digits} anrufen`,
  all: "Alle meine Fragen",
  points: (points, most) => `${points} von ${most} Punkten`,
  old: "Es gibt keine Verbindung. Das sind die Fragen vom letzten Mal.",
  kept: "Sie haben das schon begonnen. Ihre Antworten sind noch da.",
};

const es: Words = {
  title: "Mis preguntas",
  asked: "Para responder ahora",
  missed: "Quedó sin responder",
  until: (time) => `hasta las ${time}`,
  answer: "Responder ahora",
  gone: "Estas preguntas ya no están. Por favor, avise a su equipo de atención.",
  none: "Ahora no se pregunta nada.",
  anytime: "Puede responder en cualquier momento",
  anytimeHow: "Si se siente distinto, no espere a que le pregunten.",
  before: "Lo que respondió",
  correct: "Corregir",
  next: "Siguiente",
  back: "Atrás",
  skip: "Dejar sin responder",
  step: (at, of) => `Pregunta ${at} de ${of}`,
  yes: "Sí",
  no: "No",
  wanted: "Por favor, elija una respuesta.",
  wrong: "Mírelo otra vez: no puede ser.",
  between: (low, high) => `Un número de ${low} a ${high}.`,
  review: "¿Está bien así?",
  reviewHow: "Mire sus respuestas y envíelas.",
  change: "Cambiar",
  left: "sin responder",
  send: "Enviar",
  stop: "Dejarlo por ahora",
  only: (language) => `Estas preguntas solo están en ${language}.`,
  thanks: "Gracias",
  sent: "Su equipo de atención tiene sus respuestas.",
  waits: "Sus respuestas están guardadas en este teléfono. Saldrán solas cuando haya conexión.",
  sending: "Enviando sus respuestas.",
  refused: "Sus respuestas no se aceptaron:",
  noDisk:
    "Este navegador no guarda nada para después (¿una ventana privada?). Abra Homeward en una normal.",
  flagged: "Qué hacer ahora",
  now: "Llame ahora a emergencias. No nos espere.",
  call: "Llame ahora a su equipo de atención. Si no lo localiza, o empeora, llame a emergencias.",
  harm: "No está solo. Si podría hacerse daño, llame ahora a emergencias. Dígaselo a alguien cercano. Su equipo de atención también lo sabrá.",
  told: "Se avisa a su equipo de atención.",
  notTold: "Su equipo de atención NO lo sabe aún. Llámelo.",
  number: (digits) => `Llamar al ${digits}`,
  all: "Todas mis preguntas",
  points: (points, most) => `${points} de ${most} puntos`,
  old: "No hay conexión. Estas son las preguntas de la última vez.",
  kept: "Ya había empezado. Sus respuestas siguen aquí.",
};

const ar: Words = {
  title: "أسئلتي",
  asked: "للإجابة الآن",
  missed: "فات موعدها",
  until: (time) => `حتى ${time}`,
  answer: "أجب الآن",
  gone: "هذه الأسئلة لم تعد موجودة. من فضلك أخبر فريق الرعاية.",
  none: "لا توجد أسئلة الآن.",
  anytime: "يمكنك الإجابة في أي وقت",
  anytimeHow: "إذا شعرت بتغير فلا تنتظر حتى تُسأل.",
  before: "ما أجبت به",
  correct: "تصحيح",
  next: "التالي",
  back: "رجوع",
  skip: "تخطي هذا السؤال",
  step: (at, of) => `السؤال ${at} من ${of}`,
  yes: "نعم",
  no: "لا",
  wanted: "من فضلك اختر إجابة.",
  wrong: "انظر مرة أخرى: هذا غير ممكن.",
  between: (low, high) => `رقم من ${low} إلى ${high}.`,
  review: "هل هذا صحيح؟",
  reviewHow: "راجع إجاباتك ثم أرسلها.",
  change: "تغيير",
  left: "بلا إجابة",
  send: "إرسال",
  stop: "التوقف الآن",
  only: (language) => `هذه الأسئلة متوفرة باللغة ${language} فقط.`,
  thanks: "شكراً",
  sent: "إجاباتك لدى فريق الرعاية.",
  waits: "إجاباتك محفوظة على هذا الهاتف، وستُرسل تلقائياً عند توفر الاتصال.",
  sending: "جارٍ إرسال إجاباتك.",
  refused: "لم تُقبل إجاباتك:",
  noDisk: "هذا المتصفح لا يحفظ شيئاً (نافذة خاصة؟). افتح Homeward في نافذة عادية.",
  flagged: "ما عليك فعله الآن",
  now: "اتصل برقم الطوارئ الآن. لا تنتظرنا.",
  call: "اتصل بفريق الرعاية الآن. إذا لم تتمكن من الوصول إليهم أو ساءت الحالة فاتصل برقم الطوارئ.",
  harm: "لست وحدك. إذا كان من الممكن أن تؤذي نفسك فاتصل برقم الطوارئ الآن، وأخبر شخصاً قريباً منك. سيُبلَّغ فريق الرعاية أيضاً.",
  told: "سيُبلَّغ فريق الرعاية.",
  notTold: "فريق الرعاية لا يعلم بعد. اتصل بهم.",
  number: (digits) => `اتصل بالرقم ${digits}`,
  all: "كل أسئلتي",
  points: (points, most) => `${points} من ${most} نقطة`,
  old: "لا يوجد اتصال. هذه أسئلة المرة السابقة.",
  kept: "لقد بدأت هذا من قبل، وإجاباتك ما زالت هنا.",
};

const LANGUAGES = { en, de, es, ar } as const;
export type Lang = keyof typeof LANGUAGES;
const isKnown = (lang: string): lang is Lang => lang in LANGUAGES;
export const direction = (lang: string): "rtl" | "ltr" => (lang === "ar" ? "rtl" : "ltr");

/** The first of the reader's languages that is spoken here; its code goes on the page. */
export function wordsFor(languages: readonly string[]): { lang: Lang; say: Words } {
  for (const each of languages) {
    const lang = each.split("-")[0]?.toLowerCase() ?? "";
    if (isKnown(lang)) return { lang, say: LANGUAGES[lang] };
  }
  return { lang: "en", say: en };
}

/** In which language a questionnaire is asked: the reader's where all of it is there. */
export function languageOf(languages: readonly string[], lang: Lang): string {
  return languages.includes(lang) ? lang : (languages[0] ?? "en");
}

export function nameOf(language: string, lang: Lang): string {
  return new Intl.DisplayNames([lang], { type: "language" }).of(language) ?? language;
}

export const textOf = (texts: Readonly<Record<string, string>>, language: string): string =>
  texts[language] ?? Object.values(texts)[0] ?? "";
