"""What patients and relatives are told, in English: by its key. The other languages have these."""

from collections.abc import Mapping
from types import MappingProxyType

# As the rules say it (homeward/clinical/rules, silence, signals): a test holds them together.
ALARMS = {
    "alarm.temperature_low": "You are cold. Cover yourself, have a warm drink, and check that the "
    "thermometer sits well. A nurse has been told.",
    "alarm.temperature_high": "You have a high fever. Drink, rest, and take off warm blankets. "
    "A nurse has been told.",
    "alarm.temperature_very_high": "Your fever is very high. Take off warm blankets. Help has "
    "been called.",
    "alarm.glucose_low": "Your sugar is low. Eat or drink something sweet now: juice, or four "
    "glucose tablets. Check again in 15 minutes.",
    "alarm.glucose_very_low": "Your sugar is very low. Eat or drink something sweet now, and tell "
    "somebody near you. Do not drive. Help has been called.",
    "alarm.glucose_high": "Your sugar has been high for two hours. Drink water, and correct as "
    "your plan says.",
    "alarm.glucose_very_high": "Your sugar is very high. Drink water, correct as your plan says, "
    "and check for ketones. A nurse has been told.",
    "alarm.glucose_falling": "Your sugar is falling fast. Have something sweet ready, and eat it "
    "now if you feel shaky. Check again in 10 minutes.",
    "alarm.systolic_falling": "Your blood pressure has fallen. Lie down, and do not get up alone. "
    "A nurse has been told.",
    "alarm.shock_index": "Your heart is working hard for your blood pressure. Lie down, and do "
    "not get up alone. A nurse has been told.",
    "alarm.heart_rate_low": "Your heart is beating slowly. Lie down and do not get up alone. "
    "Help has been called.",
    "alarm.heart_rate_high": "Your heart is beating fast. Sit or lie down and rest. A nurse has "
    "been told.",
    "alarm.heart_rate_very_high": "Your heart is beating very fast. Lie down and do not get up "
    "alone. Help has been called.",
    "alarm.oxygen_low": "Your oxygen is low. Sit upright, breathe slowly and deeply, and check "
    "that the sensor sits well on your finger. Help has been called.",
    "alarm.systolic_low": "Your blood pressure is low. Lie down, and do not get up alone. "
    "A nurse has been told.",
    "alarm.systolic_very_low": "Your blood pressure is very low. Lie down with your legs raised. "
    "Help has been called.",
    "alarm.systolic_high": "Your blood pressure is high. Sit down and rest quietly, then measure "
    "again. A nurse has been told.",
    "alarm.systolic_very_high": "Your blood pressure is very high. Sit down and rest. If you have "
    "chest pain, a severe headache, or trouble speaking or seeing, call for help at once.",
    "alarm.respiration_low": "You are breathing slowly. Wake up, sit upright and take deep "
    "breaths. Help has been called.",
    "alarm.respiration_high": "You are breathing fast. Sit upright, rest, and breathe out slowly. "
    "A nurse has been told.",
    "alarm.respiration_very_high": "You are breathing very fast. Sit upright and breathe out "
    "slowly. Help has been called.",
    "alarm.trace": "Your heart trace is disturbed. Please check the electrodes on your chest and "
    "lie still.",
    "alarm.silent_oxygen_saturation": "Your oxygen reading has stopped. Please check the sensor "
    "on your finger.",
    "alarm.silent_pulse": "Your pulse reading has stopped. Please check the sensor on your finger.",
    "alarm.silent_heart_rate": "Your heart reading has stopped. Please check the electrodes on "
    "your chest.",
    "alarm.silent_respiratory_rate": "Your breathing reading has stopped. Please check the "
    "electrodes on your chest.",
    "alarm.silent_temperature": "Your temperature reading has stopped. Please check the sensor.",
    "alarm.silent_glucose": "Your sugar reading has stopped. Please check the sensor, and that "
    "its phone or receiver is near.",
    "alarm.silent_device": "Your monitor has lost its connection. Please check that it is "
    "switched on.",
    "alarm.questions_flagged": "You told us of a warning sign. Your team is told. If it gets "
    "worse, do not wait: call your emergency number.",
}
# What was missed. It holds no number of theirs and no name of a medicine: it may be read over a
# shoulder. `{what}` is one of `plan.what`, `{at}` a time of day.
PLAN = {
    "plan.measure": "Please measure {what} now. It was due at {at}.",
    "plan.medicine": "Please look whether you took your medicine that was due at {at}.",
    "plan.questionnaire": "Please answer your questions. They were due at {at}.",
    "plan.task": "Please look at what you wanted to do at {at}.",
    "plan.what.pressure": "your blood pressure",
    "plan.what.weight": "your weight",
    "plan.what.glucose": "your glucose",
    "plan.what.oxygen_saturation": "your oxygen",
    "plan.what.temperature": "your temperature",
    "plan.what.pulse": "your pulse",
    "plan.what.other": "what is in your plan",
}
# Lines of the plans that came along (homeward/clinical/plan_templates.py).
TEMPLATES = {
    "template.check": "How I am today",
    "template.pressure": "Blood pressure, twice, a minute apart",
    "template.weight": "Weight, before breakfast",
    "template.oxygen": "Oxygen saturation, at rest",
    "template.medicine": "Medicines of the morning",
    "template.mood": "How I have felt (PHQ-9)",
    "template.glucose": "Glucose, before meals and at bedtime",
    "template.inhaler": "Inhaler",
    "template.walk": "A walk of ten minutes",
    "template.temperature": "Temperature",
}
TODAY = {
    "today.fine": "In your usual range.",
    "today.old": "This is an old value. There is no new one.",
    "today.told": "Please read the message about it.",
    "today.glucose": "Glucose",
    "today.glucose.low": "Your sugar is low.",
    "today.glucose.high": "Your sugar is high.",
    "today.oxygen_saturation": "Oxygen",
    "today.oxygen_saturation.low": "Your oxygen is low.",
    "today.pulse": "Pulse",
    "today.pulse.low": "Your heart beats slowly.",
    "today.pulse.high": "Your heart beats fast.",
    "today.heart_rate": "Heart rate",
    "today.heart_rate.low": "Your heart beats slowly.",
    "today.heart_rate.high": "Your heart beats fast.",
    "today.respiratory_rate": "Breathing",
    "today.respiratory_rate.low": "You breathe slowly.",
    "today.respiratory_rate.high": "You breathe fast.",
    "today.systolic": "Blood pressure",
    "today.systolic.low": "Your blood pressure is low.",
    "today.systolic.high": "Your blood pressure is high.",
    "today.temperature": "Temperature",
    "today.temperature.low": "You are cool.",
    "today.temperature.high": "You have a fever.",
    "next.now": "Do this now",
    "next.lost": "Your sensor is not connected",
    "next.lost.how": "Check that it is on, charged and near you. Your care team can see this too.",
    "next.old": "Your values are old",
    "next.old.how": "We have no new values from you. Check your sensor.",
    "next.due": "Something of your plan is due",
    "next.due.how": "Open My plan: it says what, and until when.",
    "next.nothing": "Nothing to do now",
    "next.nothing.how": "Your sensor sends by itself. We tell you here when something needs you.",
    "next.nothing.alone": "We tell you here when something needs you.",
}
# Of a message: `text` follows "Homeward: ".
MESSAGE = {
    "message.test": "this is a test. Nothing is wrong.",
    "message.patient": "please open your page.",
    "message.letter": "there is a message for you. Open Homeward.",
    "message.late_letter": "a message waits for an answer. Open Homeward.",
    "message.open": "Open",
    "message.high": "high alarm",
    "message.medium": "medium alarm",
    "message.low": "low alarm",
    "message.alarms": "{alarms} alarms",
    "message.alarms_high": "{alarms} alarms, {high} high",
    "message.where": "{what}, {place}.",
    "message.two": "{first} and {second}",
    "message.wards": "{wards} wards",
    "message.platform": "the platform itself",
    "message.full": "{what}, {place}: {text}",
    "message.more": "; and {more} more",
}
REPORT = {
    "report.target": "Target {target}: {met}",
    "report.met": "met",
    "report.not_met": "not met",
    "report.not_judged": "not judged",
    "report.whose": "{name}, born {born}, record {record}. {span}. Made {made} UTC; times by the "
    "clock of {zone}.",
    "report.page": "Page {page}",
    "report.at_least": "at least {value}",
    "report.at_most": "at most {value}",
    "report.below": "below {value}",
    "report.above": "above {value}",
    "report.of": "{count} of {days}",
    "report.day": "Day",
    "report.readings": "Readings",
    "report.mean": "Mean",
    "report.lowest": "Lowest",
    "report.highest": "Highest",
    "report.average": "Average",
    "report.since": "Since {at}",
    "report.last_days": "Last {days} days, {what}",
    "report.twice": "Not counted, since a better source, or one that said more, measured within "
    "the same minute: {values} values ({whose}).",
    "report.twice.0": "medical device",
    "report.twice.1": "worn",
    "report.twice.2": "carried",
    "report.twice.3": "entered by hand",
    "weight": "Body weight",
    "weight.span": "Last {days} days, the first weight of each",
    "weight.newest": "Newest",
    "weight.newest_gain": "In 3 days, to the newest",
    "weight.worst_gain": "Largest rise in 3 days",
    "weight.trend": "Trend",
    "weight.a_week": "{value} a week",
    "weight.weighed": "Days weighed",
    "weight.kilograms": "Weight (kg)",
    "weight.rise": "Rise in 3 days (kg)",
    "weight.too_much": "more than 2 kg",
    "weight.none": "No weight came in this time.",
    "weight.no_other": "There is no other weight within the three days before the newest.",
    "weight.plot": "Weight, day by day",
    "weight.curve": "Weight",
    "pressure": "Blood pressure at home",
    "pressure.span": "Last 7 days, the first day not counted",
    "pressure.mornings": "Mornings",
    "pressure.evenings": "Evenings",
    "pressure.pulse": "Pulse",
    "pressure.measured": "Days measured",
    "pressure.morning": "Morning",
    "pressure.evening": "Evening",
    "pressure.first_day": "first day: not counted",
    "pressure.others": "{count} at other times",
    "pressure.note": "Morning is 4:00 to noon and evening 16:00 to midnight, by the patient's "
    "clock; readings between them are in no average.",
    "pressure.none": "Nothing was measured in a morning or an evening of these days.",
    "pressure.few": "{readings} readings on {days} days; an average to decide by takes "
    "{readings_min} readings on {days_min} days.",
    "pressure.plot": "Mornings and evenings",
    "pressure.systolic": "Systolic",
    "pressure.diastolic": "Diastolic",
    "oximetry": "Oxygen saturation",
    "oximetry.measured": "Measured",
    "oximetry.for_index": "at least {hours} for the index",
    "oximetry.below_time": "Below {value} (time)",
    "oximetry.below_readings": "Below {value} (readings)",
    "oximetry.falls": "Falls of {value} (ODI)",
    "oximetry.an_hour": "{value} an hour",
    "oximetry.note": "Hours are hours of recording, not of sleep: the index is lower than in a "
    "sleep laboratory.",
    "oximetry.none": "No saturation came in this time.",
    "oximetry.single": "Single readings: shares are of readings, and falls cannot be counted.",
    "oximetry.few": "{hours} hours were measured; the index takes {hours_min}.",
    "oximetry.plot": "Saturation",
    "glucose": "Glucose profile",
    "glucose.most": "targets for most people",
    "glucose.older": "targets for older people and those at high risk",
    "glucose.pregnant": "targets in pregnancy with type 1 diabetes",
    "glucose.active": "Sensor active",
    "glucose.gmi": "GMI",
    "glucose.variation": "Variation (CV)",
    "glucose.very_high": "Very high, above {value}",
    "glucose.above": "Above {value}",
    "glucose.in_range": "In range, {low} to {high}",
    "glucose.below": "Below {value}",
    "glucose.very_low": "Very low, below {value}",
    "glucose.share": "In range",
    "glucose.mean": "Mean ({unit})",
    "glucose.note_range": "In range is {low} to {high} {unit}.",
    "glucose.note_sensor": "Only readings of a continuous sensor count; where two overlap, the "
    "one that said more.",
    "glucose.none": "No continuous sensor sent anything in this time.",
    "glucose.few_days": "{days} days were asked for; targets are read over at least {days_min}.",
    "glucose.few": "The sensor was active {active} of {days} days; it takes {active_min} to read "
    "these numbers against their targets.",
    "glucose.plot": "Glucose by time of day",
    "glucose.median": "Median",
    "glucose.band": "{low} to {high} %",
}

# Where an owner lands who comes back from giving leave at Withings.
WITHINGS = {
    "withings.done.title": "Done",
    "withings.done.said": "What your Withings devices measure comes to your care team’s record "
    "from now on. You can close this page.",
    "withings.declined.title": "Not connected",
    "withings.declined.said": "You did not give leave at Withings, so nothing comes from there. If "
    "that was a mistake, open the link you were given again.",
    "withings.late.title": "This link is used or too old",
    "withings.late.said": "A link is good once, for one day. Ask your care team for a new one.",
    "withings.others.title": "This account cannot be connected",
    "withings.others.said": "It is connected here already, or the link is no longer for you. "
    "Nothing was changed. Ask your care team.",
    "withings.again.title": "It did not work",
    "withings.again.said": "Withings did not accept it just now. Open the link you were given "
    "again, and tell your care team if it fails again.",
}
WORDS: Mapping[str, str] = MappingProxyType(
    {**ALARMS, **PLAN, **TEMPLATES, **TODAY, **MESSAGE, **REPORT, **WITHINGS}
)
