// What these pages say, in the reader's language.

const en = {
  title: "Measure and send",
  meter: "With a meter",
  meterHow: "Switch the meter on, hold it near, and choose it in the list your browser shows.",
  sync: "Read my meter",
  reading: "Reading the meter. Keep it near.",
  cancelled: "No meter was chosen.",
  failed: "The meter could not be read. Hold it near and try again: nothing is lost.",
  cut: "The connection broke. What came is kept; read the meter again for the rest.",
  nothingNew: "Nothing new on the meter.",
  came: (count: number) => `${count} new from the meter.`,
  noBluetooth:
    "This browser cannot speak to meters. Use Chrome or Edge on Android or a computer, or enter the value by hand below.",
  noDisk: "This browser keeps nothing for later (a private window?). Open Homeward in a usual one.",
  hand: "By hand",
  what: "What did you measure?",
  pressure: "Blood pressure",
  glucose: "Glucose",
  weight: "Weight",
  temperature: "Temperature",
  oxygen: "Oxygen",
  pulse: "Pulse",
  systolic: "Upper number",
  diastolic: "Lower number",
  oxygen_saturation: "Oxygen",
  optional: "if you know it",
  unit: "Unit",
  when: "When, if not now",
  notYet: "This time has not come yet.",
  send: "Send",
  wrong: "Look at this number again: it cannot be.",
  crossed: "The upper number must be above the lower one.",
  rare: "This is an unusual value. Is it what you read?",
  yes: "Yes, send it",
  change: "Change it",
  waiting: (count: number) => `${count} waiting to be sent`,
  away: "They are kept on this phone and go by themselves once there is a connection.",
  sent: "Everything is sent.",
  aside: "Could not be used, and was put aside for staff to look at:",
  refused: "Not taken:",
  drop: "Remove",
  late: "Nobody is alarmed by what you send here. If you feel very ill, call your emergency number.",
};
export type Words = typeof en;

const de: Words = {
  title: "Messen und senden",
  meter: "Mit einem Messgerät",
  meterHow:
    "Schalten Sie das Gerät ein, halten Sie es in die Nähe und wählen Sie es in der Liste, die Ihr Browser zeigt.",
  sync: "Mein Gerät auslesen",
  reading: "Das Gerät wird ausgelesen. Bitte in der Nähe lassen.",
  cancelled: "Es wurde kein Gerät gewählt.",
  failed:
    "Das Gerät konnte nicht ausgelesen werden. Halten Sie es nahe und versuchen Sie es noch einmal: nichts geht verloren.",
  cut: "Die Verbindung brach ab. Was kam, ist gespeichert; lesen Sie das Gerät für den Rest noch einmal aus.",
  nothingNew: "Nichts Neues auf dem Gerät.",
  came: (count) => `${count} neu vom Gerät.`,
  noBluetooth:
    "Dieser Browser kann nicht mit Messgeräten sprechen. Nehmen Sie Chrome oder Edge auf Android oder einem Computer, oder tragen Sie den Wert unten von Hand ein.",
  noDisk:
    "Dieser Browser hebt nichts für später auf (ein privates Fenster?). Öffnen Sie Homeward in einem gewöhnlichen.",
  hand: "Von Hand",
  what: "Was haben Sie gemessen?",
  pressure: "Blutdruck",
  glucose: "Blutzucker",
  weight: "Gewicht",
  temperature: "Temperatur",
  oxygen: "Sauerstoff",
  pulse: "Puls",
  systolic: "Oberer Wert",
  diastolic: "Unterer Wert",
  oxygen_saturation: "Sauerstoff",
  optional: "wenn Sie ihn wissen",
  unit: "Einheit",
  when: "Wann, wenn nicht jetzt",
  notYet: "Diese Zeit ist noch nicht gekommen.",
  send: "Senden",
  wrong: "Sehen Sie diese Zahl noch einmal an: so kann sie nicht sein.",
  crossed: "Der obere Wert muss über dem unteren liegen.",
  rare: "Das ist ein ungewöhnlicher Wert. Haben Sie ihn so abgelesen?",
  yes: "Ja, senden",
  change: "Ändern",
  waiting: (count) => `${count} noch nicht gesendet`,
  away: "Sie sind auf diesem Telefon gespeichert und gehen von selbst ab, sobald eine Verbindung da ist.",
  sent: "Alles ist gesendet.",
  aside: "Konnte nicht verwendet werden und liegt für das Personal bereit:",
  refused: "Nicht angenommen:",
  drop: "Entfernen",
  late: "Was Sie hier senden, löst keinen Alarm aus. Wenn Sie sich sehr krank fühlen, rufen Sie den Notruf.",
};

const es: Words = {
  title: "Medir y enviar",
  meter: "Con un medidor",
  meterHow: "Encienda el medidor, acérquelo y elíjalo en la lista que muestra su navegador.",
  sync: "Leer mi medidor",
  reading: "Leyendo el medidor. Manténgalo cerca.",
  cancelled: "No se eligió ningún medidor.",
  failed: "No se pudo leer el medidor. Acérquelo e inténtelo de nuevo: no se pierde nada.",
  cut: "Se cortó la conexión. Lo que llegó está guardado; lea el medidor otra vez para el resto.",
  nothingNew: "Nada nuevo en el medidor.",
  came: (count) => `${count} nuevos del medidor.`,
  noBluetooth:
    "Este navegador no puede hablar con medidores. Use Chrome o Edge en Android o en un ordenador, o anote el valor a mano abajo.",
  noDisk:
    "Este navegador no guarda nada para después (¿una ventana privada?). Abra Homeward en una normal.",
  hand: "A mano",
  what: "¿Qué ha medido?",
  pressure: "Presión arterial",
  glucose: "Glucosa",
  weight: "Peso",
  temperature: "Temperatura",
  oxygen: "Oxígeno",
  pulse: "Pulso",
  systolic: "Número de arriba",
  diastolic: "Número de abajo",
  oxygen_saturation: "Oxígeno",
  optional: "si lo sabe",
  unit: "Unidad",
  when: "Cuándo, si no es ahora",
  notYet: "Esta hora aún no ha llegado.",
  send: "Enviar",
  wrong: "Mire este número otra vez: no puede ser.",
  crossed: "El número de arriba debe ser mayor que el de abajo.",
  rare: "Es un valor poco común. ¿Es lo que leyó?",
  yes: "Sí, enviarlo",
  change: "Cambiarlo",
  waiting: (count) => `${count} por enviar`,
  away: "Están guardados en este teléfono y saldrán solos cuando haya conexión.",
  sent: "Todo está enviado.",
  aside: "No se pudo usar y quedó apartado para el personal:",
  refused: "No aceptado:",
  drop: "Quitar",
  late: "Lo que envía aquí no avisa a nadie. Si se siente muy mal, llame a emergencias.",
};

const LANGUAGES = { en, de, es } as const;

/** The first of the reader's languages that is spoken here; its code goes on the page. */
export function wordsFor(languages: readonly string[]): {
  lang: keyof typeof LANGUAGES;
  say: Words;
} {
  for (const each of languages) {
    const lang = each.slice(0, 2).toLowerCase();
    if (lang === "en" || lang === "de" || lang === "es") return { lang, say: LANGUAGES[lang] };
  }
  return { lang: "en", say: en };
}
