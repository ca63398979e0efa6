"""What patients and relatives are told, in Spanish. Not reviewed by a clinician who speaks it."""

from collections.abc import Mapping
from types import MappingProxyType

ALARMS = {
    "alarm.temperature_low": "Su temperatura es baja. Abríguese, tome algo caliente y compruebe "
    "que el "
    "termómetro esté bien colocado. Se ha avisado a enfermería.",
    "alarm.temperature_high": "Tiene fiebre alta. Beba, descanse y quítese las mantas. Se ha "
    "avisado a enfermería.",
    "alarm.temperature_very_high": "Tiene fiebre muy alta. Quítese las mantas. Se ha pedido ayuda.",
    "alarm.glucose_low": "Su azúcar está baja. Coma o beba ahora algo dulce: zumo, o cuatro "
    "tabletas de glucosa. Vuelva a comprobarlo en 15 minutos.",
    "alarm.glucose_very_low": "Su azúcar está muy baja. Coma o beba ahora algo dulce y dígaselo a "
    "alguien que esté cerca. No conduzca. Se ha pedido ayuda.",
    "alarm.glucose_high": "Su azúcar lleva dos horas alta. Beba agua y corrija como dice su plan.",
    "alarm.glucose_very_high": "Su azúcar está muy alta. Beba agua, corrija como dice su plan y "
    "compruebe las cetonas. Se ha avisado a enfermería.",
    "alarm.glucose_falling": "Su azúcar baja rápido. Tenga algo dulce a mano y tómelo ahora si "
    "nota temblores. Vuelva a comprobarlo en 10 minutos.",
    "alarm.systolic_falling": "Su tensión arterial ha bajado. Túmbese y no se levante sin ayuda. "
    "Se ha avisado a enfermería.",
    "alarm.shock_index": "Su corazón trabaja mucho para mantener su tensión arterial. Túmbese y no "
    "se levante sin ayuda. Se ha avisado a enfermería.",
    "alarm.heart_rate_low": "Su corazón late despacio. Túmbese y no se levante sin ayuda. Se ha "
    "pedido ayuda.",
    "alarm.heart_rate_high": "Su corazón late rápido. Siéntese o túmbese y descanse. Se ha avisado "
    "a enfermería.",
    "alarm.heart_rate_very_high": "Su corazón late muy rápido. Túmbese y no se levante sin ayuda. "
    "Se ha pedido ayuda.",
    "alarm.oxygen_low": "Su oxígeno está bajo. Siéntese con la espalda recta, respire despacio "
    "y hondo, y "
    "compruebe que el sensor esté bien puesto en el dedo. Se ha pedido ayuda.",
    "alarm.systolic_low": "Su tensión arterial está baja. Túmbese y no se levante sin ayuda. Se ha "
    "avisado a enfermería.",
    "alarm.systolic_very_low": "Su tensión arterial está muy baja. Túmbese con las piernas en "
    "alto. Se ha pedido ayuda.",
    "alarm.systolic_high": "Su tensión arterial está alta. Siéntese, descanse tranquilamente y "
    "vuelva a medirla. Se ha avisado a enfermería.",
    "alarm.systolic_very_high": "Su tensión arterial está muy alta. Siéntese y descanse. Si tiene "
    "dolor en el pecho, un dolor de cabeza fuerte, o le cuesta hablar o ver, pida ayuda "
    "enseguida.",
    "alarm.respiration_low": "Respira despacio. Despiértese, siéntese con la espalda recta y "
    "respire hondo. Se "
    "ha pedido ayuda.",
    "alarm.respiration_high": "Respira rápido. Siéntese con la espalda recta, descanse y suelte "
    "el aire "
    "despacio. Se ha avisado a enfermería.",
    "alarm.respiration_very_high": "Respira muy rápido. Siéntese con la espalda recta y suelte "
    "el aire "
    "despacio. Se ha pedido ayuda.",
    "alarm.trace": "El trazado de su corazón tiene interferencias. Compruebe los electrodos del "
    "pecho y no se mueva.",
    "alarm.silent_oxygen_saturation": "Ya no se mide su oxígeno. Compruebe el sensor del dedo.",
    "alarm.silent_pulse": "Ya no se mide su pulso. Compruebe el sensor del dedo.",
    "alarm.silent_heart_rate": "Ya no se mide su corazón. Compruebe los electrodos del pecho.",
    "alarm.silent_respiratory_rate": "Ya no se mide su respiración. Compruebe los electrodos del "
    "pecho.",
    "alarm.silent_temperature": "Ya no se mide su temperatura. Compruebe el sensor.",
    "alarm.silent_glucose": "Ya no se mide su azúcar. Compruebe el sensor, y que su teléfono o "
    "receptor esté cerca.",
    "alarm.silent_device": "Su monitor ha perdido la conexión. Compruebe que esté encendido.",
    "alarm.questions_flagged": "Nos ha avisado de una señal de alarma. Su equipo ya lo sabe. "
    "Si empeora, no espere: llame a emergencias.",
}
PLAN = {
    "plan.measure": "Por favor, mida ahora {what}. Estaba previsto a las {at}.",
    "plan.medicine": "Por favor, mire si tomó el medicamento de las {at}.",
    "plan.questionnaire": "Por favor, responda a sus preguntas. Estaban previstas a las {at}.",
    "plan.task": "Por favor, mire lo que quería hacer a las {at}.",
    "plan.what.pressure": "su tensión arterial",
    "plan.what.weight": "su peso",
    "plan.what.glucose": "su glucosa",
    "plan.what.oxygen_saturation": "su oxígeno",
    "plan.what.temperature": "su temperatura",
    "plan.what.pulse": "su pulso",
    "plan.what.other": "lo que dice su plan",
}
TEMPLATES = {
    "template.check": "Cómo estoy hoy",
    "template.pressure": "Tensión arterial, dos veces, con un minuto entre ellas",
    "template.weight": "Peso, antes del desayuno",
    "template.oxygen": "Saturación de oxígeno, en reposo",
    "template.medicine": "Medicamentos de la mañana",
    "template.mood": "Cómo me he sentido (PHQ-9)",
    "template.glucose": "Glucosa, antes de las comidas y al acostarse",
    "template.inhaler": "Inhalador",
    "template.walk": "Un paseo de diez minutos",
    "template.temperature": "Temperatura",
}
TODAY = {
    "today.fine": "En su margen habitual.",
    "today.old": "Este valor es antiguo. No hay ninguno nuevo.",
    "today.told": "Lea el mensaje sobre ello, por favor.",
    "today.glucose": "Glucosa",
    "today.glucose.low": "Su azúcar está baja.",
    "today.glucose.high": "Su azúcar está alta.",
    "today.oxygen_saturation": "Oxígeno",
    "today.oxygen_saturation.low": "Su oxígeno está bajo.",
    "today.pulse": "Pulso",
    "today.pulse.low": "Su corazón late despacio.",
    "today.pulse.high": "Su corazón late rápido.",
    "today.heart_rate": "Frecuencia cardíaca",
    "today.heart_rate.low": "Su corazón late despacio.",
    "today.heart_rate.high": "Su corazón late rápido.",
    "today.respiratory_rate": "Respiración",
    "today.respiratory_rate.low": "Respira despacio.",
    "today.respiratory_rate.high": "Respira rápido.",
    "today.systolic": "Tensión arterial",
    "today.systolic.low": "Su tensión arterial está baja.",
    "today.systolic.high": "Su tensión arterial está alta.",
    "today.temperature": "Temperatura",
    "today.temperature.low": "Su temperatura es baja.",
    "today.temperature.high": "Tiene fiebre.",
    "next.now": "Haga esto ahora",
    "next.lost": "Su sensor no está conectado",
    "next.lost.how": "Compruebe que esté encendido, cargado y cerca de usted. Su equipo "
    "de atención también lo ve.",
    "next.old": "Sus valores son antiguos",
    "next.old.how": "No tenemos valores nuevos suyos. Compruebe su sensor.",
    "next.due": "Tiene algo pendiente de su plan",
    "next.due.how": "Abra Mi plan: allí dice qué y hasta cuándo.",
    "next.nothing": "Ahora no hay nada que hacer",
    "next.nothing.how": "Su sensor envía por sí solo. Le diremos aquí cuando algo le necesite.",
    "next.nothing.alone": "Le diremos aquí cuando algo le necesite.",
}
MESSAGE = {
    "message.test": "esto es una prueba. No pasa nada.",
    "message.patient": "abra su página, por favor.",
    "message.letter": "hay un mensaje para usted. Abra Homeward.",
    "message.late_letter": "un mensaje espera respuesta. Abra Homeward.",
    "message.open": "Abrir",
    "message.high": "alarma urgente",
    "message.medium": "alarma media",
    "message.low": "alarma leve",
    "message.alarms": "{alarms} alarmas",
    "message.alarms_high": "{alarms} alarmas, {high} urgentes",
    "message.where": "{what}, {place}.",
    "message.two": "{first} y {second}",
    "message.wards": "{wards} unidades",
    "message.platform": "la propia plataforma",
    "message.full": "{what}, {place}: {text}",
    "message.more": "; y {more} más",
}
REPORT = {
    "report.target": "Objetivo {target}: {met}",
    "report.met": "cumplido",
    "report.not_met": "no cumplido",
    "report.not_judged": "no valorado",
    "report.whose": "{name}, nacimiento {born}, número {record}. {span}. Hecho el {made} UTC; "
    "horas según el reloj de {zone}.",
    "report.page": "Página {page}",
    "report.at_least": "al menos {value}",
    "report.at_most": "como máximo {value}",
    "report.below": "menos de {value}",
    "report.above": "más de {value}",
    "report.of": "{count} de {days}",
    "report.day": "Día",
    "report.readings": "Mediciones",
    "report.mean": "Media",
    "report.lowest": "Mínimo",
    "report.highest": "Máximo",
    "report.average": "Promedio",
    "report.since": "Desde {at}",
    "report.last_days": "Últimos {days} días, {what}",
    "report.twice": "No cuentan, porque una fuente mejor, o una que dijo más, midió en el mismo "
    "minuto: {values} valores ({whose}).",
    "report.twice.0": "aparato médico",
    "report.twice.1": "puesto en el cuerpo",
    "report.twice.2": "llevado encima",
    "report.twice.3": "escrito a mano",
    "weight": "Peso corporal",
    "weight.span": "Últimos {days} días, el primer peso de cada uno",
    "weight.newest": "El último",
    "weight.newest_gain": "En 3 días, hasta el último",
    "weight.worst_gain": "Mayor aumento en 3 días",
    "weight.trend": "Tendencia",
    "weight.a_week": "{value} por semana",
    "weight.weighed": "Días pesados",
    "weight.kilograms": "Peso (kg)",
    "weight.rise": "Aumento en 3 días (kg)",
    "weight.too_much": "más de 2 kg",
    "weight.none": "No llegó ningún peso en este tiempo.",
    "weight.no_other": "No hay otro peso en los tres días antes del último.",
    "weight.plot": "Peso, día a día",
    "weight.curve": "Peso",
    "pressure": "Tensión arterial en casa",
    "pressure.span": "Últimos 7 días, sin contar el primero",
    "pressure.mornings": "Mañanas",
    "pressure.evenings": "Noches",
    "pressure.pulse": "Pulso",
    "pressure.measured": "Días medidos",
    "pressure.morning": "Mañana",
    "pressure.evening": "Noche",
    "pressure.first_day": "primer día: no cuenta",
    "pressure.others": "{count} a otras horas",
    "pressure.note": "La mañana es de 4:00 a 12:00 y la noche de 16:00 a 24:00, según el reloj del "
    "paciente; las mediciones entre ellas no están en ningún promedio.",
    "pressure.none": "No se midió nada en ninguna mañana ni noche de estos días.",
    "pressure.few": "{readings} mediciones en {days} días; un promedio para decidir necesita "
    "{readings_min} mediciones en {days_min} días.",
    "pressure.plot": "Mañanas y noches",
    "pressure.systolic": "Sistólica",
    "pressure.diastolic": "Diastólica",
    "oximetry": "Saturación de oxígeno",
    "oximetry.measured": "Medido",
    "oximetry.for_index": "al menos {hours} para el índice",
    "oximetry.below_time": "Por debajo de {value} (tiempo)",
    "oximetry.below_readings": "Por debajo de {value} (mediciones)",
    "oximetry.falls": "Caídas de {value} (ODI)",
    "oximetry.an_hour": "{value} por hora",
    "oximetry.note": "Las horas son de registro, no de sueño: el índice es más bajo que en un "
    "laboratorio de sueño.",
    "oximetry.none": "No llegó ninguna saturación en este tiempo.",
    "oximetry.single": "Mediciones sueltas: las partes son de mediciones, y las caídas no se "
    "pueden contar.",
    "oximetry.few": "Se midieron {hours} horas; el índice necesita {hours_min}.",
    "oximetry.plot": "Saturación",
    "glucose": "Perfil de glucosa",
    "glucose.most": "objetivos para la mayoría de las personas",
    "glucose.older": "objetivos para personas mayores y de alto riesgo",
    "glucose.pregnant": "objetivos en el embarazo con diabetes tipo 1",
    "glucose.active": "Sensor activo",
    "glucose.gmi": "GMI",
    "glucose.variation": "Variación (CV)",
    "glucose.very_high": "Muy alta, por encima de {value}",
    "glucose.above": "Por encima de {value}",
    "glucose.in_range": "En rango, {low} a {high}",
    "glucose.below": "Por debajo de {value}",
    "glucose.very_low": "Muy baja, por debajo de {value}",
    "glucose.share": "En rango",
    "glucose.mean": "Media ({unit})",
    "glucose.note_range": "En rango es de {low} a {high} {unit}.",
    "glucose.note_sensor": "Solo cuentan las mediciones de un sensor continuo; donde dos "
    "coinciden, "
    "el que dijo más.",
    "glucose.none": "Ningún sensor continuo envió nada en este tiempo.",
    "glucose.few_days": "Se pidieron {days} días; los objetivos se leen con al menos {days_min}.",
    "glucose.few": "El sensor estuvo activo el {active} de {days} días; hace falta el {active_min} "
    "para comparar estos números con sus objetivos.",
    "glucose.plot": "Glucosa según la hora del día",
    "glucose.median": "Mediana",
    "glucose.band": "{low} a {high} %",
}

