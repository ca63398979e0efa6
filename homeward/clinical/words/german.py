"""What patients and relatives are told, in German. Not reviewed by a clinician who speaks it."""

from collections.abc import Mapping
from types import MappingProxyType

ALARMS = {
    "alarm.temperature_low": "Ihre Körpertemperatur ist niedrig. Decken Sie sich zu, trinken Sie "
    "etwas Warmes, und prüfen Sie, ob das Thermometer gut sitzt. Eine Pflegekraft weiß Bescheid.",
    "alarm.temperature_high": "Sie haben hohes Fieber. Trinken Sie, ruhen Sie sich aus, und legen "
    "Sie warme Decken ab. Eine Pflegekraft weiß Bescheid.",
    "alarm.temperature_very_high": "Ihr Fieber ist sehr hoch. Legen Sie warme Decken ab. Hilfe "
    "ist gerufen.",
    "alarm.glucose_low": "Ihr Blutzucker ist niedrig. Essen oder trinken Sie jetzt etwas Süßes: "
    "Saft oder vier Plättchen Traubenzucker. Prüfen Sie in 15 Minuten noch einmal.",
    "alarm.glucose_very_low": "Ihr Blutzucker ist sehr niedrig. Essen oder trinken Sie jetzt etwas "
    "Süßes, und sagen Sie jemandem in Ihrer Nähe Bescheid. Fahren Sie nicht. Hilfe ist gerufen.",
    "alarm.glucose_high": "Ihr Blutzucker ist seit zwei Stunden hoch. Trinken Sie Wasser, und "
    "korrigieren Sie, wie Ihr Plan es sagt.",
    "alarm.glucose_very_high": "Ihr Blutzucker ist sehr hoch. Trinken Sie Wasser, korrigieren Sie, "
    "wie Ihr Plan es sagt, und prüfen Sie auf Ketone. Eine Pflegekraft weiß Bescheid.",
    "alarm.glucose_falling": "Ihr Blutzucker fällt schnell. Halten Sie etwas Süßes bereit, und "
    "essen Sie es jetzt, wenn Sie zittrig sind. Prüfen Sie in 10 Minuten noch einmal.",
    "alarm.systolic_falling": "Ihr Blutdruck ist gefallen. Legen Sie sich hin, und stehen Sie "
    "nicht allein auf. Eine Pflegekraft weiß Bescheid.",
    "alarm.shock_index": "Ihr Herz arbeitet schwer für Ihren Blutdruck. Legen Sie sich hin, und "
    "stehen Sie nicht allein auf. Eine Pflegekraft weiß Bescheid.",
    "alarm.heart_rate_low": "Ihr Herz schlägt langsam. Legen Sie sich hin, und stehen Sie nicht "
    "allein auf. Hilfe ist gerufen.",
    "alarm.heart_rate_high": "Ihr Herz schlägt schnell. Setzen oder legen Sie sich hin, und ruhen "
    "Sie sich aus. Eine Pflegekraft weiß Bescheid.",
    "alarm.heart_rate_very_high": "Ihr Herz schlägt sehr schnell. Legen Sie sich hin, und stehen "
    "Sie nicht allein auf. Hilfe ist gerufen.",
    "alarm.oxygen_low": "Ihr Sauerstoff ist niedrig. Setzen Sie sich aufrecht hin, atmen Sie "
    "langsam und tief, und prüfen Sie, ob der Sensor gut an Ihrem Finger sitzt. Hilfe ist gerufen.",
    "alarm.systolic_low": "Ihr Blutdruck ist niedrig. Legen Sie sich hin, und stehen Sie nicht "
    "allein auf. Eine Pflegekraft weiß Bescheid.",
    "alarm.systolic_very_low": "Ihr Blutdruck ist sehr niedrig. Legen Sie sich hin, die Beine "
    "hoch. Hilfe ist gerufen.",
    "alarm.systolic_high": "Ihr Blutdruck ist hoch. Setzen Sie sich hin, ruhen Sie sich aus, und "
    "messen Sie dann noch einmal. Eine Pflegekraft weiß Bescheid.",
    "alarm.systolic_very_high": "Ihr Blutdruck ist sehr hoch. Setzen Sie sich hin, und ruhen Sie "
    "sich aus. Wenn Sie Schmerzen in der Brust oder starke Kopfschmerzen haben oder schlecht "
    "sprechen oder sehen können, rufen Sie sofort Hilfe.",
    "alarm.respiration_low": "Sie atmen langsam. Wachen Sie auf, setzen Sie sich aufrecht hin, und "
    "atmen Sie tief. Hilfe ist gerufen.",
    "alarm.respiration_high": "Sie atmen schnell. Setzen Sie sich aufrecht hin, ruhen Sie sich "
    "aus, und atmen Sie langsam aus. Eine Pflegekraft weiß Bescheid.",
    "alarm.respiration_very_high": "Sie atmen sehr schnell. Setzen Sie sich aufrecht hin, und "
    "atmen Sie langsam aus. Hilfe ist gerufen.",
    "alarm.trace": "Ihre Herzkurve ist gestört. Bitte prüfen Sie die Elektroden auf Ihrer Brust, "
    "und liegen Sie still.",
    "alarm.silent_oxygen_saturation": "Ihr Sauerstoff wird nicht mehr gemessen. Bitte prüfen Sie "
    "den Sensor an Ihrem Finger.",
    "alarm.silent_pulse": "Ihr Puls wird nicht mehr gemessen. Bitte prüfen Sie den Sensor an Ihrem "
    "Finger.",
    "alarm.silent_heart_rate": "Ihr Herzschlag wird nicht mehr gemessen. Bitte prüfen Sie die "
    "Elektroden auf Ihrer Brust.",
    "alarm.silent_respiratory_rate": "Ihre Atmung wird nicht mehr gemessen. Bitte prüfen Sie die "
    "Elektroden auf Ihrer Brust.",
    "alarm.silent_temperature": "Ihre Temperatur wird nicht mehr gemessen. Bitte prüfen Sie den "
    "Sensor.",
    "alarm.silent_glucose": "Ihr Blutzucker wird nicht mehr gemessen. Bitte prüfen Sie den Sensor, "
    "und ob sein Telefon oder Empfänger in der Nähe ist.",
    "alarm.silent_device": "Ihr Monitor hat keine Verbindung mehr. Bitte prüfen Sie, ob er "
    "eingeschaltet ist.",
    "alarm.questions_flagged": "Sie haben uns ein Warnzeichen gemeldet. Ihr Team weiß Bescheid. "
    "Wird es schlimmer, warten Sie nicht: rufen Sie den Notruf.",
}
PLAN = {
    "plan.measure": "Bitte messen Sie jetzt {what}. Es war um {at} Uhr vorgesehen.",
    "plan.medicine": "Bitte sehen Sie nach, ob Sie Ihr Medikament von {at} Uhr genommen haben.",
    "plan.questionnaire": "Bitte beantworten Sie Ihre Fragen. Sie waren um {at} Uhr vorgesehen.",
    "plan.task": "Bitte sehen Sie nach, was Sie um {at} Uhr vorhatten.",
    "plan.what.pressure": "Ihren Blutdruck",
    "plan.what.weight": "Ihr Gewicht",
    "plan.what.glucose": "Ihren Blutzucker",
    "plan.what.oxygen_saturation": "Ihren Sauerstoff",
    "plan.what.temperature": "Ihre Temperatur",
    "plan.what.pulse": "Ihren Puls",
    "plan.what.other": "was in Ihrem Plan steht",
}
TEMPLATES = {
    "template.check": "Wie es mir heute geht",
    "template.pressure": "Blutdruck, zweimal, eine Minute auseinander",
    "template.weight": "Gewicht, vor dem Frühstück",
    "template.oxygen": "Sauerstoffsättigung, in Ruhe",
    "template.medicine": "Medikamente am Morgen",
    "template.mood": "Wie es mir ging (PHQ-9)",
    "template.glucose": "Blutzucker, vor den Mahlzeiten und vor dem Schlafen",
    "template.inhaler": "Inhalator",
    "template.walk": "Zehn Minuten spazieren",
    "template.temperature": "Temperatur",
}
TODAY = {
    "today.fine": "In Ihrem üblichen Bereich.",
    "today.old": "Das ist ein alter Wert. Es gibt keinen neuen.",
    "today.told": "Bitte lesen Sie die Nachricht dazu.",
    "today.glucose": "Blutzucker",
    "today.glucose.low": "Ihr Blutzucker ist niedrig.",
    "today.glucose.high": "Ihr Blutzucker ist hoch.",
    "today.oxygen_saturation": "Sauerstoff",
    "today.oxygen_saturation.low": "Ihr Sauerstoff ist niedrig.",
    "today.pulse": "Puls",
    "today.pulse.low": "Ihr Herz schlägt langsam.",
    "today.pulse.high": "Ihr Herz schlägt schnell.",
    "today.heart_rate": "Herzfrequenz",
    "today.heart_rate.low": "Ihr Herz schlägt langsam.",
    "today.heart_rate.high": "Ihr Herz schlägt schnell.",
    "today.respiratory_rate": "Atmung",
    "today.respiratory_rate.low": "Sie atmen langsam.",
    "today.respiratory_rate.high": "Sie atmen schnell.",
    "today.systolic": "Blutdruck",
    "today.systolic.low": "Ihr Blutdruck ist niedrig.",
    "today.systolic.high": "Ihr Blutdruck ist hoch.",
    "today.systolic.high.now": "Ihr Blutdruck ist sehr hoch. Ruhen Sie, und messen Sie nach ein "
    "paar Minuten noch einmal. Bleibt er so, rufen Sie gleich Ihr Team an.",
    "today.diastolic": "Blutdruck, untere Zahl",
    "today.diastolic.high": "Die untere Zahl Ihres Blutdrucks ist hoch.",
    "today.diastolic.high.now": "Die untere Zahl Ihres Blutdrucks ist sehr hoch. Ruhen Sie, und "
    "messen Sie nach ein paar Minuten noch einmal. Bleibt sie so, rufen Sie gleich Ihr Team an.",
    "today.temperature": "Temperatur",
    "today.temperature.low": "Ihre Temperatur ist niedrig.",
    "today.temperature.high": "Sie haben Fieber.",
    "next.now": "Tun Sie das jetzt",
    "next.lost": "Ihr Sensor ist nicht verbunden",
    "next.lost.how": "Prüfen Sie, ob er eingeschaltet, geladen und in Ihrer Nähe ist. Ihr "
    "Behandlungsteam sieht das auch.",
    "next.old": "Ihre Werte sind alt",
    "next.old.how": "Wir haben keine neuen Werte von Ihnen. Prüfen Sie Ihren Sensor.",
    "next.due": "Aus Ihrem Plan ist etwas zu tun",
    "next.due.how": "Öffnen Sie Mein Plan: Dort steht, was und bis wann.",
    "next.nothing": "Jetzt ist nichts zu tun",
    "next.nothing.how": "Ihr Sensor sendet von selbst. Wir sagen Ihnen hier, wenn etwas Sie "
    "braucht.",
    "next.nothing.alone": "Wir sagen Ihnen hier, wenn etwas Sie braucht.",
}
MESSAGE = {
    "message.test": "das ist ein Test. Alles ist in Ordnung.",
    "message.patient": "bitte öffnen Sie Ihre Seite.",
    "message.letter": "es gibt eine Nachricht für Sie. Öffnen Sie Homeward.",
    "message.late_letter": "eine Nachricht wartet auf Antwort. Öffnen Sie Homeward.",
    "message.open": "Öffnen",
    "message.high": "dringender Alarm",
    "message.medium": "mittlerer Alarm",
    "message.low": "leichter Alarm",
    "message.alarms": "{alarms} Alarme",
    "message.alarms_high": "{alarms} Alarme, davon {high} dringend",
    "message.where": "{what}, {place}.",
    "message.two": "{first} und {second}",
    "message.wards": "{wards} Stationen",
    "message.platform": "die Plattform selbst",
    "message.full": "{what}, {place}: {text}",
    "message.more": "; und {more} weitere",
}
REPORT = {
    "report.target": "Ziel {target}: {met}",
    "report.met": "erreicht",
    "report.not_met": "nicht erreicht",
    "report.not_judged": "nicht beurteilt",
    "report.whose": "{name}, geboren {born}, Nummer {record}. {span}. Erstellt {made} UTC; Zeiten "
    "nach der Uhr von {zone}.",
    "report.page": "Seite {page}",
    "report.at_least": "mindestens {value}",
    "report.at_most": "höchstens {value}",
    "report.below": "unter {value}",
    "report.above": "über {value}",
    "report.of": "{count} von {days}",
    "report.day": "Tag",
    "report.readings": "Messungen",
    "report.mean": "Mittel",
    "report.lowest": "Niedrigster",
    "report.highest": "Höchster",
    "report.average": "Durchschnitt",
    "report.since": "Seit {at}",
    "report.last_days": "Letzte {days} Tage, {what}",
    "report.twice": "Nicht gezählt, da eine bessere Quelle, oder eine, die mehr gesagt hat, in "
    "derselben Minute gemessen hat: {values} Werte ({whose}).",
    "report.twice.0": "Medizingerät",
    "report.twice.1": "am Körper getragen",
    "report.twice.2": "mitgeführt",
    "report.twice.3": "von Hand eingegeben",
    "weight": "Körpergewicht",
    "weight.span": "Letzte {days} Tage, das erste Gewicht jedes Tages",
    "weight.newest": "Neuestes",
    "weight.newest_gain": "In 3 Tagen, bis zum neuesten",
    "weight.worst_gain": "Größter Anstieg in 3 Tagen",
    "weight.trend": "Trend",
    "weight.a_week": "{value} pro Woche",
    "weight.weighed": "Tage gewogen",
    "weight.kilograms": "Gewicht (kg)",
    "weight.rise": "In 3 Tagen (kg)",
    "weight.too_much": "mehr als 2 kg",
    "weight.none": "In dieser Zeit kam kein Gewicht.",
    "weight.no_other": "In den drei Tagen vor dem neuesten gibt es kein anderes Gewicht.",
    "weight.plot": "Gewicht, Tag für Tag",
    "weight.curve": "Gewicht",
    "pressure": "Blutdruck zu Hause",
    "pressure.span": "Letzte 7 Tage, ohne den ersten Tag",
    "pressure.mornings": "Morgens",
    "pressure.evenings": "Abends",
    "pressure.pulse": "Puls",
    "pressure.measured": "Tage gemessen",
    "pressure.morning": "Morgen",
    "pressure.evening": "Abend",
    "pressure.first_day": "erster Tag: nicht gezählt",
    "pressure.others": "{count} zu anderen Zeiten",
    "pressure.note": "Morgen ist von 4:00 bis 12:00 Uhr und Abend von 16:00 bis 24:00 Uhr, nach "
    "der Uhr des Patienten; Messungen dazwischen sind in keinem Durchschnitt.",
    "pressure.none": "An keinem Morgen oder Abend dieser Tage wurde etwas gemessen.",
    "pressure.few": "{readings} Messungen an {days} Tagen; ein Durchschnitt, nach dem man "
    "entscheiden kann, braucht {readings_min} Messungen an {days_min} Tagen.",
    "pressure.plot": "Morgens und abends",
    "pressure.systolic": "Systolisch",
    "pressure.diastolic": "Diastolisch",
    "oximetry": "Sauerstoffsättigung",
    "oximetry.measured": "Gemessen",
    "oximetry.for_index": "mindestens {hours} für den Index",
    "oximetry.below_time": "Unter {value} (Zeit)",
    "oximetry.below_readings": "Unter {value} (Messungen)",
    "oximetry.falls": "Abfälle um {value} (ODI)",
    "oximetry.an_hour": "{value} pro Stunde",
    "oximetry.note": "Stunden sind Stunden der Aufzeichnung, nicht des Schlafs: der Index ist "
    "niedriger als in einem Schlaflabor.",
    "oximetry.none": "In dieser Zeit kam keine Sättigung.",
    "oximetry.single": "Einzelne Messungen: Anteile sind Anteile der Messungen, und Abfälle können "
    "nicht gezählt werden.",
    "oximetry.few": "{hours} Stunden wurden gemessen; der Index braucht {hours_min}.",
    "oximetry.plot": "Sättigung",
    "glucose": "Glukoseprofil",
    "glucose.most": "Ziele für die meisten Menschen",
    "glucose.older": "Ziele für ältere Menschen und solche mit hohem Risiko",
    "glucose.pregnant": "Ziele in der Schwangerschaft mit Typ-1-Diabetes",
    "glucose.active": "Sensor aktiv",
    "glucose.gmi": "GMI",
    "glucose.variation": "Schwankung (CV)",
    "glucose.very_high": "Sehr hoch, über {value}",
    "glucose.above": "Über {value}",
    "glucose.in_range": "Im Zielbereich, {low} bis {high}",
    "glucose.below": "Unter {value}",
    "glucose.very_low": "Sehr niedrig, unter {value}",
    "glucose.share": "Im Zielbereich",
    "glucose.mean": "Mittel ({unit})",
    "glucose.note_range": "Der Zielbereich ist {low} bis {high} {unit}.",
    "glucose.note_sensor": "Nur Messungen eines kontinuierlichen Sensors zählen; wo zwei sich "
    "überschneiden, der, der mehr gesagt hat.",
    "glucose.none": "In dieser Zeit hat kein kontinuierlicher Sensor etwas gesendet.",
    "glucose.few_days": "Gefragt war nach {days} Tagen; Ziele werden über mindestens {days_min} "
    "gelesen.",
    "glucose.few": "Der Sensor war {active} von {days} Tagen aktiv; es braucht {active_min}, um "
    "diese Zahlen an ihren Zielen zu messen.",
    "glucose.plot": "Glukose nach Tageszeit",
    "glucose.median": "Median",
    "glucose.band": "{low} bis {high} %",
}

