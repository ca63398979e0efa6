// One's own choices: language, unit of glucose, size of letters. Each holds at once.

import { Radio } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { choicesApi } from "../../choices-api";
import { LANGUAGES, OWN_NAMES } from "../../languages/language";
import { fill, languageNow, words } from "../../languages/speaking";
import { PageHead } from "../../parts/page-head";
import { SESSION_KEY, useMe } from "../../session";
import type { Choices as Chosen, NewChoices } from "../../words";
import classes from "./choices.module.css";

const UNITS = ["mg/dL", "mmol/L"] as const;
const SIZES = ["normal", "large", "larger"] as const;

export default function Choices() {
  const me = useMe();
  const say = words("choices");
  const client = useQueryClient();
  const choose = useMutation({
    mutationFn: (wish: NewChoices) => choicesApi.choose(wish),
    onSuccess: (choices: Chosen) => {
      client.setQueryData(SESSION_KEY, { ...me, choices });
      // The server words things too: all but who is signed in is asked for anew.
      void client.invalidateQueries({
        predicate: ({ queryKey }) => queryKey[0] !== SESSION_KEY[0],
      });
    },
  });
  const isPatient = me.person.role === "patient";
  const { glucose_unit, is_unit_chosen, text_size } = me.choices;
  return (
    <div className={classes.page}>
      <PageHead title={isPatient ? say.title : say.titlePlain} />
      <p className={classes.quiet}>{say.lead}</p>
      <div role="status" aria-live="polite" className={classes.kept}>
        {choose.isSuccess && say.kept}
      </div>
      {choose.error && (
        <p role="alert" className={classes.wrong}>
          {fill(say.notKept, { words: choose.error.message })}
        </p>
      )}
      <section className={classes.card}>
        <Radio.Group
          label={say.language}
          value={languageNow()}
          onChange={(language) => choose.mutate({ language: language as Chosen["language"] })}
        >
          <div className={classes.options}>
            {LANGUAGES.map((each) => (
              <Radio
                key={each}
                size="lg"
                value={each}
                label={
                  <span lang={each} dir="auto">
                    {OWN_NAMES[each]}
                  </span>
                }
              />
            ))}
          </div>
        </Radio.Group>
      </section>
      {isPatient && (
        <section className={classes.card}>
          <Radio.Group
            label={say.unit}
            description={say.unitWhy}
            value={glucose_unit}
            onChange={(unit) => choose.mutate({ glucose_unit: unit as Chosen["glucose_unit"] })}
            data-chosen={is_unit_chosen}
          >
            <div className={classes.options}>
              {UNITS.map((each) => (
                <Radio key={each} size="lg" value={each} label={<bdi>{each}</bdi>} />
              ))}
            </div>
          </Radio.Group>
        </section>
      )}
      <section className={classes.card}>
        <Radio.Group
          label={say.size}
          description={say.sample}
          value={text_size}
          onChange={(size) => choose.mutate({ text_size: size as Chosen["text_size"] })}
        >
          <div className={classes.options}>
            {SIZES.map((each) => (
              <Radio key={each} size="lg" value={each} label={say[each]} />
            ))}
          </div>
        </Radio.Group>
      </section>
    </div>
  );
}
