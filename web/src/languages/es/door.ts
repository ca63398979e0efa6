// Antes de entrar: la puerta y una invitación.

import type { Door } from "../catalogue";

export const enter: Door["enter"] = {
  title: "Entrar",
  claim: "De la planta hasta su casa, alguien está pendiente.",
  about:
    "Los aparatos, quienes los llevan y quienes acuden cuando hace falta: en un mismo tablero, en tiempo real.",
  secondary: "Una segunda pantalla con alarmas. No sustituye al monitor junto a la cama.",
  byHospital: "Entrar por {name}",
  unknown: "Allí le conocen, pero aquí todavía no. Pida a la administración que conecte su cuenta.",
  away: "Ahora no responde. Inténtelo de nuevo o entre de otra manera.",
  no: "No le han dejado entrar. Inténtelo de nuevo o entre de otra manera.",
  demoAccounts: "Cuentas de demostración",
  demo: "Esto es una demostración: aquí nadie es real.",
  pressName: "Pulse un nombre para entrar como esa persona.",
  language: "Idioma",
  byPasskey: "Entrar con una llave de acceso",
  failed: "No se pudo entrar. Inténtelo de nuevo.",
  orPassword: "o con su contraseña",
  nameMissing: "Escriba su nombre.",
  passwordMissing: "Escriba su contraseña.",
  login: "Nombre de usuario",
  password: "Contraseña",
  show: "Mostrar la contraseña",
  code: "Código",
  fromApp: "De su aplicación de autenticación.",
  recovery: "También vale un código de recuperación.",
  hasPasskey: "Este aparato ya tiene una llave de acceso suya.",
  usualAddress: "Las llaves de acceso solo funcionan en la dirección habitual de estas páginas.",
  noPasskey: "No se usó ninguna llave de acceso. Inténtelo de nuevo o use su contraseña.",
};

export const roles: Door["roles"] = {
  patient: "paciente en casa",
  relative: "familiar",
  nurse: "enfermería",
  doctor: "medicina",
  engineer: "técnica",
  administrator: "administración",
};

export const invited: Door["invited"] = {
  title: "Una invitación",
  notWhole: "Este enlace no está completo",
  openAgain: "Ábralo otra vez desde el mensaje que recibió o pida uno nuevo.",
  nowhere: "Este enlace no lleva a ninguna parte",
  askSender: "Pida uno nuevo a quien se lo envió.",
  reading: "Leyendo la invitación",
  ranOut: "Esta invitación ha caducado",
  goodForWeek: "Valía una semana. Pida otra a {name}: hasta entonces no se le avisa de nada.",
  takenBack: "Esta invitación se ha retirado",
  mistake: "No se le avisa de nada. Si es un error, pida otra a {name}.",
  accepted: "Esta invitación se ha aceptado",
  toldFromNow: "Desde ahora se le avisa sobre {patient}.",
  ifYou: "Si fue usted, entre. Si no, pida otra.",
  goOn: "Seguir",
  wants: "{patient} quiere que se le avise a usted",
  what: "Se le avisará de {hears}: con las mismas palabras sencillas que lee {name}, y con lo que usted puede hacer. Nunca verá los valores medidos. {name} puede retirarlo cuando quiera.",
  acceptAs: "Aceptar, como {name}",
  other: "Ha entrado como {name} ({role}). Para esto hace falta una cuenta propia de familiar.",
  outAndOn: "Salir y seguir",
  name: "Su nombre",
  chooseLogin: "Elija un nombre de usuario",
  mail: "Por ejemplo, su correo electrónico.",
  choosePassword: "Elija una contraseña",
  letters: "{count} letras o más. Cuatro palabras van bien.",
  more: "faltan {count}",
  signInAndAccept: "Entrar y aceptar",
  accept: "Aceptar",
  noAccount: "Todavía no tengo cuenta",
  hasAccount: "Ya tengo cuenta",
};

export const hears: Door["hears"] = {
  everything: "todo",
  high: "lo urgente",
  medium: "lo que hay que hacer pronto",
  low: "lo que es bueno saber",
};
