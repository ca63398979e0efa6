// What carers often write, in the language their patient is written to; they change it as they like.
// None of them says a value, a dose or a diagnosis.

import type { Language } from "./words";

type Template = { title: string; text: Record<Language, string> };

export const TEMPLATES: readonly Template[] = [
  {
    title: "Measure again",
    text: {
      en: "Please measure again tomorrow morning and send it to us.",
      de: "Bitte messen Sie morgen früh noch einmal und senden Sie es uns.",
      es: "Por favor, mida otra vez mañana por la mañana y envíenoslo.",
      ar: "يُرجى القياس مرة أخرى صباح الغد وإرسال النتيجة إلينا.",
    },
  },
  {
    title: "Nothing came",
    text: {
      en: "We have had nothing from you for some days. How are you? Please measure and send it to us.",
      de: "Wir haben seit einigen Tagen nichts von Ihnen bekommen. Wie geht es Ihnen? Bitte messen Sie und senden Sie es uns.",
      es: "Hace unos días que no recibimos nada de usted. ¿Cómo está? Por favor, mida y envíenoslo.",
      ar: "لم يصلنا منك شيء منذ بضعة أيام. كيف حالك؟ يُرجى القياس وإرسال النتيجة إلينا.",
    },
  },
  {
    title: "Call us",
    text: {
      en: "Please call us on the next working day. We would like to talk with you about your values.",
      de: "Bitte rufen Sie uns am nächsten Werktag an. Wir möchten mit Ihnen über Ihre Werte sprechen.",
      es: "Por favor, llámenos el próximo día laborable. Queremos hablar con usted de sus valores.",
      ar: "يُرجى الاتصال بنا في يوم العمل القادم. نود أن نتحدث معك عن قياساتك.",
    },
  },
  {
    title: "Go on as before",
    text: {
      en: "We have looked at your values. Please go on as before.",
      de: "Wir haben Ihre Werte angesehen. Bitte machen Sie weiter wie bisher.",
      es: "Hemos mirado sus valores. Por favor, siga como hasta ahora.",
      ar: "اطلعنا على قياساتك. يُرجى المتابعة كما في السابق.",
    },
  },
];

/** A language as the server names it; English where the pages have no words of it. */
export const spoken = (language: string): Language =>
  language === "de" || language === "es" || language === "ar" ? language : "en";
