// What a patient or relative chooses for their own pages: a file that loads when needed.

import { PUT, said } from "./api";
import type { Choices, NewChoices } from "./words";

export const choicesApi = {
  choose: (body: NewChoices) => said<Choices>(PUT("/api/choices", { body })),
};
