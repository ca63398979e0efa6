// What the page that opens without a network says, in the reader's language.

const en = {
  title: "No connection",
  what: "Homeward cannot be reached just now. Your values are not shown here: they might be old.",
  alone: "Until it is back, no alert reaches you here, and nobody sees what you measure.",
  ill: "If you feel very ill, call your emergency number now.",
  whose: (name: string) => `What you enter here is kept for ${name}, and sent later.`,
  tried: (time: string) => `Last tried at ${time}.`,
  again: "Try again",
  back: "The connection is back",
  typed: "What you were typing is still here. Send it, or open Homeward without it.",
  open: "Open Homeward",
};
type Words = typeof en;

const de: Words = {
  title: "Keine Verbindung",
  what: "Homeward ist gerade nicht erreichbar. Ihre Werte stehen hier nicht: sie könnten alt sein.",
  alone: "Bis dahin erreicht Sie hier keine Warnung, und niemand sieht, was Sie messen.",
  ill: "Wenn Sie sich sehr krank fühlen, rufen Sie jetzt den Notruf.",
  whose: (name) => `Was Sie hier eingeben, wird für ${name} aufgehoben und später gesendet.`,
  tried: (time) => `Zuletzt versucht um ${time}.`,
  again: "Noch einmal versuchen",
  back: "Die Verbindung ist wieder da",
  typed: "Was Sie gerade tippen, ist noch hier. Senden Sie es, oder öffnen Sie Homeward ohne es.",
  open: "Homeward öffnen",
};

const es: Words = {
  title: "Sin conexión",
  what: "Ahora no se puede llegar a Homeward. Sus valores no se muestran aquí: podrían ser antiguos.",
  alone: "Hasta que vuelva, aquí no le llega ningún aviso y nadie ve lo que mide.",
  ill: "Si se siente muy mal, llame ahora a emergencias.",
  whose: (name) => `Lo que anote aquí se guarda para ${name} y se envía después.`,
  tried: (time) => `Último intento a las ${time}.`,
  again: "Intentar de nuevo",
  back: "La conexión ha vuelto",
  typed: "Lo que estaba escribiendo sigue aquí. Envíelo, o abra Homeward sin ello.",
  open: "Abrir Homeward",
};

const ar: Words = {
  title: "لا يوجد اتصال",
  what: "لا يمكن الوصول إلى Homeward الآن. لا تظهر قياساتك هنا لأنها قد تكون قديمة.",
  alone: "حتى يعود الاتصال، لن يصلك هنا أي تنبيه ولن يرى أحد ما تقيسه.",
  ill: "إذا شعرت بأنك مريض جدًا، فاتصل برقم الطوارئ الآن.",
  whose: (name) => `ما تُدخله هنا يُحفظ باسم ${name} ويُرسل لاحقًا.`,
  tried: (time) => `آخر محاولة في ${time}.`,
  again: "حاول مرة أخرى",
  back: "عاد الاتصال",
  typed: "ما كنت تكتبه لا يزال هنا. أرسله، أو افتح Homeward من دونه.",
  open: "افتح Homeward",
};

export const OFFLINE_WORDS = { en, de, es, ar } as const;
