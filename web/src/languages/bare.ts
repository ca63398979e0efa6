// The few words that must be there before any catalogue is, and when one does not come.

import { wordsOr } from "./speaking";

const BARE = {
  opening: "Opening Homeward",
  loading: "Loading",
  cannot: "This cannot be shown now",
  failed: "This page failed. Try again.",
  again: "Try again",
  close: "Close",
  away: "The server cannot be reached. Check the network, then try again.",
  answered: "The server answered {status}.",
};

export const bare = () => wordsOr("bare", BARE);
