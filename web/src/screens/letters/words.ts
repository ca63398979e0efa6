// What the pages of messages say, in the reader's language.

const en = {
  title: "Messages",
  watched: "Messages are not watched around the clock.",
  ill: (number: string) => `If you feel very ill, call ${number || "your emergency number"} now.`,
  write: "Write to your care team",
  writeAs: "Write about how they are",
  hint: "Your team reads this on working days. No pictures or files for now.",
  send: "Send",
  waits: "Kept on this device. It goes by itself once there is a connection.",
  refused: "Not sent:",
  drop: "Remove",
  noDisk: "This browser keeps nothing for later (a private window?). Open Homeward in a usual one.",
  none: "No messages yet.",
  older: "Older messages",
  you: "You",
  team: "Your care team",
  nurse: "nurse",
  doctor: "doctor",
  relative: "relative",
  patient: "patient",
  unread: "Sent. Nobody has read it yet.",
  read: "Read by",
  gone: "This message cannot be read any more.",
  failed: "This failed. Try again.",
  fresh: "new",
  left: (count: number) => `${count} characters left`,
};
export type Words = typeof en;

const de: Words = {
  title: "Nachrichten",
  watched: "Nachrichten werden nicht rund um die Uhr gelesen.",
  ill: (number) =>
    `Wenn es Ihnen sehr schlecht geht, rufen Sie jetzt ${number || "Ihre Notrufnummer"} an.`,
  write: "Schreiben Sie Ihrem Team",
  writeAs: "Schreiben Sie, wie es geht",
  hint: "Ihr Team liest das an Werktagen. Bilder und Dateien gehen noch nicht.",
  send: "Senden",
  waits: "Auf diesem Gerät aufgehoben. Sie geht von selbst ab, sobald es eine Verbindung gibt.",
  refused: "Nicht gesendet:",
  drop: "Entfernen",
  noDisk:
    "Dieser Browser hebt nichts für später auf (ein privates Fenster?). Öffnen Sie Homeward in einem gewöhnlichen.",
  none: "Noch keine Nachrichten.",
  older: "Ältere Nachrichten",
  you: "Sie",
  team: "Ihr Team",
  nurse: "Pflege",
  doctor: "ärztlicher Dienst",
  relative: "Angehörige",
  patient: "Patientin oder Patient",
  unread: "Gesendet. Noch hat sie niemand gelesen.",
  read: "Gelesen von",
  gone: "Diese Nachricht ist nicht mehr lesbar.",
  failed: "Das ging nicht. Bitte noch einmal versuchen.",
  fresh: "neu",
  left: (count) => `Noch ${count} Zeichen`,
};

const es: Words = {
  title: "Mensajes",
  watched: "Los mensajes no se leen a todas horas.",
  ill: (number) =>
    `Si se siente muy mal, llame ahora ${number ? `al ${number}` : "a su número de emergencias"}.`,
  write: "Escriba a su equipo",
  writeAs: "Escriba cómo va todo",
  hint: "Su equipo lo lee en días laborables. Por ahora, sin fotos ni archivos.",
  send: "Enviar",
  waits: "Guardado en este dispositivo. Saldrá solo cuando haya conexión.",
  refused: "No enviado:",
  drop: "Quitar",
  noDisk:
    "Este navegador no guarda nada para después (¿una ventana privada?). Abra Homeward en una normal.",
  none: "Aún no hay mensajes.",
  older: "Mensajes anteriores",
  you: "Usted",
  team: "Su equipo",
  nurse: "enfermería",
  doctor: "medicina",
  relative: "familiar",
  patient: "paciente",
  unread: "Enviado. Nadie lo ha leído todavía.",
  read: "Leído por",
  gone: "Este mensaje ya no se puede leer.",
  failed: "No ha funcionado. Inténtelo de nuevo.",
  fresh: "nuevo",
  left: (count) => `Quedan ${count} caracteres`,
};

const ar: Words = {
  title: "الرسائل",
  watched: "لا تُقرأ الرسائل على مدار الساعة.",
  ill: (number) =>
    number
      ? `إذا شعرت بأنك مريض جدًا فاتصل الآن بالرقم \u2068${number}\u2069.`
      : "إذا شعرت بأنك مريض جدًا فاتصل الآن برقم الطوارئ.",
  write: "اكتب إلى فريق رعايتك",
  writeAs: "اكتب كيف هي الحال",
  hint: "يقرأ فريقك هذه الرسائل في أيام العمل. لا صور ولا ملفات حتى الآن.",
  send: "إرسال",
  waits: "محفوظة على هذا الجهاز، وتُرسل تلقائيًا عند توفر الاتصال.",
  refused: "لم تُرسل:",
  drop: "إزالة",
  noDisk: "هذا المتصفح لا يحفظ شيئًا (نافذة خاصة؟). افتح Homeward في نافذة عادية.",
  none: "لا توجد رسائل بعد.",
  older: "رسائل أقدم",
  you: "أنت",
  team: "فريق رعايتك",
  nurse: "تمريض",
  doctor: "طبيب",
  relative: "قريب",
  patient: "مريض",
  unread: "أُرسلت. لم يقرأها أحد بعد.",
  read: "قرأها",
  gone: "لم يعد من الممكن قراءة هذه الرسالة.",
  failed: "لم ينجح هذا. حاول مرة أخرى.",
  fresh: "جديدة",
  left: (count) => `بقي ${count} حرفًا`,
};

const LANGUAGES = { en, de, es, ar } as const;
export type Language = keyof typeof LANGUAGES;

/** The first of the reader's languages that is spoken here; its code goes on the page. */
export function wordsFor(languages: readonly string[]): {
  lang: Language;
  dir: "ltr" | "rtl";
  say: Words;
} {
  const known = languages.map((each) => each.slice(0, 2).toLowerCase());
  const lang = (known.find((each) => each in LANGUAGES) ?? "en") as Language;
  return { lang, dir: lang === "ar" ? "rtl" : "ltr", say: LANGUAGES[lang] };
}

/** A language as carers call it: German, of `de`. */
export const languageNamed = (code: string): string =>
  new Intl.DisplayNames(["en"], { type: "language" }).of(code) ?? code;
