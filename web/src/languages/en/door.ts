// Before somebody is signed in: the front door and an invitation.

export const enter = {
  title: "Sign in",
  claim: "From the ward to the way home, somebody is watching.",
  about:
    "Devices, the people who wear them, and the people who come when it matters: on one board, in real time.",
  secondary:
    "A secondary display and alarm system. It does not replace the monitor at the bedside.",
  byHospital: "Sign in by {name}",
  unknown: "You are known there, but not here yet. Ask an administrator to connect your account.",
  away: "It cannot be reached just now. Try again, or sign in another way.",
  no: "It did not let you in here. Try again, or sign in another way.",
  demoAccounts: "Demo accounts",
  demo: "This is a demo: nobody here is real.",
  pressName: "Press a name to come in as that person.",
  language: "Language",
  byPasskey: "Sign in with a passkey",
  failed: "Signing in failed. Try again.",
  orPassword: "or with your password",
  nameMissing: "Enter your name.",
  passwordMissing: "Enter your password.",
  login: "Sign-in name",
  password: "Password",
  show: "Show the password",
  code: "Code",
  fromApp: "From your authenticator app.",
  recovery: "A recovery code does as well.",
  hasPasskey: "This device has a passkey of yours already.",
  usualAddress: "Passkeys work at the usual address of these pages only.",
  noPasskey: "No passkey was used. Try again, or use your password.",
};

export const roles = {
  patient: "patient at home",
  relative: "relative",
  nurse: "nurse",
  doctor: "doctor",
  engineer: "engineer",
  administrator: "administrator",
};

export const invited = {
  title: "An invitation",
  notWhole: "This link is not whole",
  openAgain: "Open it once more from the message you got, or ask for a new one.",
  nowhere: "This link leads nowhere",
  askSender: "Ask whoever sent it for a new one.",
  reading: "Reading the invitation",
  ranOut: "This invitation has run out",
  goodForWeek:
    "It was good for a week. Ask {name} for a new one: nothing is told to you until then.",
  takenBack: "This invitation was taken back",
  mistake: "Nothing is told to you. If that is a mistake, ask {name} for a new one.",
  accepted: "This invitation was accepted",
  toldFromNow: "You are told about {patient} from now on.",
  ifYou: "If it was you, sign in. If it was not, ask for a new one.",
  goOn: "Go on",
  wants: "{patient} wants you told",
  what: "You will be told of {hears}: in the same plain words {name} reads, with what you can do. Measured values are never shown to you. {name} can take it back at any time.",
  acceptAs: "Accept, as {name}",
  other:
    "You are signed in as {name}, {role}. An account of your own as a relative is needed for this.",
  outAndOn: "Sign out and go on",
  name: "Your name",
  chooseLogin: "Choose a sign-in name",
  mail: "Your mail address, for example.",
  choosePassword: "Choose a password",
  letters: "{count} letters or more. Four words do well.",
  more: "{count} more",
  signInAndAccept: "Sign in and accept",
  accept: "Accept",
  noAccount: "I have no account yet",
  hasAccount: "I have an account already",
};

/** Of what somebody hears. */
export const hears = {
  everything: "everything",
  high: "urgent news",
  medium: "what must be done soon",
  low: "what is good to know",
};
