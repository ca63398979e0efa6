// A relative's own quiet hours.

import { useQuery } from "@tanstack/react-query";
import { words } from "../../languages/speaking";
import { PageHead } from "../../parts/page-head";
import { Trouble, Waiting } from "../../parts/states";
import { tellingApi } from "../../telling-api";
import { QuietBox } from "./quiet";
import classes from "./told.module.css";

export default function OwnQuiet() {
  const quiet = useQuery({ queryKey: ["own-quiet"], queryFn: tellingApi.ownQuiet });
  if (quiet.error && quiet.data === undefined)
    return <Trouble error={quiet.error} again={() => void quiet.refetch()} />;
  if (quiet.data === undefined) return <Waiting what={words("told").readingQuiet} />;
  return (
    <div className={classes.page}>
      <PageHead title={words("told").myQuiet} />
      <div className={classes.boxes} data-own>
        <QuietBox quiet={quiet.data} save={tellingApi.setOwnQuiet} />
      </div>
    </div>
  );
}
