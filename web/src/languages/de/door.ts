// Bevor jemand angemeldet ist: die Eingangstür und eine Einladung.

import type { Door } from "../catalogue";

export const enter: Door["enter"] = {
  title: "Anmelden",
  claim: "Von der Station bis nach Hause sieht jemand nach Ihnen.",
  about:
    "Geräte, die Menschen, die sie tragen, und die Menschen, die kommen, wenn es darauf ankommt: auf einer Tafel, in Echtzeit.",
  secondary: "Eine zweite Anzeige mit Alarmen. Sie ersetzt nicht den Monitor am Bett.",
  byHospital: "Anmelden über {name}",
  unknown:
    "Man kennt Sie dort, aber hier noch nicht. Bitten Sie die Verwaltung, Ihr Konto zu verbinden.",
  away: "Dort ist gerade niemand zu erreichen. Versuchen Sie es noch einmal oder melden Sie sich anders an.",
  no: "Man hat Sie nicht hereingelassen. Versuchen Sie es noch einmal oder melden Sie sich anders an.",
  demoAccounts: "Vorführkonten",
  demo: "Das ist eine Vorführung: niemand hier ist echt.",
  pressName: "Drücken Sie auf einen Namen, um als diese Person hereinzukommen.",
  language: "Sprache",
  byPasskey: "Mit einem Passkey anmelden",
  failed: "Die Anmeldung ist fehlgeschlagen. Versuchen Sie es noch einmal.",
  orPassword: "oder mit Ihrem Passwort",
  nameMissing: "Geben Sie Ihren Namen ein.",
  passwordMissing: "Geben Sie Ihr Passwort ein.",
  login: "Anmeldename",
  password: "Passwort",
  show: "Passwort zeigen",
  code: "Code",
  fromApp: "Aus Ihrer Authenticator-App.",
  recovery: "Ein Wiederherstellungscode geht auch.",
  hasPasskey: "Dieses Gerät hat schon einen Passkey von Ihnen.",
  usualAddress: "Passkeys gehen nur an der üblichen Adresse dieser Seiten.",
  noPasskey:
    "Es wurde kein Passkey benutzt. Versuchen Sie es noch einmal oder nehmen Sie Ihr Passwort.",
};

export const roles: Door["roles"] = {
  patient: "Patient zu Hause",
  relative: "Angehörige",
  nurse: "Pflege",
  doctor: "Arzt",
  engineer: "Technik",
  administrator: "Verwaltung",
};

export const invited: Door["invited"] = {
  title: "Eine Einladung",
  notWhole: "Dieser Link ist nicht vollständig",
  openAgain: "Öffnen Sie ihn noch einmal aus der Nachricht, oder bitten Sie um einen neuen.",
  nowhere: "Dieser Link führt nirgendwohin",
  askSender: "Bitten Sie, wer ihn geschickt hat, um einen neuen.",
  reading: "Die Einladung wird gelesen",
  ranOut: "Diese Einladung ist abgelaufen",
  goodForWeek:
    "Sie galt eine Woche. Bitten Sie {name} um eine neue: bis dahin erfahren Sie nichts.",
  takenBack: "Diese Einladung wurde zurückgenommen",
  mistake: "Sie erfahren nichts. Wenn das ein Irrtum ist, bitten Sie {name} um eine neue.",
  accepted: "Diese Einladung wurde angenommen",
  toldFromNow: "Ab jetzt erfahren Sie Nachrichten über {patient}.",
  ifYou: "Wenn Sie es waren, melden Sie sich an. Wenn nicht, bitten Sie um eine neue.",
  goOn: "Weiter",
  wants: "{patient} möchte, dass Sie Bescheid wissen",
  what: "Sie erfahren {hears}: in denselben einfachen Worten, die {name} liest, und was Sie tun können. Messwerte sehen Sie nie. {name} kann das jederzeit zurücknehmen.",
  acceptAs: "Annehmen, als {name}",
  other:
    "Sie sind als {name} angemeldet ({role}). Hierfür brauchen Sie ein eigenes Konto als Angehörige.",
  outAndOn: "Abmelden und weiter",
  name: "Ihr Name",
  chooseLogin: "Wählen Sie einen Anmeldenamen",
  mail: "Zum Beispiel Ihre E-Mail-Adresse.",
  choosePassword: "Wählen Sie ein Passwort",
  letters: "{count} Zeichen oder mehr. Vier Wörter sind gut.",
  more: "noch {count}",
  signInAndAccept: "Anmelden und annehmen",
  accept: "Annehmen",
  noAccount: "Ich habe noch kein Konto",
  hasAccount: "Ich habe schon ein Konto",
};

export const hears: Door["hears"] = {
  everything: "alles",
  high: "dringende Nachrichten",
  medium: "was bald zu tun ist",
  low: "was gut zu wissen ist",
};
