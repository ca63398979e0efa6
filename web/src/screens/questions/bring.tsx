// For doctors: which questionnaires there are, and a hospital's own as a FHIR Questionnaire. What is
// not understood is refused in the server's words.

import { Button, FileButton, Textarea } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Refused } from "../../api";
import { PageHead } from "../../parts/page-head";
import { Trouble, Waiting } from "../../parts/states";
import { questionsApi } from "../../questions-api";
import { useMe } from "../../session";
import own from "../own/own.module.css";
import { nameOf, textOf } from "./words";

export default function Bring() {
  const { person } = useMe();
  const forms = useQuery({ queryKey: ["questionnaires"], queryFn: questionsApi.forms });
  if (forms.error) return <Trouble error={forms.error} again={() => void forms.refetch()} />;
  if (!forms.data) return <Waiting what="Reading the questionnaires" />;
  return (
    <div className={own.page}>
      <PageHead title="Questionnaires" />
      <section className={own.card} aria-label="What may be asked">
        <h2>What may be asked</h2>
        <ul className={own.list}>
          {forms.data.map(({ url, version, title, languages, is_own, is_summed }) => (
            <li key={url}>
              <b>{textOf(title, "en")}</b>
              <span>
                Version {version}, in {languages.map((each) => nameOf(each, "en")).join(", ")}
                {is_summed && ", with points"}
                {is_own ? ", your own" : ", came with Homeward"}
              </span>
              <small>{url}</small>
            </li>
          ))}
        </ul>
      </section>
      {person.role === "doctor" && <BringOne />}
    </div>
  );
}

function BringOne() {
  const cache = useQueryClient();
  const [resource, setResource] = useState("");
  const [said, setSaid] = useState<{ words: string; isRefused: boolean } | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setSaid(null);
    try {
      const form = await questionsApi.bring(resource);
      const words = `${textOf(form.title, "en")}, version ${form.version}, may be asked now.`;
      setSaid({ words, isRefused: false });
      setResource("");
      await cache.invalidateQueries({ queryKey: ["questionnaires"] });
    } catch (error) {
      const words = error instanceof Refused ? error.message : "This failed. Try again.";
      setSaid({ words, isRefused: true });
    }
  };
  return (
    <section className={own.card} aria-label="Bring in your own">
      <h2>Bring in your own</h2>
      <p className={own.quiet}>
        A FHIR Questionnaire (R4 or R5) as JSON, with its url and version. A version that is here
        stays; a change is a new version. Only what your hospital may use: many questionnaires are
        licensed.
      </p>
      <form className={own.form} onSubmit={(event) => void submit(event)}>
        <Textarea
          label="The Questionnaire, as JSON"
          minRows={6}
          maxRows={16}
          autosize
          spellCheck={false}
          value={resource}
          onChange={({ currentTarget }) => setResource(currentTarget.value)}
        />
        {said && <p role={said.isRefused ? "alert" : "status"}>{said.words}</p>}
        <div className={own.acts}>
          <FileButton
            accept="application/json,.json"
            onChange={(file) => void file?.text().then(setResource)}
          >
            {(props) => (
              <Button {...props} mih={44} variant="default">
                Open a file
              </Button>
            )}
          </FileButton>
          <Button mih={44} type="submit" disabled={resource.trim() === ""}>
            Bring it in
          </Button>
        </div>
      </form>
    </section>
  );
}
