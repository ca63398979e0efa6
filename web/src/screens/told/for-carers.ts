// What a carer reads of a patient's being told, where the patient themselves reads other words.

export const ofPatient = (name: string) => ({
  theyRead: `They read the same words as ${name}, whether the patient has seen them, and whether the care team has answered. They see no measured values unless the patient lets them read the reports.`,
  lets: (may: readonly string[]) =>
    `The patient lets them read ${may.map((each) => (each === "letters" ? "messages" : each)).join(" and ")}.`,
  by: (person: string) => `, by ${person}`,
  notTold: `In these hours ${name} is not told what is only good to know.`,
  noAccount: `${name} has no account: nothing is sent to them, so there is nothing to hold.`,
  nothingYet: `Nothing in the last four weeks. Once ${name} is told of something, here stands who else was, and who has seen it.`,
  team: "The care team",
});
