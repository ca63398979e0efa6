"""Sentences told before, by their key: alarms of then are read in every language still."""

from collections.abc import Mapping
from types import MappingProxyType

FORMER: Mapping[str, str] = MappingProxyType(
    {
        "Ihnen ist kalt. Decken Sie sich zu, trinken Sie etwas Warmes, und prüfen Sie, ob das "
        "Thermometer gut sitzt. Eine Pflegekraft weiß Bescheid.": "alarm.temperature_low",
        "Tiene frío. Abríguese, tome algo caliente y compruebe que el termómetro esté bien "
        "colocado. Se ha avisado a enfermería.": "alarm.temperature_low",
        "Su azúcar baja rápido. Tenga algo dulce a mano y tómelo ahora si se nota tembloroso. "
        "Vuelva a comprobarlo en 10 minutos.": "alarm.glucose_falling",
        "Su oxígeno está bajo. Siéntese erguido, respire despacio y hondo, y compruebe que el "
        "sensor esté bien puesto en el dedo. Se ha pedido ayuda.": "alarm.oxygen_low",
        "Respira despacio. Despiértese, siéntese erguido y respire hondo. Se ha pedido "
        "ayuda.": "alarm.respiration_low",
        "Respira rápido. Siéntese erguido, descanse y suelte el aire despacio. Se ha avisado a "
        "enfermería.": "alarm.respiration_high",
        "Respira muy rápido. Siéntese erguido y suelte el aire despacio. Se ha pedido "
        "ayuda.": "alarm.respiration_very_high",
        "El trazado de su corazón tiene interferencias. Compruebe los electrodos del pecho y "
        "quédese quieto.": "alarm.trace",
    }
)