# Where an owner lands who comes back from giving leave at Withings.
WITHINGS = {
    "withings.done.title": "Listo",
    "withings.done.said": "Lo que miden sus aparatos Withings llega desde ahora a su equipo de "
    "atención. Puede cerrar esta página.",
    "withings.declined.title": "No conectado",
    "withings.declined.said": "No dio permiso en Withings, así que de allí no llega nada. Si fue "
    "un error, abra otra vez el enlace que le dieron.",
    "withings.late.title": "Este enlace está usado o es demasiado antiguo",
    "withings.late.said": "Un enlace vale una vez, durante un día. Pida otro a su equipo de "
    "atención.",
    "withings.others.title": "Esta cuenta no se puede conectar",
    "withings.others.said": "Aquí ya está conectada, o el enlace ya no es para usted. No se cambió "
    "nada. Pregunte a su equipo de atención.",
    "withings.again.title": "No ha funcionado",
    "withings.again.said": "Withings no lo aceptó en este momento. Abra otra vez el enlace que le "
    "dieron y avise a su equipo de atención si vuelve a fallar.",
}
WORDS: Mapping[str, str] = MappingProxyType(
    {**ALARMS, **PLAN, **TEMPLATES, **TODAY, **MESSAGE, **REPORT, **WITHINGS}
)
