// Warum der Server etwas abgelehnt hat, nach seinem Kennwort.

import type { Refusals } from "../catalogue";

export const refusals: Refusals["refusals"] = {
  failed: "Hier ist etwas schiefgegangen. Es wurde vermerkt. Bitte versuchen Sie es noch einmal.",
  away: "Das geht im Moment nicht. Bitte versuchen Sie es bald noch einmal.",
  too_often:
    "Das kam gerade sehr oft. Warten Sie ein paar Minuten und versuchen Sie es dann noch einmal.",
  too_large: "Das ist zu lang zum Senden. Kürzen Sie es bitte.",
  unreadable:
    "Etwas darin konnte nicht gelesen werden. Prüfen Sie Ihre Eingabe und versuchen Sie es noch einmal.",
  missing: "Das gibt es nicht, oder nicht mehr. Öffnen Sie die Seite noch einmal.",
  conflict:
    "Jemand hat das kurz vor Ihnen geändert. Öffnen Sie die Seite noch einmal und sehen Sie nach.",
  changed: "Das hat sich inzwischen geändert. Sehen Sie noch einmal nach und entscheiden Sie dann.",
  forbidden: "Das dürfen Sie nicht tun oder sehen.",
  closed: "Der Patient oder die Patientin hat diesen Teil der Akte verschlossen.",
  refused: "Das wurde nicht angenommen. Versuchen Sie es noch einmal.",
  other_site: "Das kam von einer anderen Internetseite und wurde nicht ausgeführt.",
  try_again: "Das gilt nicht mehr. Beginnen Sie noch einmal.",
  too_slow: "Das hat zu lange gedauert. Versuchen Sie es noch einmal.",
  say_why: "Sagen Sie in wenigen Worten, warum.",
  say_what: "Sagen Sie, was dort stehen soll.",
  choose_one: "Wählen Sie etwas aus der Liste.",
  asked_before: "Darum haben Sie schon gebeten. Es wird geprüft.",
  name_length: "Dieser Name ist leer oder zu lang.",
  zone_unknown: "Diese Zeitzone gibt es nicht. Wählen Sie eine aus der Liste.",
  no_record: "Zu diesem Konto gibt es keine Akte. Fragen Sie Ihr Behandlungsteam.",
  signed_out: "Sie sind nicht mehr angemeldet. Melden Sie sich noch einmal an.",
  sign_in_again:
    "Melden Sie sich zuerst noch einmal an: Wie und wo Sie sich anmelden, lässt sich nur kurz danach ändern.",
  login_wrong:
    "Name und Passwort gehören nicht zusammen. Prüfen Sie beides und versuchen Sie es noch einmal.",
  wrong_too_often: "Zu viele falsche Versuche. Versuchen Sie es in fünf Minuten noch einmal.",
  account_closed: "Dieses Konto darf sich nicht anmelden. Fragen Sie Ihr Behandlungsteam.",
  board_locked:
    "Das ist eine gesperrte Tafel einer Station: Nur wer dort arbeitet, entsperrt sie. Ihre Alarme gehen weiter. Melden Sie sich an einem anderen Bildschirm an.",
  code_wanted: "Geben Sie auch den Code Ihrer Authenticator-App ein.",
  code_wrong: "Dieser Code ist falsch oder wurde schon benutzt. Warten Sie auf den nächsten.",
  app_there:
    "Eine Authenticator-App ist schon eingerichtet. Für eine andere entfernen Sie sie zuerst.",
  app_missing: "Es ist keine Authenticator-App eingerichtet. Richten Sie zuerst eine ein.",
  sign_in_gone: "Diese Anmeldung ist schon beendet.",
  passkeys_most: "Mehr Passkeys sind nicht möglich. Entfernen Sie zuerst einen.",
  passkey_gone: "Diesen Passkey gibt es nicht mehr.",
  passkey_refused:
    "Dieser Passkey wurde nicht angenommen. Versuchen Sie es noch einmal, oder melden Sie sich mit Passwort an.",
  passkey_unknown:
    "Dieser Passkey ist hier nicht bekannt. Melden Sie sich mit Passwort an und fügen Sie ihn neu hinzu.",
  passkeys_off: "Passkeys sind unter dieser Adresse nicht eingerichtet.",
  password_other: "Ihr jetziges Passwort ist ein anderes.",
  password_short: "Dieses Passwort ist zu kurz. Mehrere eigene Wörter eignen sich gut.",
  password_named:
    "Namen und Wörter, die andere mit Ihnen verbinden, werden zuerst probiert. Nehmen Sie mehrere eigene Wörter dazu.",
  password_common:
    "Viele Menschen nehmen dieses Passwort: Es wird zuerst probiert. Mehrere eigene Wörter eignen sich gut.",
  password_stolen:
    "Dieses Passwort wurde irgendwo gestohlen: Es wird zuerst probiert. Mehrere eigene Wörter eignen sich gut.",
  login_form: "Ein Anmeldename hat 3 bis 60 Kleinbuchstaben, Ziffern oder . _ - @",
  login_taken: "Dieser Anmeldename ist vergeben. Wählen Sie einen anderen.",
  invitation_over: "Diese Einladung gilt nicht mehr. Bitten Sie um eine neue.",
  invitation_used: "Mit dieser Einladung wurde schon ein Konto angelegt. Melden Sie sich damit an.",
  relatives_most:
    "Mehr Angehörige können nicht benachrichtigt oder eingeladen werden. Entfernen Sie zuerst jemanden.",
  relative_gone: "Diese angehörige Person wird nicht mehr benachrichtigt.",
  quiet_wrong: "Ruhezeiten haben einen Anfang und ein anderes Ende, oder keines von beiden.",
  address_long: "Diese Adresse ist zu lang.",
  email_wrong: "Das ist keine E-Mail-Adresse.",
  number_wrong: "Schreiben Sie die Nummer mit ihrem Land, etwa +44 20 7946 0000.",
  push_wrong:
    "Mitteilungen dieses Browsers ließen sich nicht einrichten. Versuchen Sie es noch einmal.",
  push_service:
    "Mitteilungen dieses Browsers werden hier nicht verwendet. Versuchen Sie einen anderen Browser oder einen anderen Weg.",
  ways_most: "Mehr Wege sind nicht möglich. Entfernen Sie zuerst einen.",
  way_off: "Auf diesem Weg kann hier noch nichts gesendet werden.",
  way_gone: "Diesen Weg, Sie zu erreichen, gibt es nicht mehr.",
  tests_enough: "Genug Tests für jetzt. Versuchen Sie es in einer Viertelstunde noch einmal.",
  message_elsewhere: "Diese Nachricht ist für jemand anderen.",
  letter_empty: "In dieser Nachricht steht nichts.",
  questions_gone: "Diese Fragen werden nicht mehr gestellt. Öffnen Sie die Seite noch einmal.",
  answer_gone: "Die Antwort, die Sie berichtigen wollen, ist nicht da.",
  answer_unfit:
    "Eine dieser Antworten passt nicht zu ihrer Frage. Gehen Sie sie noch einmal durch.",
  journey_far: "Eine Reise kann höchstens ein Jahr im Voraus angegeben werden.",
  meter_retired:
    "Dieses Messgerät kann nicht mehr benutzt werden. Sagen Sie Ihrem Behandlungsteam Bescheid.",
  birth_form: "Schreiben Sie den Geburtstag so: 1950-03-01.",
  birth_impossible: "An diesem Tag kann hier niemand geboren sein.",
  carer_unknown: "Keine Pflegekraft und kein Arzt hier heißt genau so.",
  carer_twice: "Zwei Personen heißen so. Bitten Sie Ihr Behandlungsteam um Hilfe.",
  carer_gone: "Diese Pflegekraft oder dieser Arzt arbeitet nicht mehr hier.",
  consent_days: "Wählen Sie, wie lange: einige Tage, oder bis Sie es widerrufen.",
  consent_over: "Das wurde schon widerrufen oder ist abgelaufen.",
  ward_never: "Sie waren nie auf dieser Station.",
  ward_must_see:
    "Solange Sie auf einer Station liegen, muss das Team dort sehen, wie es Ihnen geht.",
  nothing_rests: "Ihre Akte ruht nicht, es gibt nichts zurückzunehmen.",
  copy_writing: "Eine Kopie wird schon geschrieben. Versuchen Sie es in einer Minute noch einmal.",
};