# Where an owner lands who comes back from giving leave at Withings.
WITHINGS = {
    "withings.done.title": "Erledigt",
    "withings.done.said": "Was Ihre Withings-Geräte messen, kommt ab jetzt zu Ihrem "
    "Behandlungsteam. Sie können diese Seite schließen.",
    "withings.declined.title": "Nicht verbunden",
    "withings.declined.said": "Sie haben bei Withings nicht zugestimmt, deshalb kommt von dort "
    "nichts. Falls das ein Versehen war, öffnen Sie den Link noch einmal, den Sie bekommen haben.",
    "withings.late.title": "Dieser Link ist benutzt oder zu alt",
    "withings.late.said": "Ein Link gilt einmal, einen Tag lang. Bitten Sie Ihr Behandlungsteam um "
    "einen neuen.",
    "withings.others.title": "Dieses Konto kann nicht verbunden werden",
    "withings.others.said": "Es ist hier schon verbunden, oder der Link ist nicht mehr für Sie. Es "
    "wurde nichts geändert. Fragen Sie Ihr Behandlungsteam.",
    "withings.again.title": "Es hat nicht geklappt",
    "withings.again.said": "Withings hat es gerade nicht angenommen. Öffnen Sie den Link noch "
    "einmal, den Sie bekommen haben, und sagen Sie Ihrem Behandlungsteam Bescheid, wenn es wieder "
    "nicht geht.",
}
# The page of one's own record: headings, and what stands in its cells.
SUMMARY = {
    "summary.title": "Gesundheitsakte von {name}",
    "summary.lead": "Was Homeward über Sie aufbewahrt, Stand {at}. Alle Zeiten sind UTC.",
    "summary.lead.rest": "Was Ihr Team und Ihre Geräte schrieben, steht hier, wie sie es "
    "schrieben. Jeder einzelne Wert steht in den Dateien der ganzen Kopie, in einer Form, die"
    " andere Systeme lesen (FHIR R4).",
    "summary.none": "Nichts.",
    "summary.now": "jetzt",
    "summary.curve": "{name}: {low} bis {high}, von {first} bis {last}",
    "summary.who": "Wer Sie sind",
    "summary.name": "Name",
    "summary.number": "Aktennummer",
    "summary.born": "Geboren",
    "summary.sex": "Geschlecht",
    "summary.other": "Etwas anderes",
    "summary.sex.female": "weiblich",
    "summary.sex.male": "männlich",
    "summary.sex.other": "divers",
    "summary.sex.unknown": "unbekannt",
    "summary.where": "Wo Sie waren",
    "summary.from": "Von",
    "summary.to": "Bis",
    "summary.place": "Wo",
    "summary.devices": "Geräte, die Sie tragen oder trugen",
    "summary.device": "Gerät",
    "summary.kind": "Art",
    "summary.since": "Seit",
    "summary.until": "Bis",
    "summary.vitals": "Messwerte",
    "summary.what": "Was",
    "summary.last": "Zuletzt",
    "summary.plans": "Anordnungen",
    "summary.over": "{what} (vorbei)",
    "summary.why": "Warum",
    "summary.person": "Wer",
    "summary.questions": "Fragen, die Sie beantwortet haben",
    "summary.when": "Wann",
    "summary.points": "Punkte",
    "summary.corrected": "{what} (später berichtigt)",
    "summary.alarms": "Alarme",
    "summary.newest": "{what}: die neuesten {shown} von {total}",
    "summary.alarm": "Alarm",
    "summary.told": "Was Ihnen gesagt wurde",
    "summary.priority": "Dringlichkeit",
    "summary.priority.high": "hoch",
    "summary.priority.medium": "mittel",
    "summary.priority.low": "niedrig",
    "summary.done": "Was getan wurde",
    "summary.attended": "Angenommen von {who}",
    "summary.ended": "Vorbei seit {at}",
    "summary.on": "Besteht noch",
    "summary.relatives": "Wen Sie benachrichtigen lassen",
    "summary.of": "Bei Alarmen",
    "summary.corrections": "Berichtigungen, um die Sie baten",
    "summary.change": "{field}: {before}; gewünscht: {wanted}",
    "summary.answer": "Antwort",
    "summary.waits": "Wartet auf Antwort",
    "summary.accepted": "Angenommen von {who}: {answer}",
    "summary.refused": "Abgelehnt von {who}: {answer}",
    "summary.went": "An wen etwas davon ging",
    "summary.whom": "An wen",
    "summary.purpose": "Wozu",
    "summary.seen": "Wer es angesehen hat",
    "summary.day": "Tag",
    "summary.as": "Als",
    "summary.times": "Wie oft",
    "summary.operator": "Der Betreiber",
    "summary.role.nurse": "Pflege",
    "summary.role.doctor": "Arzt oder Ärztin",
    "summary.role.patient": "Patient",
    "summary.role.relative": "Angehörige",
    "summary.role.engineer": "Technik",
    "summary.role.administrator": "Verwaltung",
    "summary.apps": "Was Ihre Apps mitteilten",
    "summary.amounts": "Insulin, Kohlenhydrate",
    "summary.by": "Durch",
    "summary.unread": "Es ist nicht lesbar",
    "summary.counted": "Was gezählt wurde",
    "summary.all": "Insgesamt",
    "summary.metric.steps": "Schritte",
    "summary.metric.distance": "Gegangene Strecke",
    "summary.metric.active_energy": "Aktivitätsenergie",
    "summary.metric.flights": "Gestiegene Stockwerke",
    "summary.implants": "Berichte Ihrer Implantate",
    "summary.meters": "Was Ihre Messgeräte neben den Zahlen sagten",
    "summary.value": "Wert",
    "summary.beside": "Dazu gesagt",
    "summary.clock": "Uhr des Geräts",
    "summary.no_reading": "kein Messwert ({why})",
    "summary.missing": "{said} (es fehlt: {list})",
    "summary.came": "Eingegangen",
    "summary.look": "Was jemand ansehen sollte",
    "summary.vital.heart_rate": "Herzfrequenz",
    "summary.vital.pulse": "Puls",
    "summary.vital.oxygen_saturation": "Sauerstoffsättigung",
    "summary.vital.respiratory_rate": "Atemfrequenz",
    "summary.vital.systolic": "Blutdruck, oberer Wert",
    "summary.vital.diastolic": "Blutdruck, unterer Wert",
    "summary.vital.mean_pressure": "Blutdruck, Mittelwert",
    "summary.vital.temperature": "Temperatur",
    "summary.vital.consciousness": "Bewusstsein (ACVPU, 0 bis 4)",
    "summary.vital.on_oxygen": "Sauerstoffgabe (1: ja)",
    "summary.vital.glucose": "Blutzucker",
    "summary.vital.capillary_refill": "Rekapillarisierungszeit",
    "summary.vital.respiratory_effort": "Atemanstrengung (0 bis 3)",
    "summary.vital.oxygen_flow": "Sauerstofffluss",
    "summary.vital.inspired_oxygen": "Sauerstoff in der Atemluft",
    "summary.vital.perfusion_index": "Perfusionsindex",
    "summary.vital.weight": "Gewicht",
    "summary.vital.body_fat": "Körperfett",
    "summary.vital.height": "Körpergröße",
}
WORDS: Mapping[str, str] = MappingProxyType(
    {**ALARMS, **PLAN, **TEMPLATES, **TODAY, **MESSAGE, **REPORT, **WITHINGS, **SUMMARY}
)
