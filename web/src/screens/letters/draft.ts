// A message that is being written, until the server has it.

import { useRef, useState } from "react";
import { Refused } from "../../api";
import { newKey } from "../../letters-api";

/** What is written, by one key until the server has it; other words are another message. */
export function useDraft(failed: string) {
  const [text, setText] = useState("");
  const [isSending, setIsSending] = useState(false);
  const [trouble, setTrouble] = useState("");
  const key = useRef({ of: "", key: "" });
  const sent = async (act: (letter: { key: string; text: string }) => Promise<void>) => {
    if (key.current.of !== text) key.current = { of: text, key: newKey() };
    setIsSending(true);
    setTrouble("");
    try {
      await act({ key: key.current.key, text });
      key.current = { of: "", key: "" };
      setText("");
    } catch (error) {
      setTrouble(error instanceof Refused ? error.message : failed);
    }
    setIsSending(false);
  };
  return { text, setText, isSending, trouble, sent };
}
