// What these pages say to a carer who asks: of a warning sign what is raised for the team, and that
// it is. The patient is beside them, or on the telephone.

import { type Words, wordsFor } from "./words";

export const forCarers: Words = {
  ...wordsFor(["en"]).say,
  thanks: "Answered",
  sent: "The answers are in the record.",
  sending: "Sending the answers.",
  noDisk: "The answers are NOT sent. They are still here: send them again.",
  flagged: "Warning sign",
  now: "Call the emergency number, or your house's own emergency call, now.",
  call: "The care team has to look at this now. If it gets worse, call the emergency number.",
  harm: "Do not leave them alone. If they might hurt themselves, call the emergency number now.",
  told: "Raised for the team: “Warning sign in answered questions”, medium priority. It rings within half a minute, until somebody has it, and stands above this page.",
  notTold:
    "NOT raised: the server did not take it. Tell a colleague yourself. It is tried again while this page is open.",
  telling: "Being raised for the team, also if you stop here.",
  takenBack:
    "The answer chosen before was raised, and rings until somebody has it. The plan's page shows that it was changed.",
  all: "All questions",
};
