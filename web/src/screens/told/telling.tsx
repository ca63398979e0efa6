// Who is told about a patient, when the patient wants quiet, and who was told of what. Read and
// chosen by the patient; by a carer for a patient who cannot.

import { fill, words } from "../../languages/speaking";
import { Trouble, Waiting } from "../../parts/states";
import { tellingApi } from "../../telling-api";
import { ofPatient } from "./for-carers";
import { QuietBox } from "./quiet";
import { Receipts } from "./receipts";
import { Relatives } from "./relatives";
import classes from "./told.module.css";
import { useTelling, type Whose } from "./use-telling";

export function TellingOf({ whose }: { whose: Whose }) {
  const telling = useTelling(whose.patient);
  if (telling.error && !telling.data) {
    return <Trouble error={telling.error} again={() => void telling.refetch()} />;
  }
  if (!telling.data) return <Waiting what={words("told").reading} />;
  const { quiet, has_account } = telling.data;
  return (
    <div className={classes.boxes} data-own={whose.isOwn || undefined}>
      {telling.error && (
        <p role="alert" className={classes.wrong}>
          {fill(words("told").outOfDate, { words: telling.error.message })}
        </p>
      )}
      <Relatives whose={whose} telling={telling.data} />
      {has_account ? (
        <QuietBox
          quiet={quiet}
          whose={whose}
          save={(said) => tellingApi.setQuiet(whose.patient, said)}
        />
      ) : (
        <section className={classes.box} aria-labelledby="quiet">
          <h2 id="quiet">{words("told").quiet}</h2>
          <p>{ofPatient(whose.name).noAccount}</p>
        </section>
      )}
      <Receipts whose={whose} told={telling.data.told} />
    </div>
  );
}
